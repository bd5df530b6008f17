/**
 * The generator of random patterns and texts for differential tests: a seeded stream of small patterns
 * over small alphabets, chosen so that case folding, word boundaries, surrogate pairs, empty matches
 * and nullable loops meet often.
 */

const ALPHABETS: readonly (readonly string[])[] = [
  ['a', 'b', 'c'],
  ['a', 'B', 'k', 'K', '\u212a', 's', '\u017f', 'S'],
  ['0', '1', '-', ' ', 'x', '_', ';'],
  ['é', 'É', 'e', '\u0301', 'ß', 'ẞ', 'ı', 'I', 'i'],
  ['你', '好', '😀', 'a', '\n', '\u2028'],
];
const FLAGS: readonly string[] = ['', 'i', 'u', 'iu', 'm', 'im', 's', 'v', 'iv', 'ms'];

/** Numbers in [0, 1) from a seed (mulberry32, public domain, by Tommy Ettinger). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A pattern with its flags, and texts to try it on. */
export interface RandomCase {
  readonly pattern: string;
  readonly flags: string;
  readonly texts: readonly string[];
}

/** The case of `seed`. */
export function randomCase(seed: number): RandomCase {
  const random = mulberry32(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!; // never empty
  const alphabet = pick(ALPHABETS);
  const flags = pick(FLAGS);
  const character = (): string => escape(pick(alphabet));

  const classAtom = (): string => (random() < 0.2 ? pick(['\\d', '\\w', '\\s', 'a-z', '\\W', '\\S']) : character());
  const term = (depth: number): string => {
    const roll = random();
    if (depth <= 0 || roll < 0.35) return character();
    if (roll < 0.45) return `[${random() < 0.25 ? '^' : ''}${classAtom()}${random() < 0.7 ? classAtom() : ''}]`;
    if (roll < 0.5) return pick(['.', '\\d', '\\w', '\\s', '\\p{L}', '\\W', '\\S', '\\P{Lu}', '\\p{Lu}', '\\D']);
    if (roll < 0.56) return pick(['^', '$', '\\b', '\\B', `(?=${character()})`, `(?!${character()})`, `(?<=${character()})`, `(?<!\\w)`, '(?=\\s|$)']);
    if (roll < 0.7) {
      const body = term(depth - 1);
      const repeated = /^(?:\^|\$|\\b|\\B|\(\?[=!<])/.test(body) ? character() : body;
      return `(?:${repeated})${pick(['*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}'])}${random() < 0.25 ? '?' : ''}`;
    }
    if (roll < 0.85) return `${term(depth - 1)}${term(depth - 1)}`;
    const branch = (): string => (random() < 0.1 ? '' : term(depth - 1));
    return `(${random() < 0.5 ? '?:' : ''}${branch()}|${branch()}${random() < 0.3 ? `|${branch()}` : ''})`;
  };
  let pattern = '';
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) pattern += term(3);

  const foreign = ALPHABETS.flat();
  const texts: string[] = [];
  for (let n = 0; n < 8; n++) {
    let text = '';
    for (let length = Math.floor(random() * (random() < 0.1 ? 300 : 24)); length > 0; length--) text += random() < 0.08 ? pick(foreign) : pick(alphabet);
    texts.push(text);
  }
  return { pattern, flags, texts };
}

function escape(character: string): string {
  return /[-\\^$*+?.()|[\]{}/]/.test(character) ? (character === '-' ? '\\x2d' : `\\${character}`) : character;
}
