// Measures the offline voice and ear, and prints the figures with their bars.
//
//   node test/eval/speech.mjs [commands per figure]
//
// Needs espeak-ng, which speaks the test set: voices and phrases that the training has not seen
// (test/tools/train-commands), with noise at 20 dB. Exits with 1 when a bar is missed.
import { readFileSync } from 'node:fs';
import { gzipSync, brotliCompressSync, inflateRawSync } from 'node:zlib';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { generate, root } from '../tools/generate.mjs';
import { command, OUTSIDE_TEST, randomOf } from '../tools/train-commands/corpus.mjs';
import { noise, padded, resample, withNoise } from '../tools/train-commands/sound.mjs';
import { ACCENTS, speak, TEST_VOICES } from '../tools/train-commands/voices.mjs';

const count = Number(process.argv[2] ?? 400);
await generate();
const { module } = await runnerImport(join(root, 'test/eval/speech-entry.ts'), { configFile: false, root, logLevel: 'error' });
const { CommandMatcher, VoiceSynthesizer, VOICES, VOCABULARY, acousticModel } = module;
const wasmBytes = readFileSync(join(root, 'src/wasm/speech.wasm'));
const wasm = new WebAssembly.Module(wasmBytes);
const model = inflateRawSync(Buffer.from(acousticModel, 'base64'));
const ear = new CommandMatcher(wasm, model);
const voice = new VoiceSynthesizer(wasm);
const random = randomOf(1234);
let missed = 0;

function figure(name, value, bar, good, text = `${(100 * value).toFixed(1)} %`) {
  const ok = bar === undefined || good(value);
  if (!ok) missed++;
  console.log(`${ok ? ' ' : '!'} ${name.padEnd(78)} ${text.padStart(10)}${bar === undefined ? '' : `   bar ${bar}`}`);
}

function heardAs(text, { snr = 20, colours = ['pink', 'white', 'fan'], accents = ACCENTS } = {}) {
  const raw = speak(text, { accent: random.pick(accents), voice: random.pick(TEST_VOICES), speed: 130 + random.below(70), pitch: 30 + random.below(45) });
  const clean = padded(resample(raw.samples, raw.rate), 3200, 3200);
  return snr === undefined ? clean : withNoise(clean, noise(random.pick(colours), clean.length, random), snr);
}

const said = (heard) => heard.words.map(({ text }) => text).join(' ');

// --- forced choice ---------------------------------------------------------------------------------------------------
const WORDS40 = 'cancel card celsius convert date divided eighteen eleven fahrenheit fifteen five forget four hello help hundred inches kilograms kilometers list miles minus minutes nine notes number plus point pounds recall remember repeat second seven sixteen stop timer today twelve zero'.split(' ');
const COMMANDS40 = ['what time is it', 'what is the date today', 'what day is it', 'set a timer for five minutes', 'set a timer for nine minutes', 'set a timer for ten seconds', 'set a timer for two hours', 'timer for one minute', 'cancel the timer', 'cancel', 'list my timers', 'list my notes', 'stop the timer', 'stop', 'what is twelve plus thirty', 'what is five times six', 'what is ten minus four', 'what is eighty divided by two', 'convert ten miles to kilometers', 'convert five feet to meters', 'convert three pounds to kilograms', 'convert twenty degrees celsius to fahrenheit', 'remember that', 'recall my notes', 'recall', 'forget my notes', 'forget that', 'what did i say', 'repeat', 'repeat that', 'say that again', 'help', 'hello', 'yes', 'no', 'four one one one', 'two zero five nine', 'my number is six six four', 'seventy five', 'set a timer for fifteen minutes'];
const lexicon = new Map(VOCABULARY);
for (const phrase of COMMANDS40) lexicon.set(phrase, alternatives(phrase.split(' ')));

function alternatives(words) {
  // The first two pronunciations of each word, in all combinations up to 64.
  let all = [[]];
  for (const word of words) all = all.flatMap((head) => VOCABULARY.get(word).slice(0, 2).map((phones) => [...head, ...phones])).slice(0, 64);
  return all;
}

function forced(choices, speakIt, rounds) {
  let right = 0, total = 0;
  for (let round = 0; round < rounds; round++) {
    for (const choice of choices) {
      if (ear.choose(speakIt(choice), choices, lexicon)?.text === choice) right++;
      total++;
    }
  }
  return right / total;
}

const rounds = Math.max(1, Math.round(count / 40));
figure('forced choice of 40 commands, new voices, 20 dB', forced(COMMANDS40, (text) => heardAs(text), rounds), '≥ 95 %', (x) => x >= 0.95);
figure('forced choice of 40 single words, new voices, 20 dB', forced(WORDS40, (text) => heardAs(text), rounds), '≥ 95 %', (x) => x >= 0.95);
figure('forced choice of 40 commands, new voices, accents never heard, 20 dB', forced(COMMANDS40, (text) => heardAs(text, { accents: ['en-029', 'en-us-nyc', 'en-gb-x-gbcwmd'] }), Math.ceil(rounds / 2)));
figure('forced choice of 40 commands, new voices, 10 dB', forced(COMMANDS40, (text) => heardAs(text, { snr: 10 }), Math.ceil(rounds / 2)));

