/** What people say and type to the assistant, and what it answers, one after the other on a clock. */
import { describe, expect, it } from 'vitest';
import { Message } from '../../src/context/message.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { OfflineAgent } from '../../src/offline/offline-agent.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

function fresh(): { readonly clock: ManualClock; readonly rung: string[]; readonly ask: (text: string) => Promise<string> } {
  const clock = new ManualClock({ epochMs: Date.UTC(2026, 10, 21, 15, 5) });
  const rung: string[] = [];
  const agent = new OfflineAgent({ memory: new InMemoryStore(), timeZone: 'UTC', clock, onTimer: (_, announcement) => rung.push(announcement) });
  return { clock, rung, ask: async (text) => (await agent.complete([new Message({ role: 'user', content: text })], { sessionId: 's' })).content };
}

const TIME = 'It is 3:05 PM.';
const DATE = 'It is Saturday, November 21, 2026.';
const UNKNOWN = 'I did not catch that. Say help to hear what I can do.';
const HOW_LONG = 'For how long? Say, for example, set a timer for five minutes.';

describe('a sentence', () => {
  it.each([
    ['could you please tell me what time it is', TIME], ['can you tell me the time please', TIME], ["hey, what's the time?", TIME], ['whats the time', TIME], ['what time it is', TIME], ['do you know what time it is', TIME], ["I'd like to know what time it is", TIME], ['Time?', TIME], ['waht tiem is it', TIME],
    ['which day is today', DATE], ['what month is it', DATE], ['what year is it', DATE], ['is it saturday today', DATE], ['tell me what day it is', DATE], ['what will the date be tomorrow', 'Tomorrow is Sunday, November 22, 2026.'],
    ['what is 15 percent of 80', '15 percent of 80 is 12.'], ["what's 15% of 80?", '15% of 80 is 12.'], ['what is 20 percent off 80', '20 percent off 80 is 64.'], ['80 plus 15 percent', '80 plus 15 percent is 92.'], ['200 - 10%', '200 - 10% is 180.'], ['200 * 15%', '200 times 15% is 30.'],
    ['divide 100 by 4', '100 divided by 4 is 25.'], ['multiply six by seven', 'Six times seven is 42.'], ['add 5 and 6', '5 plus 6 is 11.'], ['subtract 3 from 10', '10 minus 3 is 7.'], ['what is the sum of 3 and 4', '3 plus 4 is 7.'], ["what's half of 90", 'Half of 90 is 45.'], ['what is a third of 90', 'A third of 90 is 30.'], ['three quarters of 100', 'Three quarters of 100 is 75.'], ['twice 21', 'Twice 21 is 42.'], ['pi times 2', 'Pi times 2 is 6.283185307.'], ['what is 5o plus 2', '50 plus 2 is 52.'],
    ['how many feet are in a mile', '1 mile is 5280 feet.'], ['how far is 5 miles in kilometers', '5 miles are 8.047 kilometers.'], ['how many kilometers is 5 miles', '5 miles are 8.047 kilometers.'], ['6 foot 2 in cm', '74 inches are 188 centimeters.'], ['what is 6 feet 2 inches in centimeters', '74 inches are 188 centimeters.'], ['5 pounds 3 ounces in grams', '83 ounces are 2353.01 grams.'], ['350 f to c', '350 degrees fahrenheit are 176.7 degrees celsius.'],
    ['set a timer for one and a half minutes', 'Timer set for 1 minute and 30 seconds.'], ['set a timer for 1h30', 'Timer set for 1 hour and 30 minutes.'], ['can you set a timer for me for ten minutes', 'Timer set for 10 minutes.'], ['i need a timer for 8 minutes', 'Timer set for 8 minutes.'], ['give me a 2 minute timer', 'Timer set for 2 minutes.'], ['set a 5 minute timer for the tea', 'Timer set for 5 minutes: tea.'], ['could you set a 3 minute egg timer', 'Timer set for 3 minutes: egg.'], ['set an alarm in 10 minutes', 'Timer set for 10 minutes.'], ['count down from ten seconds', 'Timer set for 10 seconds.'], ['wake me up in 20 minutes', 'Timer set for 20 minutes.'], ['let me know in 5 minutes', 'Timer set for 5 minutes.'], ['set a tmer for 5 minutes', 'Timer set for 5 minutes.'], ['set a timer for 5 minuets', 'Timer set for 5 minutes.'], ['set an alarm for 7 am', HOW_LONG],
    ['remind me in ten minutes to call mum', 'Timer set for 10 minutes: call mum.'], ['remind me to take the cake out in half an hour', 'Timer set for 30 minutes: take the cake out.'], ['remind me to call mum', HOW_LONG],
    ['are any timers running', 'No timer is running.'], ['how much time is left on the pasta timer', 'No timer is running.'],
    ['write this down: call the dentist', 'I will remember: call the dentist.'], ['where are my keys', 'I have no note about that.'], ['delete note 2', 'There is no note with that number.'],
    ['how do I use this', /^You can ask me/], ['how are you', 'I am well, thank you. Say help to hear what I can do.'], ['are you there', /^Hello/],
    ['tell me a joke', UNKNOWN], ["what's the weather like", UNKNOWN], ['flip a coin', UNKNOWN], ['what time is it in tokyo', UNKNOWN], ['how many days until christmas', UNKNOWN], ['timing is everything', UNKNOWN],
  ])('%j is answered with %j', async (text, answer) => {
    if (typeof answer === 'string') expect(await fresh().ask(text)).toBe(answer);
    else expect(await fresh().ask(text)).toMatch(answer);
  });
});

describe('a conversation', () => {
  it('keeps two timers apart: asks for one, cancels one, hears the other', async () => {
    const { ask, clock, rung } = fresh();
    await ask('set a pasta timer for 9 minutes');
    await ask('set a timer for tea for 4 minutes');
    expect(await ask('how much time is left on the pasta timer')).toBe('The timer for pasta has 9 minutes left.');
    expect(await ask('how long is left on the timer for tea')).toBe('The timer for tea has 4 minutes left.');
    expect(await ask('cancel the tea timer please')).toBe('The timer for tea is cancelled.');
    clock.advanceSync(10 * 60_000);
    expect(rung).toEqual(['Time is up: pasta.']);
  });

  it('cancels the first to ring or the last that was set', async () => {
    const { ask } = fresh();
    for (const text of ['set a timer for 20 minutes', 'set a timer for 5 minutes', 'set a timer for 10 minutes']) await ask(text);
    expect(await ask('cancel my last timer')).toBe('The 10 minute timer is cancelled.');
    expect(await ask('cancel the first timer')).toBe('The 5 minute timer is cancelled.');
    expect(await ask('list my timers')).toBe('The 20 minute timer has 20 minutes left.');
  });

  it('finds a note by what it is about, and forgets one of several', async () => {
    const { ask } = fresh();
    for (const text of ['remember that my keys are on the shelf', 'remember to buy milk', 'remember the wifi is called heron']) await ask(text);
    expect(await ask('where are my keys?')).toBe('You asked me to remember: my keys are on the shelf.');
    expect(await ask('do you remember where my key is')).toBe('You asked me to remember: my keys are on the shelf.');
    expect(await ask('what did I say about the wifi')).toBe('You asked me to remember: the wifi is called heron.');
    expect(await ask('forget the note about milk')).toBe('I have forgotten the note: to buy milk.');
    expect(await ask('delete note number one')).toBe('I have forgotten the note: my keys are on the shelf.');
    expect(await ask('what do you remember')).toBe('You asked me to remember: the wifi is called heron.');
  });
});
