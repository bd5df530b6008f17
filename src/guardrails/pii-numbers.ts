/**
 * Numbers: payment cards, social security, taxpayer and NHS numbers, phone numbers, IPv4 addresses.
 *
 * A run of digits with separators is cut into groups, and the groups are read from left to right: at
 * each group every kind is tried, the strictest first; what is recognised is taken, and reading goes
 * on behind it. So two numbers that stand side by side are told apart.
 */
import { cardLengths, isCardNumber, isNhsNumber, isSocialSecurityNumber, isTaxpayerNumber } from './checksums.js';
import { contextOf, isVersionContext, type Context } from './pii-context.js';
import type { PiiCandidate } from './pii-candidate.js';
import type { Hit } from './reading.js';

interface Group {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  /** Where its digits begin among those of the run. */
  readonly offset: number;
  /** What stands between this group and the next; empty after the last. */
  readonly gap: string;
  /** The last of the groups that follow one another with dots from this one on. */
  dottedTo: number;
  /** Whether all of these have two digits. */
  inPairs: boolean;
}

interface Run {
  readonly text: string;
  readonly groups: readonly Group[];
  /** The digits of all groups. */
  readonly digits: string;
}

/** Reads the groups from `at` on; `rest` is where the last recognised number ended. Gives what was found, or where to go on, or nothing. */
type Reader = (run: Run, at: number, context: () => Context, rest: number) => (PiiCandidate & { readonly next: number }) | number | undefined;

const WORD = /[\p{L}\p{N}_]/u;

/** What the numbers in a run of digits are. */
export function findNumbers(hit: Hit): readonly PiiCandidate[] {
  const { text } = hit.view;
  const groups = groupsOf(text, hit.start, hit.end);
  const run: Run = { text, groups, digits: groups.map(({ digits }) => digits).join('') };
  const found: PiiCandidate[] = [];
  let floor = Math.max(0, hit.start - 80);
  let rest = 0;
  for (let at = 0; at < run.groups.length; ) {
    const first = run.groups[at] as Group; // at < length
    const last = run.groups[run.groups.length - 1] as Group;
    const from = floor;
    let read: Context | undefined;
    const context = (): Context => (read ??= contextOf(text, first.start, last.end, from));
    let next = at + 1;
    for (const reader of READERS) {
      const result = reader(run, at, context, rest);
      if (result === undefined) continue;
      if (typeof result === 'number') next = result;
      else {
        const { next: after, ...candidate } = result;
        found.push(candidate);
        next = after;
        rest = after;
        floor = candidate.end;
      }
      break;
    }
    at = next;
  }
  return found;
}

