// Clean-ups: the last first, all of them, within one time.
import { describe, expect, it } from 'vitest';
import { runCleanups } from '../../src/base/cleanups.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('clean-ups', () => {
  it('run the last registered first, one after the other', async () => {
    const clock = new ManualClock();
    const order: string[] = [];
    const slow = (name: string, ms: number) => (): Promise<void> => new Promise((resolve) => void clock.after(ms, () => { order.push(name); resolve(); }));
    const running = runCleanups([slow('first', 1), () => void order.push('second'), slow('third', 20)], clock, 0);
    await clock.advance(30);
    await running;
    expect([order, clock.pending]).toEqual([['third', 'second', 'first'], 0]);
  });

  it('all run although some fail, at once or later', async () => {
    const order: string[] = [];
    await runCleanups([() => void order.push('a'), () => { throw new Error('x'); }, async () => { throw new Error('y'); }, () => void order.push('d')], new ManualClock(), 100);
    expect(order).toEqual(['d', 'a']);
  });

  it('are waited for no longer than their time, but all are begun, and their late failures disturb nobody', async () => {
    const clock = new ManualClock();
    const order: string[] = [];
    let done = false;
    const running = runCleanups([async () => { order.push('a'); throw new Error('late'); }, () => void order.push('b'), () => new Promise(() => undefined)], clock, 50).then(() => (done = true));
    await clock.advance(49);
    expect([done, order]).toEqual([false, []]);
    await clock.advance(1);
    await running;
    expect([order, clock.pending]).toEqual([['b', 'a'], 0]);
  });

  it('are none, and nothing waits', async () => {
    const clock = new ManualClock();
    await runCleanups([], clock, 1000);
    expect(clock.pending).toBe(0);
  });
});
