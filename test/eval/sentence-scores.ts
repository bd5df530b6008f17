/**
 * Scores of sentence splitters on texts with marked boundaries: whole texts cut exactly as marked, and
 * precision and recall of the boundaries. Boundaries are compared by the visible characters before
 * them, so that peers which drop or move white space are not punished for it.
 */
import { SentenceSplitter } from '../../src/voice/sentence-splitter.js';

/** One text of a suite; `¦` marks each boundary. */
export interface MarkedText {
  readonly language: string;
  readonly kind: string;
  readonly text: string;
}

/** A splitter under test: the pieces of a text that arrives as `tokens`. */
export type Split = (tokens: readonly string[], language: string) => readonly string[];

/** How well a splitter does. */
export interface SentenceScore {
  readonly exact: number;
  readonly texts: number;
  readonly precision: number;
  readonly recall: number;
  /** Texts that were not cut as marked, with what came instead. */
  readonly wrong: readonly { readonly marked: string; readonly got: string }[];
}

/** Ours, as a conversation uses it. */
export const ours: Split = (tokens) => {
  const splitter = new SentenceSplitter();
  return [...tokens.flatMap((token) => [...splitter.push(token)]), ...splitter.flush()];
};

/** The engine's segmenter, on the whole text. */
export const segmenter: Split = (tokens, language) => Array.from(new Intl.Segmenter(/^[a-z]{2}/.exec(language)?.[0] === 'mi' ? 'en' : language, { granularity: 'sentence' }).segment(tokens.join('')), ({ segment }) => segment);

/** A rule that many assistants use: a full stop, exclamation or question mark, then white space. */
export const markThenSpace: Split = (tokens) => tokens.join('').split(/(?<=[.!?][\s]+)(?=\S)/u);

/** The same with marks of other scripts, and with lines. */
export const markOrLine: Split = (tokens) => tokens.join('').split(/(?<=[.!?]["')\]]*\s+)(?=\S)|(?<=[。！？।؟۔])|(?<=\n)(?=\S)/u);

/** Cuts a text into tokens of 1 to 5 characters, by a fixed rule of pseudo-chance. */
export function tokensOf(text: string, seed: number): readonly string[] {
  const tokens: string[] = [];
  let state = seed;
  for (let at = 0; at < text.length;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const size = 1 + ((state >> 16) % 5);
    tokens.push(text.slice(at, at + size));
    at += size;
  }
  return tokens;
}

/** Scores `split` on `texts`. */
export function score(texts: readonly MarkedText[], split: Split): SentenceScore {
  let exact = 0;
  let right = 0;
  let found = 0;
  let marked = 0;
  const wrong: { marked: string; got: string }[] = [];
  texts.forEach(({ text, language }, n) => {
    const expected = boundaries(text.split('¦'));
    const pieces = split(tokensOf(text.replaceAll('¦', ''), n + 1), language);
    const got = boundaries(pieces);
    const both = got.filter((at) => expected.includes(at)).length;
    right += both;
    found += got.length;
    marked += expected.length;
    if (both === got.length && both === expected.length) exact++;
    else wrong.push({ marked: text, got: pieces.join('¦') });
  });
  return { exact, texts: texts.length, precision: found === 0 ? 0 : right / found, recall: right / marked, wrong };
}

function boundaries(pieces: readonly string[]): readonly number[] {
  const ends: number[] = [];
  let visible = 0;
  for (const piece of pieces) {
    const before = visible;
    visible += piece.replace(/\s/gu, '').length;
    if (visible > before) ends.push(visible);
  }
  return ends.slice(0, -1);
}
