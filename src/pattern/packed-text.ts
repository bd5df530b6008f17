/**
 * Numbers as text that stands in a source file without escapes and that a compressor reads well: small
 * ones are one character, larger ones two, the rest five. No control characters, no quotes, no backslash.
 *
 * `!` stands where a digit is one of the ninety.
 */

const DIGITS = Array.from({ length: 92 }, (_, n) => n + 35).filter((code) => code !== 39 && code !== 92);
const BASE = DIGITS.length;
const SINGLE = 74;
const LONG = BASE - 1;
const PAIRS = (LONG - SINGLE) * BASE;
const LONG_DIGITS = 4;

/** `number`, which is a whole one from 0 to 65 million, as text. */
export function packNumber(number: number): string {
  const digit = (value: number): string => String.fromCharCode(DIGITS[value]!);
  if (number < SINGLE) return digit(number);
  const rest = number - SINGLE;
  if (rest < PAIRS) return digit(SINGLE + Math.floor(rest / BASE)) + digit(rest % BASE);
  let text = digit(LONG);
  for (let place = LONG_DIGITS - 1; place >= 0; place--) text += digit(Math.floor(number / BASE ** place) % BASE);
  return text;
}

/** The numbers that {@link packNumber} has written one after another; at most as many as there are characters. */
export function unpackNumbers(text: string): Int32Array {
  const values = new Uint8Array(128);
  DIGITS.forEach((code, value) => (values[code] = value));
  const numbers = new Int32Array(text.length);
  let count = 0;
  // One loop, because it runs before the engine has compiled anything of it.
  for (let at = 0; at < text.length; ) {
    let number = values[text.charCodeAt(at++)]!;
    if (number === LONG) {
      number = 0;
      for (const end = at + LONG_DIGITS; at < end; at++) number = number * BASE + values[text.charCodeAt(at)]!;
    } else if (number >= SINGLE) number = SINGLE + (number - SINGLE) * BASE + values[text.charCodeAt(at++)]!;
    numbers[count++] = number;
  }
  return numbers.subarray(0, count);
}
