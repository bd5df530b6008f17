/**
 * WAV files: RIFF/WAVE and RF64 in, RIFF/WAVE out. Reads PCM of 8, 16, 24 and 32 bits, f32, f64,
 * μ-law and A-law, also behind WAVE_FORMAT_EXTENSIBLE (Microsoft Multimedia Standards Update, 1994;
 * EBU Tech 3306). Streams whose header does not know the length, and files cut short, give the whole
 * frames that are there; anything else that is wrong throws.
 */
import { SluiceError } from '../base/errors.js';
import { requireNumber, requireOneOf } from '../base/option.js';
import { AudioChunk } from './chunk.js';
import { decodeAlaw, decodeMulaw, encodePcm, encodingBytes, SAMPLE_ENCODINGS, type SampleEncoding } from './pcm.js';

/** A file that must be WAV is not, or is of a kind that is not supported. */
export class WavError extends SluiceError {
  override readonly name: string = 'WavError';
  /** Byte at which reading failed. */
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`Not a readable WAV file: ${what} (byte ${offset}). Encode the audio as PCM of 8 to 32 bits, float, μ-law or A-law in a RIFF/WAVE file.`, { code: 'INVALID_WAV' });
    this.offset = offset;
  }
}

/** What a WAV file holds. */
export interface WavAudio {
  /** Frames per second. */
  readonly sampleRate: number;
  /** Interleaved channels. */
  readonly channels: number;
  /** Bits per sample in the file. */
  readonly bitsPerSample: number;
  /** Samples in [−1, 1], interleaved. */
  readonly samples: Float32Array;
  /** Whether the file ended before the length that its header gives. */
  readonly truncated: boolean;
}

/** How {@link encodeWav} writes. */
export interface WavOptions {
  /** Frames per second. */
  readonly sampleRate: number;
  /** Interleaved channels. @default 1 */
  readonly channels?: number;
  /** Encoding of the samples. @default 'pcm_16' */
  readonly encoding?: SampleEncoding;
}

const PCM = 1;
const FLOAT = 3;
const ALAW = 6;
const MULAW = 7;
const EXTENSIBLE = 0xfffe;
const TAGS: Readonly<Record<SampleEncoding, number>> = { pcm_16: PCM, pcm_24: PCM, pcm_32: PCM, float_32: FLOAT, mulaw: MULAW, alaw: ALAW };

interface Layout {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/** Reads a WAV file. Throws {@link WavError}. */
export function decodeWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw new WavError('it is shorter than a header', bytes.length);
  const container = tag(view, 0);
  if (container !== 'RIFF' && container !== 'RF64') throw new WavError(`it does not begin with RIFF or RF64`, 0);
  if (tag(view, 8) !== 'WAVE') throw new WavError('its RIFF form is not WAVE', 8);
  let layout: Layout | undefined;
  let longSize = -1;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = tag(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name === 'data') {
      if (layout === undefined) throw new WavError('its data come before a format (no fmt chunk)', at);
      return readData(view, body, size === 0xffffffff && longSize >= 0 ? longSize : size, layout);
    }
    if (body + size > bytes.length) throw new WavError('a chunk reaches beyond the end of the file', at);
    if (name === 'fmt ') layout = readFormat(view, body, size);
    else if (name === 'ds64' && size >= 16) longSize = Number(view.getBigUint64(body + 8, true));
    at = body + size + (size & 1);
  }
  throw new WavError('it has no data chunk', bytes.length);
}

/** Writes samples in [−1, 1], interleaved, as a WAV file. */
export function encodeWav(samples: Float32Array, options: WavOptions): Uint8Array {
  const { channels = 1, encoding = 'pcm_16' } = options;
  const sampleRate = requireNumber('encodeWav.sampleRate', options.sampleRate, { min: 1, max: 0xffffffff, integer: true });
  requireNumber('encodeWav.channels', channels, { min: 1, max: 65535, integer: true });
  requireNumber('encodeWav.samples length / channels', samples.length / channels, { integer: true });
  requireOneOf('encodeWav.encoding', encoding, SAMPLE_ENCODINGS);
  return wavFile(encodePcm(samples, encoding), sampleRate, channels, encoding);
}

