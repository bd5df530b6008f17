// Chooses how long and when the noise floors of the voice activity detector are held (assembly/audio/vad.ts): compiles
// the kernel with other constants and scores each on development scenes, which are made of other voices, sentences and
// noises than training (train-vad-data.mjs) and than every scored scene (test/eval/audio-vad.mjs).
//   node test/tools/tune-vad-hold.mjs
// Three figures for each choice: mean half-total error of the scene; share of half a minute spoken without a pause
// that is missed, which held floors are for; share of steady noise taken for speech after it began, which held floors cost.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main as asc } from 'assemblyscript/asc';
import { main, root, ToolError } from './install.mjs';
import { FLAGS } from './generate.mjs';
import { HOP, randomFrom, RATE } from './train-vad-data.mjs';
import { madeNoises, meanError, requireCommands, scoreScene, speak, spokenScene } from './vad-scene.mjs';

const LINES = [
  ['en-us+m4', 160, 0.8, 'Somebody left the back gate open last night.'], ['en-gb+f4', 150, 1.2, 'Which platform do we need?'], ['af+m1', 155, 0.6, 'Ek sal jou later vanaand weer bel.'],
  ['en-us+Michael', 180, 0.5, 'Put it over there, next to the blue one.'], ['sk+f3', 150, 1.7, 'Kedy príde ďalší autobus do mesta?'], ['en-gb-scotland+f5', 165, 0.4, 'Fine by me.'],
  ['en-us+m5', 140, 1.0, 'I have to think about that for a little while.'], ['sl+f1', 155, 0.9, 'Ali imate prosto sobo za dve noči?'], ['en-029+m2', 170, 2.1, 'Almost.'],
  ['eo+m3', 150, 0.5, 'Mi volonte venos al via domo morgaŭ.'], ['en-us+f2', 195, 0.7, 'They promised to deliver it before noon but nobody has turned up so far.'], ['cy+m2', 150, 1.3, 'Mae hi\'n braf iawn heddiw.'],
  ['en-gb+m7', 175, 0.6, 'Read me the second paragraph again.'], ['sq+f4', 155, 1.0, 'Sa kushton kjo këtu?'],
];
const BABBLE = ['bs+m3', 'ga+f2', 'mk+m6', 'is+f5', 'ia+m1'];
const CROWD = 'et puto que omnes parla insimul super cosas que nemo comprende in iste grande sala sin fenestras';
const LONG = 'when we came back from the harbour the whole street was already full of people who had heard about the ship and nobody wanted to go home before it was certain that all of the crew had been found and so we stood there for hours in the cold wind talking about the years in which my uncle had worked on such a vessel himself and how he used to send us postcards with strange stamps from towns whose names we could not even pronounce until at last the lights of a second boat appeared far out behind the lighthouse';
// Voiced all the while and never still, so that no band has a gap to learn its floor from.
const VOICED = 'one nine one one one nine one nine nine one one one nine one one nine one one one one nine nine one one';
const SONORANT = 'we were all in a warm yellow room long ago and you ran along a narrow lawn and now we are all away in a row along a river in rain';
const CHOSEN = { CERTAIN: 0.7, FOREGROUND: -0.9, LONGEST_HOLD: 100 };
const TRIED = { LONGEST_HOLD: [0, 50, 150, 300, 800], CERTAIN: [0.6, 0.8, 0.95], FOREGROUND: [-0.6, -0.75, -1.2] };

