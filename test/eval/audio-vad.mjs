// Voice activity on two scenes that training has not seen: other voices, sentences and noises, made by espeak-ng and
// here; and the recipe of SLUICE_AUDIO_DATA/vad/mix.sh (espeak-ng and sox). See test/tools/vad-scene.mjs for the score.
// Synthetic speech only: a ranking of detectors, not a promise for people in rooms.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { figure } from '../bench/harness.mjs';
import { main } from '../tools/install.mjs';
import { randomFrom, RATE } from '../tools/train-vad-data.mjs';
import { madeNoises, meanError, recipeScene, requireCommands, scoreScene, speak, spokenScene } from '../tools/vad-scene.mjs';

const LINES = [
  ['en-us+rob', 165, 0.7, 'Do you know a good place for breakfast around here?'], ['en-gb+anika', 150, 1.3, 'The parcel was left with a neighbour.'],
  ['pt+antonio', 160, 0.5, 'Quero marcar uma consulta para a próxima semana.'], ['en-us+zac', 185, 0.9, 'Hang on a moment.'],
  ['pl+steph', 155, 1.6, 'Proszę przypomnieć mi o spotkaniu.'], ['en-us+travis', 140, 0.4, 'Nothing much, just looking around, thank you.'],
  ['da+linda', 160, 1.0, 'Hvor meget koster billetten?'], ['en-gb+boris', 175, 2.2, 'Go on.'], ['hu+david', 150, 0.6, 'Kérem, kapcsolja fel a villanyt a nappaliban.'],
  ['en-us+sandro', 195, 0.8, 'We ran out of milk again, could someone fetch two bottles on the way home?'], ['nb+norbert', 150, 0.5, 'Slå av lyset på kjøkkenet.'],
  ['en-029+quincy', 160, 1.1, 'Every seat was taken.'], ['el+michel', 160, 0.7, 'Τι ώρα κλείνει το κατάστημα;'], ['en-us+f1', 170, 0.9, 'Dial the second number.'],
];
const BABBLE = ['hr+pedro', 'sk+belinda', 'lt+ed', 'lv+annie', 'et+gustave'];
const CROWD = 'jedna po druhej idu slova a nikto nepocuva co hovoria ostatni ludia pri stole vedla okna';

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
  const random = randomFrom(2026);
  const own = spokenScene(convert, LINES);
  const scenes = [['own scene', { ...own, noises: madeNoises(random, own.clean.length, BABBLE.map((voice) => speak(convert, voice, 175, CROWD))) }]];
  const script = join(process.env.SLUICE_AUDIO_DATA ?? '', 'vad/mix.sh');
  if (process.env.SLUICE_AUDIO_DATA !== undefined && existsSync(script)) scenes.push(['recipe', recipeScene(script)]);
  else console.log('  the recipe is not scored: set SLUICE_AUDIO_DATA to a folder with vad/mix.sh');
  for (const [name, scene] of scenes) {
    const results = scoreScene(scene, () => new Vad({ module }));
    console.log(`\n  ${name}: ${(scene.clean.length / RATE).toFixed(0)} s, ${((100 * scene.truth.reduce((a, b) => a + b, 0)) / scene.truth.length).toFixed(0)} % speech`);
    for (const { name: condition, error, missed, alarmed } of results) console.log(`  ${condition.padEnd(12)} ${error.toFixed(1)} %  (missed ${missed.toFixed(1)} %, alarms ${alarmed.toFixed(1)} %)`);
    await figure({ title: `${name}: mean half-total error at threshold 0.5`, value: Number(meanError(results).toFixed(2)), unit: '%', atMost: 12 });
    await figure({ title: `${name}: clean`, value: Number(results[0].error.toFixed(2)), unit: '%', atMost: 2.5 });
    await figure({ title: `${name}: 20 dB`, value: Number(meanError(results, 20).toFixed(2)), unit: '%', atMost: 6 });
    for (const snr of [10, 5, 0]) await figure({ title: `${name}: ${snr} dB`, value: Number(meanError(results, snr).toFixed(2)), unit: '%' });
  }
});
