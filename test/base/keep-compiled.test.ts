// What keeps compiled code is made once, when it is first needed, and may need itself.
import { expect, it } from 'vitest';
import { keepCompiled } from '../../src/base/keep-compiled.js';

it('makes something at the first call only, also when making it calls again', () => {
  let made = 0;
  const keep: () => void = keepCompiled(() => {
    keep();
    return ++made;
  });
  expect(made).toBe(0);
  keep();
  keep();
  expect(made).toBe(1);
});

it('tries no second time when making fails', () => {
  let made = 0;
  const keep = keepCompiled(() => {
    made++;
    throw new Error('x');
  });
  expect(keep).toThrow('x');
  keep();
  expect(made).toBe(1);
});
