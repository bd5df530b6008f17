import { beforeAll, describe, expect, it } from 'vitest';
import { spokenTokens } from '../../src/speech/spoken-text.js';
import { durations } from '../../src/speech/timing.js';
import { tune } from '../../src/speech/intonation.js';
import { phraseTracks, STEP_MS } from '../../src/speech/tracks.js';
import { phrasesOf, type Phrase } from '../../src/speech/utterance.js';
import { VOICE_RATE, VOICES, VoiceSynthesizer } from '../../src/speech/voice-synthesizer.js';
import { VOICE_FRAME } from '../../src/wasm/speech-kernel.js';
import { targetOf } from '../../src/speech/phone-targets.js';

let voice: VoiceSynthesizer;
beforeAll(async () => {
  voice = await VoiceSynthesizer.load();
});

const phrase = (text: string): Phrase => phrasesOf(spokenTokens(text))[0] as Phrase;
const speak = (text: string, name: keyof typeof VOICES = 'adam', speed = 1): { samples: Float32Array; words: { text: string; startMs: number; endMs: number }[] } => {
  let length = 0;
  const words: { text: string; startMs: number; endMs: number }[] = [];
  const parts = [...voice.speak(text, VOICES[name], speed)].map(({ samples, words: own }) => {
    words.push(...own.map((word) => ({ ...word, startMs: word.startMs + (length * 1000) / VOICE_RATE, endMs: word.endMs + (length * 1000) / VOICE_RATE })));
    length += samples.length;
    return samples;
  });
  const samples = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, words };
};
const power = (samples: Float32Array): number => samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length);
const piece = (samples: Float32Array, startMs: number, endMs: number): Float32Array => samples.subarray((startMs * VOICE_RATE) / 1000, (endMs * VOICE_RATE) / 1000);

/** Power at a frequency (Goertzel) relative to the whole. */
function tone(samples: Float32Array, hertz: number): number {
  let [re, im] = [0, 0];
  samples.forEach((x, n) => {
    re += x * Math.cos((2 * Math.PI * hertz * n) / VOICE_RATE);
    im += x * Math.sin((2 * Math.PI * hertz * n) / VOICE_RATE);
  });
  return (re * re + im * im) / samples.length ** 2 / Math.max(1e-12, power(samples));
}

/** Zero crossings per second: high for hissing sounds. */
const crossings = (samples: Float32Array): number => (samples.reduce((sum, x, n) => sum + (n > 0 && x >= 0 !== (samples[n - 1] as number) >= 0 ? 1 : 0), 0) * VOICE_RATE) / samples.length;

describe('phrasesOf', () => {
  it('parts a text at its pauses', () => {
    expect(phrasesOf(spokenTokens('Hello, you. What is it?')).map(({ tokens, pause }) => [tokens.length, pause])).toEqual([[1, 'comma'], [1, 'stop'], [3, 'question']]);
  });

  it('gives every phrase a stress', () => {
    for (const text of ['the', 'of the', 'a', 'hello there', 'is it']) expect(phrase(text).segments.some(({ stress }) => stress === 1), text).toBe(true);
  });

  it('cuts a text without punctuation before the breath runs out', () => {
    const phrases = phrasesOf(spokenTokens(Array.from({ length: 100 }, () => 'word').join(' ')));
    expect(Math.max(...phrases.map(({ tokens }) => tokens.length))).toBeLessThanOrEqual(24);
    expect(phrases.reduce((sum, { tokens }) => sum + tokens.length, 0)).toBe(100);
  });

  it('says "the" clearly before a vowel, and flaps the t of "water"', () => {
    expect(phrase('the apple').segments[1]?.phone).toBe('IY');
    expect(phrase('the pear').segments[1]?.phone).toBe('AX');
    expect(phrase('water').segments.find(({ phone }) => phone === 'T')?.flap).toBe(true);
    expect(phrase('retell').segments.find(({ phone }) => phone === 'T')?.flap).toBe(false);
  });

  it('knows the questions that fall', () => {
    expect(phrase('What is it?').asks).toBe(true);
    expect(phrase('Is it?').asks).toBe(false);
  });
});

