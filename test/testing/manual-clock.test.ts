import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/base/clock.js';
import { ManualClock, RunawayTimersError } from '../../src/testing/manual-clock.js';

describe('ManualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new ManualClock({ startMs: 5, epochMs: 1000 });
    let ran = false;
    clock.after(0, () => (ran = true));
    await Promise.resolve();
    expect([clock.now(), clock.epochMs(), ran]).toEqual([5, 1000, false]);
    await clock.advance(10);
    expect([clock.now(), clock.epochMs(), ran]).toEqual([15, 1010, true]);
  });

  it('runs timers at their moments, those of one moment in the order they were set', async () => {
    const clock = new ManualClock();
    const seen: [string, number][] = [];
    clock.after(20, () => seen.push(['c', clock.now()]));
    clock.after(10, () => seen.push(['a', clock.now()]));
    clock.after(10, () => seen.push(['b', clock.now()]));
    await clock.advance(30);
    expect(seen).toEqual([['a', 10], ['b', 10], ['c', 20]]);
  });

  it('runs timers that timers set, also through promises, within one advance', async () => {
    const clock = new ManualClock();
    const moments: number[] = [];
    const loop = (async () => {
      for (let n = 0; n < 5; n++) {
        await sleep(clock, 10);
        moments.push(clock.now());
      }
    })();
    await clock.advance(50);
    await loop;
    expect(moments).toEqual([10, 20, 30, 40, 50]);
  });

  it('lets a timer be cancelled before and after it ran', async () => {
    const clock = new ManualClock();
    let count = 0;
    const cancel = clock.after(10, () => count++);
    cancel();
    await clock.advance(20);
    const late = clock.after(1, () => count++);
    await clock.advance(1);
    late();
    expect([count, clock.pending]).toEqual([1, 0]);
  });

  it('tells the delay of the next timer', () => {
    const clock = new ManualClock();
    expect(clock.nextDelayMs).toBeUndefined();
    clock.after(7, () => undefined);
    clock.advanceSync(3);
    expect(clock.nextDelayMs).toBe(4);
  });

  it('moves just as far as some work needs', async () => {
    const clock = new ManualClock();
    clock.after(1000, () => undefined);
    await expect(clock.settle(sleep(clock, 300).then(() => 'done'))).resolves.toBe('done');
    expect(clock.now()).toBe(300);
    await expect(clock.settle(sleep(clock, 5, AbortSignal.abort()))).rejects.toThrow('aborted');
  });

  it('refuses to run timers that never end', async () => {
    const clock = new ManualClock();
    const again = (): void => void clock.after(1, again);
    again();
    await expect(clock.runAll(100)).rejects.toThrow(RunawayTimersError);
  });

  it('refuses to go back', async () => {
    await expect(new ManualClock().advance(-1)).rejects.toThrow('ManualClock.advance.ms');
  });
});
