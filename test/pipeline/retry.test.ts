// When a stage is tried again and after how long: every back-off with every jitter, and errors that say so themselves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/base/errors.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { mayRetry, retryAfterMs, retryDelayMs, type RetryPolicy } from '../../src/pipeline/retry.js';
import type { StageError } from '../../src/stage/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const half = (): number => 0.5;

describe('the delay before the next try', () => {
  it.each<[RetryPolicy['backoff'], RetryPolicy['jitter'], readonly number[]]>([
    ['exponential', 'none', [100, 200, 400, 800, 1000]],
    ['linear', 'none', [100, 200, 300, 400, 500]],
    ['constant', 'none', [100, 100, 100, 100, 100]],
    ['exponential', 'full', [50, 100, 200, 400, 500]],
    ['linear', 'full', [50, 100, 150, 200, 250]],
    ['constant', 'full', [50, 50, 50, 50, 50]],
    ['exponential', 'equal', [75, 150, 300, 600, 750]],
    ['linear', 'equal', [75, 150, 225, 300, 375]],
    ['constant', 'equal', [75, 75, 75, 75, 75]],
  ])('with %s back-off and %s jitter', (backoff, jitter, delays) => {
    const policy: RetryPolicy = { ...(backoff === undefined ? {} : { backoff }), ...(jitter === undefined ? {} : { jitter }), baseDelayMs: 100, maxDelayMs: 1000 };
    expect(delays.map((_, n) => retryDelayMs(policy, n + 1, 0, undefined, half))).toEqual(delays);
  });

  it('grows from the one before with decorrelated jitter, at most threefold', () => {
    const policy: RetryPolicy = { jitter: 'decorrelated', baseDelayMs: 100, maxDelayMs: 1000 };
    let previous = 0;
    const delays = [1, 2, 3, 4, 5].map((attempt) => (previous = retryDelayMs(policy, attempt, previous, undefined, half)));
    expect(delays).toEqual([200, 350, 575, 912.5, 1000]);
  });

  it('stays within its bounds, whatever the policy and chance', () => {
    fc.assert(fc.property(fc.constantFrom('exponential', 'linear', 'constant'), fc.constantFrom('none', 'full', 'equal', 'decorrelated'), fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 5000 }), (backoff, jitter, attempt, chance, maxDelayMs) => {
      const delay = retryDelayMs({ backoff, jitter, baseDelayMs: 100, maxDelayMs } as RetryPolicy, attempt, 300, undefined, () => chance);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(maxDelayMs);
    }));
  });

  it.each<[unknown, number]>([
    [{ retryAfterMs: 1500 }, 1500],
    [{ retryAfter: 2 }, 2000],
    [{ retryAfterMs: 10, retryAfter: 2 }, 10],
    [new Error('x', { cause: { cause: { retryAfter: 1 } } }), 1000],
    [{ retryAfterMs: -1 }, 0],
    [{ retryAfterMs: Number.NaN }, 0],
    [{ retryAfter: '5' }, 0],
    [null, 0],
    ['text', 0],
    [undefined, 0],
  ])('is at least what the error %o asks for', (error, ms) => {
    expect(retryAfterMs(error)).toBe(ms);
    expect(retryDelayMs({ jitter: 'none', baseDelayMs: 5, maxDelayMs: 5 }, 1, 0, error)).toBe(Math.max(5, ms));
  });

  it('ends its search in causes that go round', () => {
    const one: { cause?: unknown } = {};
    one.cause = one;
    expect(retryAfterMs(one)).toBe(0);
  });
});

describe('another try', () => {
  it.each<[string, RetryPolicy, number, unknown, boolean]>([
    ['by default', {}, 1, new Error('x'), true],
    ['the last', {}, 3, new Error('x'), false],
    ['beyond the last', { maxAttempts: 1 }, 1, new Error('x'), false],
    ['of a fatal error', {}, 1, Object.assign(new Error('x'), { fatal: true }), false],
    ['of one that is not retryable', {}, 1, Object.assign(new Error('x'), { retryable: false }), false],
    ['of a mistake of the program', {}, 1, new SluiceError('x', { code: 'INVALID_OPTION' }), false],
    ['of another error of ours', {}, 1, new SluiceError('x', { code: 'STAGE_TIMEOUT' }), true],
    ['of an error that has the code but is not ours', {}, 1, Object.assign(new Error('x'), { code: 'INVALID_OPTION' }), true],
    ['without an error', {}, 1, null, true],
    ['by a test of one’s own', { retryable: (error) => (error as Error).message === 'again' }, 1, new Error('again'), true],
    ['against a test of one’s own', { retryable: () => false }, 1, new Error('x'), false],
    ['by a test that throws', { retryable: () => { throw new Error('test'); } }, 1, new Error('x'), false],
  ])('%s', (_, policy, attempt, error, may) => {
    expect(mayRetry(policy, attempt, error)).toBe(may);
  });

  it('is not made when the test throws, and the stage’s own error is reported', async () => {
    const error = await new Pipeline().withStage('a', () => { throw new RangeError('mine'); }, { retry: { retryable: () => { throw new Error('test'); } } }).build().run().catch((failure: StageError) => failure);
    expect(((error as StageError).cause as Error).name).toBe('RangeError');
  });

  it('waits on the run’s clock, and goes with the run when that is canceled', async () => {
    const clock = new ManualClock();
    let tries = 0;
    const graph = new Pipeline({ clock }).withStage('a', () => { tries++; return StageOutput.retry('later'); }, { retry: { jitter: 'none', baseDelayMs: 1000, maxAttempts: 9 } }).build();
    const run = graph.start();
    await clock.advance(999);
    expect(tries).toBe(1);
    await clock.advance(1);
    expect(tries).toBe(2);
    await run.cancel('enough');
    await clock.advance(100_000);
    expect([(await run.results).a.status, tries, clock.pending]).toEqual(['cancel', 2, 0]);
  });

  it('gives the attempt’s number to the stage, and the last output when the tries are used up', async () => {
    const attempts: number[] = [];
    const error = (await new Pipeline().withStage('a', (ctx) => { attempts.push(ctx.attempt); return StageOutput.fail(new RangeError(`${ctx.attempt}`), { at: ctx.attempt }); }, { retry: { baseDelayMs: 0, maxAttempts: 4 } }).build().run().catch((failure: StageError) => failure)) as StageError;
    expect([attempts, error.output?.data, (error.cause as Error).name]).toEqual([[1, 2, 3, 4], { at: 4 }, 'RangeError']);
  });
});
