/**
 * The formant synthesiser: a cascade of resonators for what the larynx drives, and a parallel bank
 * for noise made at a constriction, after D. H. Klatt, "Software for a cascade/parallel formant
 * synthesizer", JASA 67(3), 1980; the voice source is the polynomial pulse of Klatt & Klatt, JASA
 * 87(2), 1990.
 *
 * Parameters come in frames (FRAME values each, at `input`) and are interpolated linearly from frame
 * to frame: resonators move five times per frame, amplitudes at every sample. The pulse is computed
 * at four times the rate and averaged, so that its closure falls between samples without whistling.
 */

/** f32 values per frame, in the order of the constants below. */
export const FRAME: i32 = 32;
const F0: i32 = 0; // Hz
const VOICING: i32 = 1; // amplitude of the pulse
const ASPIRATION: i32 = 2; // amplitude of noise at the larynx
const FRICATION: i32 = 3; // amplitude of noise at the constriction
const OPEN: i32 = 4; // open quotient, 0…1
const TILT: i32 = 5; // of the source: 0…1 is the pole of a low-pass, −1…0 the zero of a rise
const FORMANT: i32 = 6; // F1…F6, Hz
const WIDTH: i32 = 12; // B1…B6, Hz
const NASAL_ZERO: i32 = 18; // Hz, then its bandwidth
const NASAL_POLE: i32 = 20; // Hz, then its bandwidth
const NOISE: i32 = 22; // gains of the noise through F2…F6
const BYPASS: i32 = 27; // gain of the noise past the bank

const STEPS: i32 = 5;
const OVERSAMPLING: i32 = 4;
const CASCADE: i32 = 8; // F1…F6 and two fixed above
const UNIT: i32 = 20; // a, b, c, y1, y2: f32

let rate: f32 = 24000;
let perStep: i32 = 24;
let previous: usize = 0;
let current: usize = 0;
let cascade: usize = 0;
let pole: usize = 0;
let zero: usize = 0;
let bank: usize = 0;
let phase: f32 = 0; // samples (oversampled) since the pulse began
let period: f32 = 0;
let opening: f32 = 0;
let tilted: f32 = 0;
let pulseBefore: f32 = 0;
let seed: u32 = 1;
let fresh: bool = true;
let hiss: f32 = 0;

/** Prepares for output at `sampleRate` Hz with frames of `frameSamples` samples, a multiple of five. */
export function initFormant(sampleRate: i32, frameSamples: i32): void {
  rate = <f32>sampleRate;
  perStep = frameSamples / STEPS;
  previous = heap.alloc(FRAME << 2);
  current = heap.alloc(FRAME << 2);
  cascade = heap.alloc(CASCADE * UNIT);
  pole = heap.alloc(UNIT);
  zero = heap.alloc(UNIT);
  bank = heap.alloc(5 * UNIT);
  resetFormant(1);
}

/** Silence, and the noise generator back to `noiseSeed`. */
export function resetFormant(noiseSeed: i32): void {
  memory.fill(previous, 0, FRAME << 2);
  memory.fill(current, 0, FRAME << 2);
  memory.fill(cascade, 0, CASCADE * UNIT);
  memory.fill(pole, 0, UNIT);
  memory.fill(zero, 0, UNIT);
  memory.fill(bank, 0, 5 * UNIT);
  phase = 0;
  period = 0;
  opening = 0;
  tilted = 0;
  pulseBefore = 0;
  hiss = 0;
  seed = <u32>noiseSeed | 1;
  fresh = true;
}

// @ts-ignore: decorator
@inline
function parameter(index: i32): f32 {
  return load<f32>(current + (index << 2));
}

/** Renders `frames` frames at `input` to samples at `output`; returns the number of samples. */
export function renderFormant(input: usize, frames: i32, output: usize): i32 {
  let out = output;
  for (let frame = 0; frame < frames; frame++) {
    const target = input + ((frame * FRAME) << 2);
    if (fresh) {
      memory.copy(previous, target, FRAME << 2);
      store<f32>(previous + (VOICING << 2), 0);
      store<f32>(previous + (ASPIRATION << 2), 0);
      store<f32>(previous + (FRICATION << 2), 0);
      fresh = false;
    }
    for (let step = 1; step <= STEPS; step++) {
      const voicing0 = mix(target, VOICING, step - 1);
      const aspiration0 = mix(target, ASPIRATION, step - 1);
      const frication0 = mix(target, FRICATION, step - 1);
      for (let n = 0; n < FRAME; n++) store<f32>(current + (n << 2), mix(target, n, step));
      tune();
      renderStep(out, voicing0, aspiration0, frication0);
      out += perStep << 2;
    }
    memory.copy(previous, target, FRAME << 2);
  }
  return frames * STEPS * perStep;
}

// @ts-ignore: decorator
@inline
function mix(target: usize, index: i32, step: i32): f32 {
  const from = load<f32>(previous + (index << 2));
  return from + ((load<f32>(target + (index << 2)) - from) * <f32>step) / <f32>STEPS;
}

