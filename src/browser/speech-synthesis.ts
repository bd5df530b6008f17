/**
 * The browser's own voices as a `SpeakerProvider`. They give no samples: what they say cannot be
 * recorded, ducked or measured, only started and stopped.
 *
 * Texts go in pieces of at most 200 characters, because engines with remote voices stop after about
 * 15 seconds without a word; and every piece is watched, because `end` does not always come.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { SpeakerProvider, SpokenReport, TTSOptions } from '../providers/tts.js';

/** The browser could not speak; `reason` is its own word for why. */
export class BrowserVoiceError extends SluiceError {
  override readonly name: string = 'BrowserVoiceError';
  /** For example `synthesis-failed`, `not-allowed`, `voice-unavailable`, `no-voices`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The browser's voice could not speak (${reason}). Speak from a gesture, choose another voice, or use FormantVoice, which needs none of the browser's.`, { code: 'BROWSER_VOICE', cause: reason });
    this.reason = reason;
  }
}

/** Options of {@link BrowserVoice}. */
export interface BrowserVoiceOptions {
  /** Name of a voice; the options of `speak` take precedence. @default the browser's choice for the language */
  readonly voice?: string;
  /** BCP 47 tag. @default the voice's, else the page's */
  readonly language?: string;
  /** Longest piece that is given to the browser at once, in UTF-16 units, 40 to 400. @default 200 */
  readonly maxPiece?: number;
  /** @default globalThis.speechSynthesis */
  readonly synthesis?: SpeechSynthesis;
  /** @default systemClock */
  readonly clock?: Clock;
}

// A slow voice speaks about ten characters a second; a piece that takes twice that and a start of 5 s is lost.
const MS_PER_CHARACTER = 200;
const START_MS = 5000;

/** Speaks with a voice of the browser. */
export class BrowserVoice implements SpeakerProvider {
  readonly id = 'browser-voice';
  readonly #options: BrowserVoiceOptions;
  readonly #maxPiece: number;
  readonly #clock: Clock;
  #speaking: Promise<unknown> = Promise.resolve();

  constructor(options: BrowserVoiceOptions = {}) {
    refuseUnknownOptions('BrowserVoice', options, ['voice', 'language', 'maxPiece', 'synthesis', 'clock']);
    this.#options = options;
    this.#maxPiece = requireNumber('BrowserVoice.maxPiece', options.maxPiece ?? 200, { min: 40, max: 400, integer: true });
    this.#clock = options.clock ?? systemClock;
  }

  /** Speaks `text` to its end or until `signal` aborts; one text after the other. Rejects with {@link BrowserVoiceError}. */
  speak(text: string, options: TTSOptions & { readonly onBoundary?: (charIndex: number, timeMs: number) => void } = {}): Promise<SpokenReport> {
    const turn = this.#speaking.then(() => this.#speak(text, options));
    this.#speaking = turn.catch(() => undefined); // the caller gets it; the next text does not wait for it
    return turn;
  }

  async #speak(text: string, options: TTSOptions & { readonly onBoundary?: (charIndex: number, timeMs: number) => void }): Promise<SpokenReport> {
    const synthesis = this.#options.synthesis ?? (globalThis.speechSynthesis as SpeechSynthesis | undefined);
    if (synthesis === undefined) throw new BrowserVoiceError('no-voices');
    const startedMs = this.#clock.now();
    let spoken = 0;
    for (const [start, end] of speechPieces(text, this.#maxPiece)) {
      if (options.signal?.aborted === true) return { spokenChars: spoken, interrupted: true };
      const reached = await this.#say(synthesis, text.slice(start, end), options, (index) => {
        spoken = start + index;
        options.onBoundary?.(spoken, this.#clock.now() - startedMs);
      });
      if (!reached) return { spokenChars: spoken, interrupted: true };
      spoken = end;
    }
    return { spokenChars: text.length, interrupted: false };
  }

  // True when the piece was said to its end.
  #say(synthesis: SpeechSynthesis, text: string, { signal, voice, language, speed = 1 }: TTSOptions, onBoundary: (index: number) => void): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const utterance = new SpeechSynthesisUtterance(text);
      const wanted = voice ?? this.#options.voice;
      const found = wanted === undefined ? undefined : synthesis.getVoices().find((one) => one.name === wanted || one.voiceURI === wanted);
      if (wanted !== undefined && found === undefined) return reject(new BrowserVoiceError('voice-unavailable'));
      if (found !== undefined) utterance.voice = found;
      const tag = language ?? this.#options.language;
      if (tag !== undefined) utterance.lang = tag;
      utterance.rate = requireNumber('BrowserVoice.speak speed', speed, { min: 0.1, max: 10 });
      const settle = (finish: () => void): void => {
        cancel();
        signal?.removeEventListener('abort', onAbort);
        utterance.onend = utterance.onerror = utterance.onboundary = null;
        finish();
      };
      const onAbort = (): void => settle(() => {
        synthesis.cancel();
        resolve(false);
      });
      const cancel = this.#clock.after(START_MS + (text.length * MS_PER_CHARACTER) / speed, () => settle(() => {
        synthesis.cancel();
        reject(new BrowserVoiceError('stuck'));
      }));
      utterance.onboundary = (event) => onBoundary(event.charIndex);
      utterance.onend = () => settle(() => resolve(true));
      utterance.onerror = (event) => settle(() => (event.error === 'interrupted' || event.error === 'canceled' ? resolve(false) : reject(new BrowserVoiceError(event.error))));
      signal?.addEventListener('abort', onAbort, { once: true });
      // A tab that was left while it spoke stays paused in some engines.
      if (synthesis.paused) synthesis.resume();
      synthesis.speak(utterance);
    });
  }
}

/** Cuts a text for the browser: at sentence ends where there are some, else between words, else anywhere but inside a character. */
export function speechPieces(text: string, max: number): readonly (readonly [start: number, end: number])[] {
  const pieces: [number, number][] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.length - start <= max ? text.length : cutBefore(text, start, start + max);
    if (text.slice(start, end).trim() !== '') pieces.push([start, end]);
    start = end;
  }
  return pieces;
}

function cutBefore(text: string, start: number, limit: number): number {
  const window = text.slice(start, limit);
  // A cut in the first third would make the speech choppy.
  const least = window.length / 3;
  for (const pattern of [/[.!?…。！？]["'”’)\]]*\s+(?=\S|$)/gu, /[,;:—、，]\s*(?=\S|$)/gu, /\s+(?=\S|$)/gu]) {
    let best = 0;
    for (const match of window.matchAll(pattern)) best = match.index + match[0].length;
    if (best > least) return start + best;
  }
  const last = window.charCodeAt(window.length - 1);
  // Never between the halves of a surrogate pair.
  return last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
}
