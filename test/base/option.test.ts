import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../src/base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireBoolean, requireFunction, requireMethods, requireName, requireNumber, requireOneOf, unknownOption } from '../../src/base/option.js';

/** The error a check throws. */
function refusal(check: () => unknown): InvalidOptionError {
  try {
    check();
  } catch (error) {
    if (error instanceof InvalidOptionError) return error;
    throw error;
  }
  throw new Error('The check threw nothing.');
}

describe('an option that is refused', () => {
  test('is named with what it may be and the type of what was given', () => {
    const error = refusal(() => requireNumber('Segmenter.minSpeechMs', 'soon', { min: 0, max: 500 }));
    expect(error.message).toBe('Option Segmenter.minSpeechMs must be a finite number from 0 to 500; a value of type string was given.');
    expect(error).toMatchObject({ name: 'InvalidOptionError', code: 'INVALID_OPTION', option: 'Segmenter.minSpeechMs', allowed: 'a finite number from 0 to 500' });
    expect(SluiceError.isInstance(error)).toBe(true);
  });

  test.each([['a string', 'my secret', 'string'], ['a list', ['my secret'], 'array'], ['null', null, 'null'], ['nothing', undefined, 'undefined'], ['a record', { text: 'my secret' }, 'object']])('%s: its value is never printed', (_, value, type) => {
    const { message } = refusal(() => requireBoolean('Stage.flag', value));
    expect(message).toContain(`type ${type} `);
    expect(message).not.toContain('secret');
  });
});

describe('numbers', () => {
  test.each([NaN, Infinity, -Infinity, '1', null, undefined, 1n, {}])('%s is none', (value) => {
    expect(refusal(() => requireNumber('x', value)).allowed).toBe('a finite number');
  });

  test('bounds are inclusive and named', () => {
    expect(requireNumber('x', 1, { min: 1, max: 1 })).toBe(1);
    expect(refusal(() => requireNumber('x', 0, { min: 1 })).allowed).toBe('a finite number of at least 1');
    expect(refusal(() => requireNumber('x', 2, { max: 1 })).allowed).toBe('a finite number of at most 1');
    expect(refusal(() => requireNumber('x', 1.5, { min: 1, max: 2, integer: true })).allowed).toBe('a whole number from 1 to 2');
  });
});

test('one of a list, a name, a function, a truth value: the value comes back', () => {
  const f = (): void => undefined;
  expect(requireOneOf('x', 'b', ['a', 'b'])).toBe('b');
  expect(requireName('x', ' ')).toBe(' ');
  expect(requireFunction('x', f)).toBe(f);
  expect(requireBoolean('x', false)).toBe(false);
  expect(refusal(() => requireOneOf('x', 'c', ['a', 'b'])).allowed).toBe("one of 'a', 'b'");
  expect(refusal(() => requireName('x', '')).allowed).toBe('a string that is not empty');
  expect(refusal(() => requireFunction<unknown>('x', {})).allowed).toBe('a function');
});

describe('a key that nobody knows', () => {
  test('is refused by its name, with the names there are', () => {
    const error = refusal(() => refuseUnknownOptions('createSpeaker', { volune: 1 }, ['volume', 'live']));
    expect(error.message).toBe('Option createSpeaker.volune: there is no such option. Correct its name or leave it out; createSpeaker has volume, live.');
    expect(error.option).toBe('createSpeaker.volune');
    expect(error.allowed).toBe('one of volume, live');
  });

  test('may come with a hint', () => {
    expect(unknownOption('A', 'b', ['c'], ' See D.').message).toMatch(/ See D\.$/);
  });

  test('known keys pass, inherited ones are not asked', () => {
    expect(() => refuseUnknownOptions('x', Object.create({ strange: 1 }, { known: { value: 1, enumerable: true } }) as object, ['known'])).not.toThrow();
  });

  test.each([null, undefined, 1, 'options'])('%s is no record', (options) => {
    expect(refusal(() => refuseUnknownOptions('x', options as unknown as object, [])).allowed).toBe('a record of options');
  });
});

describe('an object that must have methods', () => {
  class Store {
    fetch(): void {}
  }

  test('comes back when it has them, its own or inherited', () => {
    const store = new Store();
    expect(requireMethods('x', store, 'a store', 'fetch')).toBe(store);
    expect(requireMethods('x', { fetch: () => 1 }, 'a store', 'fetch')).toEqual({ fetch: expect.any(Function) });
  });

  test.each([undefined, null, 'gpt', 1, {}, { fetch: true }])('%s is refused with what it must have', (value) => {
    expect(refusal(() => requireMethods<unknown>('x', value, 'a store', 'fetch', 'write')).allowed).toBe('a store (with fetch, write)');
  });
});
