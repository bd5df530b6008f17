import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/pipeline/canonical-json.js';

/** The same value with the keys of its records in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, one]) => [key, reordered(one)]));
}

describe('canonicalJson', () => {
  it('is the same text for the same data, whatever the order of its keys', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
    }), { seed: 20260104 });
  });

  it('is JSON of the same data', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }), { seed: 20260105 });
  });

  it.each([
    [undefined, 'null'],
    [{ b: undefined, a: 1 }, '{"a":1}'],
    [[1, undefined], '[1,null]'],
    [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    [new Uint8Array([1, 2]), '"AQI="'],
    [10n, '{"__bigint__":"10"}'],
    [new Map([['k', new Set([1])]]), '[["k",[1]]]'],
  ])('%o is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('tells data that differ apart', () => {
    const texts = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: { 0: 1 } }, { a: null }, {}, [], '', 'a', 0, false].map((value) => canonicalJson(value));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('refuses data that contain themselves', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(() => canonicalJson(loop)).toThrow(expect.objectContaining({ code: 'NOT_SERIALIZABLE' }));
  });
});
