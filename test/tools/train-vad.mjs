// Trains the voice activity detector and writes src/audio/vad-weights.generated.ts.
//   node test/tools/train-vad.mjs [--hours 45] [--seed 7] [--out FILE]
// Needs espeak-ng on the path and a built audio.wasm (`npm run generate`), whose features it uses.
// A gated recurrent unit (see assembly/audio/vad.ts) is trained by Adam on truncated back-propagation
// through time; both classes weigh the same, because the figure of merit is the half-total error.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { activeRms, addRoom, audioModule, HOP, makeNoise, makeUtterances, randomFrom, RATE, scoredFrames, speechStream } from './train-vad-data.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const HOURS = Number(option('hours', '45'));
const SEED = Number(option('seed', '7'));
const OUT = option('out', `${root}/src/audio/vad-weights.generated.ts`);

const STREAMS = 16;
const STREAM_FRAMES = 3000;
const UNROLL = 250;
const module = audioModule(root);

function unit(kind, ...setup) {
  const exports = new WebAssembly.Instance(module, {}).exports;
  if (exports.init(kind, setup[0] ?? 0, setup[1] ?? 0, setup[2] ?? 0, setup[3] ?? 0, setup[4] ?? 0, setup[5] ?? 0, setup[6] ?? 0) !== 0) throw new Error('audio.wasm refused its set-up');
  return { exports, floats: new Float32Array(exports.memory.buffer) };
}

