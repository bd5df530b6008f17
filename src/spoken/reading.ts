/**
 * How a rule reads a piece of text aloud. A rule is tried where it may begin; what it takes is said as
 * one part, or as several when a pause or a word time may fall between them.
 */

/** A part of what a rule took: so many UTF-16 units of the source, and how they are said. */
export type Part = readonly [length: number, said: string];

/** A rule: a sticky pattern and what is said for its match; `undefined` when it does not apply after all. */
export type Rule = readonly [pattern: RegExp, say: (match: RegExpExecArray, source: string) => string | readonly Part[] | undefined];

/** The parts that the first applicable rule takes at `at`; `undefined` when none applies. */
export function readAt(rules: readonly Rule[], source: string, at: number): readonly Part[] | undefined {
  for (const [pattern, say] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null || match[0] === '') continue;
    const said = say(match, source);
    if (said !== undefined) return typeof said === 'string' ? [[match[0].length, said]] : said;
  }
  return undefined;
}

/** The last word before `at`, in lower case, without what separates it. */
export function wordBefore(source: string, at: number): string {
  return /([\p{L}\p{N}'’.]+)[^\p{L}\p{N}]{0,3}$/u.exec(source.slice(Math.max(0, at - 24), at))?.[1]?.toLowerCase().replace(/\.$/u, '') ?? '';
}

/** The word behind `at`, without what separates it. */
export function wordBehind(source: string, at: number): string {
  return /^[\s-]{0,2}([\p{L}'’]+)/u.exec(source.slice(at, at + 24))?.[1] ?? '';
}
