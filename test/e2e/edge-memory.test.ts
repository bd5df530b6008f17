// The Durable Object's store in real workerd.
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../tools/bundle.js';

let miniflare: Miniflare;
beforeAll(async () => {
  miniflare = new Miniflare({
    modules: true,
    script: await bundle('memory-object.ts'),
    compatibilityDate: '2026-04-01',
    durableObjects: { MEMORY: { className: 'MemoryObject', useSQLite: true } },
  });
  await miniflare.ready;
});
afterAll(() => miniflare.dispose());

const ask = async <T>(object: string, path: string): Promise<T> => (await (await miniflare.dispatchFetch(`http://${object}${path}`)).json()) as T;

describe('DurableObjectMemoryStore', () => {
  it('does what every store must do', async () => {
    const results = await ask<{ name: string; error: string | null }[]>('contract', '/contract');
    expect(results.length).toBeGreaterThan(15);
    expect(results.filter(({ error }) => error !== null)).toEqual([]);
  });

  it('has stores for runs that do what every such store must do', async () => {
    const { results, pruned, left } = await ask<{ results: { name: string; error: string | null }[]; pruned: number; left: string }>('runs', '/run-contracts');
    expect(results.filter(({ error }) => error !== null)).toEqual([]);
    expect([results.length, pruned, left]).toEqual([8, 200, 'h']);
  });

  it('keeps objects apart', async () => {
    expect(await ask('one', '/write?1')).toEqual(['?1q', '?1a']);
    expect(await ask('two', '/read')).toEqual([]);
    expect(await ask('one', '/write?2')).toEqual(['?1q', '?1a', '?2q', '?2a']);
  });

  it('says that a record is too large, and keeps nothing of its list', async () => {
    expect(await ask('large', '/too-long')).toEqual({ code: 'STORAGE_QUOTA', left: [] });
  });

  it('keeps no more than its retention', async () => {
    expect(await ask('retention', '/retention')).toEqual({ kept: ['7', '8', '9'], young: ['young', 'late'] });
  });

  it('finds with its index what a scan finds, whatever became of the entries', async () => {
    expect(await ask('search', '/search')).toEqual({ differences: [], indexed: true, pruned: true, left: 0 });
  });

  it('has ten thousand entries and gives the newest fifty', async () => {
    expect(await ask('bench', '/bench')).toBe(50);
  });
});
