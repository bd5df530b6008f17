// Voice activity on a scene that training has not seen: other voices, sentences and noises, made by espeak-ng and
// here. Half-total error per 10 ms frame at ONE threshold for all conditions; frames within 40 ms of a change of
// truth are not scored. Truth: 20 ms energy of the clean signal within 38 dB of the utterance's peak, gaps below
// 150 ms closed. Synthetic speech only: a ranking of detectors, not a promise for people in rooms.
import { execFileSync } from 'node:child_process';
import { figure } from './harness.mjs';
import { activeRms, HOP, RATE, randomFrom, scoredFrames, speechTruth } from '../tools/train-vad-data.mjs';
import { loadAudio } from '../../dist/wasm/audio-load.js';
import { Resampler } from '../../dist/audio/resampler.js';
import { decodeWav } from '../../dist/audio/wav.js';
import { Vad } from '../../dist/audio/vad.js';

const SCENE = [
  ['en-us+rob', 165, 0.7, 'Do you know a good place for breakfast around here?'], ['en-gb+anika', 150, 1.3, 'The parcel was left with a neighbour.'],
  ['pt+antonio', 160, 0.5, 'Quero marcar uma consulta para a próxima semana.'], ['en-us+zac', 185, 0.9, 'Hang on a moment.'],
  ['pl+steph', 155, 1.6, 'Proszę przypomnieć mi o spotkaniu.'], ['en-us+travis', 140, 0.4, 'Nothing much, just looking around, thank you.'],
  ['da+linda', 160, 1.0, 'Hvor meget koster billetten?'], ['en-gb+boris', 175, 2.2, 'Go on.'], ['hu+david', 150, 0.6, 'Kérem, kapcsolja fel a villanyt a nappaliban.'],
  ['en-us+sandro', 195, 0.8, 'We ran out of milk again, could someone fetch two bottles on the way home?'], ['nb+norbert', 150, 0.5, 'Slå av lyset på kjøkkenet.'],
  ['en-029+quincy', 160, 1.1, 'Every seat was taken.'], ['el+michel', 160, 0.7, 'Τι ώρα κλείνει το κατάστημα;'], ['en-us+f1', 170, 0.9, 'Dial the second number.'],
];
const BABBLE = ['hr+pedro', 'sk+belinda', 'lt+ed', 'lv+annie', 'et+gustave'];

const module = await loadAudio();
const random = randomFrom(2026);

function speak(voice, speed, text) {
  const wav = decodeWav(execFileSync('espeak-ng', ['-v', voice, '-s', String(speed), '--stdout', text], { maxBuffer: 1 << 24, stdio: ['ignore', 'pipe', 'ignore'] }));
  const resampler = new Resampler({ from: wav.sampleRate, to: RATE, quality: 'best', module, maxBlock: 65536 });
  const x = Float32Array.from([...resampler.process(wav.samples), ...resampler.flush()]);
  const peak = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return x.map((value) => (value * 0.5) / peak);
}

const pieces = [new Float32Array(RATE)];
const truths = [new Uint8Array(RATE / HOP)];
for (const [voice, speed, pause, text] of SCENE) {
  const x = speak(voice, speed, text);
  const truth = speechTruth(x);
  pieces.push(x.subarray(0, truth.length * HOP), new Float32Array(Math.round(pause * 100) * HOP));
  truths.push(truth, new Uint8Array(Math.round(pause * 100)));
}
const clean = Float32Array.from(pieces.flatMap((piece) => [...piece]));
const truth = Uint8Array.from(truths.flatMap((piece) => [...piece]));
const scored = scoredFrames(truth);
const length = clean.length;

