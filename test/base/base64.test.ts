import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeBase64, encodeBase64, InvalidBase64Error } from '../../src/base/base64.js';

// With the engine's own methods, made here where it has none, and without them.
const own = { to: Object.getOwnPropertyDescriptor(Uint8Array.prototype, 'toBase64'), from: Object.getOwnPropertyDescriptor(Uint8Array, 'fromBase64') };
const restore = (): void => {
  for (const [target, name, descriptor] of [[Uint8Array.prototype, 'toBase64', own.to], [Uint8Array, 'fromBase64', own.from]] as const) {
    if (descriptor === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, descriptor);
  }
};
const set = (target: object, name: string, value: unknown): void => void Object.defineProperty(target, name, { value, configurable: true, writable: true });

describe.each(['btoa and atob', 'the engine itself'] as const)('base64 by %s', (by) => {
  const begin = (): void => {
    const native = by === 'the engine itself';
    set(Uint8Array.prototype, 'toBase64', native ? function (this: Uint8Array) { return btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join('')); } : undefined);
    set(Uint8Array, 'fromBase64', native ? (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : undefined);
  };
  afterEach(restore);

  it.each([['', ''], ['f', 'Zg=='], ['fo', 'Zm8='], ['foo', 'Zm9v'], ['foob', 'Zm9vYg=='], ['fooba', 'Zm9vYmE='], ['foobar', 'Zm9vYmFy']])('has the test vectors of RFC 4648: %j is %j', (plain, encoded) => {
    begin();
    expect(encodeBase64(new TextEncoder().encode(plain))).toBe(encoded);
    expect(new TextDecoder().decode(decodeBase64(encoded))).toBe(plain);
  });

  it('gives any bytes back, from any place in their buffer', () => {
    begin();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), (bytes, skip) => {
      const part = new Uint8Array([...Array<number>(skip).fill(9), ...bytes]).subarray(skip);
      expect(decodeBase64(encodeBase64(part))).toEqual(bytes);
    }), { seed: 4 });
  });

  it('takes more bytes than fit on the stack at once', () => {
    begin();
    const bytes = Uint8Array.from({ length: 1_000_003 }, (_, n) => (n * 31) & 255);
    const text = encodeBase64(bytes);
    expect(text.length).toBe(Math.ceil(bytes.length / 3) * 4);
    const back = decodeBase64(text);
    expect(back.length).toBe(bytes.length);
    expect(back.every((byte, n) => byte === bytes[n])).toBe(true);
  });

  it.each(['Zg=', '!!!!', 'Z', 'Zg==Zg=='])('refuses %j with an error that does not repeat the text', (text) => {
    begin();
    expect(() => decodeBase64(text)).toThrow(InvalidBase64Error);
    expect(() => decodeBase64(text)).not.toThrow(new RegExp(text.replace(/[!=]/g, '\\$&') + '[^ ]'));
  });
});

it('prefers the engine’s own methods where it has them', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const to = vi.fn(() => 'AQID');
  const from = vi.fn(() => bytes);
  try {
    set(Uint8Array.prototype, 'toBase64', to);
    set(Uint8Array, 'fromBase64', from);
    expect(encodeBase64(bytes)).toBe('AQID');
    expect(decodeBase64('AQID')).toBe(bytes);
  } finally {
    restore();
  }
  expect([to, from].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
});
