// How soon speech is noticed: from the first audible moment of an utterance at the microphone, with noise 20 dB below
// it, to the frame that detects it (`speechStart`) and the frame that confirms it (`speechConfirmed`, which silences the
// voice that plays), in audio time: conversion from 48 kHz, voice activity and segmenter, as the audio worker has them.
// Voices, sentences and noises are none of the training's.
//
// Audible: within 38 dB of the utterance's peak. An s far below the vowel behind it counts; in most bands of the ear it
// stands above a noise 20 dB below the speech. Beside it: how often noise alone, with nobody speaking, is taken for speech.
import { figure, quantile, spread } from '../bench/harness.mjs';
import { main } from '../tools/install.mjs';
import { activeRms, HOP, randomFrom, RATE, speechTruth } from '../tools/train-vad-data.mjs';
import { madeNoises, requireCommands, speak } from '../tools/vad-scene.mjs';

const VOICES = ['en-us+rob', 'en-gb+anika', 'en-us+zac', 'en-us+travis', 'en-gb+boris', 'en-us+sandro', 'en-029+quincy', 'en-us+f1'];
const SENTENCES = ['Stop it, please.', 'What time is it?', 'Hang on a moment.', 'Wait.', 'No, the other one.', 'Tell me more about that.', 'Okay then.', 'Yes.'];
const BABBLE = ['hr+pedro', 'sk+belinda', 'lt+ed', 'lv+annie', 'et+gustave'];
const DEVICE = 48000;
const LEAD = 3;

await main(async () => {
  requireCommands('espeak-ng');
  const { loadAudio } = await import('../../dist/wasm/audio-load.js');
  const { Resampler } = await import('../../dist/audio/resampler.js');
  const { CaptureProcessor } = await import('../../dist/audio/capture-processor.js');
  const module = await loadAudio();
  const convert = (x, from, to = RATE) => {
    const resampler = new Resampler({ from, to, quality: 'best', module, maxBlock: 65536 });
    return Float32Array.from([...resampler.process(x), ...resampler.flush()]);
  };
  const random = randomFrom(11);
  const crowd = BABBLE.map((voice) => speak(convert, voice, 175, 'jedna po druhej idu slova a nikto nepocuva co hovoria ostatni ludia pri stole'));
  const noises = madeNoises(random, (LEAD + 4) * RATE, crowd);
  const rmsOf = (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);

  const times = { start: {}, confirm: {} };
  const note = (list, name, value) => { (list[name] ??= []).push(value * 1000); };
  let missed = 0, tried = 0;
  for (const [index, voice] of VOICES.entries()) {
    for (const sentence of SENTENCES) {
      const x = speak(convert, voice, 150 + 10 * (index % 4), sentence);
      const truth = speechTruth(x);
      const level = activeRms(x, truth);
      const onset = LEAD + (truth.indexOf(1) * HOP) / RATE;
      for (const [name, noise] of [['clean', undefined], ...Object.entries(noises)]) {
        const gain = noise === undefined ? 0 : (level * 0.1) / rmsOf(noise);
        const signal = new Float32Array((LEAD + 1) * RATE + x.length);
        signal.set(x, LEAD * RATE);
        for (let n = 0; n < signal.length; n++) signal[n] += noise === undefined ? (random() - 0.5) * 1e-4 : noise[n % noise.length] * gain;
        // The first start at or behind the onset; one that a noise has begun before is not this utterance.
        let at = 0, open = false, openBefore = false, started, confirmed;
        const capture = new CaptureProcessor({ inputRate: DEVICE, module, onEvent: ({ type }) => {
          if (type === 'speechStart') { open = true; if (at / DEVICE > onset) started ??= at / DEVICE; }
          if (type === 'speechConfirmed' && started !== undefined) confirmed ??= at / DEVICE;
          if (type === 'speechEnd' || type === 'misfire') open = false;
        } });
        const device = convert(signal, RATE, DEVICE);
        while (at < device.length) {
          const block = device.subarray(at, at + 128);
          at += block.length;
          if (at / DEVICE <= onset) openBefore = open;
          capture.push(block);
        }
        tried++;
        if (openBefore) continue;
        if (started === undefined || confirmed === undefined) { missed++; continue; }
        note(times.start, name, started - onset);
        note(times.confirm, name, confirmed - onset);
      }
    }
  }
  const all = (list) => Object.values(list).flat();
  const within = (values) => Number((values.filter((value) => value <= 120).length / values.length).toFixed(3));
  for (const name of Object.keys(times.start)) console.log(`  ${name.padEnd(8)} detected p50 ${quantile(times.start[name], 0.5).toFixed(0)}, p95 ${quantile(times.start[name], 0.95).toFixed(0)}; confirmed p50 ${quantile(times.confirm[name], 0.5).toFixed(0)}, p95 ${quantile(times.confirm[name], 0.95).toFixed(0)} ms (n = ${times.start[name].length})`);
  await spread({ title: 'acoustic onset → detected, noises at 20 dB and clean', values: all(times.start), unit: 'ms', atMost: { p50: 120 } });
  await figure({ title: 'share detected within 120 ms', value: within(all(times.start)), unit: '' });
  await spread({ title: 'acoustic onset → confirmed', values: all(times.confirm), unit: 'ms', atMost: { p50: 120 } });
  await figure({ title: 'share confirmed within 120 ms', value: within(all(times.confirm)), unit: '' });
  await figure({ title: 'utterances not noticed', value: missed, unit: `of ${tried}` });

  // Nobody speaks: what would hold an answer although nobody did.
  const alone = madeNoises(randomFrom(12), 60 * RATE, crowd);
  for (const [name, noise] of Object.entries(alone)) {
    let starts = 0, confirms = 0;
    const capture = new CaptureProcessor({ inputRate: RATE, module, onEvent: ({ type }) => { starts += type === 'speechStart'; confirms += type === 'speechConfirmed'; } });
    const gain = 0.02 / rmsOf(noise);
    for (let at = 0; at < noise.length; at += 128) capture.push(noise.subarray(at, at + 128).map((value) => value * gain));
    console.log(`  ${name.padEnd(8)} alone for a minute: ${starts} detected, ${confirms} confirmed`);
  }
});
