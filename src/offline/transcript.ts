/**
 * What was heard as a transcript. Speech that is only sound to the recogniser (the content of a
 * spoken note) stands as {@link SPOKEN_NOTE}, so that the agent knows that a recording says it.
 */
import { ANY_SPEECH } from '../speech/command-grammar.js';
import type { Heard } from '../speech/command-matcher.js';
import type { Word } from '../providers/word.js';

/** Stands in a transcript for speech that has no words. */
export const SPOKEN_NOTE = '[spoken note]';

/** Stands in a transcript for speech that has no words but may hold a long number: its recording must not be kept. */
export const SPOKEN_NUMBER = '[spoken number]';

/** A transcript with its words. */
export interface Transcript {
  readonly text: string;
  readonly words: readonly Word[];
  readonly confidence: number;
}

/** The transcript of what was heard; empty when it was not accepted. Times are moved by `offsetMs`. */
export function transcriptOf(heard: Heard, offsetMs = 0): Transcript {
  if (!heard.accepted) return { text: '', words: [], confidence: heard.confidence };
  const words = heard.words.map(({ text, startMs, endMs, confidence }) => ({ text: text === ANY_SPEECH ? (heard.digitsInside ? SPOKEN_NUMBER : SPOKEN_NOTE) : text, startMs: startMs + offsetMs, endMs: endMs + offsetMs, confidence }));
  return { text: words.map(({ text }) => text).join(' '), words, confidence: heard.confidence };
}