function tune(): void {
  for (let n = 0; n < 6; n++) resonate(cascade + n * UNIT, parameter(FORMANT + n), parameter(WIDTH + n));
  resonate(cascade + 6 * UNIT, 6800, 1000);
  resonate(cascade + 7 * UNIT, 8300, 1500);
  resonate(pole, parameter(NASAL_POLE), parameter(NASAL_POLE + 1));
  resonate(zero, parameter(NASAL_ZERO), parameter(NASAL_ZERO + 1));
  for (let n = 0; n < 5; n++) {
    const unit = bank + n * UNIT;
    // Noise resonances are broader than those of the voice: the constriction is lossy.
    resonate(unit, parameter(FORMANT + 1 + n), parameter(WIDTH + 1 + n) * <f32>1.6 + 60);
    // Peak gain 1 instead of gain 1 at 0 Hz: the gains of the bank are then what is heard.
    store<f32>(unit, (<f32>1 + load<f32>(unit + 8)) * <f32>0.5);
  }
}

// y = a·x + b·y1 + c·y2 with unity gain at 0 Hz.
function resonate(unit: usize, hertz: f32, width: f32): void {
  const radius = <f32>Math.exp((-Math.PI * <f64>width) / <f64>rate);
  const c = -radius * radius;
  const b = <f32>2 * radius * <f32>Math.cos((2.0 * Math.PI * <f64>hertz) / <f64>rate);
  store<f32>(unit, <f32>1 - b - c);
  store<f32>(unit + 4, b);
  store<f32>(unit + 8, c);
}

// @ts-ignore: decorator
@inline
function filter(unit: usize, x: f32): f32 {
  const y1 = load<f32>(unit + 12);
  const y = load<f32>(unit) * x + load<f32>(unit + 4) * y1 + load<f32>(unit + 8) * load<f32>(unit + 16);
  store<f32>(unit + 16, y1);
  store<f32>(unit + 12, y);
  return y;
}

// The inverse of a resonator: a zero pair with unity gain at 0 Hz.
// @ts-ignore: decorator
@inline
function notch(unit: usize, x: f32): f32 {
  const x1 = load<f32>(unit + 12);
  const y = (x - load<f32>(unit + 4) * x1 - load<f32>(unit + 8) * load<f32>(unit + 16)) / load<f32>(unit);
  store<f32>(unit + 16, x1);
  store<f32>(unit + 12, x);
  return y;
}

function renderStep(output: usize, voicing0: f32, aspiration0: f32, frication0: f32): void {
  const span = <f32>perStep;
  const voicingStep = (parameter(VOICING) - voicing0) / span;
  const aspirationStep = (parameter(ASPIRATION) - aspiration0) / span;
  const fricationStep = (parameter(FRICATION) - frication0) / span;
  const tilt = parameter(TILT);
  let voicing = voicing0;
  let aspiration = aspiration0;
  let frication = frication0;
  for (let n = 0; n < perStep; n++) {
    voicing += voicingStep;
    aspiration += aspirationStep;
    frication += fricationStep;
    const pulse = glottis();
    tilted = tilt < 0 ? (pulse + tilt * pulseBefore) / (<f32>1 + tilt) : pulse * (<f32>1 - tilt) + tilted * tilt;
    pulseBefore = pulse;
    const white = noise();
    // The larynx lets less noise through while it is closed.
    const breath = voicing > 0 && phase > opening ? white * <f32>0.5 : white;
    // Noise at the larynx falls 6 dB per octave in the upper range, like the voice it replaces.
    hiss = <f32>0.6 * hiss + breath;
    let x = tilted * voicing + (hiss - <f32>0.6 * breath) * aspiration;
    x = notch(zero, x);
    x = filter(pole, x);
    for (let unit = CASCADE - 1; unit >= 0; unit--) x = filter(cascade + unit * UNIT, x);
    const rub = (voicing > <f32>0.02 && phase > opening ? <f32>0.6 : <f32>1) * white * frication;
    let y = rub * parameter(BYPASS);
    let sign: f32 = 1;
    for (let unit = 0; unit < 5; unit++) {
      y += sign * parameter(NOISE + unit) * filter(bank + unit * UNIT, rub);
      sign = -sign;
    }
    store<f32>(output + (n << 2), x + y);
  }
}

// One sample of the derivative of the flow: 2x − 3x² while the glottis is open, x from 0 to 1, else 0.
function glottis(): f32 {
  let sum: f32 = 0;
  for (let n = 0; n < OVERSAMPLING; n++) {
    phase += 1;
    if (phase >= period) {
      phase -= period;
      const hertz = parameter(F0);
      period = hertz > 20 ? (rate * <f32>OVERSAMPLING) / hertz : 400;
      if (phase > period) phase = 0;
      opening = period * parameter(OPEN);
    }
    if (phase < opening) {
      const x = phase / opening;
      sum += x * (<f32>2 - <f32>3 * x);
    }
  }
  return sum / <f32>OVERSAMPLING;
}

// White noise of unit variance, near enough Gaussian: the sum of four uniform values.
function noise(): f32 {
  let sum: f32 = 0;
  for (let n = 0; n < 4; n++) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    sum += <f32>(<i32>seed) * <f32>(1.0 / 2147483648.0);
  }
  return sum * <f32>0.866;
}
