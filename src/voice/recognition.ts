/**
 * The recognition of one utterance, from its first sample to its final text, whatever the recogniser
 * can do.
 *
 * - With a session (`STTProvider.open`) audio goes there while it is spoken; partials are the text so
 *   far. `finish` flushes it. When the session cannot be opened, breaks, or the user goes on after a
 *   flush that the recogniser does not continue (`capabilities.continues`), the whole utterance is
 *   recognised in one go at the end instead.
 * - Without one, `finish` recognises the whole utterance.
 *
 * `finish` may be called again after more audio; only its last answer counts.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import { deferred, type Deferred } from '../base/deferred.js';
import { AbortedError, toError } from '../base/errors.js';
import type { STTEvent, STTProvider, STTSession } from '../providers/stt.js';
import { STTResponse } from '../providers/stt-response.js';
import type { Word } from '../providers/word.js';
import { wordsOf } from './turn-language.js';

/** What a recogniser tells beside text. */
export type RecognitionHint = 'eagerEnd' | 'resumed' | 'end';

/** What a {@link Recognition} needs. */
export interface RecognitionOptions {
  readonly provider: STTProvider;
  readonly clock: Clock;
  readonly language: string;
  /** Longest wait for the final of a session after `finish`; then the text so far is taken. */
  readonly finalTimeoutMs: number;
  /** The whole utterance, for recognition in one go. */
  readonly audio: () => AudioChunk;
  readonly onText: (text: string) => void;
  readonly onHint: (hint: RecognitionHint) => void;
  /** Told when a session broke; recognition goes on in one go. */
  readonly onError: (error: Error) => void;
}

// A session that has given all its text and does not answer a flush has nothing to add.
const SETTLED_MS = 300;

/** One utterance on its way to text. */
export class Recognition {
  readonly #options: RecognitionOptions;
  readonly #ending = new AbortController();
  #attempt: AbortController | undefined; // of the recognition in one go
  readonly #finals = new Map<string, string>();
  readonly #partials = new Map<string, string>();
  #guessBefore = '';
  #words: Word[] = [];
  #confidence = 1;
  #session: STTSession | undefined;
  #opening: Promise<void> | undefined;
  #waiting: AudioChunk[] = []; // what came before the session was open
  #streams: boolean;
  #flushed = false;
  #answer: Deferred<void> | undefined;
  #response: Promise<STTResponse> | undefined;

