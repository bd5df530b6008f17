/**
 * The name by which an assistant is called. While it sleeps, speech that does not begin with the name
 * makes no turn; once called, it stays awake as long as the conversation goes on.
 */
import type { Clock } from '../base/clock.js';
import { InvalidOptionError, requireNumber } from '../base/option.js';
import { wordsOf } from './turn-language.js';

/** How the assistant is called. */
export interface WakeOptions {
  /** The name, or several; compared by words, without case and punctuation. */
  readonly phrase: string | readonly string[];
  /** Milliseconds after the last turn until it must be called again. @default 15000 */
  readonly awakeMs?: number;
}

// What people say before a name: "um, hey computer".
const MOST_WORDS_BEFORE = 2;

/** Whether the assistant is spoken to. */
export class WakePhrase {
  readonly #phrases: readonly (readonly string[])[];
  readonly #awakeMs: number;
  readonly #clock: Clock;
  #awakeUntilMs = -Infinity;

  /** Throws `InvalidOptionError`. */
  constructor(options: WakeOptions, clock: Clock) {
    const { phrase, awakeMs = 15000 } = options;
    this.#phrases = (typeof phrase === 'string' ? [phrase] : phrase).map(wordsOf);
    if (this.#phrases.length === 0 || this.#phrases.some((words) => words.length === 0)) throw new InvalidOptionError('createVoiceSession.wake.phrase', phrase, 'a phrase with at least one word, or a list of them');
    this.#awakeMs = requireNumber('createVoiceSession.wake.awakeMs', awakeMs, { min: 0 });
    this.#clock = clock;
  }

  /** Whether it must be called first. */
  get asleep(): boolean {
    return this.#clock.now() >= this.#awakeUntilMs;
  }

  /** The conversation goes on. */
  stayAwake(): void {
    this.#awakeUntilMs = this.#clock.now() + this.#awakeMs;
  }

  /** What is left of a text behind the name; `null` when it does not begin with it. */
  behind(text: string): string | null {
    const words = [...text.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu)];
    const plain = words.map((match) => match[0].toLowerCase().replaceAll('’', "'"));
    for (const phrase of this.#phrases) {
      for (let start = 0; start <= MOST_WORDS_BEFORE && start + phrase.length <= plain.length; start++) {
        if (!phrase.every((word, n) => plain[start + n] === word)) continue;
        const last = words[start + phrase.length - 1] as RegExpMatchArray & { index: number }; // within the words by the loop's bound
        return text.slice(last.index + last[0].length).replace(/^[\s,.!?;:–—-]+/u, '');
      }
    }
    return null;
  }
}