function resample(x, from) {
  if (from === RATE) return x;
  const { exports, floats } = unit(1, from, RATE, 1, 8192, 133.33, 0.952, 11.2);
  const parts = [];
  const take = (count) => parts.push(floats.slice(exports.outputWindow() >> 2, (exports.outputWindow() >> 2) + count));
  for (let n = 0; n < x.length; n += 8192) {
    const block = x.subarray(n, n + 8192);
    floats.set(block, exports.inputWindow() >> 2);
    take(exports.update(block.length));
  }
  take(exports.finish());
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const vad = unit(3);
const F = vad.exports.featureCount();
const COUNT = vad.exports.tableLength();
const H = 28;

/** Features of a stream, frame after frame. */
export function featuresOf(x) {
  vad.exports.reset();
  const frames = Math.floor(x.length / HOP);
  const features = new Float32Array(frames * F);
  const input = vad.exports.inputWindow() >> 2, at = vad.exports.featureWindow() >> 2;
  for (let f = 0; f < frames; f++) {
    vad.floats.set(x.subarray(f * HOP, (f + 1) * HOP), input);
    vad.exports.update(HOP);
    features.set(vad.floats.subarray(at, at + F), f * F);
  }
  return features;
}

/** One training stream: features, truth and which frames count. */
function example(random, utterances) {
  // One stream in five has no speech at all: nothing may ever be heard in it.
  const mute = random() < 0.2;
  let { x, truth } = mute ? { x: new Float32Array(STREAM_FRAMES * HOP), truth: new Uint8Array(STREAM_FRAMES) } : speechStream(random, utterances, STREAM_FRAMES);
  if (random() < 0.3) x = addRoom(random, x);
  const level = mute ? 0.05 : activeRms(x, truth);
  if (mute || random() > 0.1) {
    const noise = makeNoise(random, x.length, utterances);
    let sum = 0;
    for (const value of noise) sum += value * value;
    const snr = -3 + 26 * random();
    const gain = (level * 10 ** (-snr / 20)) / Math.max(1e-6, Math.sqrt(sum / noise.length));
    // Noise may begin or change its level in the middle.
    const step = random() < 0.25 ? Math.floor(random() * x.length) : -1, after = 10 ** ((random() * 20 - 10) / 20);
    for (let n = 0; n < x.length; n++) x[n] += noise[n] * gain * (step >= 0 && n > step ? after : 1);
  }
  const volume = 10 ** ((-30 * random()) / 20);
  const hiss = 10 ** (-(70 + 25 * random()) / 20);
  for (let n = 0; n < x.length; n++) x[n] = Math.max(-1, Math.min(1, x[n] * volume * 2 + (random() - 0.5) * hiss));
  return { features: featuresOf(x), truth, scored: scoredFrames(truth) };
}

// Parameters in the order of assembly/audio/vad.ts: per gate H biases, then F + H columns of H; then bias, padding, H outputs.
const GATE = H * (F + H + 1);
const OUTPUT = 3 * GATE;
const tanhLike = (x) => {
  const c = x < -3 ? -3 : x > 3 ? 3 : x, s = c * c;
  return (c * (27 + s)) / (27 + 9 * s);
};
const tanhSlope = (x) => {
  if (x <= -3 || x >= 3) return 0;
  const s = x * x, d = 27 + 9 * s;
  return ((27 + 3 * s) * d - 18 * s * (27 + s)) / (d * d);
};

function newParameters(random) {
  const p = new Float32Array(COUNT);
  for (let g = 0; g < 3; g++) for (let n = H; n < GATE; n++) p[g * GATE + n] = (random() - 0.5) * 2 * Math.sqrt(1.5 / (F + H));
  for (let n = 0; n < H; n++) {
    p[n] = -2; // slow updates at first, so that gradients reach back
    p[OUTPUT + 4 + n] = (random() - 0.5) * 0.5;
  }
  return p;
}

/** Runs `count` frames from `from`, adds gradients to `grad` when given, returns [loss, weight]. */
function run(p, example, from, count, state, grad, classWeight, outputs) {
  const a = new Float32Array(count * 3 * H); // gate inputs
  const s = new Float32Array(count * 3 * H); // gate outputs
  const h = new Float32Array((count + 1) * H);
  const out = new Float32Array(count);
  h.set(state);
  for (let t = 0; t < count; t++) {
    const x = (from + t) * F, now = t * H, base = t * 3 * H;
    for (let g = 0; g < 3; g++) {
      const w = g * GATE, o = base + g * H;
      for (let n = 0; n < H; n++) a[o + n] = p[w + n];
      for (let c = 0; c < F; c++) {
        const v = example.features[x + c], column = w + H * (c + 1);
        for (let n = 0; n < H; n++) a[o + n] += v * p[column + n];
      }
      for (let c = 0; c < H; c++) {
        const v = g < 2 ? h[now + c] : h[now + c] * s[base + H + c], column = w + H * (F + 1 + c);
        for (let n = 0; n < H; n++) a[o + n] += v * p[column + n];
      }
      for (let n = 0; n < H; n++) s[o + n] = g < 2 ? 0.5 + 0.5 * tanhLike(a[o + n] * 0.5) : tanhLike(a[o + n]);
    }
    let sum = p[OUTPUT];
    for (let n = 0; n < H; n++) {
      const next = h[now + n] + s[base + n] * (s[base + 2 * H + n] - h[now + n]);
      h[now + H + n] = next;
      sum += next * p[OUTPUT + 4 + n];
    }
    out[t] = 1 / (1 + Math.exp(-sum));
  }
  state.set(h.subarray(count * H));
  outputs?.set(out, from);
  let loss = 0, weight = 0;
  const dh = new Float32Array(H), da = new Float32Array(3 * H), dr = new Float32Array(H), back = new Float32Array(H);
  for (let t = count - 1; t >= 0; t--) {
    const f = from + t, now = t * H, base = t * 3 * H, x = f * F;
    const w = example.scored[f] * classWeight[example.truth[f]];
    const q = Math.min(1 - 1e-6, Math.max(1e-6, out[t]));
    loss -= w * (example.truth[f] ? Math.log(q) : Math.log(1 - q));
    weight += w;
    if (grad === undefined) continue;
    const dy = w * (out[t] - example.truth[f]);
    grad[OUTPUT] += dy;
    for (let n = 0; n < H; n++) {
      grad[OUTPUT + 4 + n] += dy * h[now + H + n];
      dh[n] += dy * p[OUTPUT + 4 + n];
    }
    for (let n = 0; n < H; n++) {
      const z = s[base + n], c = s[base + 2 * H + n];
      da[n] = dh[n] * (c - h[now + n]) * 0.25 * tanhSlope(a[base + n] * 0.5);
      da[2 * H + n] = dh[n] * z * tanhSlope(a[base + 2 * H + n]);
      back[n] = dh[n] * (1 - z);
    }
    for (let c = 0; c < H; c++) {
      const column = 2 * GATE + H * (F + 1 + c);
      let d = 0;
      for (let n = 0; n < H; n++) d += da[2 * H + n] * p[column + n];
      dr[c] = d;
      da[H + c] = d * h[now + c] * 0.25 * tanhSlope(a[base + H + c] * 0.5);
      back[c] += d * s[base + H + c];
    }
    for (let g = 0; g < 3; g++) {
      const wg = g * GATE, o = g * H;
      for (let n = 0; n < H; n++) grad[wg + n] += da[o + n];
      for (let c = 0; c < F; c++) {
        const v = example.features[x + c], column = wg + H * (c + 1);
        if (v !== 0) for (let n = 0; n < H; n++) grad[column + n] += v * da[o + n];
      }
      for (let c = 0; c < H; c++) {
        const v = g < 2 ? h[now + c] : h[now + c] * s[base + H + c], column = wg + H * (F + 1 + c);
        let d = 0;
        for (let n = 0; n < H; n++) {
          grad[column + n] += v * da[o + n];
          d += p[column + n] * da[o + n];
        }
        if (g < 2) back[c] += d;
      }
    }
    dh.set(back);
  }
  return [loss, weight];
}

/** Int8 per block of weights that share a scale: biases and columns of each gate, outputs. */
function quantised(p) {
  const blocks = [];
  for (let g = 0; g < 3; g++) blocks.push([g * GATE, H], [g * GATE + H, H * F], [g * GATE + H * (F + 1), H * H]);
  blocks.push([OUTPUT, 1], [OUTPUT + 4, H]);
  const scales = [], codes = [], back = new Float32Array(p.length);
  for (const [from, count] of blocks) {
    let most = 1e-9;
    for (let n = from; n < from + count; n++) most = Math.max(most, Math.abs(p[n]));
    const scale = Number((most / 127).toPrecision(6));
    scales.push(scale);
    for (let n = from; n < from + count; n++) {
      const code = Math.max(-127, Math.min(127, Math.round(p[n] / scale)));
      codes.push(code);
      back[n] = code * scale;
    }
  }
  return { scales, codes, back };
}

function write(p) {
  const { scales, codes } = quantised(p);
  const text = Buffer.from(Int8Array.from(codes).buffer).toString('base64');
  writeFileSync(OUT, `/** Weights of the voice activity detector, written by test/tools/train-vad.mjs: int8 in base64, one scale per block. */\nexport const vadScales: readonly number[] = [${scales.join(', ')}];\n/** See vadScales. */\nexport const vadCodes: string =\n  '${text}';\n`);
}

const random = randomFrom(SEED);
const utterances = makeUtterances(random, resample, Number(option('per-voice', '14')));
console.log(`${utterances.length} utterances, ${(utterances.reduce((sum, u) => sum + u.samples.length, 0) / RATE / 60).toFixed(1)} min`);
const p = newParameters(random);
const m = new Float32Array(COUNT), v = new Float32Array(COUNT), grad = new Float32Array(COUNT), mean = new Float32Array(COUNT);
const rounds = Math.max(1, Math.round((HOURS * 360000) / (STREAMS * STREAM_FRAMES)));
const steps = rounds * (STREAM_FRAMES / UNROLL);
let step = 0;
const start = performance.now();
for (let round = 0; round < rounds; round++) {
  const batch = Array.from({ length: STREAMS }, () => example(random, utterances));
  const states = batch.map(() => new Float32Array(H));
  let speech = 0, total = 0, roundLoss = 0, roundWeight = 0;
  for (const { truth, scored } of batch) for (let f = 0; f < truth.length; f++) if (scored[f]) {
    speech += truth[f];
    total++;
  }
  const classWeight = [total / (2 * (total - speech)), total / (2 * speech)];
  for (let from = 0; from < STREAM_FRAMES; from += UNROLL) {
    grad.fill(0);
    let weight = 0;
    for (let n = 0; n < STREAMS; n++) {
      const [loss, w] = run(p, batch[n], from, UNROLL, states[n], grad, classWeight);
      roundLoss += loss;
      weight += w;
    }
    roundWeight += weight;
    step++;
    const rate = 4e-3 * Math.min(1, step / 100) * (0.5 + 0.5 * Math.cos((Math.PI * step) / steps)) + 2e-5;
    let norm = 0;
    for (let n = 0; n < COUNT; n++) norm += (grad[n] /= Math.max(1, weight)) ** 2;
    const clip = Math.min(1, 0.5 / Math.sqrt(norm + 1e-12));
    for (let n = 0; n < COUNT; n++) {
      const d = grad[n] * clip;
      m[n] += (d - m[n]) * 0.1;
      v[n] += (d * d - v[n]) * 0.002;
      p[n] -= (rate * (m[n] / (1 - 0.9 ** step))) / (Math.sqrt(v[n] / (1 - 0.998 ** step)) + 1e-8);
    }
  }
  // A running mean of the parameters generalises better than the last ones.
  const keep = Math.min(0.98, round / (round + 3));
  for (let n = 0; n < COUNT; n++) mean[n] = mean[n] * keep + p[n] * (1 - keep);
  if (round % 10 === 9 || round === rounds - 1) {
    console.log(`${round + 1}/${rounds} loss ${(roundLoss / roundWeight).toFixed(4)} ${((performance.now() - start) / 1000).toFixed(0)} s`);
    write(mean);
  }
}
