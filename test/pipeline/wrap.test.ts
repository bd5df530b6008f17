import { describe, expect, it } from 'vitest';
import { idempotent } from '../../src/pipeline/idempotency.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageWrapper } from '../../src/pipeline/spec.js';
import type { StageContext } from '../../src/stage/context.js';
import type { StageKind } from '../../src/stage/kind.js';
import { StageOutput } from '../../src/stage/output.js';

describe('wrappers', () => {
  it('run around each attempt, the pipeline\'s outside the stage\'s own, the first outermost', async () => {
    const log: string[] = [];
    const wrapper = (name: string): StageWrapper => async (_ctx, next) => {
      log.push(`${name} in`);
      const output = await next();
      log.push(`${name} out ${output.status}`);
      return output;
    };
    let tries = 0;
    const graph = new Pipeline({ wrappers: [wrapper('p1'), wrapper('p2')] })
      .withStage('a', () => (++tries < 2 ? StageOutput.retry('again') : StageOutput.ok()), { wrappers: [wrapper('s1'), wrapper('s2')], retry: { maxAttempts: 2, baseDelayMs: 0 } })
      .build();
    await graph.run();
    const attempt = (status: string): string[] => [...['p1', 'p2', 's1', 's2'].map((name) => `${name} in`), ...['s2', 's1', 'p2', 'p1'].map((name) => `${name} out ${status}`)];
    expect(log).toEqual([...attempt('retry'), ...attempt('ok')]);
  });

  it('may leave the stage out, run it twice, change its context and its output', async () => {
    let runs = 0;
    const stage = (ctx: StageContext): { n: number; name: string } => ({ n: ++runs, name: ctx.stageName });
    const build = (wrapper: StageWrapper) => new Pipeline().withStage('a', stage, { wrappers: [wrapper] }).build();
    expect((await build(() => StageOutput.ok({ n: -1 })).run()).require('a').data).toEqual({ n: -1 });
    expect(runs).toBe(0);
    expect((await build(async (_ctx, next) => { await next(); return next(); }).run()).require('a').data.n).toBe(2);
    expect((await build(async (_ctx, next) => StageOutput.ok({ ...(await next()).data, n: 9 })).run()).require('a').data).toEqual({ n: 9, name: 'a' });
  });

  it('see what a stage throws as a failed output, and fail the stage when they throw themselves', async () => {
    const seen: (string | null)[] = [];
    const graph = new Pipeline({ failureMode: 'best-effort' })
      .withStage('a', () => { throw new TypeError('bad'); }, { wrappers: [async (_ctx, next) => { const output = await next(); seen.push(output.cause?.name ?? null); return output; }] })
      .withStage('b', () => ({}), { wrappers: [() => { throw new RangeError('worse'); }] })
      .withStage('c', () => ({}), { wrappers: [(() => 5) as unknown as StageWrapper] })
      .build();
    const results = await graph.run();
    expect([seen, results['a'].cause?.name, results['b'].cause?.name, results['c'].cause]).toMatchObject([['TypeError'], 'TypeError', 'RangeError', { code: 'INVALID_OUTPUT' }]);
  });

  const work = 'work' as StageKind;
  class Booking {
    readonly name = 'booking';
    readonly kind = work;
    execute(): { booked: true } {
      return { booked: true };
    }
  }

  it.each([
    ['a rule', (wrappers: readonly StageWrapper[]) => new Pipeline().withStage('book', () => ({}), 'work', { wrappers })],
    ['an instance', (wrappers: readonly StageWrapper[]) => new Pipeline().withStage('book', new Booking(), { wrappers })],
    ['a class', (wrappers: readonly StageWrapper[]) => new Pipeline().withStage('book', Booking, { wrappers })],
  ])('know the kind of a stage that has it from %s', async (_, build) => {
    const kinds: unknown[] = [];
    await build([(_ctx, next, { kind }) => { kinds.push(kind); return next(); }]).build().run();
    expect(kinds).toEqual(['work']);
  });

  it('see the rule\'s kind where the stage has another', async () => {
    const kinds: unknown[] = [];
    await new Pipeline().withStage('book', new Booking(), 'agent', { wrappers: [(_ctx, next, { kind }) => { kinds.push(kind); return next(); }] }).build().run();
    expect(kinds).toEqual(['agent']);
  });

  it('make a class of stages idempotent by its own kind', async () => {
    let made = 0;
    class Once extends Booking {
      override execute(): { booked: true } {
        made++;
        return { booked: true };
      }
    }
    const graph = new Pipeline().withStage('book', Once, { wrappers: [idempotent({ key: () => 'k' })] }).build();
    await graph.run();
    await graph.run();
    expect(made).toBe(1);
  });
});
