import { describe, expect, it } from 'vitest';
import { RoutingDecision } from '../../src/context/routing-decision.js';
import { dataToWire, fromWire, NotSerializableError, optionalMoment, readField, toWire } from '../../src/context/wire.js';

describe('toWire', () => {
  it.each([
    [new Date(5), '1970-01-01T00:00:00.005Z'],
    [new Date(NaN), null],
    [new Uint8Array([1, 2, 3]), 'AQID'],
    [new Uint8Array([1, 2, 3]).buffer, 'AQID'],
    [new Int16Array([1]), 'AQA='],
    [new Set([1, 'a']), [1, 'a']],
    [new Map([['k', new Date(0)]]), [['k', '1970-01-01T00:00:00.000Z']]],
    [10n ** 1000n, { __bigint__: `1${'0'.repeat(1000)}` }],
    [new RoutingDecision({ reason: 'r' }), { agent_id: null, pipeline_name: null, topology: null, reason: 'r' }],
    [new URL('https://x.test/'), 'https://x.test/'],
    [new TypeError('my secret'), { name: 'TypeError' }],
    [[undefined, null, () => 1], [undefined, null, undefined]],
    [{ a: undefined, f: () => 1, s: Symbol('x'), n: 1 }, { n: 1 }],
  ])('writes %s as %j', (value, expected) => {
    expect(toWire(value)).toEqual(expected);
  });

  it('copies, so that nobody can change what was written', () => {
    const list = [{ a: 1 }];
    const written = dataToWire({ list });
    list[0] = { a: 2 };
    expect(written).toEqual({ list: [{ a: 1 }] });
  });

  it('says that data contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(() => toWire(loop)).toThrow(NotSerializableError);
  });

  it('writes twenty levels as it writes one', () => {
    let deep: unknown = 1;
    for (let n = 0; n < 1000; n++) deep = { deep };
    expect(JSON.stringify(toWire(deep)).length).toBe(1000 * 9 + 1);
  });
});

describe('fromWire', () => {
  it('brings BigInts back and leaves alone what only looks like one', () => {
    expect(fromWire([{ __bigint__: '-12' }, { __bigint__: 'x' }, { __bigint__: '1', more: 2 }])).toEqual([-12n, { __bigint__: 'x' }, { __bigint__: '1', more: 2 }]);
  });
});

describe('readField', () => {
  it('reads snake_case, else camelCase', () => {
    expect([readField({ a_bc_d: 1, aBcD: 2 }, 'a_bc_d'), readField({ aBcD: 2 }, 'a_bc_d'), readField({}, 'a_bc_d'), readField({ a_b: null }, 'a_b')]).toEqual([1, 2, undefined, null]);
  });
});

describe('optionalMoment', () => {
  it.each([[null, null], [undefined, null], [new Date(5), 5], ['1970-01-01T00:00:01', 1000], ['1970-01-01T01:00:00+01:00', 0]])('takes %s as %s', (value, ms) => {
    expect(optionalMoment('x', value)).toBe(ms);
  });

  it.each(['', 'now', 5, new Date(NaN), {}])('refuses %s', (value) => {
    expect(() => optionalMoment('x', value)).toThrow('Option x');
  });
});
