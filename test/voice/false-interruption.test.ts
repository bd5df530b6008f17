// Real sounds through the real detector into a session that speaks: which of them cost the answer a sample.
import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/base/clock.js';
import { seededRandom } from '../../src/base/random.js';
import { heardDecoder } from '../../src/browser/heard.js';
import { Listener } from '../../src/browser/listener.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { audioWasm as module } from '../audio/audio-wasm.js';
import { noise, sine } from '../audio/signals.js';
import { converse, MS_PER_WORD } from './conversation.js';

const RATE = 16000;
const BLOCK = 160;
const ANSWER = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.';
const WORDS = 15;

/** A voice-like sound: a pitch that glides through resonances, in syllables of 150 ms with gaps of 60 ms. */
function syllables(ms: number, pitch = 150, amplitude = 0.1): Float32Array {
  const samples = new Float32Array((RATE * ms) / 1000);
  let phase = 0;
  for (let n = 0; n < samples.length; n++) {
    const t = n / RATE;
    const within = t % 0.21;
    const envelope = within < 0.15 ? Math.sin((Math.PI * within) / 0.15) : 0;
    phase += (2 * Math.PI * pitch * (1 + 0.15 * Math.sin(2 * Math.PI * 0.7 * t))) / RATE;
    const formants = [500 + 200 * Math.sin(5 * t), 1400 + 500 * Math.sin(7 * t + 1), 2500];
    let sum = 0;
    for (let h = 1; h <= 30; h++) sum += (formants.reduce((most, formant) => most + 1 / (1 + ((h * pitch - formant) / 120) ** 2), 0.02) / h ** 0.4) * Math.sin(h * phase);
    samples[n] = amplitude * sum * envelope;
  }
  return samples;
}

function cough(ms = 300): Float32Array {
  const random = seededRandom(11);
  let smooth = 0;
  return Float32Array.from({ length: (RATE * ms) / 1000 }, (_, n) => {
    smooth += (random() * 2 - 1 - smooth) * 0.4;
    return smooth * 0.5 * Math.min(1, n / 100) * Math.exp((-4000 * n) / (RATE * ms));
  });
}

/** Bursts of `ms` milliseconds, one every `everyMs`. */
function bursts(count: number, ms: number, everyMs: number): Float32Array {
  const samples = new Float32Array((RATE * count * everyMs) / 1000);
  for (let k = 0; k < count; k++) samples.set(noise((RATE * ms) / 1000, k + 1, 0.4), (RATE * k * everyMs) / 1000);
  return samples;
}

/** What becomes of an answer while the microphone hears a sound, over the hiss of a room. */
async function over(sound: Float32Array, understood: string, reference?: Float32Array): Promise<{ readonly interrupted: boolean; readonly heardMs: number; readonly turns: number }> {
  const clock = new ManualClock();
  const talk = converse((messages) => (messages.at(-1)?.content === 'count' ? ANSWER : 'Yes.'), { stt: { transcribe: async () => (await sleep(clock, 80), new STTResponse({ text: understood })) } }, clock);
  const decode = heardDecoder('microphone', (ms) => ms, () => clock.epochMs());
  const listener = new Listener({ deviceSampleRate: RATE, module, bargeIn: 'off', thresholds: { redemptionMs: 200 }, output: { element: (item) => void talk.microphone.elements.tryWrite(decode(item)), level: () => undefined, playout: () => undefined } });
  const hear = async (samples: Float32Array, rendered?: Float32Array): Promise<void> => {
    for (let at = 0; at + BLOCK <= samples.length; at += BLOCK) {
      listener.pushReference(rendered?.subarray(at, at + BLOCK) ?? new Float32Array(BLOCK));
      listener.push(samples.subarray(at, at + BLOCK), clock.now());
      await clock.advance(10);
    }
  };
  const room = noise(RATE / 2, 3, 0.001);
  await talk.session.start();
  await hear(room); // the detector learns the room
  void talk.session.send('count');
  await clock.advance(600);
  listener.setPlaying(true);
  await hear(sound.map((value, n) => value + (room[n % room.length] ?? 0)), reference);
  await hear(room);
  await clock.advance(8000);
  listener.close();
  const [report] = talk.speaker.reports;
  return { interrupted: report?.interrupted ?? true, heardMs: report?.heardMs ?? 0, turns: talk.reports().length };
}

const answer = syllables(1500, 110, 0.2);
const echo = answer.map((value) => value * 0.1); // −20 dB

describe('sounds over an answer', () => {
  it.each([
    ['a cough', cough(), ''],
    ['a long cough', cough(600), ''],
    ['a click', bursts(1, 3, 300), ''],
    ['a keyboard', bursts(8, 8, 120), ''],
    ['a burst of 50 ms', bursts(1, 50, 300), ''],
    ['a beep of 50 ms', sine(800, 800, RATE, 0.3), ''],
    ['a syllable of 50 ms', syllables(50), ''],
    ['uh-huh', syllables(380), 'uh-huh'],
    ['its own echo at −20 dB', echo, 'one two', answer],
  ] as const)('%s costs it no sample', async (_what, sound, understood, reference?: Float32Array) => {
    expect(await over(sound, understood, reference)).toEqual({ interrupted: false, heardMs: WORDS * MS_PER_WORD, turns: 1 });
  });

  it('speech cuts it', async () => {
    expect(await over(syllables(900), 'wait a moment')).toMatchObject({ interrupted: true, turns: 2 });
  });
});