const gaussian = () => random() + random() + random() - 1.5;
const noises = {
  white: () => Float32Array.from({ length }, gaussian),
  pink: () => {
    const rows = new Float64Array(12);
    return Float32Array.from({ length }, (_, n) => {
      for (let k = 0; k < 12; k++) if (n % (1 << k) === 0) rows[k] = gaussian();
      return rows.reduce((sum, value) => sum + value, 0);
    });
  },
  fan: () => {
    let slow = 0;
    return Float32Array.from({ length }, (_, n) => (slow = slow * 0.995 + gaussian() * 0.05) + 0.15 * Math.sin((2 * Math.PI * 95 * n) / RATE));
  },
  babble: () => {
    const y = new Float32Array(length);
    for (const voice of BABBLE) {
      const x = speak(voice, 175, 'jedna po druhej idu slova a nikto nepocuva co hovoria ostatni ludia pri stole vedla okna');
      for (let n = 0, from = Math.floor(random() * x.length); n < length; n++) y[n] += x[(from + n) % x.length];
    }
    return y;
  },
  music: () => {
    const y = new Float32Array(length);
    const chords = [[131, 165, 196], [110, 131, 165], [175, 220, 262], [196, 247, 294]];
    for (let at = 0, k = 0; at < length; at += RATE * 0.45, k++) {
      for (const f of chords[Math.floor(k / 4) % 4]) for (let h = 1; h < 8; h++) {
        for (let n = 0; n < RATE && at + n < length; n++) y[Math.floor(at) + n] += (Math.exp((-n * (2 + h)) / RATE) * Math.sin((2 * Math.PI * f * h * n) / RATE)) / h;
      }
    }
    return y;
  },
  keys: () => {
    const y = new Float32Array(length);
    for (let at = 0; at < length; at += RATE * (0.1 + 0.25 * random())) for (let n = 0; n < 400 && at + n < length; n++) y[Math.floor(at) + n] += gaussian() * Math.exp(-n / 90);
    return y;
  },
};

const level = activeRms(clean, truth);
const conditions = [['clean', undefined, 99]];
for (const [name, make] of Object.entries(noises)) {
  const y = make();
  const rms = Math.sqrt(y.reduce((sum, value) => sum + value * value, 0) / length);
  for (const snr of [20, 10, 5, 0]) conditions.push([`${name} ${snr}`, y.map((value) => (value * level * 10 ** (-snr / 20)) / rms), snr]);
}

function probabilities(noise) {
  const vad = new Vad({ module });
  return Float32Array.from(truth, (_, f) => {
    const frame = clean.slice(f * HOP, (f + 1) * HOP);
    if (noise !== undefined) for (let n = 0; n < HOP; n++) frame[n] += noise[f * HOP + n];
    return vad.process(frame);
  });
}

function halfTotalError(p, threshold) {
  let misses = 0, speech = 0, alarms = 0, silence = 0;
  for (let f = 0; f < truth.length; f++) {
    if (scored[f] === 0) continue;
    if (truth[f] === 1) { speech++; misses += p[f] < threshold; } else { silence++; alarms += p[f] >= threshold; }
  }
  return 50 * (misses / speech + alarms / silence);
}

const results = conditions.map(([name, noise, snr]) => ({ name, snr, error: halfTotalError(probabilities(noise), 0.5) }));
for (const { name, error } of results) console.log(`  ${name.padEnd(12)} ${error.toFixed(1)} %`);
const mean = (list) => list.reduce((sum, { error }) => sum + error, 0) / list.length;
console.log(`  ${(length / RATE).toFixed(0)} s, ${((100 * truth.reduce((a, b) => a + b, 0)) / truth.length).toFixed(0)} % speech`);
await figure({ title: 'voice activity, mean half-total error at threshold 0.5', value: Number(mean(results).toFixed(2)), unit: '%', atMost: 12 });
await figure({ title: 'voice activity, clean', value: Number(results[0].error.toFixed(2)), unit: '%', atMost: 2.5 });
await figure({ title: 'voice activity, 20 dB', value: Number(mean(results.filter(({ snr }) => snr === 20)).toFixed(2)), unit: '%', atMost: 6 });
