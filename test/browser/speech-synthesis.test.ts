import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrowserVoice, speechPieces } from '../../src/browser/speech-synthesis.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

/** A synthesis with the interface of the browser's, played by the test. */
class FakeSynthesis {
  readonly spoken: SpeechSynthesisUtterance[] = [];
  paused = false;
  cancels = 0;
  resumes = 0;

  getVoices(): SpeechSynthesisVoice[] {
    return [];
  }

  speak(utterance: SpeechSynthesisUtterance): void {
    this.spoken.push(utterance);
  }

  cancel(): void {
    this.cancels++;
  }

  resume(): void {
    this.resumes++;
  }

  get current(): SpeechSynthesisUtterance {
    return this.spoken.at(-1) as SpeechSynthesisUtterance; // the test spoke first
  }

  end(): void {
    this.current.dispatchEvent(new Event('end'));
  }

  fail(error: string): void {
    this.current.dispatchEvent(Object.assign(new Event('error'), { error }));
  }

  reach(charIndex: number): void {
    this.current.dispatchEvent(Object.assign(new Event('boundary'), { charIndex }));
  }
}

function voice(options: { maxPiece?: number; voice?: string } = {}): { synthesis: FakeSynthesis; clock: ManualClock; voice: BrowserVoice } {
  const synthesis = new FakeSynthesis();
  const clock = new ManualClock();
  return { synthesis, clock, voice: new BrowserVoice({ synthesis: synthesis as unknown as SpeechSynthesis, clock, ...options }) };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

describe('a voice of the browser', () => {
  it('says a text and reports that it was said', async () => {
    const { synthesis, voice: speaker } = voice();
    const report = speaker.speak('Good morning.', { speed: 1.5, language: 'en-GB' });
    await settled();
    expect(synthesis.current.text).toBe('Good morning.');
    expect(synthesis.current.rate).toBe(1.5);
    expect(synthesis.current.lang).toBe('en-GB');
    synthesis.end();
    expect(await report).toEqual({ spokenChars: 13, interrupted: false });
  });

  it('gives a long text in pieces, one after the other, with boundaries in the whole text', async () => {
    const { synthesis, voice: speaker } = voice({ maxPiece: 40 });
    const text = 'The first sentence is here. The second one follows it. And a third one.';
    const reached: number[] = [];
    const report = speaker.speak(text, { onBoundary: (index) => reached.push(index) });
    for (let n = 0; n < 3; n++) {
      await settled();
      expect(synthesis.spoken).toHaveLength(n + 1);
      synthesis.reach(4);
      synthesis.end();
    }
    expect(await report).toEqual({ spokenChars: text.length, interrupted: false });
    expect(synthesis.spoken.map((one) => one.text).join('')).toBe(text);
    expect(reached).toEqual([4, 32, 59]);
  });

  it('stops at an abort and reports the last word that was begun', async () => {
    const { synthesis, voice: speaker } = voice();
    const abort = new AbortController();
    const report = speaker.speak('One two three four.', { signal: abort.signal });
    await settled();
    synthesis.reach(8);
    abort.abort();
    expect(await report).toEqual({ spokenChars: 8, interrupted: true });
    expect(synthesis.cancels).toBe(1);
    expect(await speaker.speak('Nothing.', { signal: abort.signal })).toEqual({ spokenChars: 0, interrupted: true });
  });

  it('does not wait for ever for an end that never comes', async () => {
    const { synthesis, clock, voice: speaker } = voice();
    const report = speaker.speak('x'.repeat(10));
    report.catch(() => undefined);
    await settled();
    await clock.advance(8000);
    await expect(report).rejects.toMatchObject({ code: 'BROWSER_VOICE', reason: 'stuck' });
    expect(synthesis.cancels).toBe(2); // to give it once more, and to give up
  });

  it('says the next text after one that failed', async () => {
    const { synthesis, voice: speaker } = voice();
    const first = speaker.speak('One.');
    const second = speaker.speak('Two.');
    await settled();
    synthesis.fail('synthesis-failed');
    await expect(first).rejects.toMatchObject({ reason: 'synthesis-failed' });
    await settled();
    expect(synthesis.current.text).toBe('Two.');
    synthesis.end();
    expect((await second).interrupted).toBe(false);
  });

  it('takes a cancellation from elsewhere for an interruption', async () => {
    const { synthesis, voice: speaker } = voice();
    const report = speaker.speak('One two.');
    await settled();
    synthesis.reach(4);
    synthesis.fail('interrupted');
    expect(await report).toEqual({ spokenChars: 4, interrupted: true });
  });

  it('wakes an engine that was left paused', async () => {
    const { synthesis, voice: speaker } = voice();
    synthesis.paused = true;
    const report = speaker.speak('One.');
    await settled();
    expect(synthesis.resumes).toBe(1);
    synthesis.end();
    await report;
  });

  it('refuses a voice that is not there, and speeds that are none', async () => {
    const { voice: speaker } = voice({ voice: 'Nobody' });
    await expect(speaker.speak('One.')).rejects.toMatchObject({ reason: 'voice-unavailable' });
    await expect(voice().voice.speak('One.', { speed: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(() => voice({ maxPiece: 3 })).toThrow(/maxPiece/);
  });
});

describe('pieces for the browser', () => {
  it.each([
    ['short enough', 'Hello there.', 200, ['Hello there.']],
    ['nothing', '   ', 200, []],
    ['at the end of a sentence', 'One sentence. Another sentence that is longer.', 40, ['One sentence. ', 'Another sentence that is longer.']],
    ['at a comma when there is no sentence end', 'when the rain falls on the roof, we stay at home tonight', 40, ['when the rain falls on the roof, ', 'we stay at home tonight']],
    ['between words', 'word '.repeat(12).trim(), 40, ['word '.repeat(8), 'word '.repeat(4).trim()]],
    ['anywhere when there is no word', 'あ'.repeat(50), 40, ['あ'.repeat(40), 'あ'.repeat(10)]],
  ])('%s', (_name, text, max, pieces) => {
    expect(speechPieces(text, max).map(([start, end]) => text.slice(start, end))).toEqual(pieces);
  });

  it('covers everything that is said, in order, in pieces that are short enough, and splits no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 40, max: 100 }), (text, max) => {
        let covered = 0;
        for (const [start, end] of speechPieces(text, max)) {
          expect(text.slice(covered, start).trim()).toBe('');
          expect(end - start).toBeLessThanOrEqual(max);
          expect(text.slice(start, end).isWellFormed()).toBe(text.isWellFormed());
          covered = end;
        }
        expect(text.slice(covered).trim()).toBe('');
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

/** A synthesis whose voices come later, as Chrome's do. */
class LateSynthesis extends FakeSynthesis {
  readonly #events = new EventTarget();
  #loaded = false;
  override getVoices(): SpeechSynthesisVoice[] {
    return this.#loaded ? [{ name: 'Nora', voiceURI: 'nora', lang: 'nb-NO', default: false, localService: true } as SpeechSynthesisVoice] : [];
  }
  addEventListener(type: string, listener: () => void): void {
    this.#events.addEventListener(type, listener);
  }
  removeEventListener(type: string, listener: () => void): void {
    this.#events.removeEventListener(type, listener);
  }
  load(): void {
    this.#loaded = true;
    this.#events.dispatchEvent(new Event('voiceschanged'));
  }
}

describe('a voice of the browser that has its moods', () => {
  it('waits for voices that are loaded late', async () => {
    const synthesis = new LateSynthesis();
    const clock = new ManualClock();
    const speaker = new BrowserVoice({ synthesis: synthesis as unknown as SpeechSynthesis, clock });
    // Only a voice that is named is waited for.
    const report = speaker.speak('Hei.', { voice: 'Nora' }).catch((error: unknown) => error);
    await settled();
    expect(synthesis.spoken).toHaveLength(0);
    synthesis.load();
    await settled();
    // A stand-in for a voice is no voice to a real utterance, which says so; that it was found is what counts here.
    expect(await Promise.race([report, settled().then(() => 'speaking')])).not.toMatchObject({ reason: 'voice-unavailable' });
    expect(clock.pending).toBeLessThanOrEqual(2);
  });

  it('does not wait for ever', async () => {
    const clock = new ManualClock();
    const speaker = new BrowserVoice({ synthesis: new LateSynthesis() as unknown as SpeechSynthesis, clock });
    const report = speaker.speak('Hei.', { voice: 'Nora' }).catch((error: unknown) => error);
    await clock.advance(1500);
    expect(await report).toMatchObject({ code: 'BROWSER_VOICE', reason: 'voice-unavailable' });
    const warm = speaker.warmUp();
    await clock.advance(1500);
    await warm;
    expect(clock.pending).toBe(0);
  });

  it('gives a piece that does not start once more', async () => {
    const { synthesis, clock, voice: speaker } = voice();
    const report = speaker.speak('Good morning.');
    await clock.advance(2500);
    expect([synthesis.spoken.length, synthesis.cancels]).toEqual([2, 1]);
    synthesis.spoken[0]?.dispatchEvent(new Event('end')); // the first one is nobody's any more
    synthesis.current.dispatchEvent(new Event('start'));
    await clock.advance(2500);
    expect(synthesis.spoken).toHaveLength(2);
    synthesis.end();
    expect(await report).toEqual({ spokenChars: 13, interrupted: false });
    expect(clock.pending).toBe(0);
  });

  it('tells by the time how far a voice without boundaries has come, in whole words', async () => {
    const { synthesis, clock, voice: speaker } = voice();
    const stop = new AbortController();
    const text = 'The quick brown fox jumps over the lazy dog.';
    const report = speaker.speak(text, { signal: stop.signal });
    await settled();
    synthesis.current.dispatchEvent(new Event('start'));
    await clock.advance(1500);
    stop.abort();
    const { spokenChars, interrupted } = await report;
    expect(interrupted).toBe(true);
    expect(text.slice(0, spokenChars)).toBe('The quick brown ');
  });

  it('tells nothing of a voice that was stopped before it started', async () => {
    const { voice: speaker } = voice();
    const stop = new AbortController();
    const report = speaker.speak('The quick brown fox.', { signal: stop.signal });
    await settled();
    stop.abort();
    expect(await report).toEqual({ spokenChars: 0, interrupted: true });
  });
});
