/**
 * Numbers in words, as they are read aloud: cardinals, ordinals, decimals, years, digit strings.
 * American style without "and", because listeners of sums and timers need no more.
 */

const SMALL = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES = ['', 'thousand', 'million', 'billion', 'trillion', 'quadrillion'];
const ORDINALS: Readonly<Record<string, string>> = { one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth', twelve: 'twelfth' };

// The largest count of digits that the scales can name; longer strings are read digit by digit.
const MOST_DIGITS = 18;

/** A whole number, given as decimal digits, in words. Leading zeros are dropped. */
export function cardinalWords(digits: string): readonly string[] {
  const bare = digits.replace(/^0+(?=\d)/, '');
  if (bare.length > MOST_DIGITS) return digitWords(bare);
  const words: string[] = [];
  const groups = Math.ceil(bare.length / 3);
  for (let group = groups - 1; group >= 0; group--) {
    const value = Number(bare.slice(Math.max(0, bare.length - 3 * (group + 1)), bare.length - 3 * group));
    if (value === 0) continue;
    words.push(...hundredWords(value));
    const scale = SCALES[group] ?? '';
    if (scale !== '') words.push(scale);
  }
  return words.length === 0 ? ['zero'] : words;
}

function hundredWords(value: number): readonly string[] {
  const words: string[] = [];
  if (value >= 100) words.push(SMALL[Math.floor(value / 100)] ?? '', 'hundred');
  const rest = value % 100;
  if (rest >= 20) {
    words.push(TENS[Math.floor(rest / 10)] ?? '');
    if (rest % 10 !== 0) words.push(SMALL[rest % 10] ?? '');
  } else if (rest > 0) words.push(SMALL[rest] ?? '');
  return words;
}

/** A whole number as a rank: 21 is "twenty first". */
export function ordinalWords(digits: string): readonly string[] {
  const words = [...cardinalWords(digits)];
  const last = words.pop() ?? 'zero';
  words.push(ORDINALS[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`));
  return words;
}

/** A number with an optional fraction: the digits behind the point are read one by one. */
export function decimalWords(whole: string, fraction: string): readonly string[] {
  const words = cardinalWords(whole === '' ? '0' : whole);
  return fraction === '' ? words : [...words, 'point', ...digitWords(fraction)];
}

/** Digits one by one. */
export function digitWords(digits: string): readonly string[] {
  return Array.from(digits, (digit) => SMALL[Number(digit)] ?? 'zero');
}

/** A year of four digits as it is said: 1984, 2005, 2026, 1900. */
export function yearWords(digits: string): readonly string[] {
  const century = Number(digits.slice(0, 2));
  const rest = Number(digits.slice(2));
  if (century % 10 === 0 && rest < 10) return cardinalWords(digits);
  const head = hundredWords(century);
  if (rest === 0) return [...head, 'hundred'];
  return rest < 10 ? [...head, 'oh', ...hundredWords(rest)] : [...head, ...hundredWords(rest)];
}
