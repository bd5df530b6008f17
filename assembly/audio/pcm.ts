/**
 * Conversions between f32 in [−1, 1) and integer encodings, little-endian. Integers are divided by
 * 2^(bits−1); floats are multiplied by it, rounded to the nearest (ties to even) and clamped, so that
 * integer → f32 → integer is the identity. Not-a-number becomes 0.
 *
 * G.711 (ITU-T G.711, 1988): a code is a small float, sign, three bits of exponent (the segment) and four
 * of mantissa, so decoding puts it into the upper half of an f32, eight at a time; encoding searches the
 * segment of a 16-bit value. Decoding may write up to seven values behind the end, into the window's slack.
 */

const SCALE_16: f32 = 32768;
const SCALE_24: f32 = 8388608;
const SCALE_32: f32 = 2147483648;

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
  while (x + 64 <= end) {
    spread16(v128.load(x), y);
    spread16(v128.load(x, 16), y + 32);
    spread16(v128.load(x, 32), y + 64);
    spread16(v128.load(x, 48), y + 96);
    x += 64;
    y += 128;
  }
  while (x + 16 <= end) {
    spread16(v128.load(x), y);
    x += 16;
    y += 32;
  }
  while (x < end) {
    store<f32>(y, <f32>load<i16>(x) * (1 / SCALE_16));
    x += 2;
    y += 4;
  }
}

// Adding 1.5 · 2^23 leaves no bits for fractions, so the addition rounds; what is above the bits of the sum at zero is
// the integer. Larger sums still compare as larger integers, which narrowing saturates, and negative sums are taken for
// the least.
const WHOLE: f32 = 12582912;
const WHOLE_BITS: i32 = 0x4b400000;

// @ts-ignore: decorator
@inline
function whole16(v: v128): v128 {
  const number = v128.and(v, f32x4.eq(v, v));
  const sum = f32x4.add(f32x4.mul(number, f32x4.splat(SCALE_16)), f32x4.splat(WHOLE));
  return i32x4.sub(i32x4.max_s(sum, i32x4.splat(0)), i32x4.splat(WHOLE_BITS));
}

// @ts-ignore: decorator
@inline
function rounded(x: usize, offset: usize, scale: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x + offset), scale)));
}

/** f32 to 16-bit integers. */
export function encode16(x: usize, y: usize, n: i32): void {
  const end = x + ((<usize>n) << 2);
  while (x + 64 <= end) {
    v128.store(y, i16x8.narrow_i32x4_s(whole16(v128.load(x)), whole16(v128.load(x, 16))));
    v128.store(y, i16x8.narrow_i32x4_s(whole16(v128.load(x, 32)), whole16(v128.load(x, 48))), 16);
    x += 64;
    y += 32;
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

// The upper half of an f32: exponent and mantissa of a code in segment 0 with mantissa 0, and half a step.
const LEAST_HALF: i16 = 0x3b84;
// 2^−7, what lies under the implicit leading one of segment 1.
const LEADING_ONE: i16 = 0x3c00;
const SIGN: i16 = -0x8000;

// @ts-ignore: decorator
@inline
function difference16(a: v128, b: v128, y: usize): void {
  const zero = i32x4.splat(0);
  v128.store(y, f32x4.sub(i8x16.shuffle(zero, a, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23), i8x16.shuffle(zero, b, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23)));
  v128.store(y, f32x4.sub(i8x16.shuffle(zero, a, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), i8x16.shuffle(zero, b, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31)), 16);
}

/** Eight codes, each in the high byte of its 16 bits. */
// @ts-ignore: decorator
@inline
function codes(x: usize, flip: i8): v128 {
  const eight = v128.xor(v128.load64_zero(x), i8x16.splat(flip));
  return i8x16.shuffle(i32x4.splat(0), eight, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function magnitude(code: v128): v128 {
  return i16x8.shr_u(v128.and(code, i16x8.splat(0x7f00)), 5);
}

/** μ-law codes to f32. */
export function decodeMu(x: usize, y: usize, n: i32): void {
  const least = i16x8.splat(LEAST_HALF);
  const end = x + <usize>n;
  while (x < end) {
    const code = codes(x, -1);
    const sign = v128.and(code, i16x8.splat(SIGN));
    // The law's bias is the least magnitude itself.
    difference16(v128.or(i16x8.add(magnitude(code), least), sign), v128.or(least, sign), y);
    x += 8;
    y += 32;
  }
}

/** A-law codes to f32. */
export function decodeA(x: usize, y: usize, n: i32): void {
  const end = x + <usize>n;
  while (x < end) {
    const code = codes(x, 0x55);
    const sign = v128.andnot(i16x8.splat(SIGN), code);
    const size = magnitude(code);
    // Segment 0 has the steps of segment 1 without its leading one.
    const low = i16x8.lt_s(size, i16x8.splat(0x80));
    const value = i16x8.add(i16x8.add(size, i16x8.splat(LEAST_HALF)), v128.and(low, i16x8.splat(0x80)));
    difference16(v128.or(value, sign), v128.or(v128.and(low, i16x8.splat(LEADING_ONE)), sign), y);
    x += 8;
    y += 32;
  }
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
