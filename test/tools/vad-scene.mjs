// Scenes on which voice activity is scored: clean speech with pauses, noises, truth per 10 ms frame, and the score.
//
// Half-total error: the mean of the share of speech frames missed and the share of other frames taken for speech, at
// ONE threshold for all conditions. Frames within 40 ms of a change of truth are not scored. Truth: 20 ms energy of the
// clean signal within 38 dB of the utterance's peak, gaps below 150 ms closed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolError } from './install.mjs';
import { activeRms, HOP, RATE, scoredFrames, speechTruth } from './train-vad-data.mjs';

const SNRS = [20, 10, 5, 0];

/** Says what to install when a command is not there. */
export function requireCommands(...names) {
  for (const name of names) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
    } catch (error) {
      if (error.code === 'ENOENT') throw new ToolError(`${name} is not installed, so voice activity was not scored. Install it, for example with: apt-get install ${names.join(' ')}`);
    }
  }
}

/** One utterance of espeak-ng at 16 kHz with its peak at 0.5. `convert(x, from)` resamples. */
export function speak(convert, voice, speed, text) {
  const { rate, samples } = readWav(execFileSync('espeak-ng', ['-v', voice, '-s', String(speed), '--stdout', text], { maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] }));
  const x = convert(samples, rate);
  const peak = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return x.map((value) => (value * 0.5) / peak);
}

/** Lines of [voice, speed, seconds of pause, text] one after the other behind a second of silence. */
export function spokenScene(convert, lines) {
  const pieces = [new Float32Array(RATE)];
  const truths = [new Uint8Array(RATE / HOP)];
  for (const [voice, speed, pause, text] of lines) {
    const x = speak(convert, voice, speed, text);
    const truth = speechTruth(x);
    pieces.push(x.subarray(0, truth.length * HOP), new Float32Array(Math.round(pause * 100) * HOP));
    truths.push(truth, new Uint8Array(Math.round(pause * 100)));
  }
  return { clean: joined(Float32Array, pieces), truth: joined(Uint8Array, truths) };
}

