/**
 * One piece of an answer on its way from the voice. It is begun ahead of its turn: what comes before is
 * kept, what comes then is handed on at once, without a queue between.
 */
import { deferred } from '../base/deferred.js';
import { toError } from '../base/errors.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../providers/tts.js';
import { spokenForm, type SpokenForm } from '../spoken/spoken-form.js';

/** Takes an event; false when nobody listens any more. */
export type TakeEvent = (event: TTSEvent) => boolean | Promise<boolean>;

// Half a minute of audio in chunks of 100 ms and more words than any sentence has: one piece fits, so
// that the synthesis ahead never waits for the one that is being played.
const CAPACITY = 1024;

/** A piece that is being synthesised. */
export class Synthesis {
  /** The piece as it was written. */
  readonly source: string;
  /** How it is said. */
  readonly form: SpokenForm;
  readonly #kept: TTSEvent[] = [];
  readonly #turn = deferred<void>();
  readonly #over = deferred<boolean>();
  #take: TakeEvent | undefined;
  #stopped = false;

  /** Begins at once; ends when `options.signal` aborts. */
  constructor(provider: TTSProvider, source: string, options: TTSOptions & { readonly signal: AbortSignal; readonly previousText: string }) {
    const { language, previousText, signal } = options;
    this.source = source;
    this.form = spokenForm(source, { previousText, ...(language === undefined ? {} : { language }) });
    this.#over.promise.catch(() => undefined); // `deliver` rejects with it; a piece that nobody takes any more fails unheard
    void this.#run(provider, options, signal);
  }

  /** Hands every event to `take`, in order. True at the end of the piece, false when it was stopped or `take` gave false. Rejects with what the voice threw. */
  async deliver(take: TakeEvent): Promise<boolean> {
    for (let n = 0; n < this.#kept.length && !this.#stopped; n++) {
      const taken = take(this.#kept[n] as TTSEvent); // n < length
      if (taken !== true && !(await taken)) this.stop();
    }
    this.#kept.length = 0;
    this.#take = take;
    this.#turn.resolve();
    return this.#over.promise;
  }

  /** What the voice still gives is dropped. */
  readonly stop = (): void => {
    this.#stopped = true;
    this.#over.resolve(false);
    this.#turn.resolve();
  };

  async #run(provider: TTSProvider, options: TTSOptions, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return this.stop();
    signal.addEventListener('abort', this.stop, { once: true });
    try {
      for await (const event of this.form.text === '' ? [] : provider.stream(this.form.text, options)) {
        if (this.#stopped) return;
        if (this.#take === undefined) {
          this.#kept.push(event);
          if (this.#kept.length >= CAPACITY) await this.#turn.promise;
          continue;
        }
        const taken = this.#take(event);
        if (taken !== true && !(await taken)) return this.stop();
      }
      this.#over.resolve(true);
    } catch (thrown) {
      this.#over.reject(toError(thrown));
    } finally {
      signal.removeEventListener('abort', this.stop);
    }
  }
}