function groupsOf(text: string, start: number, end: number): readonly Group[] {
  const groups: Group[] = [];
  let offset = 0;
  for (let at = start; at < end; ) {
    let stop = at;
    while (stop < end && isDigit(text.charCodeAt(stop))) stop++;
    let next = stop;
    while (next < end && !isDigit(text.charCodeAt(next))) next++;
    if (stop > at) groups.push({ start: at, end: stop, digits: text.slice(at, stop), offset, gap: next < end ? text.slice(stop, next) : '', dottedTo: groups.length, inPairs: stop - at === 2 });
    offset += stop - at;
    at = next;
  }
  // From the back, once for the run: a run of dots is as long as its text, and is asked for at each of its groups.
  for (let n = groups.length - 2; n >= 0; n--) {
    const [group, next] = [groups[n] as Group, groups[n + 1] as Group]; // n + 1 < length
    if (group.gap !== '.') continue;
    group.dottedTo = next.dottedTo;
    group.inPairs &&= next.inPairs;
  }
  return groups;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** True when a word, or a number's point or sign, stands against the span, so that it is only a part of something. */
function isPart(text: string, start: number, end: number): boolean {
  const before = text.charAt(start - 1);
  const after = text.charAt(end);
  if (WORD.test(before) || WORD.test(after)) return true;
  if ((before === '.' || before === ',') && isDigit(text.charCodeAt(start - 2))) return true;
  return (after === '.' || after === ',' || after === '-') && isDigit(text.charCodeAt(end + 1)) && after !== ',';
}

function kindOfGap(gap: string): string {
  return gap === '' ? '' : gap.includes('-') ? '-' : gap.includes('.') ? '.' : gap.includes('/') ? '/' : /[()]/.test(gap) ? '(' : ' ';
}

const ipv4: Reader = (run, at) => {
  const parts = run.groups.slice(at, at + 4);
  const first = parts[0] as Group;
  if (first.gap !== '.') return undefined;
  const dotted = first.dottedTo;
  const count = dotted - at + 1;
  if (count !== 4) return count === 3 && parts.every((part) => part.digits.length === 3 || part.digits.length === 4) ? undefined : count > 4 && !first.inPairs ? dotted + 1 : undefined;
  const last = parts[3] as Group;
  if (parts.some((part) => part.digits.length > 3)) return undefined;
  const next = dotted + 1;
  const valid = parts.every((part) => Number(part.digits) <= 255 && (part.digits.length === 1 || part.digits[0] !== '0'));
  if (!valid) return parts.every((part) => part.digits.length === 3 || part.digits.length <= 3) && parts.some((part) => Number(part.digits) > 255) ? next : undefined;
  const before = run.text.charAt(first.start - 1);
  if (WORD.test(before) || before === '.' || WORD.test(run.text.charAt(last.end))) return next;
  if (parts.every((part) => part.digits === '0') || isVersionContext(run.text, first.start, last.end)) return next;
  return { type: 'ip_address', start: first.start, end: last.end, score: 0.9, validated: true, rule: 'pii.ipv4', next };
};

const card: Reader = (run, at, context) => {
  const first = run.groups[at] as Group;
  const lengths = cardLengths(Number(run.digits.slice(first.offset, first.offset + 4)));
  if (lengths === 0) return undefined;
  let best: (PiiCandidate & { readonly next: number }) | undefined;
  for (let n = at; n < run.groups.length; n++) {
    const group = run.groups[n] as Group;
    const length = group.offset + group.digits.length - first.offset;
    if (length > 19) break;
    if (((lengths >>> length) & 1) === 1) {
      const digits = run.digits.slice(first.offset, first.offset + length);
      if (isCardNumber(digits) && !isPart(run.text, first.start, group.end) && plausibleGroups(run.groups.slice(at, n + 1))) {
        const { credit_card: cue, other } = context().distance;
        if (length > 15 || cue < other || (other === Infinity && !isMaestro(digits))) best = { type: 'credit_card', start: first.start, end: group.end, score: 1, validated: true, rule: 'pii.card.luhn', next: n + 1 };
      }
    }
    if (/[.()/]/.test(group.gap) && kindOfGap(group.gap) !== '.') break;
  }
  return best;
};

// Prefixes that are cards at some lengths only by convention; short ones need a word that says so.
function isMaestro(digits: string): boolean {
  return /^(?:50|5[6-9]|6)/.test(digits) && !/^(?:6011|64[4-9]|65)/.test(digits);
}

// A card is printed in one piece, in groups of four to six, or dictated digit by digit; not as a phone number is.
function plausibleGroups(groups: readonly Group[]): boolean {
  if (groups.length === 1) return true;
  if (groups.slice(0, -1).every((group) => group.digits.length === 1)) return true;
  return groups.slice(0, -1).every((group) => group.digits.length >= 2 && group.digits.length <= 8);
}

const social: Reader = (run, at, context) => {
  const [a, b, c] = run.groups.slice(at, at + 3);
  if (a === undefined) return undefined;
  if (b !== undefined && c !== undefined && a.digits.length === 3 && b.digits.length === 2 && c.digits.length === 4 && a.gap === b.gap && /^(?: ?- ?| |\.)$/.test(a.gap)) {
    if (isPart(run.text, a.start, c.end)) return undefined;
    const digits = a.digits + b.digits + c.digits;
    const around = context();
    const cued = Math.min(around.distance.ssn, around.distance.us_itin) < Infinity;
    if (a.gap === '.' && !cued && isVersionContext(run.text, a.start, c.end)) return undefined;
    if (isSocialSecurityNumber(digits)) return { type: 'ssn', start: a.start, end: c.end, score: 0.95, validated: true, rule: 'pii.ssn', next: at + 3 };
    if (isTaxpayerNumber(digits)) return { type: 'us_itin', start: a.start, end: c.end, score: 0.95, validated: true, rule: 'pii.itin', next: at + 3 };
    return at + 3; // its shape, and forbidden: nothing else either
  }
  const spread = a.digits.length === 9 ? at + 1 : singles(run, at, 9);
  if (spread === undefined) return undefined;
  const digits = run.digits.slice(a.offset, a.offset + 9);
  const valid = isSocialSecurityNumber(digits);
  if (!valid && !isTaxpayerNumber(digits)) return undefined;
  const end = (run.groups[spread - 1] as Group).end;
  if (isPart(run.text, a.start, end)) return undefined;
  const { distance } = context();
  if (valid && distance.ssn < distance.other && distance.ssn <= distance.us_itin) return { type: 'ssn', start: a.start, end, score: 0.85, validated: true, rule: 'pii.ssn.context', next: spread };
  if (!valid && distance.us_itin < distance.other) return { type: 'us_itin', start: a.start, end, score: 0.85, validated: true, rule: 'pii.itin.context', next: spread };
  return undefined;
};

/** Where a run of exactly `count` single digits, all with the same gap, ends; undefined when there is none. */
function singles(run: Run, at: number, count: number): number | undefined {
  const gap = run.groups[at]?.gap;
  for (let n = at; n < at + count; n++) {
    const group = run.groups[n];
    if (group === undefined || group.digits.length !== 1 || (n < at + count - 1 && group.gap !== gap)) return undefined;
  }
  return at + count;
}

const nhs: Reader = (run, at, context) => {
  const [a, b, c] = run.groups.slice(at, at + 3);
  if (a === undefined) return undefined;
  const split = b !== undefined && c !== undefined && a.digits.length === 3 && b.digits.length === 3 && c.digits.length === 4 && a.gap === b.gap && /^[ -]$/.test(a.gap);
  const end = split ? c.end : a.end;
  const digits = split ? a.digits + b.digits + c.digits : a.digits;
  if (!isNhsNumber(digits) || isPart(run.text, a.start, end)) return undefined;
  const { distance } = context();
  const asPhone = isNorthAmerican(digits) && !(split && a.gap === ' ');
  const shown = split && distance.phone === Infinity && !asPhone && prefixOf(run.text, a.start) === '' && distance.other === Infinity;
  if (!shown && (distance.uk_nhs === Infinity || distance.uk_nhs > distance.phone)) return undefined;
  return { type: 'uk_nhs', start: a.start, end, score: 1, validated: true, rule: 'pii.nhs.mod11', next: at + (split ? 3 : 1) };
};

const READERS: readonly Reader[] = [ipv4, card, social, nhs, phone];

/** Phone numbers: with `+` or `00`, in the shape of North America, and in any shape after a cue. */
function phone(run: Run, at: number, context: () => Context, rest: number): (PiiCandidate & { readonly next: number }) | number | undefined {
  const { text, groups } = run;
  const a = groups[at] as Group;
  const prefix = prefixOf(text, a.start);
  const plus = prefix.includes('+');
  const exit = !plus && a.digits.startsWith('00') && a.digits.length > 2;
  const limit = plus || exit ? 15 : 12;
  // the longest stretch of groups that can be one number
  let total = 0;
  let stop = at;
  for (let n = at; n < groups.length; n++) {
    const group = groups[n] as Group;
    if (total + group.digits.length > limit) break;
    total += group.digits.length;
    stop = n + 1;
    if (!/^(?:[ .-]|\) ?|\)[ -]| ?\(| - |\(0\) ?|\/)$/.test(group.gap)) break;
  }
  const shape = northAmerican(run, at, stop);
  const inRow = at > rest && /^[ .-]$/.test((groups[at - 1] as Group).gap); // the rest of a row of numbers
  if (inRow && shape === undefined && !plus) return undefined;
  const around = context();
  const cue = Math.min(around.distance.phone, around.phoneAfter ? 0 : Infinity);
  const refused = around.distance.other < cue || around.distance.ssn < cue || around.distance.credit_card < cue || around.distance.uk_nhs < cue;
  if (shape !== undefined && !plus) {
    const { end, next, valid } = shape;
    if (!isWordBefore(text, a.start - prefix.length) && !isPartAfter(text, end)) {
      const bare = next - at === 1 && prefix === '';
      const accepted = bare ? cue < Infinity && !refused : valid ? !refused || cue < Infinity && cue <= around.distance.other : cue < Infinity || (around.number && !refused);
      if (accepted || (bare && around.number && !refused && around.distance.other === Infinity)) return done('pii.phone.nanp', a.start - prefix.length, end, next, valid ? 0.8 : 0.65);
      if (refused && !bare) return next;
    }
  }
  if (total < 7 || total > 15) {
    if (plus || cue === Infinity || total < 6) return undefined;
  }
  const last = groups[stop - 1] as Group;
  const start = a.start - prefix.length;
  if (isWordBefore(text, start) || isPartAfter(text, last.end)) return undefined;
  if (!plus && !refused && isBritishMobile(groups.slice(at, stop))) return done('pii.phone.gb', start, last.end, stop, 0.65);
  if (plus && total >= 7) return done('pii.phone.e164', start, last.end, stop, 0.85);
  if (exit && total >= 10 && (groups[at + 1] !== undefined || cue < Infinity) && !refused) return done('pii.phone.exit', start, last.end, stop, 0.75);
  if (refused || (cue === Infinity && !(around.number && around.distance.other === Infinity)) || total < 6 || isDate(run, at, stop)) return undefined;
  if (total < 7 && stop - at < 2) return undefined;
  if (inRow) return undefined;
  if (run.groups.slice(at + 1, stop).some((group) => group.digits.length === 1) && !run.groups.slice(at, stop).every((group) => group.digits.length === 1)) return undefined;
  return done('pii.phone.context', start, last.end, stop, 0.65);

  function done(rule: string, from: number, end: number, next: number, score: number): PiiCandidate & { readonly next: number } {
    const extension = /^(?: ?(?:x|ext\.?|extension|ex|#) ?)\d{1,6}(?!\d)/i.exec(text.slice(end, end + 20));
    const withExtension = extension === null ? end : end + extension[0].length;
    let after = next;
    while (after < groups.length && (groups[after] as Group).start < withExtension) after++;
    return { type: 'phone', start: from, end: withExtension, score, validated: false, rule, next: after };
  }
}

/** The `+`, opening bracket or both that stand directly before a number. */
function prefixOf(text: string, start: number): string {
  return /(?:\+ ?\(?|\()$/.exec(text.slice(Math.max(0, start - 3), start))?.[0] ?? '';
}

function isWordBefore(text: string, start: number): boolean {
  const before = text.charAt(start - 1);
  return WORD.test(before) || ((before === '.' || before === ',' || before === '-') && isDigit(text.charCodeAt(start - 2)));
}

function isPartAfter(text: string, end: number): boolean {
  const after = text.charAt(end);
  if (/[xX]/.test(after) && isDigit(text.charCodeAt(end + 1))) return false;
  return /[\p{L}\p{N}_]/u.test(after) || ((after === '.' || after === ',' || after === '-' || after === ':') && isDigit(text.charCodeAt(end + 1)));
}

/** `1` and 3-3-4, in brackets, with separators, or ten digits in one: where it ends, and whether the numbering plan allows it. */
function northAmerican(run: Run, at: number, stop: number): { readonly end: number; readonly next: number; readonly valid: boolean } | undefined {
  const groups = run.groups;
  const country = groups[at]?.digits === '1' || groups[at]?.digits === '001' ? 1 : 0;
  const a = groups[at + country];
  if (a === undefined) return undefined;
  if (a.digits.length === 10 && country === 0) return at + 1 <= stop ? { end: a.end, next: at + 1, valid: isNorthAmerican(a.digits) } : undefined;
  const b = groups[at + country + 1];
  if (b === undefined || a.digits.length !== 3) return undefined;
  if (b.digits.length === 7 && stop >= at + country + 2) return { end: b.end, next: at + country + 2, valid: isNorthAmerican(a.digits + b.digits) };
  const c = groups[at + country + 2];
  if (c === undefined || b.digits.length !== 3 || c.digits.length !== 4 || stop < at + country + 3) return undefined;
  return { end: c.end, next: at + country + 3, valid: isNorthAmerican(a.digits + b.digits + c.digits) };
}

// 07xxx xxxxxx, as it is written and as nothing else is.
function isBritishMobile(groups: readonly Group[]): boolean {
  return /^07\d{3} \d{3} ?\d{3}$/.test(groups.map(({ digits }) => digits).join(' '));
}

function isNorthAmerican(digits: string): boolean {
  return /^[2-9](?!11)\d{2}[2-9](?!11)\d{6}$/.test(digits);
}

function isDate(run: Run, at: number, stop: number): boolean {
  const lengths = run.groups.slice(at, Math.min(stop, at + 3)).map((group) => group.digits.length).join('-');
  if (!/^(?:4-2-2|2-2-4|4-1-[12]|1-[12]-4|4-2-1)$/.test(lengths)) return false;
  const gap = run.groups[at]?.gap ?? '';
  return /^[-./]$/.test(gap) && /^(?:4-|.*-4$)/.test(lengths);
}
