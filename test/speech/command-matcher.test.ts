import { beforeAll, describe, expect, it } from 'vitest';
import { ACCEPT, CommandMatcher, EAR_RATE, MOST_FRAMES } from '../../src/speech/command-matcher.js';
import { ANY_SPEECH } from '../../src/speech/command-grammar.js';
import { VoiceSynthesizer, VOICES } from '../../src/speech/voice-synthesizer.js';
import { toEarRate } from './to-ear-rate.js';
import { recording, SAID } from './recording.js';

let ear: CommandMatcher;
let voice: VoiceSynthesizer;
beforeAll(async () => {
  ear = await CommandMatcher.load();
  voice = await VoiceSynthesizer.load();
});

const said = (words: readonly { readonly text: string }[]): string => words.map(({ text }) => text).join(' ');

function spoken(text: string, name: keyof typeof VOICES = 'adam'): Float32Array {
  const parts = [...voice.speak(text, VOICES[name], 1)].flatMap(({ samples }) => [...samples]);
  return toEarRate(Float32Array.from([...new Array<number>(4800).fill(0), ...parts, ...new Array<number>(4800).fill(0)]), 24000);
}

describe('CommandMatcher.hear', () => {
  it.each(Object.entries(SAID).filter(([, text]) => text !== undefined))('hears the recording %s word for word', (name, text) => {
    const heard = ear.hear(recording(name));
    expect(said(heard.words)).toBe(text);
    expect(heard.accepted).toBe(true);
    expect(heard.confidence).toBeGreaterThan(ACCEPT.utterance);
  });

  it.each(Object.entries(SAID).filter(([, text]) => text === undefined))('refuses the recording %s, which is outside the grammar', (name) => {
    expect(ear.hear(recording(name)).accepted).toBe(false);
  });

  it('marks the unknown part of a spoken note and keeps the rest', () => {
    const heard = ear.hear(recording('remember'));
    expect(heard.accepted).toBe(true);
    expect(heard.words[0]?.text).toBe('remember');
    expect(heard.words.some(({ text }) => text === ANY_SPEECH)).toBe(true);
  });

  it.each(['what time is it', 'recall my notes', 'forget my notes', 'list my timers', 'what did i say'])('understands the formant voice saying "%s"', (text) => {
    expect(said(ear.hear(spoken(text)).words)).toBe(text);
  });

  it('gives words in order, within the utterance, that do not overlap', () => {
    const samples = recording('timer');
    const { words } = ear.hear(samples);
    let last = 0;
    for (const { startMs, endMs, confidence } of words) {
      expect(startMs).toBeGreaterThanOrEqual(last);
      expect(endMs).toBeGreaterThan(startMs);
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      last = endMs;
    }
    expect(last).toBeLessThanOrEqual((samples.length / EAR_RATE) * 1000);
  });

  it.each([
    ['nothing', new Float32Array(0)],
    ['a click', Float32Array.of(1)],
    ['50 ms', new Float32Array(800)],
    ['a second of digital silence', new Float32Array(EAR_RATE)],
    ['a second of noise', Float32Array.from({ length: EAR_RATE }, (_, n) => Math.sin(n * n * 0.37) * 0.1)],
    ['a tone', Float32Array.from({ length: EAR_RATE }, (_, n) => Math.sin(n * 0.3) * 0.3)],
    ['clipped noise', Float32Array.from({ length: EAR_RATE }, (_, n) => Math.sign(Math.sin(n * n * 0.11)))],
  ])('accepts no words in %s', (_, samples) => {
    expect(ear.hear(samples).accepted).toBe(false);
  });

  it('survives samples that are not numbers', () => {
    const samples = recording('help');
    samples[1000] = NaN;
    expect(ear.hear(samples).accepted).toBe(false);
    expect(said(ear.hear(recording('help')).words)).toBe('help');
  });

  it('does not hear more than its longest utterance', () => {
    const long = new Float32Array((MOST_FRAMES + 100) * 160);
    expect(ear.hear(long).accepted).toBe(false);
  });

  it('gives the same answer twice', () => {
    expect(ear.hear(recording('sum'))).toEqual(ear.hear(recording('sum')));
  });

  it('hears a quiet speaker as a loud one', () => {
    const samples = recording('timer');
    expect(said(ear.hear(samples.map((x) => x * 0.03)).words)).toBe(SAID['timer']);
  });
});

describe('CommandMatcher.listen', () => {
  it('hears from pieces what it hears from the whole', () => {
    const samples = recording('convert');
    const buffer = ear.listen();
    for (let at = 0; at < samples.length; at += 999) buffer.push(samples.subarray(at, at + 999));
    expect(buffer.durationMs).toBeCloseTo((samples.length / EAR_RATE) * 1000, 6);
    expect(ear.hearRows(buffer.rows(), true)).toEqual(ear.hear(samples));
  });

  it('hears the beginning of a sentence that is still being spoken', () => {
    const samples = recording('timer');
    const buffer = ear.listen();
    buffer.push(samples.subarray(0, Math.floor(samples.length * 0.6)));
    expect(ear.hearRows(buffer.rows(), true).accepted).toBe(false);
    expect(said(ear.hearRows(buffer.rows(), false).words)).toMatch(/^set a timer/);
  });
});

describe('CommandMatcher.choose', () => {
  it('tells ten words of the formant voice apart', () => {
    const words = ['seven', 'timer', 'fahrenheit', 'remember', 'convert', 'miles', 'yes', 'zero', 'kilometers', 'pounds'];
    expect(words.map((word) => ear.choose(spoken(word, 'clara'), words)?.text)).toEqual(words);
  });

  it('gives nothing without sound', () => {
    expect(ear.choose(new Float32Array(100), ['yes', 'no'])).toBeUndefined();
  });

  it('takes words of another lexicon', () => {
    const lexicon = new Map([['apple', [['AE', 'P', 'AX', 'L']]], ['river', [['R', 'IH', 'V', 'ER']]]]);
    expect(ear.choose(spoken('river'), ['apple', 'river'], lexicon)?.text).toBe('river');
  });
});

describe('taught words', () => {
  it('knows a word after three recordings, tells it from others, and forgets it', async () => {
    const own = await CommandMatcher.load();
    expect(own.hear(recording('heron-4')).accepted).toBe(false);
    own.taught = [own.learn('umbrella', ['heron-1', 'heron-2', 'heron-3'].map(recording))];
    const heard = own.hear(recording('heron-4'));
    expect(said(heard.words)).toBe('umbrella');
    expect(heard.accepted).toBe(true);
    expect(own.choose(recording('heron-4'), ['umbrella', 'help', 'hello', 'number'])?.text).toBe('umbrella');
    expect(said(own.hear(recording('timer')).words)).toBe(SAID['timer']);
    expect(own.hear(recording('weather')).accepted).toBe(false);
    own.taught = [];
    expect(own.hear(recording('heron-4')).accepted).toBe(false);
  });

  it('learns nothing from silence', () => {
    expect(() => ear.learn('quiet', [new Float32Array(16000)])).toThrow(/cannot be taught/);
  });
});
