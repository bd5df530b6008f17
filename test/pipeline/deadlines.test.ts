// All deadlines of a run on one timer.
import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import { quiet, turnsBelongToRequests } from '../../src/base/turn.js';
import { Deadlines, watchIdle } from '../../src/pipeline/deadlines.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const never = (): number => Infinity;

/** Skips where each run sets a timer of its own, which has a test of its own. */
function whereTurnsAreShared({ task, skip }: TestContext): void {
  if (!turnsBelongToRequests()) return;
  const skipReason = 'a turn of this host belongs to one request: deadlines set their timers at once, as another test here shows';
  Object.assign(task.meta, { skipReason });
  skip(skipReason);
}

describe('deadlines', () => {
  it('expire in the order of their times, each once, whatever the order in which they came', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 200 }), async (times) => {
      const clock = new ManualClock();
      const begun = clock.now();
      const deadlines = new Deadlines(clock, never);
      const expired: number[] = [];
      for (const at of times) deadlines.add(begun + at, () => expired.push(at));
      await clock.advance(500);
      expect([expired, clock.pending]).toEqual([[...times].sort((a, b) => a - b), 0]);
    }), { numRuns: 50 });
  });

  it('do not expire when they are over before, also thousands of them, and one host timer serves all', async () => {
    const clock = new ManualClock();
    const begun = clock.now();
    const deadlines = new Deadlines(clock, never);
    let expired = 0;
    for (let n = 0; n < 5000; n++) {
      const deadline = deadlines.add(begun + 1000 + n, () => expired++);
      if (n % 100 !== 0) deadline.over = true;
    }
    await quiet();
    expect(clock.pending).toBe(1);
    await clock.advance(10_000);
    expect([expired, clock.pending]).toEqual([50, 0]);
  });

  it('need no timer of the host when all is over in the turn that began it', async (ctx) => {
    whereTurnsAreShared(ctx);
    let set = 0;
    const clock = { now: () => 0, epochMs: () => 0, after: () => { set++; return () => undefined; } };
    for (let n = 0; n < 100; n++) {
      const deadlines = new Deadlines(clock, never);
      deadlines.add(1000, () => undefined);
      deadlines.due(10);
      await Promise.resolve();
      deadlines.clear();
    }
    await quiet();
    expect(set).toBe(0);
    new Deadlines(clock, never).due(10);
    await quiet();
    expect(set).toBe(1);
  });

  it('expire in the next turn when their time was over before a timer could be set, one after another', async (ctx) => {
    whereTurnsAreShared(ctx);
    let nowMs = 0;
    const set: number[] = [];
    const clock = { now: () => nowMs, epochMs: () => 0, after: (delayMs: number) => { set.push(delayMs); return () => undefined; } };
    const expired: number[] = [];
    const deadlines = new Deadlines(clock, never);
    deadlines.add(5, () => { expired.push(5); deadlines.add(8, () => expired.push(8)); deadlines.add(50, () => expired.push(50)); });
    nowMs = 10;
    await quiet();
    expect([expired, set]).toEqual([[5, 8], [40]]);
  });

  it('set their own timer at once where a turn of the host belongs to the request that asked for it', async () => {
    const realm = globalThis as { WebSocketPair?: unknown };
    const set: number[] = [];
    const clock = { now: () => 100, epochMs: () => 0, after: (delayMs: number) => { set.push(delayMs); return () => undefined; } };
    const before = realm.WebSocketPair;
    realm.WebSocketPair = class {};
    try {
      const [one, other] = [new Deadlines(clock, never), new Deadlines(clock, never)];
      one.due(130);
      other.due(90); // never in the call itself
      expect(set).toEqual([30, 0]);
    } finally {
      if (before === undefined) delete realm.WebSocketPair;
      else realm.WebSocketPair = before;
    }
    await quiet();
    expect(set).toEqual([30, 0]);
  });

  it('may add further ones while they expire', async () => {
    const clock = new ManualClock();
    const begun = clock.now();
    const deadlines = new Deadlines(clock, never);
    const at: number[] = [];
    const again = (): void => {
      at.push(clock.now() - begun);
      if (at.length < 4) deadlines.add(clock.now() + 10, again);
    };
    deadlines.add(begun + 10, again);
    await clock.advance(100);
    expect(at).toEqual([10, 20, 30, 40]);
  });

  it('ask the sweep when something it looks after may be due, and again when it says the next is', async () => {
    const clock = new ManualClock();
    const begun = clock.now();
    const due = [begun + 30, begun + 10, begun + 20];
    const swept: number[] = [];
    const deadlines: Deadlines = new Deadlines(clock, (nowMs) => {
      swept.push(nowMs - begun);
      return Math.min(Infinity, ...due.filter((at) => at > nowMs));
    });
    for (const at of due) deadlines.due(at);
    await clock.advance(100);
    expect([swept, clock.pending]).toEqual([[10, 20, 30], 0]);
  });

  it('leave no timer once they are cleared', async () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock, never);
    let expired = 0;
    deadlines.add(clock.now() + 5, () => expired++);
    deadlines.due(clock.now() + 3);
    deadlines.clear();
    await clock.advance(100);
    expect([expired, clock.pending]).toEqual([0, 0]);
    deadlines.add(clock.now() + 5, () => expired++);
    await clock.advance(5);
    expect(expired).toBe(1);
  });
});

describe('the watch for idleness', () => {
  it('expires once nothing has moved for so long, at most an eighth late', async () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock, never);
    const begun = clock.now();
    let moved = 0;
    let idleAt: number | undefined;
    watchIdle(deadlines, clock, 80, () => moved, () => (idleAt = clock.now() - begun));
    for (let n = 0; n < 10; n++) {
      await clock.advance(70);
      moved++;
    }
    expect(idleAt).toBeUndefined();
    await clock.advance(100);
    expect(idleAt).toBeGreaterThanOrEqual(700 + 80);
    expect(idleAt).toBeLessThanOrEqual(700 + 80 + 10 + 10);
  });
});
