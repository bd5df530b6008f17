/** Recording to Opus in Ogg, by the browser's own encoder (WebCodecs): about a twelfth of the size of WAV. */
import { OggOpusMuxer } from '../audio/ogg-opus.js';
import { SluiceError, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { RecordingEncoder, RecordingEncoderFactory } from '../recording/recording-encoder.js';
import type { RecordingSink } from '../recording/recording-sink.js';

/** The browser cannot encode Opus. */
export class OpusUnavailableError extends SluiceError {
  override readonly name: string = 'OpusUnavailableError';
  constructor(cause?: unknown) {
    super('This browser cannot encode Opus (WebCodecs AudioEncoder). Ask canEncodeOpus() first, and record WAV where it says no.', { code: 'OPUS_UNAVAILABLE', cause });
  }
}

/** Options of {@link opusEncoder}. */
export interface OpusEncoderOptions {
  /** Bits per second of both tracks. @default 64000 */
  readonly bitrate?: number;
}

// What waits in the encoder; more makes the recorder wait.
const MAX_QUEUE = 50;
const GRANULES_PER_MICROSECOND = 48_000 / 1_000_000;

const configOf = (sampleRate: number, channels: number, bitrate: number): AudioEncoderConfig => ({ codec: 'opus', sampleRate, numberOfChannels: channels, bitrate });

/** True where {@link opusEncoder} works for recordings at `sampleRate`. */
export async function canEncodeOpus(sampleRate = 24000): Promise<boolean> {
  if (typeof AudioEncoder === 'undefined') return false;
  const { supported } = await AudioEncoder.isConfigSupported(configOf(sampleRate, 2, 64_000)).catch(() => ({ supported: false })); // an unknown rate throws
  return supported === true;
}

/**
 * Makes an encoder for `ConversationRecorder`. Files that break off are readable up to their last second.
 *
 * @example
 * const encoder = (await canEncodeOpus()) ? opusEncoder() : wavEncoder;
 * const recorder = new ConversationRecorder({ sink: memorySink(), encoder });
 */
export function opusEncoder(options: OpusEncoderOptions = {}): RecordingEncoderFactory {
  refuseUnknownOptions('opusEncoder', options, ['bitrate']);
  const bitrate = requireNumber('opusEncoder.bitrate', options.bitrate ?? 64_000, { min: 6000, max: 510_000 });
  return (sink, { sampleRate, channels }) => new OpusRecording(sink, sampleRate, channels, bitrate);
}

class OpusRecording implements RecordingEncoder {
  readonly mimeType = 'audio/ogg; codecs=opus';
  readonly #sink: RecordingSink;
  readonly #sampleRate: number;
  readonly #channels: number;
  readonly #encoder: AudioEncoder;
  #muxer: OggOpusMuxer | undefined;
  #pages: Uint8Array[] = [];
  #frames = 0;
  #bytes = 0;
  #failure: Error | undefined;

  constructor(sink: RecordingSink, sampleRate: number, channels: number, bitrate: number) {
    if (typeof AudioEncoder === 'undefined') throw new OpusUnavailableError();
    this.#sink = sink;
    this.#sampleRate = sampleRate;
    this.#channels = channels;
    this.#encoder = new AudioEncoder({
      output: (chunk, metadata) => this.#packet(chunk, metadata),
      error: (error) => {
        this.#failure ??= new OpusUnavailableError(error);
      },
    });
    this.#encoder.configure(configOf(sampleRate, channels, bitrate));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(samples: Float32Array): Promise<void> {
    this.#check();
    const frames = samples.length / this.#channels;
    if (frames > 0) {
      const data = new AudioData({ format: 'f32', sampleRate: this.#sampleRate, numberOfFrames: frames, numberOfChannels: this.#channels, timestamp: Math.round((this.#frames / this.#sampleRate) * 1_000_000), data: samples as Float32Array<ArrayBuffer> });
      this.#frames += frames;
      this.#encoder.encode(data);
      data.close();
    }
    if (this.#encoder.encodeQueueSize > MAX_QUEUE) await new Promise<void>((resolve) => this.#encoder.addEventListener('dequeue', () => resolve(), { once: true }));
    await this.#drain();
  }

  async finish(): Promise<void> {
    this.#check();
    try {
      if (this.#frames > 0) await this.#encoder.flush();
    } catch (thrown) {
      throw this.#failure ?? new OpusUnavailableError(toError(thrown));
    }
    this.#encoder.close();
    this.#muxer ??= this.#begin(undefined);
    this.#pages.push(this.#muxer.finish((this.#frames / this.#sampleRate) * 48_000));
    await this.#drain();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #packet(chunk: EncodedAudioChunk, metadata: EncodedAudioChunkMetadata | undefined): void {
    this.#muxer ??= this.#begin(metadata?.decoderConfig?.description);
    const packet = new Uint8Array(chunk.byteLength);
    chunk.copyTo(packet);
    const page = this.#muxer.push(packet, Math.round((chunk.duration ?? 20_000) * GRANULES_PER_MICROSECOND));
    if (page.length > 0) this.#pages.push(page);
  }

  /** The encoder tells how much a decoder must drop, in the header that it would write. */
  #begin(description: AllowSharedBufferSource | undefined): OggOpusMuxer {
    const head = description === undefined ? undefined : ArrayBuffer.isView(description) ? new DataView(description.buffer, description.byteOffset, description.byteLength) : new DataView(description);
    const preSkip = head !== undefined && head.byteLength >= 19 && head.getUint32(0) === 0x4f707573 ? head.getUint16(10, true) : 312;
    const muxer = new OggOpusMuxer({ channels: this.#channels, sampleRate: this.#sampleRate, preSkip });
    this.#pages.push(muxer.header());
    return muxer;
  }

  async #drain(): Promise<void> {
    for (const page of this.#pages.splice(0)) {
      this.#bytes += page.length;
      await this.#sink.write(page);
    }
  }
}
