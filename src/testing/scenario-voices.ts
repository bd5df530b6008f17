/** The sounds of a scenario, made before its time begins: speech by the formant voice, coughs from noise. */
import { seededRandom } from '../base/random.js';
import { Resampler } from '../audio/resampler.js';
import { FormantVoice } from '../offline/formant-voice.js';
import { loadAudio } from '../wasm/audio-load.js';
import type { Scenario, ScenarioStep } from './scenario.js';

const RATE = 16000;

/** Samples at 16 kHz for each step that makes a sound; none where the scenario's sound is not real. */
export async function voicesOf(scenario: Scenario): Promise<ReadonlyMap<ScenarioStep, Float32Array>> {
  const samples = new Map<ScenarioStep, Float32Array>();
  if (scenario.audio !== 'real') return samples;
  await loadAudio();
  const voice = new FormantVoice();
  const random = seededRandom(scenario.seed ?? 1);
  for (const step of [...scenario.user, ...(scenario.room ?? [])]) {
    if (step.do === 'say' || step.do === 'press') samples.set(step, await spoken(voice, step.text, (step.wordsPerMinute ?? 170) / 170));
    else if (step.do === 'sound') samples.set(step, noise(step.sound, step.ms, random));
  }
  voice.close();
  return samples;
}

async function spoken(voice: FormantVoice, text: string, speed: number): Promise<Float32Array> {
  const pcm = await voice.synthesize(text, { speed: Math.min(2, Math.max(0.5, speed)) });
  const wide = Float32Array.from(new Int16Array(pcm.buffer), (sample) => sample / 32768);
  const resampler = new Resampler({ from: voice.sampleRate, to: RATE });
  const head = resampler.process(wide).slice();
  const tail = resampler.flush();
  const narrow = new Float32Array(head.length + tail.length);
  narrow.set(head);
  narrow.set(tail, head.length);
  resampler.close();
  return narrow;
}

/** A cough is a burst of noise that dies away, a click lasts a few milliseconds, a hum is the mains. */
function noise(sound: 'cough' | 'click' | 'hum', ms: number, random: () => number): Float32Array {
  const samples = new Float32Array(Math.round((ms * RATE) / 1000));
  for (let n = 0; n < samples.length; n++) {
    const seconds = n / RATE;
    if (sound === 'hum') samples[n] = 0.05 * Math.sin(2 * Math.PI * 50 * seconds);
    else if (sound === 'click') samples[n] = n < 80 ? 0.5 * (1 - n / 80) * (n % 2 === 0 ? 1 : -1) : 0;
    else samples[n] = (random() * 2 - 1) * 0.3 * Math.exp(-6 * (n / samples.length));
  }
  return samples;
}
