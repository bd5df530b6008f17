// @realm node
// Interruptions at any moment, by every way there is: after the answer was cut, not a sample of it is given out, but
// for the fade. The session and the playout are the real ones, the samples say which synthesis they belong to.
import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/base/clock.js';
import { seededRandom } from '../../src/base/random.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../../src/providers/tts.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { SimulatedLLM } from '../../src/testing/simulated-llm.js';
import { SimulatedMicrophone } from '../../src/testing/simulated-microphone.js';
import { planUtterance, SimulatedRoom } from '../../src/testing/simulated-room.js';
import { SimulatedSTT } from '../../src/testing/simulated-stt.js';
import { createVoiceSession } from '../../src/voice/voice-session.js';
import { scale, seed } from '../tools/scale.js';
import { codedChunk, recordingOf } from './coded-audio.js';
import { QUANTUM_MS, RATE, WorkletDevice } from './worklet-device.js';

const FADE_MS = 8;

/** A voice of coded noise: every synthesis is a recording of its own. */
class CodedVoice implements TTSProvider {
  readonly begunAtMs: number[] = [];
  readonly #clock: ManualClock;
  readonly #random: () => number;

  constructor(clock: ManualClock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  synthesize(): Promise<Uint8Array> {
    throw new Error('the session streams');
  }

  async *stream(text: string | AsyncIterable<string>, options: TTSOptions = {}): AsyncGenerator<TTSEvent> {
    if (typeof text !== 'string') throw new Error('the session gives whole pieces');
    const number = this.begunAtMs.push(this.#clock.now());
    const chunk = RATE / 50;
    for (let n = 0; n < text.length * 2; n++) {
      await sleep(this.#clock, n === 0 ? 20 + this.#random() * 100 : this.#random() * 20, options.signal);
      yield { type: 'audio', chunk: codedChunk(number, n * chunk, chunk, RATE) };
    }
    yield { type: 'finish' };
  }
}

describe('an interruption', () => {
  it('at any moment leaves no stale sample', async () => {
    const random = seededRandom(seed);
    const races = scale(25, 1000);
    for (let first = 0; first < races; first += 25) {
      const clock = new ManualClock();
      const room = new SimulatedRoom(clock);
      const device = new WorkletDevice(clock, 20);
      device.quantaPerCallback = 4;
      const voice = new CodedVoice(clock, random);
      const session = createVoiceSession({
        llm: new SimulatedLLM({ answers: ['One two three four. Five six seven eight nine ten.'], firstTokenMs: 40, tokensPerSecond: 60 }, { clock }),
        stt: new SimulatedSTT(room, { finalMs: 60 }, { clock }),
        tts: voice,
        input: new SimulatedMicrophone({ clock, room }),
        output: device,
        clock,
      });
      const cuts: { readonly atMs: number; readonly syntheses: number }[] = [];
      session.subscribe((event) => {
        if (event.type === 'interruption' && event.step === 'committed') cuts.push({ atMs: clock.now(), syntheses: voice.begunAtMs.length });
      });
      await session.start();
      session.send('go').catch(() => undefined);
      for (let race = 0; race < Math.min(25, races - first); race++) {
        await clock.advance(random() * 900);
        const way = Math.floor(random() * 3);
        if (way === 0) session.interrupt();
        else if (way === 1) room.speak(planUtterance('stop that right now', 200));
        session.send('go').catch(() => undefined);
      }
      await clock.settle(session.close());
      const callbackMs = QUANTUM_MS * device.quantaPerCallback;
      expect(cuts.length).toBeGreaterThan(5);
      let given = 0;
      for (const { heardAtMs, samples } of device.given) {
        const synthesis = recordingOf(samples);
        if (synthesis === undefined) continue;
        given++;
        const renderedMs = heardAtMs - 20;
        const cut = cuts.find(({ syntheses }) => synthesis <= syntheses);
        // The cut reaches the audio thread with its next callback, and fades from there.
        if (cut !== undefined && renderedMs > cut.atMs + callbackMs + FADE_MS) expect.fail(`synthesis ${synthesis}, cut at ${cut.atMs}, was given out at ${renderedMs}`);
      }
      expect(given).toBeGreaterThan(100);
    }
  });
});
