/** Gain, mixing and fades over f32 blocks. The gain runs linearly from `from` at the first sample towards `to`, which the sample after the block would have. */

// @ts-ignore: decorator
@inline
function ramp(from: f32, step: f32): v128 {
  return f32x4.add(f32x4.splat(from), f32x4.mul(f32x4.splat(step), f32x4(0, 1, 2, 3)));
}

/** y = x · gain. */
export function applyGain(x: usize, y: usize, n: i32, from: f32, to: f32): void {
  const step: f32 = n > 0 ? (to - from) / <f32>n : 0;
  let gain = ramp(from, step);
  const four = f32x4.splat(step * 4);
  const end = x + ((<usize>n) << 2);
  // Windows have room for a whole vector behind their end.
  while (x < end) {
    v128.store(y, f32x4.mul(v128.load(x), gain));
    gain = f32x4.add(gain, four);
    x += 16;
    y += 16;
  }
}

/** y = y + x · gain. */
export function mixInto(x: usize, y: usize, n: i32, from: f32, to: f32): void {
  const step: f32 = n > 0 ? (to - from) / <f32>n : 0;
  let gain = ramp(from, step);
  let next = f32x4.add(gain, f32x4.splat(step * 4));
  const eight = f32x4.splat(step * 8);
  const end = x + ((<usize>(n & ~7)) << 2);
  while (x < end) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(v128.load(x), gain)));
    v128.store(y, f32x4.add(v128.load(y, 16), f32x4.mul(v128.load(x, 16), next)), 16);
    gain = f32x4.add(gain, eight);
    next = f32x4.add(next, eight);
    x += 32;
    y += 32;
  }
  let last: f32 = from + step * <f32>(n & ~7);
  for (let k = n & ~7; k < n; k++) {
    store<f32>(y, load<f32>(y) + load<f32>(x) * last);
    last += step;
    x += 4;
    y += 4;
  }
}
