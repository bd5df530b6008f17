import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlayoutCommand } from '../../src/audio/playout-message.js';
import { Vad } from '../../src/audio/vad.js';
import type { VAD } from '../../src/audio/voice-activity.js';
import type { Heard, HeardLevel } from '../../src/browser/heard.js';
import { Listener, type ListenerOptions } from '../../src/browser/listener.js';
import { loadAudio } from '../../src/wasm/audio-load.js';
import { noiseSamples, voiceSamples } from './fake-voice.js';

const RATE = 48000;
const BLOCK = 480;

beforeAll(async () => {
  await loadAudio();
});

// What is tested here is what is done with a detector's verdict, so the verdict is made plain: loud is speech.
const loudness: VAD = { process: (frame) => (Math.max(...frame.map(Math.abs)) > 0.02 ? 1 : 0), reset: () => undefined };

interface Heardout {
  readonly listener: Listener;
  readonly items: Heard[];
  readonly levels: HeardLevel[];
  readonly commands: PlayoutCommand[];
  /** Pushes samples in blocks of 10 ms; time passes as audio does. */
  feed(samples: Float32Array): void;
  /** Time passes without samples; the next block says that they were lost. */
  lose(ms: number): void;
  readonly now: () => number;
}

function listening(options: Partial<ListenerOptions> = {}): Heardout {
  const items: Heard[] = [];
  const levels: HeardLevel[] = [];
  const commands: PlayoutCommand[] = [];
  let now = 5000;
  let lost = 0;
  const listener = new Listener({ deviceSampleRate: RATE, vad: loudness, ...options, output: { element: (item) => items.push(item), level: (level) => levels.push({ ...level }), playout: (command) => commands.push(command) } });
  return {
    listener, items, levels, commands,
    now: () => now,
    lose(ms) {
      now += ms;
      lost = (ms * RATE) / 1000;
    },
    feed(samples) {
      for (let at = 0; at < samples.length; at += BLOCK) {
        now += 10;
        listener.push(samples.subarray(at, at + BLOCK), now, lost);
        lost = 0;
      }
    },
  };
}

const quiet = (ms: number): Float32Array => noiseSamples(RATE, ms);
const voice = (ms: number): Float32Array => voiceSamples(RATE, ms);
const marks = (items: readonly Heard[]): string[] => items.filter((item) => item.type !== 'audio').map((item) => item.type);
const audioMs = (items: readonly Heard[]): number => items.reduce((sum, item) => sum + (item.type === 'audio' ? item.samples.length / 16 : 0), 0);

