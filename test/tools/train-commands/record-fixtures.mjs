// Records the utterances of test/fixtures/speech with espeak-ng: voices that the training has not
// heard, with noise at 25 dB; 16 kHz, 8-bit mu-law WAV, so that they stay small.
//
//   node test/tools/train-commands/record-fixtures.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../generate.mjs';
import { randomOf } from './corpus.mjs';
import { noise, padded, RATE, resample, withNoise } from './sound.mjs';
import { speak } from './voices.mjs';

const LIST = [
  ['time', 'what time is it', 'm5', 'en-us'],
  ['timer', 'set a timer for five minutes', 'f3', 'en-us'],
  ['sum', 'what is twelve plus thirty', 'linda', 'en'],
  ['convert', 'convert ten miles to kilometers', 'max', 'en-us'],
  ['card', 'four one one one one one one one one one one one one one one one', 'linda', 'en-us'],
  ['recall', 'recall my notes', 'zac', 'en-us'],
  ['remember', 'remember the keys are under the flower pot', 'max', 'en-us'],
  ['said', 'what did i say', 'm5', 'en'],
  ['help', 'help', 'linda', 'en-us'],
  ['stop', 'stop', 'f3', 'en-us'],
  ['weather', 'is it going to rain tomorrow', 'max', 'en-us'],
  ['story', 'sing me a lullaby', 'f3', 'en'],
  ['heron-1', 'umbrella', 'max', 'en-us', 150], ['heron-2', 'umbrella', 'max', 'en-us', 165], ['heron-3', 'umbrella', 'max', 'en-us', 180], ['heron-4', 'umbrella', 'max', 'en-us', 172],
];

function muLaw(sample) {
  const value = Math.max(-32635, Math.min(32635, Math.round(sample * 32768)));
  const sign = value < 0 ? 0x80 : 0;
  const biased = Math.abs(value) + 132;
  const exponent = 31 - Math.clz32(biased) - 7;
  return ~(sign | (exponent << 4) | ((biased >> (exponent + 3)) & 15)) & 255;
}

const random = randomOf(42);
const folder = join(root, 'test/fixtures/speech');
mkdirSync(folder, { recursive: true });
for (const [name, text, voice, accent, speed = 150] of LIST) {
  const raw = speak(text, { accent, voice, speed, pitch: 50 });
  const clean = padded(resample(raw.samples, raw.rate), 0.25 * RATE, 0.25 * RATE);
  const samples = withNoise(clean, noise('pink', clean.length, random), 25);
  const head = Buffer.alloc(46);
  head.write('RIFF', 0);
  head.writeUInt32LE(38 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(7, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 38);
  head.writeUInt32LE(samples.length, 42);
  writeFileSync(join(folder, `${name}.wav`), Buffer.concat([head, Buffer.from(Uint8Array.from(samples, muLaw))]));
}
