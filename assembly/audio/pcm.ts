/**
 * Conversions between f32 in [−1, 1) and integer encodings, little-endian. Integers are divided by
 * 2^(bits−1); floats are multiplied by it, rounded to the nearest (ties to even) and clamped, so that
 * integer → f32 → integer is the identity. Not-a-number becomes 0.
 *
 * G.711 (ITU-T G.711, 1988): decoding by table, encoding by segment search on 16-bit values.
 */
import { floats, put } from './arena';

const SCALE_16: f32 = 32768;
const SCALE_24: f32 = 8388608;
const SCALE_32: f32 = 2147483648;

let muTable: usize = 0;
let aTable: usize = 0;

function muDecode(code: i32): i32 {
  const value = ~code & 0xff;
  const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84;
  return value & 0x80 ? -magnitude : magnitude;
}

function aDecode(code: i32): i32 {
  const value = code ^ 0x55;
  const segment = (value >> 4) & 7;
  let magnitude = ((value & 0x0f) << 4) + 8;
  if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

/** Makes the G.711 tables. */
export function initPcm(): void {
  muTable = floats(256);
  aTable = floats(256);
  for (let code = 0; code < 256; code++) {
    put(muTable, code, <f32>muDecode(code) / SCALE_16);
    put(aTable, code, <f32>aDecode(code) / SCALE_16);
  }
}

// Between 256 and 512 the last bit of an f32 is 2^−15: a 16-bit value u in the low half of such a
// number makes it 256 + u / 32768, and with the sign bit flipped one subtraction gives the sample.
const HIGH_HALF: i32 = 0x4380;
const OFFSET: f32 = 257;

// @ts-ignore: decorator
@inline
function spread16(v: v128, y: usize): void {
  const high = i16x8.splat(<i16>HIGH_HALF);
  const flipped = v128.xor(v, i16x8.splat(-32768));
  const offset = f32x4.splat(OFFSET);
  v128.store(y, f32x4.sub(i8x16.shuffle(flipped, high, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23), offset));
  v128.store(y, f32x4.sub(i8x16.shuffle(flipped, high, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), offset), 16);
}

/** 16-bit integers to f32. */
export function decode16(x: usize, y: usize, n: i32): void {
  const end = x + ((<usize>n) << 1);
  while (x + 32 <= end) {
    spread16(v128.load(x), y);
    spread16(v128.load(x, 16), y + 32);
    x += 32;
    y += 64;
  }
  while (x < end) {
    store<f32>(y, <f32>load<i16>(x) * (1 / SCALE_16));
    x += 2;
    y += 4;
  }
}

// @ts-ignore: decorator
@inline
function rounded(x: usize, offset: usize, scale: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x + offset), scale)));
}

/** f32 to 16-bit integers. */
export function encode16(x: usize, y: usize, n: i32): void {
  const scale = f32x4.splat(SCALE_16);
  const end = x + ((<usize>n) << 2);
  while (x + 32 <= end) {
    v128.store(y, i16x8.narrow_i32x4_s(rounded(x, 0, scale), rounded(x, 16, scale)));
    x += 32;
    y += 16;
  }
  while (x < end) {
    store<i16>(y, <i16>clamped(load<f32>(x) * SCALE_16, -32768, 32767));
    x += 4;
    y += 2;
  }
}

// @ts-ignore: decorator
@inline
function clamped(value: f32, low: i32, high: i32): i32 {
  if (!(value == value)) return 0;
  const whole = nearest<f32>(value);
  return whole <= <f32>low ? low : whole >= <f32>high ? high : <i32>whole;
}

/** Packed 24-bit integers to f32. */
export function decode24(x: usize, y: usize, n: i32): void {
  const end = y + ((<usize>n) << 2);
  while (y < end) {
    const value = <i32>load<u16>(x) | (<i32>load<i8>(x, 2) << 16);
    store<f32>(y, <f32>value * (1 / SCALE_24));
    x += 3;
    y += 4;
  }
}

/** f32 to packed 24-bit integers. */
export function encode24(x: usize, y: usize, n: i32): void {
  const end = x + ((<usize>n) << 2);
  while (x < end) {
    const value = clamped(load<f32>(x) * SCALE_24, -8388608, 8388607);
    store<u16>(y, <u16>value);
    store<u8>(y, <u8>(value >> 16), 2);
    x += 4;
    y += 3;
  }
}

/** 32-bit integers to f32. */
export function decode32(x: usize, y: usize, n: i32): void {
  const scale = f32x4.splat(1 / SCALE_32);
  const end = y + ((<usize>n) << 2);
  // Windows have room for a whole vector behind their end.
  while (y < end) {
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(v128.load(x)), scale));
    x += 16;
    y += 16;
  }
}

/** f32 to 32-bit integers. */
export function encode32(x: usize, y: usize, n: i32): void {
  const scale = f32x4.splat(SCALE_32);
  const end = x + ((<usize>n) << 2);
  while (x < end) {
    v128.store(y, rounded(x, 0, scale));
    x += 16;
    y += 16;
  }
}

function decodeTable(table: usize, x: usize, y: usize, n: i32): void {
  const end = x + <usize>(n & ~3);
  while (x < end) {
    const four = load<u32>(x);
    const a = load<f32>(table + ((<usize>(four & 0xff)) << 2));
    const b = load<f32>(table + ((<usize>((four >> 8) & 0xff)) << 2));
    const c = load<f32>(table + ((<usize>((four >> 16) & 0xff)) << 2));
    const d = load<f32>(table + ((<usize>(four >> 24)) << 2));
    store<f32>(y, a);
    store<f32>(y, b, 4);
    store<f32>(y, c, 8);
    store<f32>(y, d, 12);
    x += 4;
    y += 16;
  }
  const last = end + <usize>(n & 3);
  while (x < last) {
    store<f32>(y, load<f32>(table + ((<usize>load<u8>(x)) << 2)));
    x++;
    y += 4;
  }
}

/** μ-law codes to f32. */
export function decodeMu(x: usize, y: usize, n: i32): void {
  decodeTable(muTable, x, y, n);
}

/** A-law codes to f32. */
export function decodeA(x: usize, y: usize, n: i32): void {
  decodeTable(aTable, x, y, n);
}

/** f32 to μ-law codes. */
export function encodeMu(x: usize, y: usize, n: i32): void {
  for (let k = 0; k < n; k++) {
    const value = clamped(load<f32>(x + ((<usize>k) << 2)) * SCALE_16, -32768, 32767);
    const sign = value < 0 ? 0x80 : 0;
    // 14-bit law: the bias makes the segment the position of the leading bit.
    let magnitude = (value < 0 ? -value : value) + 0x84;
    if (magnitude > 0x7fff) magnitude = 0x7fff;
    const segment = 24 - clz<i32>(magnitude);
    store<u8>(y + <usize>k, <u8>~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)));
  }
}

/** f32 to A-law codes. */
export function encodeA(x: usize, y: usize, n: i32): void {
  for (let k = 0; k < n; k++) {
    const value = clamped(load<f32>(x + ((<usize>k) << 2)) * SCALE_16, -32768, 32767) >> 3;
    const sign = value < 0 ? 0 : 0x80;
    // 13-bit law on value >> 3; negative values are one's complemented as in the recommendation.
    const magnitude = value < 0 ? ~value : value;
    const segment = magnitude < 32 ? 0 : 27 - clz<i32>(magnitude);
    const mantissa = segment < 2 ? (magnitude >> 1) & 0x0f : (magnitude >> segment) & 0x0f;
    store<u8>(y + <usize>k, <u8>((sign | (segment << 4) | mantissa) ^ 0x55));
  }
}
