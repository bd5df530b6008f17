/**
 * Mends typing slips in a command: a word that the assistant does not know is read as the one of its
 * own words that is one slip away (a letter missing, added, wrong, or two exchanged); a letter O among
 * digits is a zero. Only for texts that could not be read as they stand.
 */

// The words that commands are made of, and the small words between them, which must stay.
const KNOWN = new Set(
  `what when time date today tomorrow yesterday timer timers alarm countdown minute minutes second seconds hour hours remind cancel start stop list show notes note remember recall forget delete
  convert miles mile kilometers kilometer meters meter feet foot inches inch yards pounds pound kilograms kilogram grams gram ounces ounce liters liter gallons gallon cups celsius fahrenheit degrees degree
  the for and are was you can how set its that this with from not all any some have there
  plus minus times divided multiplied percent square root squared cubed half quarter third twice double repeat again help many much please square called minus tea two six ten one
  three four five seven eight nine eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand`.trim().split(/\s+/u),
);
const SHORTEST = 3;

/** The text with slips mended; `undefined` when there are none. */
export function withoutSlips(text: string): string | undefined {
  const mended = text
    .replace(/\b\d+[oO]\b|\b[oO]\d+\b|\b\d+[oO]\d+\b/gu, (figure) => figure.replace(/o/giu, '0'))
    .replace(/\b[a-z]{3,}\b/giu, (word) => nearest(word.toLowerCase()) ?? word);
  return mended === text ? undefined : mended;
}

function nearest(word: string): string | undefined {
  if (KNOWN.has(word) || word.length < SHORTEST) return undefined;
  // A word of three letters may only lack one.
  const near = [...KNOWN].filter((known) => (word.length > SHORTEST || known.length > SHORTEST) && oneSlipApart(word, known));
  return near.find((known) => known.at(-1) === word.at(-1)) ?? near[0];
}

/** One letter missing, added, wrong, or two neighbours exchanged. */
function oneSlipApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [restA, restB] = [a.slice(start, endA), b.slice(start, endB)];
  if (restA.length + restB.length <= 1 || (restA.length === 1 && restB.length === 1)) return true;
  if (restA.length === 2 && restB.length === 2) return restA[0] === restB[1] && restA[1] === restB[0];
  // "minuets": the same letters around an exchange of neighbours with one between.
  return restA.length === 3 && restB.length === 3 && restA[1] === restB[1] && restA[0] === restB[2] && restA[2] === restB[0];
}
