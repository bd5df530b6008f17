import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/offline/event-queue.js';
import { SPOKEN_NOTE, SPOKEN_NUMBER, transcriptOf } from '../../src/offline/transcript.js';

describe('transcriptOf', () => {
  const words = [{ text: 'remember', startMs: 100, endMs: 400, confidence: 0.9 }, { text: '<any>', startMs: 400, endMs: 900, confidence: 1 }];

  it('joins the words, marks what has no words, and moves the times', () => {
    expect(transcriptOf({ words, confidence: 0.8, accepted: true, digitsInside: false }, 1000)).toEqual({
      text: `remember ${SPOKEN_NOTE}`, confidence: 0.8,
      words: [{ text: 'remember', startMs: 1100, endMs: 1400, confidence: 0.9 }, { text: SPOKEN_NOTE, startMs: 1400, endMs: 1900, confidence: 1 }],
    });
  });

  it('marks unknown speech that may hold a long number as such', () => {
    expect(transcriptOf({ words, confidence: 0.8, accepted: true, digitsInside: true }).text).toBe(`remember ${SPOKEN_NUMBER}`);
  });

  it('is empty when nothing was accepted: never a guess', () => {
    expect(transcriptOf({ words, confidence: 0.3, accepted: false, digitsInside: false })).toEqual({ text: '', words: [], confidence: 0.3 });
  });
});

describe('EventQueue', () => {
  it('gives events in order, those from before the reading and those after', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.push(2);
    const reader = queue[Symbol.asyncIterator]();
    expect(await reader.next()).toEqual({ done: false, value: 1 });
    expect(await reader.next()).toEqual({ done: false, value: 2 });
    const waiting = reader.next();
    queue.push(3);
    expect(await waiting).toEqual({ done: false, value: 3 });
  });

  it('ends after what was pushed, and drops what comes later', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.end();
    queue.push(2);
    const all: number[] = [];
    for await (const event of queue) all.push(event);
    expect(all).toEqual([1]);
  });

  it('ends a waiting reader, and ends when its reader leaves', async () => {
    const queue = new EventQueue<number>();
    const waiting = queue[Symbol.asyncIterator]().next();
    queue.end();
    expect((await waiting).done).toBe(true);
    const other = new EventQueue<number>();
    other.push(1);
    for await (const _ of other) break;
    other.push(2);
    expect((await other[Symbol.asyncIterator]().next()).done).toBe(true);
  });
});
