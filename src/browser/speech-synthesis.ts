/**
 * The browser's own voices as a `SpeakerProvider`. They give no samples: what they say cannot be
 * recorded, ducked or measured, only started and stopped.
 *
 * Texts go in pieces of at most 200 characters, because engines with remote voices stop after about
 * 15 seconds without a word; and every piece is watched, because `end` does not always come. A piece
 * that does not start is given once more, because some engines swallow what follows a `cancel`. The
 * list of voices is empty until the engine has loaded it. Voices without boundary events are followed
 * by the time that speech takes.
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
// Engines that speak at all begin within a second, remote voices within two.
const SWALLOWED_MS = 2500;
// Chrome gives its voices some hundred milliseconds after the first question.
const VOICES_MS = 1500;
// English is read at about fourteen characters a second; what was heard is rather told too short than too long.
const CHARACTERS_PER_MS = 0.012;

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

  /** Waits until the browser has loaded its voices, which it begins to do when it is first asked. */
  async warmUp(): Promise<void> {
    const synthesis = this.#synthesis;
    if (synthesis !== undefined) await this.#voices(synthesis);
  }

  get #synthesis(): SpeechSynthesis | undefined {
    return this.#options.synthesis ?? (globalThis.speechSynthesis as SpeechSynthesis | undefined);
  }

  #voices(synthesis: SpeechSynthesis): Promise<readonly SpeechSynthesisVoice[]> {
    const known = synthesis.getVoices();
    // Safari has voices at once and no event for them.
    if (known.length > 0 || typeof synthesis.addEventListener !== 'function') return Promise.resolve(known);
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        synthesis.removeEventListener('voiceschanged', done);
        resolve(synthesis.getVoices());
      };
      const cancel = this.#clock.after(VOICES_MS, done);
      synthesis.addEventListener('voiceschanged', done);
    });
  }

  async #speak(text: string, options: TTSOptions & { readonly onBoundary?: (charIndex: number, timeMs: number) => void }): Promise<SpokenReport> {
    const synthesis = this.#synthesis;
    if (synthesis === undefined) throw new BrowserVoiceError('no-voices');
    const wanted = options.voice ?? this.#options.voice;
    const voice = wanted === undefined ? undefined : (await this.#voices(synthesis)).find((one) => one.name === wanted || one.voiceURI === wanted);
    if (wanted !== undefined && voice === undefined) throw new BrowserVoiceError('voice-unavailable');
    const startedMs = this.#clock.now();
    let spoken = 0;
    for (const [start, end] of speechPieces(text, this.#maxPiece)) {
      if (options.signal?.aborted === true) return { spokenChars: spoken, interrupted: true };
      const piece = await this.#say(synthesis, text.slice(start, end), options, voice, (index) => {
        spoken = start + index;
        options.onBoundary?.(spoken, this.#clock.now() - startedMs);
      });
      if (piece.interrupted) return { spokenChars: Math.max(spoken, start + piece.spokenChars), interrupted: true };
      spoken = end;
    }
    return { spokenChars: text.length, interrupted: false };
  }

  // How much of the piece was said.
  #say(synthesis: SpeechSynthesis, text: string, { signal, language, speed = 1 }: TTSOptions, voice: SpeechSynthesisVoice | undefined, onBoundary: (index: number) => void): Promise<SpokenReport> {
    return new Promise((resolve, reject) => {
      const rate = requireNumber('BrowserVoice.speak speed', speed, { min: 0.1, max: 10 });
      const tag = language ?? this.#options.language;
      let utterance: SpeechSynthesisUtterance;
      let startedMs: number | undefined;
      let boundary: number | undefined;
      const settle = (finish: () => void): void => {
        cancel();
        cancelStart();
        signal?.removeEventListener('abort', onAbort);
        release();
        finish();
      };
      const release = (): void => {
        utterance.onstart = utterance.onend = utterance.onerror = utterance.onboundary = null;
      };
      const interrupted = (): void => resolve({ spokenChars: boundary ?? this.#estimate(text, startedMs, rate), interrupted: true });
      const onAbort = (): void => settle(() => {
        synthesis.cancel();
        interrupted();
      });
      const cancel = this.#clock.after(START_MS + (text.length * MS_PER_CHARACTER) / rate, () => settle(() => {
        synthesis.cancel();
        reject(new BrowserVoiceError('stuck'));
      }));
      const give = (): void => {
        utterance = new SpeechSynthesisUtterance(text);
        if (voice !== undefined) utterance.voice = voice;
        if (tag !== undefined) utterance.lang = tag;
        utterance.rate = rate;
        utterance.onstart = () => {
          startedMs ??= this.#clock.now();
          cancelStart();
        };
        utterance.onboundary = (event) => {
          startedMs ??= this.#clock.now();
          boundary = event.charIndex;
          onBoundary(event.charIndex);
        };
        utterance.onend = () => settle(() => resolve({ spokenChars: text.length, interrupted: false }));
        utterance.onerror = (event) => settle(() => (event.error === 'interrupted' || event.error === 'canceled' ? interrupted() : reject(new BrowserVoiceError(event.error))));
        // A tab that was left while it spoke stays paused in some engines.
        if (synthesis.paused) synthesis.resume();
        synthesis.speak(utterance);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const cancelStart = this.#clock.after(SWALLOWED_MS, () => {
        if (startedMs !== undefined) return;
        release();
        synthesis.cancel();
        give();
      });
      give();
    });
  }

  /** How far a voice without boundary events has come: whole words by the time that passed. */
  #estimate(text: string, startedMs: number | undefined, rate: number): number {
    if (startedMs === undefined) return 0;
    const characters = Math.min(text.length, Math.floor((this.#clock.now() - startedMs) * CHARACTERS_PER_MS * rate));
    if (characters === text.length) return characters;
    return text.slice(0, characters + 1).search(/\s\S*$/) + 1;
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
