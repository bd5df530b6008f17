// Trains the acoustic model of CommandRecognizer and writes src/speech/acoustic-model.generated.ts.
//
//   node test/tools/train-commands/train.mjs [utterances per voice] [epochs]
//
// Needs espeak-ng, which speaks all of the training data (voices.mjs); the voices of the evaluation
// are others. Steps: speak; align phones and frames on the clean sound; add noise, room and tilt;
// train the network on frames; align again with it; train on; round to int8; write.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { root } from '../generate.mjs';
import { align, chainOf, gaussians, uniform } from './align.mjs';
import { command, randomOf, SENTENCES } from './corpus.mjs';
import { createMlp } from './mlp.mjs';
import { BANDS, CEPSTRA, cepstra, melRows, noise, padded, resample, withNoise, withRoom, withTilt } from './sound.mjs';
import { ACCENTS, phonesOf, speak, TRAINING_VOICES } from './voices.mjs';

const PHONES = readFileSync(join(root, 'src/speech/phones.ts'), 'utf8').match(/PHONES = \[([^\]]*)\]/)[1].match(/[A-Z]+/g);
const VOCABULARY = readFileSync(join(root, 'src/speech/vocabulary.ts'), 'utf8').match(/`\n([^`]*)`/)[1].trim().split('\n').map((line) => line.split(' ')[0]);
export const phoneIndexOf = (phone) => PHONES.indexOf(phone);
const SILENCE = PHONES.length * 3;
const OUTPUTS = Math.ceil((SILENCE + 1) / 8) * 8;
const CONTEXT = 6;
const INPUTS = (2 * CONTEXT + 1) * CEPSTRA;
const HIDDEN = 160;
const COLOURS = ['white', 'pink', 'fan', 'babble'];

if (process.argv[1] === fileURLToPath(import.meta.url)) await train(Number(process.argv[2] ?? 80), Number(process.argv[3] ?? 12));

async function train(perVoice, epochs) {
  const random = randomOf(20260);
  const started = process.hrtime.bigint();
  const log = (text) => console.log(`${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(0)} s: ${text}`);

  const spoken = [];
  for (const voice of TRAINING_VOICES) {
    for (let n = 0; n < perVoice; n++) {
      const kind = random.next();
      const text = kind < 0.6 ? command(random) : kind < 0.72 ? random.pick(VOCABULARY) : random.pick(SENTENCES);
      const accent = random.pick(ACCENTS);
      const raw = speak(text, { accent, voice, speed: 115 + random.below(100), pitch: 25 + random.below(55) });
      const clean = padded(resample(raw.samples, raw.rate, random.between(0.88, 1.14)), 800 + random.below(4000), 800 + random.below(4000));
      spoken.push({ clean, words: phonesOf(text, accent) });
    }
  }
  // Sounds without speech, which must not be heard as words.
  for (let n = 0; n < spoken.length * 0.07; n += 1) {
    const length = 8000 + random.below(32000);
    const level = 10 ** random.between(-3, -0.5);
    const sound = noise(random.pick(['white', 'pink', 'fan', 'knocks', 'knocks', 'tune', 'tune']), length, random).map((x) => x * level * 0.3);
    const swell = random.next() < 0.5 ? random.between(0.5, 6) : 0;
    spoken.push({ clean: sound.map((x, t) => x * (1 + (swell > 0 ? 0.9 * Math.sin((swell * t) / 2500) : 0))), words: [] });
  }
  log(`${spoken.length} utterances, ${(spoken.reduce((sum, one) => sum + one.clean.length, 0) / 16000 / 60).toFixed(0)} minutes`);
  const babble = spoken.filter((one) => one.clean.length > 32000 && one.words.length > 0).slice(0, 60).map((one) => one.clean);

  // Clean rows for alignment, with a whisper of noise so that digital silence has a level.
  let sums = new Float64Array(CEPSTRA), squares = new Float64Array(CEPSTRA), seen = 0;
  for (const one of spoken) {
    one.rows = await melRows(withNoise(one.clean, noise('pink', one.clean.length, random), 40));
    one.noisy = await melRows(soiled(one.clean, random, babble));
    const raw = cepstra(one.rows, new Float32Array(CEPSTRA), new Float32Array(CEPSTRA).fill(1));
    const frames = raw.length / CEPSTRA;
    for (let t = 0; t < frames; t++) for (let k = 0; k < CEPSTRA; k++) squares[k] += raw[t * CEPSTRA + k] ** 2;
    seen += frames;
    delete one.clean;
  }
  // The prior mean is that of the speech frames: what is left of it after subtraction from a prior of zero tells it.
  const prior = new Float32Array(CEPSTRA);
  for (let round = 0; round < 4; round++) {
    sums = new Float64Array(CEPSTRA);
    let count = 0;
    for (const one of spoken) {
      const raw = cepstra(one.noisy, prior, new Float32Array(CEPSTRA).fill(1));
      const frames = raw.length / CEPSTRA;
      let top = -1e9;
      for (let t = 0; t < frames; t++) top = Math.max(top, raw[t * CEPSTRA]);
      for (let t = 0; t < frames; t++) {
        if (raw[t * CEPSTRA] < top - 6.9 * Math.sqrt(BANDS)) continue;
        for (let k = 1; k < CEPSTRA; k++) sums[k] += raw[t * CEPSTRA + k];
        count++;
      }
    }
    for (let k = 1; k < CEPSTRA; k++) prior[k] += (4 * sums[k]) / count;
  }
  const scale = Float32Array.from(squares, (x) => 1 / Math.sqrt(x / seen));
  scale[0] *= 1.2;
  log(`prior ${Array.from(prior, (x) => x.toFixed(1)).join(' ')}; scale ${Array.from(scale, (x) => x.toFixed(2)).join(' ')}`);

  for (const one of spoken) {
    one.clear = cepstra(one.rows, prior, scale);
    one.input = cepstra(one.noisy, prior, scale);
    delete one.rows;
    delete one.noisy;
    one.features = withSlopes(one.clear);
    const frames = one.clear.length / CEPSTRA;
    one.chain = chainOf(one.words, SILENCE);
    let [first, last] = [frames, 0];
    for (let t = 0; t < frames; t++) if (one.clear[t * CEPSTRA] / scale[0] > -5 * Math.sqrt(BANDS)) { first = Math.min(first, t); last = t + 1; }
    if (one.words.length === 0) {
      one.labels = new Int32Array(frames).fill(SILENCE);
      continue;
    }
    one.labels = uniform(one.chain, frames, Math.min(first, last), last, SILENCE);
  }
  for (let round = 0; round < 8; round++) {
    const model = gaussians(spoken, SILENCE + 1, CEPSTRA * 2);
    let total = 0, lost = 0;
    for (const one of spoken) {
      if (one.words.length === 0) continue;
      const found = align(one.chain, one.labels.length, model(one.features));
      if (found === undefined) { lost++; continue; }
      one.labels = found.labels;
      total += found.score;
    }
    log(`Gaussian alignment ${round}: ${(total / spoken.length).toFixed(3)}, ${lost} too short`);
  }
  for (const one of spoken) delete one.features;

  const mlp = await createMlp([INPUTS, HIDDEN, HIDDEN, OUTPUTS], random);
  const frames = [];
  spoken.forEach((one, u) => { for (let t = 0; t < one.labels.length; t++) frames.push(u * 4096 + t); });
  const context = (from, t, to, at) => {
    const count = from.length / CEPSTRA;
    for (let c = -CONTEXT; c <= CONTEXT; c++) {
      const row = Math.min(count - 1, Math.max(0, t + c)) * CEPSTRA;
      for (let k = 0; k < CEPSTRA; k++) to[at++] = from[row + k];
    }
  };
  const realignAt = Math.floor(epochs / 2);
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (epoch === realignAt) realign(spoken, mlp, context, priors(spoken));
    shuffle(frames, random);
    let loss = 0, right = 0, steps = 0;
    // Each epoch sees two thirds of the frames; silence, of which there is plenty, even less.
    const use = frames.filter((f) => random.next() < (spoken[Math.floor(f / 4096)].labels[f % 4096] === SILENCE ? 0.3 : 0.67));
    const total = Math.floor(use.length / mlp.batch);
    for (let batch = 0; batch < total; batch++) {
      const input = mlp.input(), labels = mlp.labels();
      for (let row = 0; row < mlp.batch; row++) {
        const f = use[batch * mlp.batch + row];
        const one = spoken[Math.floor(f / 4096)];
        context(random.next() < 0.15 ? one.clear : one.input, f % 4096, input, row * INPUTS);
        labels[row] = one.labels[f % 4096];
      }
      const done = (epoch + batch / total) / epochs;
      const result = mlp.train(0.0015 * (1 - done) ** 1.5 + 0.00001, 0.002, 0.03);
      loss += result.loss;
      right += result.right;
      steps++;
    }
    log(`epoch ${epoch}: loss ${(loss / steps).toFixed(3)}, frames right ${((100 * right) / steps).toFixed(1)} %`);
  }
  write(mlp.layers(), priors(spoken), prior, scale);
  log('written');
}

function soiled(clean, random, babble) {
  let samples = clean;
  if (random.next() < 0.4) samples = withRoom(samples, random.between(0.1, 0.45), random);
  if (random.next() < 0.7) samples = withTilt(samples, random.between(-0.5, 0.5));
  return withNoise(samples, noise(random.pick(COLOURS), samples.length, random, babble), random.between(6, 32));
}

function withSlopes(rows) {
  const count = rows.length / CEPSTRA;
  const out = new Float32Array(count * CEPSTRA * 2);
  for (let t = 0; t < count; t++) {
    for (let k = 0; k < CEPSTRA; k++) {
      out[t * CEPSTRA * 2 + k] = rows[t * CEPSTRA + k];
      out[t * CEPSTRA * 2 + CEPSTRA + k] = 1.5 * (rows[Math.min(count - 1, t + 2) * CEPSTRA + k] - rows[Math.max(0, t - 2) * CEPSTRA + k]);
    }
  }
  return out;
}

function priors(spoken) {
  const count = new Float64Array(SILENCE + 1).fill(50);
  for (const one of spoken) for (const label of one.labels) count[label]++;
  count[SILENCE] *= 0.4;
  const total = count.reduce((a, b) => a + b, 0);
  return count.map((x) => Math.log(x / total));
}

function realign(spoken, mlp, context, prior) {
  for (const one of spoken) {
    if (one.words.length === 0) continue;
    const frames = one.labels.length;
    const scores = new Float32Array(frames * OUTPUTS);
    for (let start = 0; start < frames; start += mlp.batch) {
      const input = mlp.input();
      const rows = Math.min(mlp.batch, frames - start);
      for (let row = 0; row < rows; row++) context(one.clear, start + row, input, row * INPUTS);
      scores.set(mlp.scores().subarray(0, rows * OUTPUTS), start * OUTPUTS);
    }
    const found = align(one.chain, frames, (t, s) => scores[t * OUTPUTS + s] - 0.8 * prior[s]);
    if (found !== undefined) one.labels = found.labels;
  }
}

function shuffle(list, random) {
  for (let n = list.length - 1; n > 0; n--) {
    const m = random.below(n + 1);
    [list[n], list[m]] = [list[m], list[n]];
  }
}

function write(layers, logPrior, prior, scale) {
  const parts = [];
  const ints = (...values) => parts.push(Buffer.from(Int32Array.from(values).buffer));
  const floats = (values) => parts.push(Buffer.from(Float32Array.from(values).buffer));
  floats(prior);
  floats(scale);
  ints(layers.length, CONTEXT, CEPSTRA);
  layers.forEach((layer, n) => {
    const rows = n + 1 < layers.length ? layer.outputs : Math.ceil((SILENCE + 1) / 4) * 4;
    const bias = Float32Array.from({ length: rows }, (_, row) => (n + 1 < layers.length ? layer.bias[row] : row <= SILENCE ? layer.bias[row] - 0.8 * logPrior[row] : -100));
    const scales = new Float32Array(rows);
    const weights = Buffer.alloc(rows * layer.inputs);
    for (let row = 0; row < rows; row++) {
      let top = 1e-9;
      for (let i = 0; i < layer.inputs; i++) top = Math.max(top, Math.abs(layer.weight[i * layer.outputs + row]));
      scales[row] = top / 127;
      for (let i = 0; i < layer.inputs; i++) weights.writeInt8(Math.round(layer.weight[i * layer.outputs + row] / scales[row]), row * layer.inputs + i);
    }
    ints(layer.inputs, rows);
    floats(scales);
    floats(bias);
    parts.push(weights);
  });
  const table = Buffer.concat(parts);
  const out = process.env.MODEL_OUT ?? join(root, 'src/speech/acoustic-model.generated.ts');
  const packed = deflateRawSync(table, { level: 9 });
  writeFileSync(out, `/** The acoustic model of CommandRecognizer (${table.length} bytes) as base64 of deflate-raw, made by test/tools/train-commands/train.mjs. */\nexport const acousticModel: string =\n  '${packed.toString('base64')}';\n`);
  console.log(`model: ${table.length} bytes, ${packed.length} packed`);
}
