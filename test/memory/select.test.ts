import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryConfig, toMemoryConfig, type MemoryConfigInit } from '../../src/memory/config.js';
import { MemoryEntry } from '../../src/memory/entry.js';
import { EntrySelector, selectEntries } from '../../src/memory/select.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const NOW = 1700000000000;
const entry = (content: string, ageMs = 0, role: 'user' | 'system' = 'user'): MemoryEntry => new MemoryEntry({ sessionId: S, role, content, timestamp: new Date(NOW - ageMs) });
const select = (entries: MemoryEntry[], config: MemoryConfigInit) => selectEntries(entries, new MemoryConfig({ maxEntries: 0, maxTokens: 0, ...config }), { nowMs: NOW });
const texts = (entries: readonly MemoryEntry[]): string[] => entries.map(({ content }) => content);

describe('selectEntries', () => {
  it('applies the window, then the system filter, then the count, then the tokens', () => {
    const entries = [entry('old', 5000), entry('a'.repeat(400)), entry('s', 0, 'system'), entry('b'), entry('c'), entry('s2', 0, 'system')];
    const { entries: chosen, tokens, truncated } = select(entries, { recencyWindowSeconds: 4, includeSystem: false, maxEntries: 3, maxTokens: 50 });
    expect(texts(chosen)).toEqual(['b', 'c']);
    expect([tokens, truncated]).toEqual([2, false]);
  });

  it('leaves out an entry that is exactly as old as the window', () => {
    expect(texts(select([entry('edge', 4000), entry('in', 3999)], { recencyWindowSeconds: 4 }).entries)).toEqual(['in']);
  });

  it('fills the token limit exactly', () => {
    expect(texts(select([entry('aaaa'), entry('bbbb'), entry('cccc')], { maxTokens: 2 }).entries)).toEqual(['bbbb', 'cccc']);
  });

  it('gives and flags a newest entry that alone exceeds the limit, and nothing older', () => {
    const selection = select([entry('a'), entry('b'.repeat(100))], { maxTokens: 10 });
    expect([texts(selection.entries)[0]?.length, selection.truncated, selection.tokens]).toEqual([100, true, 25]);
  });

  it('asks for no more entries than it needs', () => {
    const selector = new EntrySelector(new MemoryConfig({ maxEntries: 2 }), { nowMs: NOW });
    expect([selector.wanted, selector.offer(entry('a')), selector.wanted, selector.offer(entry('b')), selector.wanted, selector.offer(entry('c'))]).toEqual([2, true, 1, false, 0, false]);
    expect(texts(selector.finish().entries)).toEqual(['b', 'a']);
  });

  it('gives a suffix of the allowed entries within both limits, never empty when there is one', () => {
    const role = fc.constantFrom('user' as const, 'system' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.nat(20000), role)), fc.nat(10), fc.nat(40), fc.boolean(), fc.nat(15), (rows, maxEntries, maxTokens, includeSystem, recencyWindowSeconds) => {
        const entries = rows.map(([content, age, who]) => entry(content, age, who));
        const allowed = entries.filter((one) => (includeSystem || one.role !== 'system') && (recencyWindowSeconds === 0 || one.timestampMs > NOW - recencyWindowSeconds * 1000));
        const { entries: chosen, tokens, truncated } = select(entries, { maxEntries, maxTokens, includeSystem, recencyWindowSeconds });
        expect(chosen).toEqual(chosen.length === 0 ? [] : allowed.slice(-chosen.length));
        expect(chosen.length > 0).toBe(allowed.length > 0);
        if (maxEntries > 0) expect(chosen.length).toBeLessThanOrEqual(maxEntries);
        if (maxTokens > 0) expect(tokens <= maxTokens || (truncated && chosen.length === 1)).toBe(true);
      }),
      { seed: 12 },
    );
  });
});

describe('MemoryConfig', () => {
  it('has the seeds’ defaults and reads both spellings', () => {
    expect(new MemoryConfig().toDict()).toEqual({ max_entries: 20, max_tokens: 4000, include_system: true, recency_window_seconds: 0 });
    const config = new MemoryConfig({ maxEntries: 50, maxTokens: 8000, includeSystem: false, recencyWindowSeconds: 3600 });
    expect(MemoryConfig.fromDict(config.toDict())).toEqual(config);
    expect(MemoryConfig.fromDict({ maxEntries: 50, maxTokens: 8000, includeSystem: false, recencyWindowSeconds: 3600 })).toEqual(config);
    expect(toMemoryConfig(config)).toBe(config);
  });

  it.each([{ maxEntries: -1 }, { maxEntries: 1.5 }, { maxTokens: -1 }, { includeSystem: 'yes' }, { recencyWindowSeconds: NaN }, { max_entries: 3 }])('refuses %j', (init) => {
    expect(() => new MemoryConfig(init as object)).toThrow(`MemoryConfig.${Object.keys(init)[0]}`);
  });
});
