import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageRules } from '../../src/pipeline/spec.js';
import { StageOutput } from '../../src/stage/output.js';

const settled = {
  ok: () => StageOutput.ok({ n: 1 }),
  reasoned: () => StageOutput.ok({ skipReason: 'not today' }),
  unreasoned: () => StageOutput.ok({ skipReason: '' }),
  skip: () => StageOutput.skip('no need'),
  fail: () => StageOutput.fail('x'),
};

/** What a stage with these rules settles with after one that settled so. */
async function after(before: keyof typeof settled, rules: StageRules): Promise<readonly [string, unknown]> {
  const results = await new Pipeline({ failureMode: 'best-effort' }).withStage('before', settled[before] as () => StageOutput).withStage('stage', () => ({ ran: true }), { dependencies: ['before'], ...rules }).build().run();
  return [results['stage'].status, (results['stage'].data as { reason?: unknown }).reason];
}

describe('a stage whose dependency', () => {
  const ran = ['ok', undefined];
  it.each<[keyof typeof settled, StageRules, unknown]>([
    ['ok', {}, ran],
    ['ok', { conditional: true }, ran],
    ['ok', { conditional: () => true }, ran],
    ['ok', { conditional: () => false }, ['skip', 'its condition is false']],
    ['ok', { conditional: (inputs) => inputs.getFrom('before', 'n') === 1 }, ran],
    ['reasoned', {}, ran],
    ['reasoned', { conditional: true }, ['skip', "dependency 'before' gave a skip reason"]],
    ['reasoned', { conditional: () => true }, ran],
    ['unreasoned', { conditional: true }, ran],
    ['skip', {}, ['skip', "dependency 'before' was skipped"]],
    ['skip', { runOnSkip: true }, ran],
    ['skip', { always: true }, ran],
    ['skip', { runOnSkip: true, conditional: () => false }, ['skip', 'its condition is false']],
    ['fail', {}, ['skip', "dependency 'before' failed"]],
    ['fail', { runOnSkip: true }, ['skip', "dependency 'before' failed"]],
    ['fail', { always: true }, ran],
    ['ok', { always: true, conditional: () => false }, ran],
  ])('is %s, with %o, settles as %o', async (before, rules, expected) => {
    expect(await after(before, rules)).toEqual(expected);
  });

  it('was canceled in its scope is skipped, unless it runs on skips', async () => {
    const run = new Pipeline().withStage('before', () => new Promise<undefined>(() => undefined), { scope: 'speech' }).withStage('a', () => ({}), { dependencies: ['before'] }).withStage('b', () => ({}), { dependencies: ['before'], runOnSkip: true }).build().start();
    await Promise.resolve();
    await run.cancel({ scope: 'speech' });
    const results = await run.results;
    expect([results['a'].data, results['b'].status]).toEqual([{ reason: "dependency 'before' was canceled" }, 'ok']);
  });

  it('is two steps away is skipped in turn, with the reason of the nearest', async () => {
    const results = await new Pipeline().withStage('a', settled.skip).withStage('b', () => ({}), { dependencies: ['a'] }).withStage('c', () => ({}), { dependencies: ['b'] }).build().run();
    expect(results['c'].data).toEqual({ reason: "dependency 'b' was skipped" });
  });

  it('is a router runs only when it was chosen', async () => {
    const results = await new Pipeline()
      .withStage('route', { name: 'route', kind: 'route', routes: ['left', 'right'], execute: () => ({ branches: ['left'] }) })
      .withStage('left', () => ({}), { dependencies: ['route'] })
      .withStage('right', () => ({}), { dependencies: ['route'] })
      .withStage('both', () => ({}), { dependencies: ['route'] })
      .build()
      .run();
    expect([results['left'].status, results['right'].data, results['both'].status]).toEqual(['ok', { reason: "branch not taken by 'route'" }, 'ok']); // 'both' is none of its routes
  });

  it('has a condition that throws fails, with what it threw', async () => {
    const results = await new Pipeline({ failureMode: 'best-effort' }).withStage('a', () => ({}), { conditional: () => { throw new TypeError('x'); } }).build().run();
    expect([results['a'].status, results['a'].cause?.name]).toEqual(['fail', 'TypeError']);
  });
});
