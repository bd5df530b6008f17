// Which frame belongs to which phone state: Viterbi along the known phones of an utterance, silence
// allowed at both ends and between words. First with one Gaussian per state, started from a uniform
// division; later with the network itself.
import { phoneIndexOf } from './train.mjs';

/** States of an utterance: list of { state, optional } in order; SIL = last state number. */
export function chainOf(words, silence) {
  const chain = [{ state: silence, skip: true }];
  for (const word of words) {
    for (const phone of word) for (let part = 0; part < 3; part++) chain.push({ state: phoneIndexOf(phone) * 3 + part, skip: false });
    chain.push({ state: silence, skip: true });
  }
  return chain;
}

/** Uniform division: a first guess; `speech` tells the frames that are not silence. */
export function uniform(chain, frames, speechStart, speechEnd, silence) {
  const states = chain.filter((link) => !link.skip).map((link) => link.state);
  return Int32Array.from({ length: frames }, (_, t) => (t < speechStart || t >= speechEnd ? silence : states[Math.min(states.length - 1, Math.floor(((t - speechStart) * states.length) / Math.max(1, speechEnd - speechStart)))]));
}

/** Best division under `score(t, state)`. */
export function align(chain, frames, score) {
  const n = chain.length;
  let last = new Float64Array(n).fill(-Infinity);
  const from = new Int32Array(frames * n);
  const enter = (row, t) => {
    for (let i = 0; i < n; i++) {
      let best = row === undefined ? (i === 0 || (i === 1 && chain[0].skip) ? 0 : -Infinity) : row[i];
      let origin = i;
      if (row !== undefined) {
        if (i > 0 && row[i - 1] > best) { best = row[i - 1]; origin = i - 1; }
        if (i > 1 && chain[i - 1].skip && row[i - 2] > best) { best = row[i - 2]; origin = i - 2; }
      }
      from[t * n + i] = origin;
      next[i] = best === -Infinity ? best : best + score(t, chain[i].state);
    }
  };
  let next = new Float64Array(n);
  enter(undefined, 0);
  for (let t = 1; t < frames; t++) {
    [last, next] = [next, last];
    enter(last, t);
  }
  let at = next[n - 1] > next[n - 2] ? n - 1 : n - 2;
  if (next[at] === -Infinity) return undefined;
  const labels = new Int32Array(frames);
  for (let t = frames - 1; t >= 0; t--) {
    labels[t] = chain[at].state;
    at = from[t * n + at];
  }
  return { labels, score: Math.max(next[n - 1], next[n - 2]) / frames };
}

/** One diagonal Gaussian per state over cepstra and their slopes. */
export function gaussians(items, stateCount, width) {
  const count = new Float64Array(stateCount);
  const sum = new Float64Array(stateCount * width);
  const square = new Float64Array(stateCount * width);
  for (const { features, labels } of items) {
    for (let t = 0; t < labels.length; t++) {
      const s = labels[t];
      count[s]++;
      for (let k = 0; k < width; k++) {
        const x = features[t * width + k];
        sum[s * width + k] += x;
        square[s * width + k] += x * x;
      }
    }
  }
  const mean = sum.map((x, n) => x / Math.max(1, count[Math.floor(n / width)]));
  const variance = square.map((x, n) => Math.max(0.05, x / Math.max(1, count[Math.floor(n / width)]) - mean[n] ** 2));
  const constant = Float64Array.from({ length: stateCount }, (_, s) => { let c = 0; for (let k = 0; k < width; k++) c -= 0.5 * Math.log(variance[s * width + k]); return c; });
  return (features) => (t, s) => {
    let value = constant[s];
    for (let k = 0; k < width; k++) { const d = features[t * width + k] - mean[s * width + k]; value -= (0.5 * d * d) / variance[s * width + k]; }
    return value;
  };
}
