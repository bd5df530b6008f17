/**
 * How long each phone of a phrase lasts, by the rules of D. H. Klatt, "Synthesis by rule of segmental
 * durations in English sentences" (1979): an inherent duration, of which a least part cannot shrink,
 * and factors for stress, the end of the phrase, the length of the word and the neighbours.
 */
import { isVowel, VOWEL_COUNT, phoneIndex } from './phones.js';
import { targetOf } from './phone-targets.js';
import type { Phrase, Segment } from './utterance.js';

/** Milliseconds of each segment of the phrase at `speed` (1 is normal). */
export function durations(phrase: Phrase, speed: number): readonly number[] {
  const { segments } = phrase;
  const lastVowel = segments.findLastIndex(({ phone }) => isVowel(phone));
  const ends = phrase.pause !== 'none';
  return segments.map((segment, n) => {
    const { inherentMs, leastMs } = targetOf(segment.phone);
    if (segment.flap) return 32 / Math.sqrt(speed);
    let factor = 1;
    let least = leastMs;
    const vowel = phoneIndex(segment.phone) < VOWEL_COUNT;
    if (ends && n >= lastVowel) factor *= vowel ? 1.35 : 1.25;
    else if (vowel && !segment.wordEnd) factor *= 0.9;
    if (vowel) {
      if (segment.stress === 0) {
        factor *= 0.72;
        least *= 0.7;
      }
      if (segment.syllables > 1) factor *= segment.syllables > 2 ? 0.78 : 0.86;
      factor *= beforeConsonant(segments[n + 1], segment);
    } else {
      if (!segment.wordStart) factor *= 0.88;
      if (!stressedNeighbour(segments, n)) {
        factor *= 0.8;
        least *= 0.85;
      }
      if (consonant(segments[n - 1], segment, false) || consonant(segments[n + 1], segment, true)) factor *= 0.78;
    }
    return (least + Math.max(0, inherentMs - least) * factor * 0.95 + (factor > 1 ? (factor - 1) * least : 0)) / speed;
  });
}

// A vowel is shorter before a voiceless consonant of its word and longer before a voiced one.
function beforeConsonant(next: Segment | undefined, segment: Segment): number {
  if (next === undefined || segment.wordEnd || isVowel(next.phone)) return 1.1;
  const { voiced, manner } = targetOf(next.phone);
  if (!voiced) return manner === 'fricative' ? 0.85 : 0.75;
  return manner === 'fricative' ? 1.2 : manner === 'stop' ? 1.1 : manner === 'nasal' ? 0.95 : 1;
}

function stressedNeighbour(segments: readonly Segment[], at: number): boolean {
  const next = segments[at + 1];
  return (next !== undefined && (next.stress > 0 || (!isVowel(next.phone) && (segments[at + 2]?.stress ?? 0) > 0))) || (segments[at - 1]?.stress ?? 0) > 0;
}

function consonant(other: Segment | undefined, segment: Segment, behind: boolean): boolean {
  return other !== undefined && !isVowel(other.phone) && !(behind ? segment.wordEnd : segment.wordStart);
}