describe('a listener', () => {
  let heard: Heardout;
  beforeEach(() => {
    heard = listening();
    // The detector learns the room first.
    heard.feed(quiet(1500));
    heard.items.length = 0;
  });

  it('says when speech begins and ends, on the clock of the blocks', () => {
    const startsAt = heard.now();
    heard.feed(voice(800));
    heard.feed(quiet(1500));
    expect(marks(heard.items)).toEqual(['speechStart', 'interrupt', 'speechEnd']);
    const start = heard.items[0];
    const end = heard.items.at(-1);
    if (start?.type !== 'speechStart' || end?.type !== 'speechEnd') throw new Error('the order is wrong');
    expect(Math.abs(start.onsetMs - startsAt)).toBeLessThan(120);
    expect(start.detectedMs).toBeGreaterThanOrEqual(start.onsetMs);
    expect(end.endMs - start.onsetMs).toBeGreaterThan(600);
    expect(end).toMatchObject({ misfire: false, truncated: false });
    expect(end.speechMs).toBeCloseTo(end.endMs - start.onsetMs, 3);
  });

  it('gives the audio from before the onset first, and every sample once', () => {
    heard.feed(voice(800));
    heard.feed(quiet(1500));
    const audio = heard.items.filter((item) => item.type === 'audio');
    expect(audio[0]?.samples.length).toBeGreaterThan(400 * 16);
    let expected = audio[0]?.timestampMs ?? NaN;
    for (const item of audio) {
      expect(item.timestampMs).toBeCloseTo(expected, 6);
      expected = item.timestampMs + item.samples.length / 16;
    }
    expect(audio.slice(1, -1).every((item) => item.samples.length === 320)).toBe(true);
  });

  it('never gives a sample to two utterances', () => {
    heard.feed(voice(400));
    heard.feed(quiet(1300));
    heard.feed(voice(400));
    heard.feed(quiet(1300));
    const audio = heard.items.filter((item) => item.type === 'audio');
    let last = -Infinity;
    for (const item of audio) {
      expect(item.timestampMs).toBeGreaterThanOrEqual(last - 1e-6);
      last = item.timestampMs + item.samples.length / 16;
    }
    expect(marks(heard.items).filter((type) => type === 'speechStart')).toHaveLength(2);
  });

  it('holds the voice that plays as soon as speech is certain, and only then', () => {
    heard.listener.setPlaying(true);
    heard.feed(voice(800));
    expect(heard.commands).toEqual([{ type: 'pause' }]);
    expect(heard.items.find((item) => item.type === 'interrupt')).toMatchObject({ silenced: true });
    heard.feed(quiet(1500));
    // What happens to it after an utterance is the session's affair.
    expect(heard.commands).toEqual([{ type: 'pause' }]);
  });

  it('leaves the voice alone when nothing plays, or when it is told to', () => {
    heard.feed(voice(600));
    heard.feed(quiet(1500));
    expect(heard.commands).toEqual([]);
    heard.listener.setBargeIn('off');
    heard.listener.setPlaying(true);
    heard.feed(voice(600));
    expect(heard.commands).toEqual([]);
    expect(heard.items.filter((item) => item.type === 'interrupt').at(-1)).toMatchObject({ silenced: false });
  });

  it('ends the voice that plays once the speech is meant, when it is told to', () => {
    heard.listener.setBargeIn('cut');
    heard.listener.setPlaying(true);
    heard.feed(voice(600));
    expect(heard.commands).toEqual([{ type: 'pause' }, { type: 'cut' }]);
  });

  it('ends an utterance that is open when no more samples come', () => {
    heard.feed(voice(500));
    heard.listener.finish();
    expect(heard.items.at(-1)).toMatchObject({ type: 'speechEnd', truncated: true, misfire: false });
    heard.listener.finish();
    expect(marks(heard.items).filter((type) => type === 'speechEnd')).toHaveLength(1);
  });

  it('gives 50 levels a second, with the loudest of what they cover', () => {
    heard.levels.length = 0;
    heard.feed(voice(1000));
    expect(heard.levels).toHaveLength(50);
    expect(Math.max(...heard.levels.map((level) => level.peak))).toBeGreaterThan(0.4);
    expect(heard.levels.every((level) => level.peak >= level.rms && level.speech >= 0 && level.speech <= 1 && level.spectrum === null)).toBe(true);
  });

  it('gives magnitudes with the levels when asked to', () => {
    const other = listening({ spectrum: true });
    other.feed(voice(100));
    expect(other.levels.at(-1)?.spectrum).toHaveLength(256);
  });

  it('moves times on by what was lost', () => {
    heard.feed(quiet(500));
    heard.lose(1000);
    const startsAt = heard.now();
    heard.feed(voice(300));
    const start = heard.items[0];
    if (start?.type !== 'speechStart') throw new Error('no speech was found');
    expect(Math.abs(start.onsetMs - startsAt)).toBeLessThan(60);
  });

  it('takes a sound that is too short for no speech, and lets the voice go on', () => {
    heard.listener.setPlaying(true);
    const short = listening({ thresholds: { confirmMs: 30, minSpeechMs: 200, redemptionMs: 300 } });
    short.feed(quiet(500));
    short.listener.setPlaying(true);
    short.feed(voice(80));
    short.feed(quiet(800));
    expect(marks(short.items)).toEqual(['speechStart', 'speechEnd']);
    expect(short.items.at(-1)).toMatchObject({ misfire: true });
    expect(short.commands).toEqual([{ type: 'pause' }, { type: 'resume' }]);
  });

  it('does not take the noise of a room for speech when the device begins, or is unmuted', () => {
    const real = listening({ vad: new Vad() });
    const mute = (ms: number): Float32Array => new Float32Array((ms * RATE) / 1000);
    real.feed(mute(1000));
    real.feed(quiet(1500));
    real.feed(mute(3000));
    real.feed(quiet(1500));
    expect(marks(real.items)).toEqual([]);
  });

  it('takes everything for speech when its detector fails, so that nothing is lost', () => {
    const failing = listening({ vad: { process: () => { throw new Error('broken'); }, reset: () => undefined } });
    failing.feed(quiet(500));
    expect(marks(failing.items)).toEqual(['speechStart', 'interrupt']);
  });

  it('refuses thresholds that are out of range', () => {
    expect(() => listening({ thresholds: { interruptMs: -1 } })).toThrow(/interruptMs/);
    expect(() => listening({ thresholds: { redemptionMs: 1 } })).toThrow(/redemptionMs/);
    expect(() => listening({ deviceSampleRate: 100 })).toThrow(/8000/);
  });
});

