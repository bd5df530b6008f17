import { describe, expect, it } from 'vitest';
import { FixedWindowRateLimiter } from '../../src/edge/rate-limiter.js';
import { InMemorySessionOwners, sessionOfChat } from '../../src/edge/session-owners.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('FixedWindowRateLimiter', () => {
  it('counts each key by itself, and anew in each window', async () => {
    const clock = new ManualClock();
    const limiter = new FixedWindowRateLimiter({ limit: 2, windowSeconds: 1, clock });
    const ask = async (key: string): Promise<boolean> => (await limiter.limit({ key })).success;
    expect([await ask('a'), await ask('a'), await ask('a'), await ask('b')]).toEqual([true, true, false, true]);
    await clock.advance(999);
    expect(await limiter.limit({ key: 'a' })).toEqual({ success: false, retryAfterSeconds: 1 });
    await clock.advance(1);
    expect([await ask('a'), await ask('a'), await ask('a')]).toEqual([true, true, false]);
  });

  it('remembers no more keys than it may, the one whose window is oldest goes first', async () => {
    const limiter = new FixedWindowRateLimiter({ limit: 1, maxKeys: 2, clock: new ManualClock() });
    const ask = async (key: string): Promise<boolean> => (await limiter.limit({ key })).success;
    expect([await ask('a'), await ask('b'), await ask('c'), await ask('b'), await ask('a')]).toEqual([true, true, true, false, true]);
  });

  it.each([{ limit: 0 }, { windowSeconds: 0 }, { maxKeys: 0 }, { max: 1 }])('refuses %j', (options) => {
    expect(() => new FixedWindowRateLimiter(options as object)).toThrow('FixedWindowRateLimiter.');
  });
});

describe('InMemorySessionOwners', () => {
  it('lets the first in and nobody else', async () => {
    const owners = new InMemorySessionOwners();
    expect([await owners.claim('s', 'alice'), await owners.claim('s', 'mallory'), await owners.claim('s', 'alice'), await owners.claim('t', 'mallory')]).toEqual([true, false, true, true]);
  });

  it('lets one of many that claim at once in', async () => {
    const owners = new InMemorySessionOwners();
    const claims = await Promise.all(Array.from({ length: 50 }, (_, n) => owners.claim('s', `user${n}`)));
    expect(claims.filter((won) => won)).toHaveLength(1);
  });

  it('remembers no more sessions than it may', async () => {
    const owners = new InMemorySessionOwners({ maxSessions: 2 });
    for (const session of ['a', 'b', 'c']) await owners.claim(session, 'alice');
    expect([await owners.claim('b', 'mallory'), await owners.claim('a', 'mallory')]).toEqual([false, true]);
  });
});

describe('sessionOfChat', () => {
  it('is the same for the same user and chat, and no other, however the two are spelled', async () => {
    const made = await Promise.all([['a', 'b'], ['a', 'b'], ['ab', ''], ['', 'ab'], ['a"', 'b'], ['a', '"b']].map(([user, chat]) => sessionOfChat(user ?? '', chat ?? '')));
    expect(made[0]).toBe(made[1]);
    expect(new Set(made).size).toBe(5);
  });
});
