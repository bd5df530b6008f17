import { describe, expect, it } from 'vitest';
import { UtteranceAudio } from '../../src/browser/utterance-audio.js';

describe('the audio of utterances', () => {
  const numbered = (from: number, count: number): Float32Array => Float32Array.from({ length: count }, (_, n) => from + n);

  it.each([1, 7, 160, 1000])('hands out every sample once, in order, from frames of %i', (size) => {
    const pieces: [number, number[]][] = [];
    const audio = new UtteranceAudio(50, 32, (samples, position) => pieces.push([position, [...samples]]));
    let position = 0;
    const push = (count: number): void => {
      for (const end = position + count; position < end; ) {
        const length = Math.min(size, end - position);
        audio.push(numbered(position, length));
        position += length;
      }
    };
    push(100);
    audio.begin(70);
    push(100);
    audio.end();
    push(20);
    audio.begin(150);
    push(10);
    audio.end();
    const given = pieces.flatMap(([, samples]) => samples);
    expect(given.slice(0, 130)).toEqual([...numbered(70, 130)]);
    // The second begins where the first ended, although it asked for more.
    expect(given.slice(130)).toEqual([...numbered(200, 30)]);
    for (const [at, samples] of pieces) expect(samples[0]).toBe(at);
  });

  it('remembers no more than it was made to', () => {
    const pieces: number[] = [];
    const audio = new UtteranceAudio(10, 32, (samples) => pieces.push(...samples));
    audio.push(numbered(0, 100));
    audio.begin(0);
    expect(pieces).toEqual([...numbered(90, 10)]);
  });
});
