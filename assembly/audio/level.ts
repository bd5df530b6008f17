/** Level of a block: root mean square and peak of `n` f32 samples in one pass. */
import { laneSum } from './arena';

let peak: f32 = 0;

/** Root mean square of `n` samples at `x`; {@link lastPeak} then gives the largest magnitude. */
export function measureLevel(x: usize, n: i32): f32 {
  // Four sums side by side: one alone would wait for its own addition.
  let squares0 = f32x4.splat(0);
  let squares1 = squares0;
  let squares2 = squares0;
  let squares3 = squares0;
  let top0 = squares0;
  let top1 = squares0;
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    const c = v128.load(x, 32);
    const d = v128.load(x, 48);
    squares0 = f32x4.add(squares0, f32x4.mul(a, a));
    squares1 = f32x4.add(squares1, f32x4.mul(b, b));
    squares2 = f32x4.add(squares2, f32x4.mul(c, c));
    squares3 = f32x4.add(squares3, f32x4.mul(d, d));
    top0 = f32x4.pmax(f32x4.pmax(f32x4.abs(a), f32x4.abs(b)), top0);
    top1 = f32x4.pmax(f32x4.pmax(f32x4.abs(c), f32x4.abs(d)), top1);
    x += 64;
  }
  const top = f32x4.pmax(top0, top1);
  let sum: f32 = laneSum(f32x4.add(f32x4.add(squares0, squares1), f32x4.add(squares2, squares3)));
  let most: f32 = max<f32>(max<f32>(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)), max<f32>(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)));
  for (; i < n; i++) {
    const value = load<f32>(x);
    sum += value * value;
    most = max<f32>(most, abs<f32>(value));
    x += 4;
  }
  peak = most;
  return n == 0 ? 0 : <f32>sqrt<f64>(<f64>sum / <f64>n);
}

/** Largest magnitude of the block measured last. */
export function lastPeak(): f32 {
  return peak;
}
