import { describe, expect, it } from 'vitest';
import { withoutSlips } from '../../src/offline/typing.js';

describe('withoutSlips', () => {
  it.each([
    ['set a tmer for 5 minutes', 'set a timer for 5 minutes'], ['set a timer for ten minuts', 'set a timer for ten minutes'], ['set a timer for 5 minuets', 'set a timer for 5 minutes'], ['waht tiem is it', 'what time is it'], ['what is 5o plus 2', 'what is 50 plus 2'], ['1O minutes', '10 minutes'], ['convret ten miles', 'convert ten miles'], ['remmind me', 'remind me'],
  ])('mends %j to %j', (typed, meant) => expect(withoutSlips(typed)).toBe(meant));

  it.each([['sing me a lullaby'], ['set a timer for the tea'], ['what is love'], [''], ['oo 50']])('leaves %j as it is', (typed) => expect(withoutSlips(typed)).toBeUndefined());
});
