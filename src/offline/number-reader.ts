/**
 * Numbers in running text, in digits or in words: "3.5", "1,200", "twenty five", "two hundred and
 * six", "one point five", "half a", "a dozen". Works on tokens, so that the words around a number
 * stay where they are.
 */

/** A number found in a list of tokens: its value and the tokens it took, half-open. */
export interface ReadNumber {
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

const UNITS: Readonly<Record<string, number>> = { zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9 };
const TEENS: Readonly<Record<string, number>> = { ten: 10, eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19 };
const TENS: Readonly<Record<string, number>> = { twenty: 20, thirty: 30, forty: 40, fourty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90 };
const SCALES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
const FIGURES = /^(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)$/;

/** Lower-case words, figures and signs of a text, in order. "twenty-five" is two words, "5km" a figure and a word. */
export function tokensOf(text: string): readonly string[] {
  return text.toLowerCase().normalize('NFKC').match(/\d+(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+|[a-zà-ɏ]+(?:'[a-z]+)?|°[cf]?|[^\s\w]/gu) ?? [];
}

/** The number that begins at `start`, as long as it can be; undefined when none does. */
export function readNumber(tokens: readonly string[], start: number): ReadNumber | undefined {
  const first = tokens[start];
  if (first === undefined) return undefined;
  if (FIGURES.test(first)) return readFigures(tokens, start);
  if (first === 'half' || (first === 'a' && tokens[start + 1] === 'half')) {
    const after = start + (first === 'half' ? 1 : 2);
    return { value: 0.5, start, end: tokens[after] === 'a' || tokens[after] === 'an' ? after + 1 : after };
  }
  if (first === 'dozen' || (first === 'a' && tokens[start + 1] === 'dozen')) return { value: 12, start, end: start + (first === 'a' ? 2 : 1) };
  return readWords(tokens, start);
}

function readFigures(tokens: readonly string[], start: number): ReadNumber {
  let value = Number((tokens[start] ?? '').replaceAll(',', ''));
  let end = start + 1;
  for (let scale = SCALES[tokens[end] ?? '']; scale !== undefined; scale = SCALES[tokens[end] ?? '']) {
    value *= scale;
    end++;
  }
  if (tokens[end] === 'hundred') {
    value *= 100;
    end++;
  }
  return withHalf(tokens, { value, start, end });
}

// "two and a half": a half may follow any number.
function withHalf(tokens: readonly string[], read: ReadNumber): ReadNumber {
  const { value, start, end } = read;
  return tokens[end] === 'and' && tokens[end + 1] === 'a' && tokens[end + 2] === 'half' ? { value: value + 0.5, start, end: end + 3 } : read;
}

interface Part {
  readonly value: number;
  readonly end: number;
}

// Groups of up to three digits, each but the last with a scale; scales fall from left to right.
function readWords(tokens: readonly string[], start: number): ReadNumber | undefined {
  let total = 0;
  let end = start;
  let above = Infinity;
  for (let at = start; ; ) {
    const group = readGroup(tokens, at);
    if (group === undefined) break;
    const scale = SCALES[tokens[group.end] ?? ''];
    if (scale === undefined || scale >= above) {
      if (at === start || group.value < above) {
        total += group.value;
        end = group.end;
      }
      break;
    }
    total += group.value * scale;
    above = scale;
    end = group.end + 1;
    at = tokens[end] === 'and' ? end + 1 : end;
  }
  return end === start ? undefined : withHalf(tokens, withPoint(tokens, { value: total, start, end }));
}

// 0 to 999, and "fifteen hundred".
function readGroup(tokens: readonly string[], at: number): Part | undefined {
  const next = tokens[at + 1] ?? '';
  const head = tokens[at] === 'a' && (next === 'hundred' || SCALES[next] !== undefined) ? { value: 1, end: at + 1 } : readBelowHundred(tokens, at);
  if (head === undefined || tokens[head.end] !== 'hundred' || head.value === 0) return head;
  const rest = readBelowHundred(tokens, tokens[head.end + 1] === 'and' ? head.end + 2 : head.end + 1);
  return rest === undefined || rest.value === 0 ? { value: head.value * 100, end: head.end + 1 } : { value: head.value * 100 + rest.value, end: rest.end };
}

function readBelowHundred(tokens: readonly string[], at: number): Part | undefined {
  const word = tokens[at] ?? '';
  const small = UNITS[word] ?? TEENS[word];
  if (small !== undefined) return { value: small, end: at + 1 };
  const tens = TENS[word];
  if (tens === undefined) return undefined;
  const unit = UNITS[tokens[at + 1] ?? ''] ?? 0;
  return unit === 0 ? { value: tens, end: at + 1 } : { value: tens + unit, end: at + 2 };
}

function withPoint(tokens: readonly string[], { value, start, end }: ReadNumber): ReadNumber {
  if (tokens[end] !== 'point') return { value, start, end };
  let digits = '';
  let at = end + 1;
  for (let digit = digitOf(tokens[at]); digit !== undefined; digit = digitOf(tokens[at])) {
    digits += String(digit);
    at++;
  }
  return digits === '' ? { value, start, end } : { value: Number(`${value}.${digits}`), start, end: at };
}

// Behind a point "oh" is a digit; elsewhere it is an exclamation.
function digitOf(token: string | undefined): number | undefined {
  return token === 'oh' ? 0 : UNITS[token ?? ''];
}

/** A number for an answer: at most ten significant digits, groups of three parted by commas. */
export function numberText(value: number): string {
  const rounded = Number(value.toPrecision(10));
  if (Math.abs(rounded) >= 1e15 || (rounded !== 0 && Math.abs(rounded) < 1e-6)) {
    const [mantissa = '0', exponent = '0'] = rounded.toExponential(4).split('e');
    return `${Number(mantissa)} times ten to the power of ${Number(exponent)}`;
  }
  const [whole = '0', fraction] = String(Math.abs(rounded)).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return `${rounded < 0 ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}
