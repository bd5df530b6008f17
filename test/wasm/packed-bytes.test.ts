import { describe, expect, it } from 'vitest';
import { packBytes, unpackBytes } from '../../src/wasm/packed-bytes.js';
import { mulberry32 } from '../conformance/random-patterns.js';

describe('packed bytes', () => {
  it.each([
    ['none', Uint8Array.of()],
    ['one', Uint8Array.of(255)],
    ['every value', Uint8Array.from({ length: 256 }, (_, n) => n)],
    ['zeros', new Uint8Array(1000)],
    ['noise', Uint8Array.from({ length: 5000 }, ((random) => () => Math.floor(random() * 256))(mulberry32(1)))],
  ])('come back: %s', (_name, bytes) => {
    expect(unpackBytes(packBytes(bytes))).toEqual(bytes);
  });

  it('need no escapes in a source file', () => {
    expect(packBytes(Uint8Array.from({ length: 4096 }, (_, n) => n % 251))).toMatch(/^[\x23-\x26\x28-\x5b\x5d-\x7e]*$/);
  });

  it('are one character each where few values are used', () => {
    expect(packBytes(new Uint8Array(1000)).length).toBe(512 + 1000);
  });
});