  constructor(options: RecognitionOptions) {
    this.#options = options;
    const { provider } = options;
    this.#streams = provider.open !== undefined && provider.capabilities?.interim !== false;
    if (this.#streams) this.#opening = this.#open();
  }

  /** Whether text comes while the user speaks. */
  get streams(): boolean {
    return this.#streams;
  }

  /** What was understood so far. */
  get text(): string {
    return [...this.#finals.values(), ...this.#partials.values()].filter((part) => part !== '').join(' ');
  }

  /** How many words at its beginning the last two guesses have in common: one guess alone may be wrong. */
  get stableWords(): number {
    const [before, now] = [wordsOf(this.#guessBefore), wordsOf(this.text)];
    const differs = now.findIndex((word, n) => word !== before[n]);
    return differs === -1 ? now.length : differs;
  }

  /** Takes the next piece of the utterance. */
  push(chunk: AudioChunk): void {
    this.#response = undefined;
    this.#attempt?.abort('the utterance went on');
    if (!this.#streams) return;
    if (this.#flushed && this.#options.provider.capabilities?.continues !== true) return this.#giveUp();
    this.#flushed = false;
    if (this.#session === undefined) this.#waiting.push(chunk);
    else this.#session.push(chunk);
  }

  /** The text of the utterance as it is now. Rejects as the recogniser does, and with `AbortedError` from it after `close`. */
  finish(): Promise<STTResponse> {
    if (this.#response !== undefined) return this.#response;
    this.#attempt = new AbortController();
    if (this.#ending.signal.aborted) this.#attempt.abort('closed');
    return (this.#response = this.#finish(this.#attempt.signal));
  }

  /** The user is silent for now: lets the final come early, where the recogniser goes on after it. */
  hurry(): void {
    if (this.#streams && this.#options.provider.capabilities?.continues === true) this.finish().catch(() => undefined); // whoever needs the text gets the failure
  }

  /** No more audio comes: finishes, and releases everything afterwards. */
  complete(): void {
    const done = (): void => this.close();
    this.finish().then(done, done); // whoever needs the text awaits `finish` too, and gets the failure
  }

  /** Ends the recognition; nothing is told after it. */
  close(): void {
    this.#ending.abort('closed');
    this.#attempt?.abort('closed');
    this.#end();
  }

  async #finish(signal: AbortSignal): Promise<STTResponse> {
    const { provider, language, audio } = this.#options;
    await this.#flush();
    if (this.#streams) return new STTResponse({ text: this.text, words: this.#words, confidence: this.#confidence, durationMs: audio().durationMs, language, isFinal: true, provider: provider.id ?? 'unknown' });
    if (signal.aborted) throw new AbortedError('Speech recognition', signal.reason);
    const response = await provider.transcribe(audio(), { language, signal });
    if (!signal.aborted) this.#options.onText(response.text);
    return response;
  }

  /** Waits until the session has given what it has, or gave up. */
  async #flush(): Promise<void> {
    if (!this.#streams) return;
    await this.#opening;
    const session = this.#session;
    if (session === undefined) return this.#giveUp();
    this.#flushed = true;
    const answer = deferred<void>();
    this.#answer = answer;
    const settled = this.#partials.size === 0 && this.#finals.size > 0;
    const cancel = this.#options.clock.after(settled ? SETTLED_MS : this.#options.finalTimeoutMs, () => answer.resolve());
    session.finalize();
    await answer.promise;
    cancel();
  }

  async #open(): Promise<void> {
    const { provider, language, clock } = this.#options;
    try {
      const session = await provider.open?.({ language, clock, signal: this.#ending.signal });
      if (session === undefined || this.#ending.signal.aborted) return void session?.close();
      this.#session = session;
      for (const chunk of this.#waiting.splice(0)) session.push(chunk);
      void this.#read(session);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async #read(session: STTSession): Promise<void> {
    try {
      for await (const event of session.events) {
        if (this.#session !== session) return;
        if (event.type === 'error') {
          this.#options.onError(event.error);
          if (event.fatal) return this.#giveUp();
        } else this.#take(event);
      }
      if (this.#session === session && !this.#flushed) this.#giveUp(); // ended in the middle of an utterance
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      this.#answer?.resolve();
    }
  }

  #take(event: Exclude<STTEvent, { type: 'error' }>): void {
    if (event.type === 'partial') {
      this.#guessBefore = this.text;
      if (!this.#finals.has(event.id)) this.#partials.set(event.id, event.text.trim());
      this.#options.onText(this.text);
    } else if (event.type === 'final') {
      this.#guessBefore = event.text; // a final is no guess
      this.#partials.delete(event.id);
      this.#finals.set(event.id, event.text.trim());
      if (event.words !== undefined) this.#words = [...this.#words, ...event.words];
      if (event.text !== '' && event.confidence !== undefined) this.#confidence = Math.min(this.#confidence, event.confidence);
      this.#options.onText(this.text);
      if (this.#flushed && (event.finalized === true || this.#partials.size === 0)) this.#answer?.resolve();
    } else if (event.type === 'eager-end-of-turn') this.#options.onHint('eagerEnd');
    else if (event.type === 'turn-resumed') this.#options.onHint('resumed');
    else if (event.type === 'end-of-turn') this.#options.onHint('end');
  }

  #fail(thrown: unknown): void {
    if (this.#ending.signal.aborted) return; // it was closed, and says so
    this.#options.onError(toError(thrown));
    this.#giveUp();
  }

  /** From here on the utterance is recognised in one go. */
  #giveUp(): void {
    this.#streams = false;
    this.#finals.clear();
    this.#partials.clear();
    this.#words = [];
    this.#confidence = 1;
    this.#end();
  }

  #end(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#waiting = [];
    this.#answer?.resolve();
    session?.close().catch((thrown: unknown) => this.#options.onError(toError(thrown)));
  }
}
