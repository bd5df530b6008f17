import { describe, expect, it } from 'vitest';
import { MemoryConfig } from '../../src/memory/config.js';
import { MemoryEntry } from '../../src/memory/entry.js';
import { InvalidMemoryExportError } from '../../src/memory/export.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { memoryStoreContract } from '../../src/testing/memory-store-contract.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const T = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('InMemoryStore', () => {
  const shared = new InMemoryStore();
  for (const { name, run } of memoryStoreContract(() => shared)) it(name, run);

  it('has the default limits where none are given', async () => {
    const store = new InMemoryStore();
    await store.write(Array.from({ length: 30 }, (_, n) => new MemoryEntry({ sessionId: S, role: 'user', content: String(n) })));
    expect((await store.fetch(S)).length).toBe(20);
    expect((await store.fetch(S, { maxEntries: 4 })).map((entry) => entry.content)).toEqual(['26', '27', '28', '29']);
  });

  it('ends the recency window at its clock', async () => {
    const clock = new ManualClock();
    const store = new InMemoryStore({ clock });
    await store.write(new MemoryEntry({ sessionId: S, role: 'user', content: 'a' }, clock));
    await clock.advance(59999);
    const config = new MemoryConfig({ recencyWindowSeconds: 60 });
    expect(await store.fetch(S, config)).toHaveLength(1);
    await clock.advance(1);
    expect(await store.fetch(S, config)).toHaveLength(0);
  });

  it('counts tokens with the counter it is given', async () => {
    const store = new InMemoryStore({ countTokens: () => 10 });
    await store.write(['a', 'b', 'c'].map((content) => new MemoryEntry({ sessionId: S, role: 'user', content })));
    expect(await store.fetch(S, { maxTokens: 20 })).toHaveLength(2);
  });

  it('lists its sessions in the order of their first entry', async () => {
    const store = new InMemoryStore();
    await store.write([new MemoryEntry({ sessionId: T, role: 'user', content: 'a' }), new MemoryEntry({ sessionId: S, role: 'user', content: 'b' })]);
    expect(store.getAllSessions()).toEqual([T, S]);
    await store.clear(T);
    expect(store.getAllSessions()).toEqual([S]);
  });

  it.each([{}, [], null, 'x', { format: 'sluice.memory', version: 2, entries: [] }])('refuses to import %j', async (data) => {
    await expect(new InMemoryStore().import(data as never)).rejects.toThrow(InvalidMemoryExportError);
  });

  it('refuses unknown options', () => {
    expect(() => new InMemoryStore({ maxSize: 3 } as object)).toThrow('InMemoryStore.maxSize');
  });
});
