/**
 * Finds where a signal looks most like itself: the start in a range whose next `length` samples have
 * the largest normalised cross-correlation with those at a template's start. The search runs on the
 * signal averaged over groups of samples first and is refined at full rate around the best group.
 * Used for splices of time-stretching and for the period of concealment.
 */
import { at, floats, laneSum, put } from './arena';

let signal: usize = 0;
let coarse: usize = 0;
let score: f32 = 0;
let offset: f32 = 0;

/** Prepares a window of `capacity` samples. */
export function initMatch(capacity: i32): usize {
  signal = floats(capacity + 8);
  coarse = floats(capacity + 8);
  return signal;
}

/** Correlation of the match found last, −1 … 1. */
export function matchScore(): f32 {
  return score;
}

/** How far the true place lies behind the one found last, −0.5 … 0.5 samples: the top of the parabola through its neighbours. */
export function matchOffset(): f32 {
  return offset;
}

function dotOf(x: usize, y: usize, n: i32): f32 {
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  const end = x + ((<usize>(n & ~7)) << 2);
  while (x < end) {
    even = f32x4.add(even, f32x4.mul(v128.load(x), v128.load(y)));
    odd = f32x4.add(odd, f32x4.mul(v128.load(x, 16), v128.load(y, 16)));
    x += 32;
    y += 32;
  }
  let sum = laneSum(f32x4.add(even, odd));
  for (let k = 0; k < (n & 7); k++) sum += at(x, k) * at(y, k);
  return sum;
}

function parabola(left: f32, top: f32, right: f32): f32 {
  const bend = left - 2 * top + right;
  return left < -1 || bend >= 0 ? 0 : max<f32>(-0.5, min<f32>(0.5, (<f32>0.5 * (left - right)) / bend));
}

function best(base: usize, template: i32, length: i32, from: i32, to: i32): i32 {
  const t = base + ((<usize>template) << 2);
  const own = dotOf(t, t, length) + <f32>1e-12;
  let energy = dotOf(base + ((<usize>from) << 2), base + ((<usize>from) << 2), length);
  let found = from;
  score = -2;
  offset = 0;
  let before: f32 = -2;
  let last: f32 = -2;
  let rising = false; // the place found last is the one just before
  for (let start = from; start <= to; start++) {
    const x = base + ((<usize>start) << 2);
    const cross = dotOf(t, x, length);
    const value = <f32>(<f64>cross / Math.sqrt(<f64>own * <f64>(max<f32>(energy, 0) + <f32>1e-9)));
    if (rising) offset = parabola(before, last, value);
    rising = value > score;
    if (rising) {
      score = value;
      found = start;
      before = last;
      offset = 0;
    }
    last = value;
    const gone = at(base, start);
    const come = at(base, start + length);
    energy += come * come - gone * gone;
  }
  return found;
}

/**
 * Best start in [`from`, `to`] for the `length` samples at `template`, searched in steps of `group`
 * samples and refined by single samples. All indices lie inside the window.
 */
export function bestMatch(template: i32, length: i32, from: i32, to: i32, group: i32): i32 {
  if (group <= 1) return best(signal, template, length, from, to);
  // The groups are aligned on the template, so that both sides are averaged alike.
  const phase = template % group;
  const low = min<i32>(template, from);
  const high = max<i32>(template, to) + length;
  const first = (low - phase) / group;
  const last = (high - phase) / group;
  const scale: f32 = 1 / <f32>group;
  for (let g = first < 0 ? 0 : first; g <= last; g++) {
    let sum: f32 = 0;
    const x = signal + ((<usize>(g * group + phase)) << 2);
    for (let k = 0; k < group; k++) sum += at(x, k);
    put(coarse, g, sum * scale);
  }
  const near = best(coarse, (template - phase) / group, length / group, max<i32>(0, (from - phase + group - 1) / group), (to - phase) / group) * group + phase;
  return best(signal, template, length, max<i32>(from, near - group), min<i32>(to, near + group));
}
