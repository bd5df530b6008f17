import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.js';
import { nextTurn, quiet } from '../../src/base/turn.js';
import type { PipelineConfigInit } from '../../src/pipeline/config.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';

/** A chain of stages each of which takes `stageMs` of a clock that stands still otherwise; gives how many turns the host had before the last stage began. */
async function turnsOf(stages: number, stageMs: number, config: PipelineConfigInit, asynchronous: boolean): Promise<number> {
  let nowMs = 0;
  const clock = { ...systemClock, now: () => nowMs };
  let turns = 0;
  let atLast = 0;
  let over = false;
  const work = (): void => {
    nowMs += stageMs;
    atLast = turns;
  };
  const stage = asynchronous ? async () => work() : work;
  const graph = Pipeline.from(Array.from({ length: stages }, (_, n) => ({ name: `s${n}`, stage, dependencies: n === 0 ? [] : [`s${n - 1}`] })), { clock, ...config });
  const count = (): void => {
    turns++;
    if (!over) nextTurn(count);
  };
  nextTurn(count);
  await graph.run();
  over = true;
  return atLast;
}

describe('time slices', () => {
  const kinds = [
    ['at once', false],
    ['by a promise', true],
  ] as const;
  for (const [how, asynchronous] of kinds) {
    it(`give the host a turn after 8 ms of stages that return ${how}`, async () => {
      const turns = await turnsOf(100, 1, {}, asynchronous);
      expect(turns).toBeGreaterThanOrEqual(100 / 9 - 1);
      expect(turns).toBeLessThanOrEqual(100 / 8 + 1);
    });

    it(`are as long as the setting says for stages that return ${how}, and without end when it is 0`, async () => {
      expect(await turnsOf(100, 1, { timeSliceMs: 24 }, asynchronous)).toBeGreaterThanOrEqual(3);
      expect(await turnsOf(100, 1, { timeSliceMs: 24 }, asynchronous)).toBeLessThanOrEqual(4);
      expect(await turnsOf(100, 1, { timeSliceMs: 0 }, asynchronous)).toBe(0);
    });

    it(`end within 50 ms also where stages that return ${how} are not timed`, async () => {
      expect(await turnsOf(80, 5, { timing: false }, asynchronous)).toBeGreaterThanOrEqual((80 * 5) / 50 - 1);
    });
  }

  it('end after each stage that alone is longer', async () => {
    expect(await turnsOf(10, 20, {}, false)).toBeGreaterThanOrEqual(8);
  });
});

describe('time of stages', () => {
  const graph = (timing: boolean) => Pipeline.from([{ name: 'a', stage: () => ({ n: 1 }) }, { name: 'b', stage: async () => undefined }, { name: 'c', stage: () => { throw new Error('x'); } }], { timing, failureMode: 'best-effort' });

  it('is measured, and not with timing: false', async () => {
    const timed = [...(await graph(true).run())].map(([, { durationMs }]) => typeof durationMs);
    const untimed = [...(await graph(false).run())].map(([, { durationMs }]) => durationMs);
    expect([timed, untimed]).toEqual([['number', 'number', 'number'], [null, null, null]]);
  });

  it('is measured for a sink in any case', async () => {
    const durations: unknown[] = [];
    const eventSink = { emit: async () => undefined, tryEmit: ({ type, data }: { type: string; data?: Readonly<Record<string, unknown>> }) => void (type.startsWith('stage.') && type !== 'stage.started' && durations.push(typeof data?.['duration_ms'])) };
    const results = await graph(false).run({}, { eventSink });
    expect([durations, typeof results['a']?.durationMs]).toEqual([['number', 'number', 'number'], 'number']);
  });

  it('does not change deadlines and retries of stages that are not timed', async () => {
    let nowMs = 0;
    const timers: { atMs: number; run: () => void }[] = [];
    const clock = { now: () => nowMs, epochMs: () => nowMs, after: (delayMs: number, run: () => void) => { const timer = { atMs: nowMs + delayMs, run }; timers.push(timer); return () => void timers.splice(timers.indexOf(timer), 1); } };
    const slow = Pipeline.from(
      [
        { name: 'first', stage: async () => void (nowMs = 100) },
        { name: 'second', dependencies: ['first'], timeoutMs: 10, stage: () => new Promise<undefined>(() => undefined) },
      ],
      { clock, timing: false, failureMode: 'best-effort' },
    );
    const run = slow.run();
    await quiet();
    expect(timers.map(({ atMs }) => atMs)).toEqual([110]);
    nowMs = 110;
    timers[0]?.run();
    expect((await run)['second']?.cause).toMatchObject({ code: 'STAGE_TIMEOUT' });
  });
});