describe('durations', () => {
  const length = (text: string, speed = 1): number => durations(phrase(text), speed).reduce((a, b) => a + b, 0);

  it('never fall below half of the least duration of a phone', () => {
    const long = phrase('the extraordinary strengths of six sixths interest nobody');
    durations(long, 1).forEach((ms, n) => expect(ms).toBeGreaterThan(0.45 * targetOf(long.segments[n]?.phone ?? 'AX').leastMs));
  });

  it('shrink with speed', () => expect(length('what time is it', 2)).toBeCloseTo(length('what time is it') / 2, -1));

  it('lengthen the end of a phrase, and a vowel before a voiced consonant', () => {
    const [first, last] = [durations(phrase('ten ten ten'), 1)[1], durations(phrase('ten ten ten'), 1)[7]];
    expect(last as number).toBeGreaterThan(1.15 * (first as number));
    expect(durations(phrase('bead'), 1)[1] as number).toBeGreaterThan(1.2 * (durations(phrase('beat'), 1)[1] as number));
  });

  it('speak at the pace of people: three to six syllables a second', () => {
    const text = 'You have two notes about the timer in the kitchen and the garden.';
    const syllables = phrase(text).segments.filter(({ phone }) => targetOf(phone).manner === 'vowel').length;
    const rate = syllables / (length(text) / 1000);
    expect(rate).toBeGreaterThan(3);
    expect(rate).toBeLessThan(6);
  });
});

describe('tune', () => {
  const end = (text: string): number => tune(phrase(text), [0, 100, 200, 300, 400, 500, 600], Array(7).fill(100), 700).at(-1)?.factor ?? 0;

  it('falls at the end of a statement and of a question with a question word, and rises at the end of others', () => {
    expect(end('Tom is here.')).toBeLessThan(0.8);
    expect(end('Who is it?')).toBeLessThan(0.8);
    expect(end('Is Tom in?')).toBeGreaterThan(1.2);
    expect(end('Tom is in,')).toBeGreaterThan(0.9);
  });

  it('is a line in time', () => {
    const points = tune(phrase('seven words about the weather in spring'), Array.from({ length: 40 }, (_, n) => n * 80), Array(40).fill(80), 3200);
    points.forEach(({ timeMs }, n) => expect(timeMs).toBeGreaterThanOrEqual(points[n - 1]?.timeMs ?? 0));
  });
});

describe('phraseTracks', () => {
  it('gives frames for the whole phrase, and times for every token in order', () => {
    const text = phrase('set a timer for five minutes');
    const { frames, tokenTimes } = phraseTracks(text, VOICES.adam, 1);
    expect(frames.length % VOICE_FRAME).toBe(0);
    expect(tokenTimes.length).toBe(6);
    tokenTimes.forEach(({ startMs, endMs }, n) => {
      expect(endMs).toBeGreaterThan(startMs);
      expect(startMs).toBeGreaterThanOrEqual(tokenTimes[n - 1]?.endMs ?? 0);
    });
    expect((frames.length / VOICE_FRAME) * STEP_MS).toBeGreaterThan(tokenTimes.at(-1)?.endMs ?? Infinity);
  });

  it('keeps all parameters in their ranges', () => {
    for (const text of ['the quick brown fox jumps over the lazy dog', 'she judged the pleasure of a yellow church', 'my sixth strength', 'away we go']) {
      for (const voiceShape of Object.values(VOICES)) {
        const { frames } = phraseTracks(phrase(text), voiceShape, 1);
        for (let at = 0; at < frames.length; at += VOICE_FRAME) {
          const frame = frames.subarray(at, at + VOICE_FRAME);
          expect(frame.every(Number.isFinite)).toBe(true);
          expect(frame[0]).toBeGreaterThan(50);
          expect(frame[0]).toBeLessThan(450);
          for (let n = 1; n <= 3; n++) {
            expect(frame[n]).toBeGreaterThanOrEqual(0);
            expect(frame[n]).toBeLessThanOrEqual(1.1);
          }
          for (let n = 6; n < 12; n++) {
            expect(frame[n]).toBeGreaterThan(150);
            expect(frame[n]).toBeLessThan(8000);
          }
          for (let n = 12; n < 18; n++) expect(frame[n]).toBeGreaterThan(30);
        }
      }
    }
  });
});

