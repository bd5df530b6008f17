/**
 * One-shot conversions between encoded samples and f32, in plain TypeScript: they work in every realm
 * before anything is loaded. `PcmConverter` gives the same bits from `audio.wasm` for hot paths.
 *
 * Integers are divided by 2^(bits−1). The way back multiplies, rounds to the nearest (ties to even),
 * clamps, and makes not-a-number 0; integer → f32 → integer is the identity for up to 24 bits.
 */
import { InvalidOptionError, requireOneOf } from '../base/option.js';

/** Encodings of single samples, little-endian; G.711's two laws beside the PCM formats. */
export type SampleEncoding = 'pcm_16' | 'pcm_24' | 'pcm_32' | 'float_32' | 'mulaw' | 'alaw';

/** All encodings. */
export const SAMPLE_ENCODINGS: readonly SampleEncoding[] = Object.freeze(['pcm_16', 'pcm_24', 'pcm_32', 'float_32', 'mulaw', 'alaw']);

const BYTES: Readonly<Record<SampleEncoding, number>> = { pcm_16: 2, pcm_24: 3, pcm_32: 4, float_32: 4, mulaw: 1, alaw: 1 };

/** Bytes of one sample. Throws `InvalidOptionError` naming `option` for other encodings. */
export function encodingBytes(option: string, encoding: SampleEncoding): number {
  return BYTES[requireOneOf(option, encoding, SAMPLE_ENCODINGS)];
}

/** Samples in [−1, 1) from encoded bytes. A last incomplete sample is refused with `InvalidOptionError`. */
export function decodePcm(bytes: Uint8Array, encoding: SampleEncoding = 'pcm_16'): Float32Array {
  const size = encodingBytes('decodePcm.encoding', encoding);
  if (bytes.length % size !== 0) throw new InvalidOptionError('decodePcm.bytes', bytes, `whole samples of ${size} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.length / size);
  for (let n = 0; n < samples.length; n++) samples[n] = readSample(view, n * size, encoding);
  return samples;
}

/** Encoded bytes from samples. */
export function encodePcm(samples: Float32Array, encoding: SampleEncoding = 'pcm_16'): Uint8Array {
  const size = encodingBytes('encodePcm.encoding', encoding);
  const bytes = new Uint8Array(samples.length * size);
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < samples.length; n++) writeSample(view, n * size, samples[n] as number, encoding); // n < length
  return bytes;
}

function readSample(view: DataView, at: number, encoding: SampleEncoding): number {
  switch (encoding) {
    case 'pcm_16':
      return view.getInt16(at, true) / 32768;
    case 'pcm_24':
      return (view.getUint16(at, true) | (view.getInt8(at + 2) << 16)) / 8388608;
    case 'pcm_32':
      return view.getInt32(at, true) / 2147483648;
    case 'float_32':
      return view.getFloat32(at, true);
    case 'mulaw':
      return decodeMulaw(view.getUint8(at)) / 32768;
    case 'alaw':
      return decodeAlaw(view.getUint8(at)) / 32768;
  }
}

function writeSample(view: DataView, at: number, sample: number, encoding: SampleEncoding): void {
  switch (encoding) {
    case 'pcm_16':
      view.setInt16(at, toInteger(sample, 32768), true);
      return;
    case 'pcm_24': {
      const value = toInteger(sample, 8388608);
      view.setUint16(at, value & 0xffff, true);
      view.setInt8(at + 2, value >> 16);
      return;
    }
    case 'pcm_32':
      view.setInt32(at, toInteger(sample, 2147483648), true);
      return;
    case 'float_32':
      view.setFloat32(at, sample, true);
      return;
    case 'mulaw':
      view.setUint8(at, encodeMulaw(toInteger(sample, 32768)));
      return;
    case 'alaw':
      view.setUint8(at, encodeAlaw(toInteger(sample, 32768)));
  }
}

/** Nearest whole number of `sample · scale`, ties to even, clamped to [−scale, scale − 1]. */
function toInteger(sample: number, scale: number): number {
  const exact = sample * scale;
  if (Number.isNaN(exact)) return 0;
  if (exact >= scale - 1) return scale - 1;
  if (exact <= -scale) return -scale;
  const floor = Math.floor(exact);
  const rest = exact - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** 16-bit value of a μ-law code (ITU-T G.711). */
export function decodeMulaw(code: number): number {
  const value = ~code & 0xff;
  const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84;
  return (value & 0x80) === 0 ? magnitude : 0 - magnitude;
}

/** 16-bit value of an A-law code (ITU-T G.711). */
export function decodeAlaw(code: number): number {
  const value = code ^ 0x55;
  const segment = (value >> 4) & 7;
  const low = ((value & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? low : (low + 0x100) << (segment - 1);
  return (value & 0x80) === 0 ? -magnitude : magnitude;
}

/** μ-law code of a 16-bit value. */
export function encodeMulaw(value: number): number {
  const sign = value < 0 ? 0x80 : 0;
  const magnitude = Math.min(0x7fff, Math.abs(value) + 0x84);
  const segment = 24 - Math.clz32(magnitude);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

/** A-law code of a 16-bit value. */
export function encodeAlaw(value: number): number {
  const short = value >> 3;
  const magnitude = short < 0 ? ~short : short;
  const segment = magnitude < 32 ? 0 : 27 - Math.clz32(magnitude);
  const mantissa = (segment < 2 ? magnitude >> 1 : magnitude >> segment) & 0x0f;
  return ((short < 0 ? 0 : 0x80) | (segment << 4) | mantissa) ^ 0x55;
}
