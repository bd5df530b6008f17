/** Checks that count: length and rate. */
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { ContentLengthCheck } from '../../src/guardrails/content-length-check.js';
import { RateLimitCheck } from '../../src/guardrails/rate-limit-check.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('ContentLengthCheck', () => {
  it.each([
    [{ maxChars: 5 }, 'hello', []],
    [{ maxChars: 4 }, 'hello', ['content_too_long']],
    [{ maxTokens: 1 }, '12345678', ['content_too_long']],
    [{ maxTokens: 2 }, '12345678', []],
    [{ minChars: 6 }, 'hello', ['custom']],
    [{}, 'x'.repeat(1e6), []],
    [{ maxChars: 1, maxTokens: 1, countTokens: (text: string) => text.length }, 'ab', ['content_too_long', 'content_too_long']],
  ])('%j on %j gives %j', (options, text, expected) => expect(new ContentLengthCheck(options).check(text).violations.map(({ type }) => type)).toEqual(expected));

  it('does not complain of a beginning that is still short', () => {
    const check = new ContentLengthCheck({ minChars: 10, maxChars: 20 });
    expect(check.checkPartial('hi').passed).toBe(true);
    expect(check.checkPartial('x'.repeat(21)).passed).toBe(false);
  });

  it.each([[{ maxChars: -1 }], [{ maxTokens: 1.5 }], [{ minChars: NaN }], [{ max: 1 }]])('refuses %j', (options) => expect(() => new ContentLengthCheck(options as never)).toThrow(InvalidOptionError));
});

describe('RateLimitCheck', () => {
  it('lets a burst pass, then one for each share of the interval', async () => {
    const clock = new ManualClock();
    const check = new RateLimitCheck({ limit: 2, intervalSeconds: 10, clock });
    const ask = () => check.check('', { user_id: 'u' });
    expect([ask().passed, ask().passed]).toEqual([true, true]);
    const refused = ask();
    expect(refused.violations[0]?.type).toBe('rate_limited');
    expect(refused.violations[0]?.metadata['retry_after_seconds']).toBe(5);
    await clock.advance(4_999);
    expect(ask().passed).toBe(false);
    await clock.advance(1);
    expect(ask().passed).toBe(true);
  });

  it('counts each user alone, else each session, else everybody', () => {
    const check = new RateLimitCheck({ limit: 1, clock: new ManualClock() });
    expect(check.check('', { user_id: 'a' }).passed).toBe(true);
    expect(check.check('', { user_id: 'b' }).passed).toBe(true);
    expect(check.check('', { session_id: 's' }).passed).toBe(true);
    expect(check.check('').passed).toBe(true);
    expect(check.check('', {}).passed).toBe(false);
    expect(check.check('', { user_id: 'a', session_id: 't' }).passed).toBe(false);
  });

  it('forgets who has not asked for longest', () => {
    const check = new RateLimitCheck({ limit: 1, maxKeys: 2, clock: new ManualClock() });
    for (const user of ['a', 'b', 'c']) check.check('', { user_id: user });
    expect(check.check('', { user_id: 'a' }).passed).toBe(true);
    expect(check.check('', { user_id: 'c' }).passed).toBe(false);
  });

  it.each([[{ limit: 0 }], [{ limit: 1, intervalSeconds: 0 }], [{ limit: 1, keyOf: 'x' }], [{}]])('refuses %j', (options) => expect(() => new RateLimitCheck(options as never)).toThrow(InvalidOptionError));
});