describe('VoiceSynthesizer', () => {
  it('gives equal samples for equal texts', () => {
    expect(speak('hello there').samples).toEqual(speak('hello there').samples);
  });

  it('says nothing for a text without sounds', () => {
    expect([...voice.speak('', VOICES.clara, 1)]).toEqual([]);
    expect([...voice.speak(' … 🙂 ', VOICES.clara, 1)]).toEqual([]);
  });

  it('neither clips nor whispers, in any voice', () => {
    for (const name of Object.keys(VOICES) as (keyof typeof VOICES)[]) {
      const { samples } = speak('She sells six yellow zebras, and judges the whole noisy zoo.', name);
      const peak = samples.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
      expect(peak, name).toBeLessThan(1);
      expect(peak, name).toBeGreaterThan(0.2);
      expect(samples.every(Number.isFinite)).toBe(true);
    }
  });

  it('begins and ends in silence, without a click', () => {
    const { samples } = speak('stop');
    expect(power(samples.subarray(0, 240))).toBeLessThan(1e-5);
    expect(power(samples.subarray(-240))).toBeLessThan(1e-5);
  });

  it('voices vowels at the pitch of the voice', () => {
    const { samples, words } = speak('far far far', 'adam');
    const vowel = piece(samples, (words[1]?.startMs ?? 0) + 120, (words[1]?.startMs ?? 0) + 190);
    const pitches = Array.from({ length: 120 }, (_, n) => 60 + 2 * n);
    const periodicity = (hertz: number): number => {
      const lag = Math.round(VOICE_RATE / hertz);
      let [sum, a, b] = [0, 0, 0];
      for (let n = lag; n < vowel.length; n++) {
        sum += (vowel[n] as number) * (vowel[n - lag] as number);
        a += (vowel[n] as number) ** 2;
        b += (vowel[n - lag] as number) ** 2;
      }
      return sum / Math.sqrt(a * b);
    };
    const best = pitches.reduce((one, other) => (periodicity(other) > periodicity(one) ? other : one));
    expect(best).toBeGreaterThan(80);
    expect(best).toBeLessThan(150);
    expect(periodicity(best)).toBeGreaterThan(0.55);
  });

  it('hisses in s, hums in m', () => {
    const times = (text: string): Float32Array => {
      const { samples, words } = speak(text);
      return piece(samples, (words[0]?.startMs ?? 0) + 25, (words[0]?.startMs ?? 0) + 75);
    };
    expect(crossings(times('see'))).toBeGreaterThan(6000);
    expect(crossings(times('me'))).toBeLessThan(1500);
  });

  it('puts the energy of a vowel where its formants are', () => {
    const vowel = (text: string): Float32Array => {
      const { samples, words } = speak(text);
      const [start, end] = [words[0]?.startMs ?? 0, words[0]?.endMs ?? 0];
      return piece(samples, start + (end - start) * 0.35, start + (end - start) * 0.7);
    };
    const around = (samples: Float32Array, low: number, high: number): number => {
      let sum = 0;
      for (let hertz = low; hertz <= high; hertz += 10) sum += tone(samples, hertz);
      return sum;
    };
    const [ee, ah] = [vowel('E'), vowel('ah')];
    expect(around(ee, 2000, 2600) / around(ee, 900, 1500)).toBeGreaterThan(3);
    expect(around(ah, 600, 1300) / around(ah, 2000, 2600)).toBeGreaterThan(10);
  });

  it('gives each word its place in the text', () => {
    const text = 'You have 2 notes.';
    const { words } = { words: [...voice.speak(text, VOICES.clara, 1)].flatMap((one) => [...one.words]) };
    expect(words.map(({ charStart, charEnd }) => text.slice(charStart, charEnd))).toEqual(['You', 'have', '2', 'notes']);
    expect(words.map((word) => word.text)).toEqual(['You', 'have', '2', 'notes']);
  });

  it('speaks at twice the speed in about half the time', () => {
    expect(speak('set a timer for five minutes', 'adam', 2).samples.length / speak('set a timer for five minutes').samples.length).toBeCloseTo(0.5, 1);
  });
});