await main(async () => {
  requireCommands('espeak-ng');
  const { loadAudio } = await import('../../dist/wasm/audio-load.js');
  const { Resampler } = await import('../../dist/audio/resampler.js');
  const { Vad } = await import('../../dist/audio/vad.js');
  const module = await loadAudio();
  const convert = (x, from) => {
    const resampler = new Resampler({ from, to: RATE, quality: 'best', module, maxBlock: 65536 });
    return Float32Array.from([...resampler.process(x), ...resampler.flush()]);
  };
  const random = randomFrom(77);
  const hiss = (x) => x.map((value) => value + (random() - 0.5) * 0.002);
  const spoken = spokenScene(convert, LINES);
  const chords = [[147, 185, 220], [123, 156, 185], [165, 208, 247], [110, 139, 165]];
  const scene = { ...spoken, noises: madeNoises(random, spoken.clean.length, BABBLE.map((voice) => speak(convert, voice, 170, CROWD)), { hum: 60, chords, beat: 0.6, key: 60 }) };
  const quiet = new Float32Array(2 * RATE);
  const long = [['en-us+m4', 150, LONG], ['en-gb+f4', 190, LONG], ['en-us+m5', 170, VOICED], ['en-gb+f3', 190, VOICED], ['en-us+f2', 150, VOICED], ['en-gb-scotland+m7', 200, SONORANT], ['en-us+m4', 160, SONORANT]]
    .map(([voice, speed, text]) => hiss(Float32Array.from([...quiet, ...speak(convert, voice, speed, text)])));
  let slow = 0;
  const harmonics = (hz, sway) => (n) => {
    let sum = 0;
    for (let h = 1; h < 20; h++) sum += Math.sin(h * 2 * Math.PI * ((hz * n) / RATE + sway * Math.sin((2 * Math.PI * 5 * n) / RATE))) / h;
    return sum * 0.1;
  };
  const steady = [() => (random() - 0.5) * 0.2, () => (slow = slow * 0.98 + (random() - 0.5) * 0.1), (n) => 0.2 * Math.sin(n * 0.04) + 0.1 * Math.sin(n * 0.08), harmonics(130, 0), harmonics(180, 0.1)]
    .map((make) => hiss(Float32Array.from({ length: 32 * RATE }, (_, n) => (n < quiet.length ? 0 : make(n)))));

  const heard = (wasm, x) => {
    const vad = new Vad({ module: wasm });
    let count = 0, frames = 0;
    for (let at = 0; at + HOP <= x.length; at += HOP) {
      const speech = vad.process(x.subarray(at, at + HOP)) >= 0.5;
      if (at < quiet.length) continue;
      frames++;
      count += speech;
    }
    return (100 * count) / frames;
  };
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

  const folder = mkdtempSync(join(tmpdir(), 'hold-'));
  const compiled = async (constants) => {
    cpSync(join(root, 'assembly'), join(folder, 'assembly'), { recursive: true });
    const file = join(folder, 'assembly/audio/vad.ts');
    let text = readFileSync(file, 'utf8');
    for (const [name, value] of Object.entries(constants)) text = text.replace(new RegExp(`(const ${name}: \\w+ = )[-\\d.]+`), `$1${value}`);
    writeFileSync(file, text);
    const out = join(folder, 'audio.wasm');
    const { error, stderr } = await asc([join('assembly', 'audio', 'index.ts'), '--baseDir', folder, '--outFile', out, ...FLAGS], {});
    if (error) throw new ToolError(stderr.toString());
    return new WebAssembly.Module(readFileSync(out));
  };
  try {
    console.log('CERTAIN FOREGROUND LONGEST_HOLD   error %   20 dB   0 dB   long speech missed %   steady noise heard %');
    const choices = [CHOSEN, ...Object.entries(TRIED).flatMap(([name, values]) => values.map((value) => ({ ...CHOSEN, [name]: value })))];
    for (const choice of choices) {
      const wasm = await compiled(choice);
      const results = scoreScene(scene, () => new Vad({ module: wasm }));
      const columns = [choice.CERTAIN, choice.FOREGROUND, choice.LONGEST_HOLD, meanError(results).toFixed(2), meanError(results, 20).toFixed(2), meanError(results, 0).toFixed(2), (100 - mean(long.map((x) => heard(wasm, x)))).toFixed(2), mean(steady.map((x) => heard(wasm, x))).toFixed(2)];
      console.log(columns.map((column) => String(column).padStart(10)).join(''));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
