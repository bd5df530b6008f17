/** Voice activity of 10 ms frames at 16 kHz: energy over a tracked noise floor, as a probability. */
import { at, floats } from './arena';

const HOP: i32 = 160;

let frame: usize = 0;
let floor: f32 = -60;
let smooth: f32 = -60;

/** Prepares the detector. */
export function initVad(): void {
  frame = floats(HOP);
  resetVad();
}

/** Forgets everything heard. */
export function resetVad(): void {
  floor = -60;
  smooth = -60;
}

/** Where the next frame of 160 samples goes. */
export function vadInput(): usize {
  return frame;
}

/** Probability of speech in the frame. */
export function vadProbability(): f32 {
  let sum: f32 = 0;
  for (let n = 0; n < HOP; n++) sum += at(frame, n) * at(frame, n);
  const level = <f32>(10 * Math.log10(<f64>sum / HOP + 1e-10));
  smooth += (level - smooth) * (level > smooth ? 0.5 : 0.2);
  floor += (level - floor) * (level < floor ? 0.2 : 0.003);
  const above = smooth - floor - 8;
  return <f32>(1 / (1 + Math.exp(<f64>(-above * 0.5))));
}
