// How soon speech is noticed: from the first audible moment of an utterance at the microphone, with noise 20 dB below
// it, to the frame that confirms it, in audio time: conversion from 48 kHz, voice activity and segmenter, as the audio
// worker has them. Voices, sentences and noises are none of the training's.
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
  const noises = madeNoises(random, (LEAD + 4) * RATE, BABBLE.map((voice) => speak(convert, voice, 175, 'jedna po druhej idu slova a nikto nepocuva co hovoria ostatni ludia pri stole')));
  const delays = { clean: [] };
  let missed = 0, tried = 0;
  for (const [index, voice] of VOICES.entries()) {
    for (const sentence of SENTENCES) {
      const x = speak(convert, voice, 150 + 10 * (index % 4), sentence);
      const truth = speechTruth(x);
      const level = activeRms(x, truth);
      const onset = LEAD + (truth.indexOf(1) * HOP) / RATE;
      for (const [name, noise] of [['clean', undefined], ...Object.entries(noises)]) {
        const signal = new Float32Array((LEAD + 1) * RATE + x.length);
        signal.set(x, LEAD * RATE);
        const rms = noise === undefined ? 1 : Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
        for (let n = 0; n < signal.length; n++) signal[n] += noise === undefined ? (random() - 0.5) * 1e-4 : (noise[n % noise.length] * level * 0.1) / rms;
        let at = 0, heard;
        // The first start at or behind the onset; one that a noise has begun before is not this utterance.
        let open = false;
        const capture = new CaptureProcessor({ inputRate: DEVICE, module, onEvent: ({ type }) => {
          if (type === 'speechStart') { open = true; if (at / DEVICE > onset) heard ??= at / DEVICE; }
          if (type === 'speechEnd') open = false;
        } });
        const device = convert(signal, RATE, DEVICE);
        let openBefore = false;
        for (; at < device.length; ) {
          const block = device.subarray(at, at + 128);
          at += block.length;
          if (at / DEVICE <= onset) openBefore = open;
          capture.push(block);
        }
        tried++;
        if (openBefore) continue;
        if (heard === undefined) missed++;
        else (delays[name] ??= []).push((heard - onset) * 1000);
      }
    }
  }
  const all = Object.values(delays).flat();
  for (const [name, values] of Object.entries(delays)) console.log(`  ${name.padEnd(8)} p50 ${quantile(values, 0.5).toFixed(0)}, p95 ${quantile(values, 0.95).toFixed(0)} ms (n = ${values.length})`);
  await spread({ title: 'acoustic onset → confirmed, noises at 20 dB and clean', values: all, unit: 'ms', atMost: { p50: 120 } });
  await figure({ title: 'share within 120 ms', value: Number((all.filter((value) => value <= 120).length / all.length).toFixed(3)), unit: '' });
  await figure({ title: 'utterances not noticed', value: missed, unit: `of ${tried}` });
});
