/** How samples become a file. WAV needs nothing; Opus needs WebCodecs and stands in `sluice/browser`. */
import { encodePcm } from '../audio/pcm.js';
import type { RecordingSink } from './recording-sink.js';

/** Writes interleaved samples of two channels into a sink. */
export interface RecordingEncoder {
  /** For example `audio/wav`. */
  readonly mimeType: string;
  /** Takes the next samples, in [−1, 1], whole frames. Resolves when the sink has taken what came of them. */
  write(samples: Float32Array): Promise<void>;
  /** Ends the file; does not close the sink. */
  finish(): Promise<void>;
  /** Bytes written so far. */
  readonly bytes: number;
}

/** Makes an encoder for one recording. */
export type RecordingEncoderFactory = (sink: RecordingSink, format: { readonly sampleRate: number; readonly channels: number }) => RecordingEncoder;

/** PCM of 16 bits in a WAV file. The lengths in the header are set at the end where the sink can patch, and left open where it cannot. */
export const wavEncoder: RecordingEncoderFactory = (sink, { sampleRate, channels }) => {
  let dataBytes = 0;
  let begun = false;
  const header = (bytes: number): Uint8Array => {
    const file = new Uint8Array(44);
    const view = new DataView(file.buffer);
    const tag = (at: number, name: string): void => [...name].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
    tag(0, 'RIFF');
    view.setUint32(4, Math.min(0xffffffff, bytes === 0xffffffff ? bytes : 36 + bytes), true);
    tag(8, 'WAVEfmt ');
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, channels, true);
    view.setUint32(24, sampleRate, true);
    view.setUint32(28, sampleRate * channels * 2, true);
    view.setUint16(32, channels * 2, true);
    view.setUint16(34, 16, true);
    tag(36, 'data');
    view.setUint32(40, Math.min(0xffffffff, bytes), true);
    return file;
  };
  const begin = async (): Promise<void> => {
    if (begun) return;
    begun = true;
    await sink.write(header(0xffffffff));
  };
  return {
    mimeType: 'audio/wav',
    get bytes() {
      return begun ? 44 + dataBytes : 0;
    },
    async write(samples) {
      await begin();
      const bytes = encodePcm(samples);
      dataBytes += bytes.length;
      await sink.write(bytes);
    },
    async finish() {
      await begin();
      if (dataBytes + 36 < 0xffffffff) await sink.patch?.(0, header(dataBytes));
    },
  };
};