/** The recipe of data/audio/vad/mix.sh: its clean speech with truth, and its six noises. */
export function recipeScene(script) {
  requireCommands('espeak-ng', 'sox');
  const folder = mkdtempSync(join(tmpdir(), 'vad-'));
  try {
    execFileSync('sh', [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    const floats = (name) => new Float32Array(Uint8Array.from(readFileSync(join(folder, name))).buffer);
    const clean = floats('clean.f32');
    const lengths = Array.from({ length: 15 }, (_, n) => readWav(readFileSync(join(folder, 'tmp', `v${n + 1}.wav`))).samples.length);
    const head = clean.length - lengths.reduce((sum, length) => sum + length, 0);
    const noises = Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.f32') && name !== 'clean.f32').sort().map((name) => [name.slice(0, -4), floats(name)]));
    return { clean, truth: truthOf(clean, head, lengths), noises };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Conditions of a scene: clean, and every noise at four levels under the speech. */
export function conditionsOf({ clean, truth, noises }) {
  const level = activeRms(clean, truth);
  const conditions = [{ name: 'clean', snr: Infinity, signal: clean }];
  for (const [name, noise] of Object.entries(noises)) {
    const rms = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
    for (const snr of SNRS) {
      const gain = (level * 10 ** (-snr / 20)) / rms;
      conditions.push({ name: `${name} ${snr}`, snr, signal: clean.map((value, n) => value + noise[n % noise.length] * gain) });
    }
  }
  return conditions;
}

/** Half-total error in per cent of each condition; `listen()` makes a detector whose `process(frame)` gives a probability. */
export function scoreScene(scene, listen, threshold = 0.5) {
  const scored = scoredFrames(scene.truth);
  return conditionsOf(scene).map(({ name, snr, signal }) => {
    const detector = listen();
    let misses = 0, speech = 0, alarms = 0, silence = 0;
    for (let f = 0; f < scene.truth.length; f++) {
      const heard = detector.process(signal.subarray(f * HOP, (f + 1) * HOP)) >= threshold;
      if (scored[f] === 0) continue;
      if (scene.truth[f] === 1) { speech++; misses += !heard; } else { silence++; alarms += heard; }
    }
    return { name, snr, missed: (100 * misses) / Math.max(1, speech), alarmed: (100 * alarms) / Math.max(1, silence), error: 50 * (misses / Math.max(1, speech) + alarms / Math.max(1, silence)) };
  });
}

/** Mean error of the conditions, of all or of one level. */
export function meanError(results, snr) {
  const chosen = snr === undefined ? results : results.filter((result) => result.snr === snr);
  return chosen.reduce((sum, { error }) => sum + error, 0) / chosen.length;
}

/** Noises made here, as long as the scene: `speakers(length)` gives the voices of the babble. */
export function madeNoises(random, length, babble, { hum = 95, chords = [[131, 165, 196], [110, 131, 165], [175, 220, 262], [196, 247, 294]], beat = 0.45, key = 90 } = {}) {
  const gaussian = () => random() + random() + random() - 1.5;
  const rows = new Float64Array(12);
  let slow = 0;
  const music = new Float32Array(length);
  for (let at = 0, k = 0; at < length; at += RATE * beat, k++) {
    for (const f of chords[Math.floor(k / 4) % 4]) for (let h = 1; h < 8; h++) {
      for (let n = 0; n < RATE && at + n < length; n++) music[Math.floor(at) + n] += (Math.exp((-n * (2 + h)) / RATE) * Math.sin((2 * Math.PI * f * h * n) / RATE)) / h;
    }
  }
  const keys = new Float32Array(length);
  for (let at = 0; at < length; at += RATE * (0.1 + 0.25 * random())) for (let n = 0; n < 400 && at + n < length; n++) keys[Math.floor(at) + n] += gaussian() * Math.exp(-n / key);
  const crowd = new Float32Array(length);
  for (const x of babble) for (let n = 0, from = Math.floor(random() * x.length); n < length; n++) crowd[n] += x[(from + n) % x.length];
  return {
    white: Float32Array.from({ length }, gaussian),
    pink: Float32Array.from({ length }, (_, n) => {
      for (let k = 0; k < 12; k++) if (n % (1 << k) === 0) rows[k] = gaussian();
      return rows.reduce((sum, value) => sum + value, 0);
    }),
    fan: Float32Array.from({ length }, (_, n) => (slow = slow * 0.995 + gaussian() * 0.05) + 0.15 * Math.sin((2 * Math.PI * hum * n) / RATE)),
    babble: crowd, music, keys,
  };
}

/** Truth of utterances that lie one after the other behind `head` samples, each against its own peak. */
function truthOf(clean, head, lengths) {
  const truth = new Uint8Array(Math.floor(clean.length / HOP));
  let start = head;
  for (const length of lengths) {
    const first = Math.round(start / HOP);
    truth.set(speechTruth(clean.subarray(first * HOP, start + length)), first);
    start += length;
  }
  return truth;
}

function joined(Type, parts) {
  const whole = new Type(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Samples of a wav of 16-bit integers or 32-bit floats, as espeak-ng and sox write them; lengths in a pipe's header are not believed. */
function readWav(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let rate = 0, bits = 16, at = 12;
  while (at + 8 <= bytes.length) {
    const id = bytes.toString('latin1', at, at + 4), size = view.getUint32(at + 4, true);
    if (id === 'fmt ') { rate = view.getUint32(at + 12, true); bits = view.getUint16(at + 22, true); }
    if (id === 'data') {
      const count = Math.floor(Math.min(size, bytes.length - at - 8) / (bits / 8));
      return { rate, samples: Float32Array.from({ length: count }, (_, n) => (bits === 32 ? view.getFloat32(at + 8 + n * 4, true) : view.getInt16(at + 8 + n * 2, true) / 32768)) };
    }
    at += 8 + size + (size & 1);
  }
  throw new ToolError('A wav without samples.');
}
