/**
 * What can be said to the offline assistant: patterns over the words of the vocabulary. `<any>` is
 * speech that is not in the vocabulary (the content of a spoken note), `<taught>` any word that the
 * user has taught.
 */
import { wordGraph, type WordGraph } from './word-graph.js';

/** Stands for speech outside the vocabulary. */
export const ANY_SPEECH = '<any>';
/** Stands for the words taught by the user. */
export const TAUGHT_WORD = '<taught>';

const RULES: Readonly<Record<string, string>> = {
  digit: 'one|two|three|four|five|six|seven|eight|nine',
  teen: 'ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen',
  tens: 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety',
  small: '$digit|$teen|$tens [$digit]',
  whole: '$small|(a|$digit) hundred [[and] $small]|(a|$small) thousand [[and] $small]|zero',
  number: '$whole [point (zero|oh|$digit)+]',
  sign: 'plus|minus|times|divided by',
  sum: '$number $sign $number [$sign $number]',
  span: '(a|$number) (second|seconds|minute|minutes|hour|hours)',
  spans: '$span [[and] $span]',
  unit: 'miles|kilometers|meters|feet|inches|centimeters|pounds|kilograms|grams|[degrees] (celsius|fahrenheit)|seconds|minutes|hours',
  figure: 'zero|oh|$digit|$teen|$tens|hundred|thousand',
};

const SENTENCES: readonly string[] = [
  'what time is it',
  'what is the (time|date) [today]',
  'what (day|date) is it [today]',
  '[set] [a|the] timer for $spans',
  'cancel [[the|my] (timer|timers)]',
  'list [the|my] (timers|notes)',
  'stop [[the] timer]',
  'what is $sum',
  '$sum',
  '(convert|what is) $number $unit (to|in) $unit',
  'remember (that|my|number|is|card|the|today|$figure|<any>|<taught>)+',
  'remember',
  'recall [[my] notes]',
  'forget [that|[my|the] notes]',
  'what did i say',
  'repeat [that]',
  'say that again',
  'help',
  'hello',
  'yes',
  'no',
  'my [card] number is $figure+',
  '$figure $figure+',
  '<taught>',
];

let graph: WordGraph | undefined;
let spotting: WordGraph | undefined;

/** The graph of speech that holds at least four digits in a row: what may be the number of a card. */
export function digitsGraph(): WordGraph {
  spotting ??= wordGraph(['[<any>] $one $one $one $one+ [<any>]'], { one: 'zero|oh|one|two|three|four|five|six|seven|eight|nine' });
  return spotting;
}

/** The graph of all commands. */
export function commandGraph(): WordGraph {
  graph ??= wordGraph(SENTENCES, RULES);
  return graph;
}
