/**
 * Cuts a streamed body of PCM into chunks of whole samples, as it comes. A body that begins with a WAV header, asked
 * for or not, is read by its header; the lengths in headers of streams are wrong by nature and not looked at.
 */
import { AudioChunk } from '../../audio/chunk.js';
import { AudioFormat } from '../../audio/format.js';
import { decodeWav, WavError } from '../../audio/wav.js';

interface Layout {
  readonly sampleRate: number;
  readonly channels: number;
  readonly format: AudioFormat;
  readonly bytesPerFrame: number;
}

// Writers put tags before the samples; a header of this size holds none.
const MAX_HEADER = 65_536;

/** One body being read. */
export class PcmStream {
  readonly #rate: number;
  #rest: Uint8Array = new Uint8Array(0);
  #layout: Layout | undefined;
  #sequence = 0;
  #frames = 0;

  /** `sampleRate` is that of a body without a header: PCM of 16 bits, mono. */
  constructor(sampleRate: number) {
    this.#rate = sampleRate;
  }

  /** The samples that are complete with `bytes`. Throws `WavError` for a header that cannot be read. */
  push(bytes: Uint8Array): AudioChunk | undefined {
    this.#rest = joined(this.#rest, bytes);
    this.#layout ??= this.#detect();
    return this.#layout === undefined ? undefined : this.#take(this.#layout);
  }

  /** What is left when the body has ended: a body shorter than a header. Half a sample at the end is dropped. */
  flush(): AudioChunk | undefined {
    if (this.#layout !== undefined) return undefined;
    if (startsWith(this.#rest, 'RIFF')) throw new WavError('it ends within its header', this.#rest.length);
    return this.#take((this.#layout = plain(this.#rate)));
  }

  #take(layout: Layout): AudioChunk | undefined {
    const frames = Math.floor(this.#rest.length / layout.bytesPerFrame);
    if (frames === 0) return undefined;
    const size = frames * layout.bytesPerFrame;
    const data = this.#rest.slice(0, size);
    this.#rest = this.#rest.slice(size);
    const { sampleRate, channels, format } = layout;
    const chunk = new AudioChunk({ data, sampleRate, channels, format, sequence: this.#sequence++, timestampMs: (this.#frames / sampleRate) * 1000 });
    this.#frames += frames;
    return chunk;
  }

  #detect(): Layout | undefined {
    if (this.#rest.length < 4) return undefined;
    if (!startsWith(this.#rest, 'RIFF')) return plain(this.#rate);
    const start = dataStart(this.#rest);
    if (start === undefined) {
      if (this.#rest.length > MAX_HEADER) throw new WavError('its header has no data chunk in reach', MAX_HEADER);
      return undefined;
    }
    // The header alone is a WAV file without samples, which says all there is to know.
    const { sampleRate, channels, bitsPerSample } = decodeWav(this.#rest.slice(0, start));
    const tag = new DataView(this.#rest.buffer, this.#rest.byteOffset).getUint16(20, true);
    const format = bitsPerSample === 16 ? AudioFormat.PCM_16 : bitsPerSample === 24 ? AudioFormat.PCM_24 : bitsPerSample === 32 ? (tag === 3 ? AudioFormat.FLOAT_32 : AudioFormat.PCM_32) : undefined;
    if (format === undefined) throw new WavError(`${bitsPerSample} bits per sample are not streamed`, 34);
    this.#rest = this.#rest.slice(start);
    return { sampleRate, channels, format, bytesPerFrame: (bitsPerSample / 8) * channels };
  }
}

function plain(sampleRate: number): Layout {
  return { sampleRate, channels: 1, format: AudioFormat.PCM_16, bytesPerFrame: 2 };
}

/** Where the samples begin; `undefined` while that is not there yet. */
function dataStart(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    if (startsWith(bytes.subarray(at), 'data')) return at + 8;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size & 1);
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, tag: string): boolean {
  return bytes.length >= tag.length && [...tag].every((letter, n) => bytes[n] === letter.charCodeAt(0));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
