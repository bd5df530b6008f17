import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIntent } from '../../src/offline/grammar.js';
import { SPOKEN_NOTE } from '../../src/offline/transcript.js';

describe('readIntent', () => {
  it.each([
    ['stop', 'stop'], ['please stop', 'stop'], ['Never mind.', 'stop'], ['be quiet!', 'stop'], ['help', 'help'], ['what can you do?', 'help'], ['What can I say', 'help'], ['hello', 'greeting'], ['Good morning!', 'greeting'], ['hi there', 'greeting'], ['repeat', 'repeat'], ['repeat that', 'repeat'], ['say that again', 'repeat'], ['pardon?', 'repeat'],
    ['what did i say', 'last_said'], ['thank you', 'thanks'], ['thanks a lot', 'thanks'], ['bye', 'goodbye'], ['who are you', 'identity'], ['yes', 'yes_no'], ['remember', 'what_to_remember'], ['remember that', 'what_to_remember'], ['forget', 'what_to_forget'], ['set a timer', 'how_long'], ['remind me to call', 'how_long'],
    ['', 'unknown'], ['   ', 'unknown'], ['play some music', 'unknown'], ['four one one one', 'unknown'], ['convert ten miles', 'unknown'], ['what is love', 'unknown'], ['what time is love', 'unknown'], ['convert ten miles to parsecs', 'unknown'], ['42', 'unknown'], ['tell me a story about time', 'unknown'], ['stop the world', 'unknown'], ['helpful', 'unknown'],
  ])('%j is the remark %s', (text, remark) => expect(readIntent(text)).toEqual({ kind: 'remark', remark }));

  it.each([
    ['what time is it', 'get_time', {}], ["What's the time?", 'get_time', {}], ['can you please tell me the time', 'get_time', {}], ['what is the current time', 'get_time', {}],
    ['what is the date today', 'get_date', { day: 'today' }], ['what day is it', 'get_date', { day: 'today' }], ["what's the date", 'get_date', { day: 'today' }], ['what day is tomorrow', 'get_date', { day: 'tomorrow' }], ['what is the date tomorrow', 'get_date', { day: 'tomorrow' }], ["tomorrow's date", 'get_date', { day: 'tomorrow' }], ['what was yesterday', 'get_date', { day: 'yesterday' }], ['what date is it today', 'get_date', { day: 'today' }],
    ['set a timer for five minutes', 'set_timer', { duration_ms: 300_000, label: '' }], ['timer for one hour', 'set_timer', { duration_ms: 3_600_000, label: '' }], ['the timer for one second', 'set_timer', { duration_ms: 1000, label: '' }], ['10 minute timer', 'set_timer', { duration_ms: 600_000, label: '' }], ['set a 10-minute timer please', 'set_timer', { duration_ms: 600_000, label: '' }], ['start a tea timer for 3 minutes', 'set_timer', { duration_ms: 180_000, label: 'tea' }], ['set a timer for 20 minutes called bread', 'set_timer', { duration_ms: 1_200_000, label: 'bread' }], ['remind me in ten minutes to call mom', 'set_timer', { duration_ms: 600_000, label: 'call mom' }], ['remind me to water the plants in two hours', 'set_timer', { duration_ms: 7_200_000, label: 'water the plants' }], ['hey, could you set a timer for 90 seconds?', 'set_timer', { duration_ms: 90_000, label: '' }], ['set a timer for an hour and a half', 'set_timer', { duration_ms: 5_400_000, label: '' }],
    ['list my timers', 'list_timers', {}], ['how much time is left', 'list_timers', {}], ['show all timers', 'list_timers', {}], ['cancel', 'cancel_timers', {}], ['cancel the timer', 'cancel_timers', {}], ['stop the timer', 'cancel_timers', {}], ['stop timer', 'cancel_timers', {}], ['cancel all my timers', 'cancel_timers', {}], ['cancel the tea timer', 'cancel_timers', { label: 'tea' }], ['cancel the 10 minute timer', 'cancel_timers', { duration_ms: 600_000 }], ['delete the timer called bread', 'cancel_timers', { label: 'bread' }],
    ['what is twelve plus thirty', 'calculate', { expression: 'twelve plus thirty' }], ['twelve plus thirty', 'calculate', { expression: 'twelve plus thirty' }], ["what's 2+2?", 'calculate', { expression: '2+2' }], ['calculate the square root of 16', 'calculate', { expression: 'the square root of 16' }], ['how much is 15% of 80', 'calculate', { expression: '15% of 80' }], ['what is 1 divided by 0', 'calculate', { expression: '1 divided by 0' }],
    ['convert ten miles to kilometers', 'convert_units', { value: 10, from: 'mile', to: 'kilometer' }], ['how many feet in a mile', 'convert_units', { value: 1, from: 'mile', to: 'foot' }], ['how many seconds are there in two hours', 'convert_units', { value: 2, from: 'hour', to: 'second' }], ['what is 100 degrees fahrenheit in celsius', 'convert_units', { value: 100, from: 'degree fahrenheit', to: 'degree celsius' }], ['5kg in pounds', 'convert_units', { value: 5, from: 'kilogram', to: 'pound' }], ['minus forty celsius to fahrenheit', 'convert_units', { value: -40, from: 'degree celsius', to: 'degree fahrenheit' }], ['convert ten inches in centimeters', 'convert_units', { value: 10, from: 'inch', to: 'centimeter' }], ['what is five feet in inches', 'convert_units', { value: 5, from: 'foot', to: 'inch' }], ['convert ten miles to kilograms', 'convert_units', { value: 10, from: 'mile', to: 'kilogram' }],
    ['remember that my keys are on the shelf', 'remember_note', { text: 'my keys are on the shelf' }], ['Remember: the Wi-Fi is called Heron.', 'remember_note', { text: 'the Wi-Fi is called Heron' }], ['please remember to set a timer for five minutes', 'remember_note', { text: 'to set a timer for five minutes' }], ['take a note: buy milk', 'remember_note', { text: 'buy milk' }], ["don't forget the milk", 'remember_note', { text: 'the milk' }], [`remember ${SPOKEN_NOTE}`, 'remember_note', { text: '', recorded: true }], [`remember my number is four one ${SPOKEN_NOTE}`, 'remember_note', { text: 'my number is four one', recorded: true }],
    ['remember [spoken number] four', 'remember_note', { text: '', recorded: true, number: true }],
    ['recall my notes', 'recall_notes', {}], ['recall', 'recall_notes', {}], ['list my notes', 'recall_notes', {}], ['list notes', 'recall_notes', {}], ['read me my notes', 'recall_notes', {}], ['what do you remember?', 'recall_notes', {}], ['what did I ask you to remember', 'recall_notes', {}],
    ['forget my notes', 'forget_notes', { which: 'all' }], ['delete all my notes', 'forget_notes', { which: 'all' }], ['forget everything', 'forget_notes', { which: 'all' }], ['forget that', 'forget_notes', { which: 'last' }], ['forget the last note', 'forget_notes', { which: 'last' }],
  ])('%j calls %s with %j', (text, tool, input) => expect(readIntent(text)).toEqual({ kind: 'tool', tool, input }));

  it('answers any text at once and without throwing', () => {
    const words = fc.constantFrom('set', 'a', 'timer', 'for', 'five', 'minutes', 'and', 'what', 'is', 'plus', 'in', 'to', 'miles', 'remember', 'cancel', 'the', 'half', 'hundred', 'point', '(', '-', '%', ',', '2');
    fc.assert(fc.property(fc.oneof(fc.array(words, { maxLength: 14 }).map((list) => list.join(' ')), fc.string({ unit: 'grapheme', maxLength: 80 })), (text) => {
      expect(['tool', 'remark']).toContain(readIntent(text).kind);
    }), { numRuns: 1000, seed: 11 });
  });

  it.each([['set a timer for '.repeat(3000)], ['what is '.repeat(5000)], [`remind me ${'in '.repeat(5000)}`], [`how many ${'in '.repeat(5000)}`], [`convert ${'to '.repeat(3000)}`], [`cancel ${'a '.repeat(8000)}timer x`]])('takes no more than a moment for a hostile text', (text) => {
    // A grammar that backtracks would need longer than the suite's time-out.
    expect(['tool', 'remark']).toContain(readIntent(text).kind);
  });
});