describe('a listener in mode hold', () => {
  let heard: Heardout;
  beforeEach(() => {
    heard = listening({ mode: 'hold' });
    heard.feed(quiet(1000));
  });

  it('begins and ends with the button, voice or no voice', () => {
    heard.feed(voice(500));
    expect(heard.items).toEqual([]);
    heard.listener.hold();
    heard.feed(quiet(300));
    heard.listener.release(heard.now());
    heard.feed(quiet(30));
    expect(marks(heard.items)).toEqual(['speechStart', 'interrupt', 'speechEnd']);
    expect(heard.items.at(-1)).toMatchObject({ misfire: false, truncated: false });
    expect(audioMs(heard.items)).toBeGreaterThan(600);
  });

  it('takes the samples that were spoken before the release and arrive after it', () => {
    heard.listener.hold();
    heard.feed(voice(400));
    heard.listener.release(heard.now() + 50);
    expect(marks(heard.items).at(-1)).not.toBe('speechEnd');
    heard.feed(voice(100));
    expect(marks(heard.items).at(-1)).toBe('speechEnd');
  });

  it('takes a touch for a slip, not for speech', () => {
    heard.listener.hold();
    heard.feed(quiet(50));
    heard.listener.release(heard.now());
    heard.feed(quiet(50));
    expect(heard.items.at(-1)).toMatchObject({ type: 'speechEnd', misfire: true });
  });

  it('ends at the longest turn', () => {
    const short = listening({ mode: 'hold', thresholds: { maxTurnMs: 500 } });
    short.listener.hold();
    short.feed(voice(800));
    expect(short.items.at(-1)).toMatchObject({ type: 'speechEnd', truncated: true });
  });

  it('ends at once when no sample ever came', () => {
    const silent = listening({ mode: 'hold' });
    silent.listener.hold();
    silent.listener.release(1);
    expect(marks(silent.items)).toEqual(['speechStart', 'interrupt', 'speechEnd']);
  });

  it('ends the utterance when the mode changes, and ignores presses in the other mode', () => {
    heard.listener.hold();
    heard.feed(voice(300));
    heard.listener.setMode('handsFree');
    expect(heard.items.at(-1)).toMatchObject({ type: 'speechEnd' });
    const count = heard.items.length;
    heard.listener.hold();
    heard.listener.release(heard.now());
    expect(heard.items).toHaveLength(count);
  });

  it('silences the voice that plays at the press', () => {
    heard.listener.setPlaying(true);
    heard.listener.hold();
    expect(heard.commands).toEqual([{ type: 'pause' }]);
    expect(heard.items.at(-1)).toMatchObject({ type: 'interrupt', silenced: true });
  });
});
