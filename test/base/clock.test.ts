// The host's clock, and waits on any clock.
import { describe, expect, it, vi } from 'vitest';
import { sleep, systemClock } from '../../src/base/clock.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('the host’s clock', () => {
  it('counts monotonic milliseconds, and milliseconds since 1970', () => {
    const before = systemClock.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(systemClock.epochMs() - Date.now())).toBeLessThan(1000);
  });

  it('waits longer than a host timer can count, in parts, and can be stopped in any of them', () => {
    vi.useFakeTimers();
    try {
      const days = 60 * 24 * 3600 * 1000;
      let fired = 0;
      systemClock.after(days, () => fired++);
      const stop = systemClock.after(days, () => (fired += 100));
      vi.advanceTimersByTime(days / 2 + 1);
      stop();
      expect(fired).toBe(0);
      vi.advanceTimersByTime(days / 2 - 2);
      expect(fired).toBe(0);
      vi.advanceTimersByTime(1);
      expect([fired, vi.getTimerCount()]).toEqual([1, 0]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a wait', () => {
  it('ends after its time on the given clock', async () => {
    const clock = new ManualClock();
    let over = false;
    const waiting = sleep(clock, 10).then(() => (over = true));
    await clock.advance(9);
    expect(over).toBe(false);
    await clock.advance(1);
    await waiting;
    expect(over).toBe(true);
  });

  it('rejects as soon as its signal aborts, also when it had already, and leaves no listener', async () => {
    const clock = new ManualClock();
    const gone = AbortSignal.abort(new Error('why'));
    await expect(sleep(clock, 10, gone)).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'why' } });
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => { listeners++; add(...args); }) as typeof signal.addEventListener;
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => { listeners--; remove(...args); }) as typeof signal.removeEventListener;
    const done = sleep(clock, 5, signal);
    await clock.advance(5);
    await done;
    expect(listeners).toBe(0);
    const cut = sleep(clock, 5, signal);
    controller.abort('enough');
    await expect(cut).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
  });
});
