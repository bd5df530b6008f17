import { describe, expect, it } from 'vitest';
import { TimerBook, type Timer } from '../../src/offline/timer-book.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('TimerBook', () => {
  it('rings once, at its time, with what it was set with', () => {
    const clock = new ManualClock();
    const book = new TimerBook(clock);
    const rung: Timer[] = [];
    book.onRing((timer) => rung.push(timer));
    const timer = book.set('s', 5000, 'tea');
    expect(timer).toMatchObject({ sessionId: 's', label: 'tea', durationMs: 5000, endsAtMs: clock.epochMs() + 5000 });
    clock.advanceSync(4999);
    expect(rung).toEqual([]);
    expect(book.remainingMs(timer.id)).toBe(1);
    clock.advanceSync(1);
    expect(rung).toEqual([timer]);
    clock.advanceSync(100_000);
    expect(rung.length).toBe(1);
    expect(book.list('s')).toEqual([]);
    expect(book.remainingMs(timer.id)).toBe(0);
  });

  it('lists the timers of a session, the next to ring first', () => {
    const book = new TimerBook(new ManualClock());
    const [late, early] = [book.set('s', 9000), book.set('s', 3000)];
    book.set('other', 1000);
    expect(book.list('s')).toEqual([early, late]);
  });

  it('does not ring what was cancelled', () => {
    const clock = new ManualClock();
    const book = new TimerBook(clock);
    let rings = 0;
    book.onRing(() => rings++);
    const timer = book.set('s', 2000);
    expect(book.cancel(timer.id)).toBe(true);
    expect(book.cancel(timer.id)).toBe(false);
    clock.advanceSync(5000);
    expect(rings).toBe(0);
  });

  it('tells every listener, until it leaves', () => {
    const clock = new ManualClock();
    const book = new TimerBook(clock);
    const heard: string[] = [];
    const leave = book.onRing(() => heard.push('a'));
    book.onRing(() => heard.push('b'));
    book.set('s', 1000);
    book.set('s', 2000);
    clock.advanceSync(1000);
    leave();
    clock.advanceSync(1000);
    expect(heard).toEqual(['a', 'b', 'b']);
  });

  it('leaves nothing on the clock after close', () => {
    const clock = new ManualClock();
    const book = new TimerBook(clock);
    let rings = 0;
    book.onRing(() => rings++);
    book.set('s', 1000);
    book.close();
    clock.advanceSync(5000);
    expect(rings).toBe(0);
    expect(() => book.set('s', 1000)).toThrow(/closed/);
  });

  it.each([0, 999, -1, NaN, Infinity, 3e9])('refuses a duration of %d ms', (ms) => {
    expect(() => new TimerBook(new ManualClock()).set('s', ms)).toThrow(/durationMs must be/);
  });

  it('runs fifty timers and no more', () => {
    const book = new TimerBook(new ManualClock());
    for (let n = 0; n < 50; n++) book.set('s', 1000);
    expect(() => book.set('s', 1000)).toThrow(/Too many|At most 50/);
    book.close();
  });
});