// --- recall and rejection --------------------------------------------------------------------------------------------
function recall(options) {
  let exact = 0, accepted = 0, wrong = 0, words = 0, errors = 0;
  let spent = 0, length = 0;
  for (let n = 0; n < count; n++) {
    const text = command(random);
    const samples = heardAs(text, options);
    const start = performance.now();
    const heard = ear.hear(samples);
    spent += performance.now() - start;
    length += samples.length / 16;
    const got = said(heard);
    if (heard.accepted) accepted++;
    if (got === text && heard.accepted) exact++;
    if (got !== text && heard.accepted) wrong++;
    words += text.split(' ').length;
    errors += distance(text.split(' '), got.split(' '));
  }
  return { exact: exact / count, accepted: accepted / count, wrong: wrong / count, wordErrors: errors / words, speed: length / spent };
}

function distance(a, b) {
  let row = b.map((_, j) => j + 1);
  a.forEach((x, i) => {
    let diagonal = i, left = i + 1;
    row = row.map((above, j) => {
      const cost = Math.min(left + 1, above + 1, diagonal + (x === b[j] ? 0 : 1));
      diagonal = above;
      left = cost;
      return cost;
    });
  });
  return row.at(-1) ?? a.length;
}

const at20 = recall({ snr: 20 });
figure('recall: random commands of the grammar accepted with every word right, 20 dB', at20.exact, '≥ 85 %', (x) => x >= 0.85);
figure('  accepted at all', at20.accepted);
figure('  accepted with a word wrong', at20.wrong);
figure('  word errors', at20.wordErrors);
figure('  speed', at20.speed, undefined, undefined, `${at20.speed.toFixed(0)} × real`);
let accepted = 0;
const outside = Math.max(count, OUTSIDE_TEST.length);
for (let n = 0; n < outside; n++) if (ear.hear(heardAs(OUTSIDE_TEST[n % OUTSIDE_TEST.length])).accepted) accepted++;
figure('other phrases accepted, 20 dB', accepted / outside, '≤ 3 %', (x) => x <= 0.03);
let disturbed = 0;
for (let n = 0; n < outside; n++) {
  const sound = noise(['knocks', 'tune', 'pink', 'fan'][n % 4], 16000 + random.below(24000), random).map((x, t) => x * 0.1 * (1 + 0.9 * Math.sin((t * (1 + (n % 5))) / 3000)));
  if (ear.hear(sound).accepted) disturbed++;
}
figure('sounds without speech accepted (knocks, tunes, swelling noise)', disturbed / outside, '≤ 3 %', (x) => x <= 0.03);
figure('recall at 10 dB', recall({ snr: 10 }).exact);
figure('recall, clean', recall({ snr: undefined }).exact);

// --- taught words ----------------------------------------------------------------------------------------------------
const NEW_WORDS = ['umbrella', 'jupiter', 'lavender', 'crocodile', 'marmalade', 'the front gate', 'volcano', 'good grief'];
let known = 0, tried = 0;
for (const word of TEST_VOICES.slice(0, 8).map((name, n) => ({ name, text: NEW_WORDS[n] }))) {
  const say = (speed, pitch) => withNoise(padded(resample(speak(word.text, { accent: 'en-us', voice: word.name, speed, pitch }).samples, 22050), 3200, 3200), noise('pink', 16000 * 3, random), 20);
  ear.taught = [...ear.taught.filter((one) => one.word !== word.text), ear.learn(word.text, [say(150, 50), say(165, 50), say(180, 55)])];
  word.say = say;
  word.check = () => { for (const speed of [140, 160, 175, 190]) { const heard = ear.hear(say(speed, 45)); tried++; if (heard.accepted && said(heard) === word.text) known++; } };
  word.check();
}
figure('taught words: same voice, other speed and pitch, accepted and right', known / tried);
let confused = 0;
for (let n = 0; n < outside / 2; n++) if (ear.hear(heardAs(OUTSIDE_TEST[n % OUTSIDE_TEST.length])).accepted) confused++;
figure('other phrases accepted with eight taught words', confused / Math.floor(outside / 2), '≤ 3 %', (x) => x <= 0.03);
ear.taught = [];

// --- the voice -------------------------------------------------------------------------------------------------------
function spoken(text, name) {
  const parts = [...voice.speak(text, VOICES[name], 1)].map(({ samples }) => samples);
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}
for (const name of Object.keys(VOICES)) {
  const rate = forced(WORDS40, (text) => { const clean = padded(resample(spoken(text, name), 24000), 3200, 3200); return withNoise(clean, noise('pink', clean.length, random), 20); }, 1);
  figure(`voice ${name}: forced choice of 40 words by the ear taught on espeak-ng, 20 dB`, rate, '≥ 80 %', (x) => x >= 0.8);
}
const LONG = 'You have two notes. Number one: the keys are on the shelf in the hall. Number two: call the garage before Friday, and ask for the bill of 84 dollars and 50 cents.';
spoken(LONG, 'clara');
const start = performance.now();
const samples = spoken(LONG, 'clara');
const speed = samples.length / 24 / (performance.now() - start);
figure('voice: speed', speed, '≥ 50 ×', (x) => x >= 50, `${speed.toFixed(0)} × real`);
const size = (bytes) => `${bytes.length} B, gzip ${gzipSync(bytes, { level: 9 }).length} B, brotli ${brotliCompressSync(bytes).length} B`;
console.log(`  speech.wasm ${size(wasmBytes)}`);
console.log(`  acoustic model ${size(model)}`);
process.exitCode = missed > 0 ? 1 : 0;
