import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { WakePhrase } from '../../src/voice/wake-phrase.js';

describe('WakePhrase', () => {
  const wake = new WakePhrase({ phrase: ['hey computer', 'Ava'] }, new ManualClock());
  it.each([
    ['Hey, computer: what time is it?', 'what time is it?'],
    ['um hey computer stop', 'stop'],
    ['AVA', ''],
    ['hey computers are great', null],
    ['I said to my wife, hey computer', null],
    ['', null],
  ])('finds what is behind the name in “%s”', (text, rest) => {
    expect(wake.behind(text)).toBe(rest);
  });

  it('is awake for a while after each turn', async () => {
    const clock = new ManualClock();
    const name = new WakePhrase({ phrase: 'Ava', awakeMs: 1000 }, clock);
    expect(name.asleep).toBe(true);
    name.stayAwake();
    await clock.advance(999);
    expect(name.asleep).toBe(false);
    await clock.advance(1);
    expect(name.asleep).toBe(true);
  });

  it.each([{ phrase: '' }, { phrase: [] }, { phrase: ['?!'] }, { phrase: 'a', awakeMs: -1 }])('refuses %j', (options) => {
    expect(() => new WakePhrase(options, new ManualClock())).toThrow(/wake/);
  });
});
