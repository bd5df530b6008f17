// Random moments for everything that can meet: speech over an answer, typing, silence asked for, a device that stops.
// Whatever the order, a sample of a cut answer is never given to the loudspeaker after the cut, and each playback has
// the samples of one answer only.
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { sleep } from '../../src/base/clock.js';
import { seededRandom } from '../../src/base/random.js';
import type { LLMEvent, LLMOptions } from '../../src/providers/llm.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../../src/providers/tts.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';
import type { Playback } from '../../src/voice/voice-output.js';
import { scale, seed } from '../tools/scale.js';
import { live } from './conversation.js';

interface Track {
  readonly answers: Set<number>;
  cut: boolean;
  /** Samples that were taken after the cut. */
  stale: number;
  /** Position heard when it was cut; nothing may be heard beyond it. */
  heardMs: number;
}

/** A loudspeaker that keeps account of what each playback was given. */
class CountingSpeaker extends VirtualSpeaker {
  readonly tracks: Track[] = [];

  override begin(): Playback {
    const playback = super.begin();
    const track: Track = { answers: new Set(), cut: false, stale: 0, heardMs: 0 };
    const before = this.tracks.at(-1);
    if (before !== undefined) before.cut = true; // the next one drops it
    this.tracks.push(track);
    return {
      write: (chunk) => {
        const taken = playback.write(chunk);
        if (track.cut && taken !== false) track.stale += chunk.frames;
        else if (taken !== false) track.answers.add(chunk.sequence);
        return taken;
      },
      end: () => playback.end(),
      cut: () => {
        if (!track.cut) track.heardMs = playback.heard().heardMs;
        track.cut = true;
        playback.cut();
      },
      pause: () => playback.pause(),
      resume: () => playback.resume(),
      heard: () => playback.heard(),
      done: playback.done,
    };
  }
}

/** Says the number of the answer with every chunk. */
class NumberedVoice implements TTSProvider {
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  synthesize(): never {
    throw new Error('the session streams');
  }

  async *stream(text: string | AsyncIterable<string>, { signal }: TTSOptions = {}): AsyncGenerator<TTSEvent> {
    const number = Number([.../\bq([a-j]+)/.exec(text as string)?.[1] ?? 'a'].map((letter) => letter.charCodeAt(0) - 97).join(''));
    await sleep(this.#clock, 30);
    for (let n = 0; n < 6; n++) {
      // A voice that does not look at its signal: what comes late must be dropped all the same.
      yield { type: 'audio', chunk: new AudioChunk({ float32: new Float32Array(1600), sampleRate: 16000, sequence: number }) };
      await sleep(this.#clock, 25, n % 2 === 0 ? signal : undefined);
    }
  }
}

describe('random races of barge-in', () => {
  it('play no stale sample', async () => {
    const races = scale(25, 1000);
    const random = seededRandom(seed);
    const below = (ms: number): number => Math.floor(random() * ms);
    let cuts = 0;
    let answer = 0;
    const clock = new ManualClock();
    const speaker = new CountingSpeaker({ clock, latencyMs: 20, maxQueuedMs: 200 });
    const talk = live('', {
      output: speaker,
      tts: new NumberedVoice(clock),
      llm: {
        id: 'counter',
        complete: () => Promise.reject(new Error('the session streams')),
        async *stream(_messages, { signal }: LLMOptions = {}): AsyncGenerator<LLMEvent> {
          const number = `q${[...String(answer++)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')}`; // a word that no voice reads otherwise
          for (let n = 0; n < 4; n++) {
            await sleep(clock, 15, n % 2 === 0 ? signal : undefined);
            yield { type: 'text', delta: `Number ${number} says this. ` };
          }
          yield { type: 'finish', reason: 'stop' };
        },
      },
      memory: undefined as never,
    }, clock);
    await talk.session.start();
    const speak = async (): Promise<void> => {
      talk.microphone.onset();
      talk.microphone.audio(new Float32Array(160 * (1 + below(40))));
      await clock.advance(below(60));
      if (random() < 0.7) for (const text = random() < 0.7 ? 'stop it now' : 'uh-huh'; ; ) {
        talk.recognizer.hears(text);
        if (random() < 0.5) break;
      }
      if (random() < 0.7) talk.microphone.confirm();
      await clock.advance(below(200));
      talk.microphone.end(random() < 0.3 ? { misfire: true } : { speechMs: 100 + below(1500) });
    };
    for (let race = 0; race < races; race++) {
      const first = talk.session.send('go').catch(() => undefined);
      await clock.advance(below(700));
      const what = random();
      if (what < 0.6) await speak();
      else if (what < 0.8) talk.session.interrupt();
      else void talk.session.send('again');
      await clock.advance(below(400));
      if (random() < 0.3) await speak();
      await clock.settle(first);
    }
    await clock.advance(20000);
    for (const { answers, stale, cut } of speaker.tracks) {
      expect(stale).toBe(0);
      expect(answers.size).toBeLessThanOrEqual(1);
      if (cut) cuts++;
    }
    for (const [n, report] of speaker.reports.entries()) {
      const track = speaker.tracks[n] as Track; // one report per playback, in order
      if (report.interrupted) expect(report.heardMs).toBeLessThanOrEqual(track.heardMs + 1e-9);
    }
    expect(speaker.tracks.length).toBeGreaterThan(races / 2);
    expect(cuts).toBeGreaterThan(races / 5);
    expect(talk.session.stats.interruptions).toBeGreaterThan(races / 10);
  });
});
