// @realm chromium
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inOneTab } from '../../src/browser/one-tab.js';
import { deferred } from '../../src/base/deferred.js';

afterEach(() => vi.unstubAllGlobals());

describe('inOneTab', () => {
  it('leaves the work to whoever is at it, for each database by itself', async () => {
    const gate = deferred<void>();
    const done: string[] = [];
    const first = inOneTab('a', async () => { await gate.promise; done.push('first'); });
    expect(await inOneTab('a', async () => void done.push('second'))).toBe(false);
    expect(await inOneTab('b', async () => void done.push('other'))).toBe(true);
    gate.resolve();
    expect(await first).toBe(true);
    expect(await inOneTab('a', async () => void done.push('third'))).toBe(true);
    expect(done).toEqual(['other', 'first', 'third']);
  });

  it('lets others at it after the work has failed', async () => {
    await expect(inOneTab('c', async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await inOneTab('c', async () => undefined)).toBe(true);
  });

  it('works where there are no locks', async () => {
    vi.stubGlobal('navigator', {});
    expect(await inOneTab('d', async () => undefined)).toBe(true);
  });
});
