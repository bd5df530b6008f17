/**
 * Words before a full stop that may not end a sentence, by how they behave, and words after one that
 * begin a sentence. Small on purpose: what is not here ends a sentence.
 */

/**
 * `title`: a name follows. `joining`: the phrase goes on. `number`: a number follows, or else it is a
 * word. `time`: ends a sentence unless a day or a zone follows. `open`: may also end a sentence, which the next word tells. `none`: not an abbreviation.
 */
export type AbbreviationKind = 'title' | 'joining' | 'number' | 'time' | 'open' | 'none';

const TITLES = new Set('mr mrs ms mx dr prof st rev hon gen col capt lt sgt maj sen rep gov pres fr sr sra srta dott sig ing avv mme mlle mgr herr fr hr frl ph dipl г ул им проф акад'.split(' '));
const JOINING = new Set('e.g i.e eg ie vs cf viz approx al z.b d.h u.a bzw ca usw.z p.ex c.-à-d resp incl excl est esp ave blvd mt ft'.split(' '));
const NUMBERED = new Set('no nos nr num fig figs vol ch sec pp p art eq jan feb mar apr jun jul aug sep sept oct nov dec ext tel'.split(' '));
const OPEN = new Set('etc inc ltd co corp jr bros dept u.s u.k u.n e.u u.s.a d.c ph.d b.a m.a b.sc m.sc'.split(' '));
const TIMES = new Set('a.m p.m'.split(' '));
const AFTER_TIME = new Set('monday tuesday wednesday thursday friday saturday sunday gmt utc est edt cst cdt mst mdt pst pdt cet cest bst eastern central mountain pacific'.split(' '));
const STARTERS = new Set(
  'the a an it its this that these those there here he she they we you i my your his her our their what when where who why how which but and so or yet if in on at as for to from by with after before while because since although however then now also no yes please let do does did can could will would should is are was were not one two some many most all each every both another once meanwhile still maybe perhaps today tomorrow yesterday'.split(' '),
);
const GERMAN_MONTHS = new Set('januar februar märz april mai juni juli august september oktober november dezember jan feb mär apr jun jul aug sep okt nov dez jahrhundert'.split(' '));

/** How `token`, the letters before a full stop, behaves. */
export function abbreviationKind(token: string): AbbreviationKind {
  const word = token.toLowerCase();
  if (TITLES.has(word) && (/^\p{Lu}/u.test(token) || /^(?:dott|sig|г|ул|им|проф|акад)$/u.test(word))) return 'title';
  if (JOINING.has(word)) return 'joining';
  if (NUMBERED.has(word)) return 'number';
  if (TIMES.has(word)) return 'time';
  if (OPEN.has(word)) return 'open';
  if (/^(?:\p{Lu}\.?)+$/u.test(token) && (token.length === 1 || token.includes('.'))) return 'open'; // initials: "J. R. R. Tolkien", "U.S."
  return 'none';
}

/** True for words that usually begin a sentence. */
export function isSentenceStarter(word: string): boolean {
  return STARTERS.has(word.toLowerCase());
}

/** True for what goes on after "a.m." or "p.m.": days and time zones. */
export function continuesTime(word: string): boolean {
  return AFTER_TIME.has(word.toLowerCase());
}

/** True for what follows a German ordinal such as "3." in "3. Mai". */
export function monthFollowsOrdinal(word: string): boolean {
  return GERMAN_MONTHS.has(word.toLowerCase());
}
