/**
 * One breath of speech: the words between two pauses as phones with stress, each with its place in
 * its word and phrase; and the small changes that neighbours make (the flap of "water", the vowel of
 * "the" before a vowel).
 */
import { wordPhones } from './letter-to-sound.js';
import { isVowel, type Phone } from './phones.js';
import type { Break, SpokenToken } from './spoken-text.js';

/** A phone to be spoken. */
export interface Segment {
  readonly phone: Phone;
  readonly stress: 0 | 1 | 2;
  /** Index of its token in the phrase. */
  readonly token: number;
  /** First of its word; a word may be one of several of a token. */
  readonly wordStart: boolean;
  readonly wordEnd: boolean;
  /** Syllables of its word. */
  readonly syllables: number;
  /** A `T` or `D` that is a flap. */
  readonly flap: boolean;
}

/** A phrase: tokens and their phones. */
export interface Phrase {
  readonly tokens: readonly SpokenToken[];
  readonly segments: readonly Segment[];
  readonly pause: Break;
  /** True when its first word asks (who, what, when, …): such questions fall. */
  readonly asks: boolean;
}

// A phrase longer than this is cut between words even without punctuation: nobody speaks longer in one breath.
const MOST_TOKENS = 24;
const ASKING = /^(?:who|whom|whose|what|when|where|which|why|how)$/;

/** Groups tokens by their pauses into phrases. */
export function phrasesOf(tokens: readonly SpokenToken[]): readonly Phrase[] {
  const phrases: Phrase[] = [];
  let group: SpokenToken[] = [];
  const close = (pause: Break): void => {
    if (group.length > 0) phrases.push(phraseOf(group, pause));
    group = [];
  };
  for (const token of tokens) {
    if (token.words.length === 0) continue;
    group.push(token);
    if (token.pause !== 'none') close(token.pause);
    else if (group.length >= MOST_TOKENS) close('comma');
  }
  close('stop');
  return phrases;
}

function phraseOf(tokens: readonly SpokenToken[], pause: Break): Phrase {
  const segments: { phone: Phone; stress: 0 | 1 | 2; token: number; wordStart: boolean; wordEnd: boolean; syllables: number; flap: boolean }[] = [];
  tokens.forEach(({ words }, token) => {
    for (const word of words) {
      const phones = wordPhones(word);
      const syllables = phones.filter(({ phone }) => isVowel(phone)).length;
      phones.forEach(({ phone, stress }, n) => segments.push({ phone, stress, token, wordStart: n === 0, wordEnd: n === phones.length - 1, syllables, flap: false }));
    }
  });
  // A phrase needs a stress to carry its tune: its last full vowel, when no word has one.
  if (!segments.some(({ stress }) => stress === 1)) {
    const last = segments.findLast(({ phone }) => isVowel(phone) && phone !== 'AX') ?? segments.findLast(({ phone }) => isVowel(phone));
    if (last !== undefined) {
      last.stress = 1;
      if (last.phone === 'AX') last.phone = 'AH';
    }
  }
  for (let n = 0; n < segments.length; n++) {
    const [before, here, behind] = [segments[n - 1], segments[n], segments[n + 1]];
    if (here === undefined || behind === undefined || !isVowel(behind.phone)) continue;
    // "the" and "to" keep a clear vowel before a vowel.
    if (here.phone === 'AX' && here.wordEnd && before?.phone === 'DH' && before.wordStart) here.phone = 'IY';
    if ((here.phone === 'T' || here.phone === 'D') && before !== undefined && (isVowel(before.phone) || before.phone === 'R') && !here.wordStart && behind.stress === 0) here.flap = true;
  }
  return { tokens, segments, pause, asks: ASKING.test(tokens[0]?.words[0] ?? '') };
}