/** The bytes of a PCM chunk as a WAV file, unchanged behind a header. Throws `InvalidOptionError` for compressed formats. */
export function chunkToWav(chunk: AudioChunk): Uint8Array {
  const encoding = requireOneOf('chunkToWav.chunk.format', chunk.format as SampleEncoding, ['pcm_16', 'pcm_24', 'pcm_32', 'float_32']);
  return wavFile(chunk.data.subarray(0, chunk.frames * chunk.bytesPerFrame), chunk.sampleRate, chunk.channels, encoding);
}

/** A WAV file as a `float_32` chunk. Throws {@link WavError}. */
export function wavToChunk(bytes: Uint8Array): AudioChunk {
  const { samples, sampleRate, channels } = decodeWav(bytes);
  return new AudioChunk({ float32: samples, sampleRate, channels });
}

function wavFile(data: Uint8Array, sampleRate: number, channels: number, encoding: SampleEncoding): Uint8Array {
  const size = encodingBytes('encodeWav.encoding', encoding);
  const pad = data.length & 1;
  const bytes = new Uint8Array(44 + data.length + pad);
  const view = new DataView(bytes.buffer);
  putTag(view, 0, 'RIFF');
  view.setUint32(4, 36 + data.length + pad, true);
  putTag(view, 8, 'WAVE');
  putTag(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, TAGS[encoding], true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * size, true);
  view.setUint16(32, channels * size, true);
  view.setUint16(34, size * 8, true);
  putTag(view, 36, 'data');
  view.setUint32(40, data.length, true);
  bytes.set(data, 44);
  return bytes;
}

function readFormat(view: DataView, at: number, size: number): Layout {
  if (size < 16) throw new WavError('its fmt chunk is too short', at);
  let kind = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (kind === EXTENSIBLE) {
    if (size < 26) throw new WavError('its extensible fmt chunk is too short', at);
    kind = view.getUint16(at + 24, true);
  }
  if (channels === 0) throw new WavError('it has no channels', at + 2);
  if (sampleRate === 0) throw new WavError('its sample rate is 0', at + 4);
  const known = kind === PCM ? [8, 16, 24, 32] : kind === FLOAT ? [32, 64] : kind === ALAW || kind === MULAW ? [8] : undefined;
  if (known === undefined) throw new WavError(`its encoding has format tag ${kind}, which is compressed or unknown`, at);
  if (!known.includes(bits)) throw new WavError(`${bits} bits per sample do not exist for format tag ${kind}`, at + 14);
  return { tag: kind, channels, sampleRate, bits };
}

function readData(view: DataView, at: number, size: number, layout: Layout): WavAudio {
  const { channels, sampleRate, bits } = layout;
  const held = view.byteLength - at;
  // Writers of streams leave 0 or the largest number where the length should be.
  const open = size === 0xffffffff || (size === 0 && held > 0);
  const bytes = bits / 8;
  const frames = Math.floor(Math.min(held, open ? held : size) / (bytes * channels));
  const samples = new Float32Array(frames * channels);
  for (let n = 0; n < samples.length; n++) samples[n] = readSample(view, at + n * bytes, layout);
  return { sampleRate, channels, bitsPerSample: bits, samples, truncated: !open && held < size };
}

function readSample(view: DataView, at: number, { tag: kind, bits }: Layout): number {
  if (kind === MULAW) return decodeMulaw(view.getUint8(at)) / 32768;
  if (kind === ALAW) return decodeAlaw(view.getUint8(at)) / 32768;
  if (kind === FLOAT) return bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  if (bits === 8) return (view.getUint8(at) - 128) / 128;
  if (bits === 16) return view.getInt16(at, true) / 32768;
  if (bits === 24) return (view.getUint16(at, true) | (view.getInt8(at + 2) << 16)) / 8388608;
  return view.getInt32(at, true) / 2147483648;
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function putTag(view: DataView, at: number, name: string): void {
  for (let n = 0; n < 4; n++) view.setUint8(at + n, name.charCodeAt(n));
}
