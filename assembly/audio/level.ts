/** Level of a block: root mean square and peak of `n` f32 samples in one pass. */
import { laneSum } from './arena';

let highest: f32 = 0;

/**
 * Root mean square of `n` samples at `x`; {@link lastPeak} then gives the largest magnitude. The root of
 * the largest square is that magnitude, to the bit: a square rounded to the nearest has its root there.
 */
export function measureLevel(x: usize, n: i32): f32 {
  // Four sums side by side: one alone would wait for its own addition.
  let squares0 = f32x4.splat(0);
  let squares1 = squares0;
  let squares2 = squares0;
  let squares3 = squares0;
  let top0 = squares0;
  let top1 = squares0;
  const end = x + ((<usize>n) << 2);
  for (; x + 64 <= end; x += 64) {
    let a = v128.load(x);
    let b = v128.load(x, 16);
    let c = v128.load(x, 32);
    let d = v128.load(x, 48);
    a = f32x4.mul(a, a);
    b = f32x4.mul(b, b);
    c = f32x4.mul(c, c);
    d = f32x4.mul(d, d);
    squares0 = f32x4.add(squares0, a);
    squares1 = f32x4.add(squares1, b);
    squares2 = f32x4.add(squares2, c);
    squares3 = f32x4.add(squares3, d);
    top0 = f32x4.pmax(f32x4.pmax(a, b), top0);
    top1 = f32x4.pmax(f32x4.pmax(c, d), top1);
  }
  let sum: f32 = laneSum(f32x4.add(f32x4.add(squares0, squares1), f32x4.add(squares2, squares3)));
  let top = f32x4.pmax(top0, top1);
  top = f32x4.pmax(top, i8x16.shuffle(top, top, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  top = f32x4.pmax(top, i8x16.shuffle(top, top, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  let most: f32 = f32x4.extract_lane(top, 0);
  for (; x < end; x += 4) {
    const value = load<f32>(x);
    sum += value * value;
    most = max<f32>(most, value * value);
  }
  highest = most;
  return n == 0 ? 0 : sqrt<f32>(sum / <f32>n);
}

/** Largest magnitude of the block measured last. */
export function lastPeak(): f32 {
  return sqrt<f32>(highest);
}
