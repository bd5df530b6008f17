/**
 * A recognition session that outlives its recogniser. Audio is kept until a final covers it; when the recogniser
 * breaks, the next one is given what is kept. Partials may be revised by nature, so nothing is lost by saying them anew.
 */
import type { AudioChunk } from '../../audio/chunk.js';
import { ClosedError, SluiceError, toError } from '../../base/errors.js';
import { Channel } from '../../stream/channel.js';
import type { STTEvent, STTOptions, STTProvider, STTSession } from '../stt.js';
import type { Begun, FallbackChain } from './fallback-chain.js';

// The longest turn of a session by default; what is older is not worth repeating.
const MAX_KEPT_MS = 30_000;

type Chain = FallbackChain<STTProvider>;

/** One open recognition over several recognisers. */
export class FallbackSession implements STTSession {
  readonly #chain: Chain;
  readonly #options: STTOptions;
  readonly #ending = new AbortController();
  readonly #events = new Channel<STTEvent>({ capacity: 1024 });
  #current: Begun<STTProvider, STTSession> | undefined;
  #kept: AudioChunk[] = [];
  /** How many kept chunks belong to an utterance that is being finalized; `undefined` when none is. */
  #finalizing: number | undefined;
  #generation = 0;
  #running: Promise<void> = Promise.resolve();

  private constructor(chain: Chain, options: STTOptions) {
    this.#chain = chain;
    this.#options = options;
  }

  /** Opens a session at the first recogniser that can. */
  static async open(chain: Chain, options: STTOptions): Promise<FallbackSession> {
    const session = new FallbackSession(chain, options);
    const { signal } = options;
    const onAbort = (): void => session.#ending.abort(signal?.reason);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    session.#ending.signal.addEventListener('abort', () => signal?.removeEventListener('abort', onAbort), { once: true });
    try {
      const begun = await session.#begin();
      session.#running = session.#run(begun);
    } catch (thrown) {
      session.#ending.abort();
      throw thrown;
    }
    return session;
  }

  get desiredSize(): number {
    return this.#current?.value.desiredSize ?? 0;
  }

  get events(): AsyncIterable<STTEvent> {
    return this.#events;
  }

  push(audio: AudioChunk): void {
    if (this.#ending.signal.aborted) throw new ClosedError('Recognition session');
    this.#kept.push(audio);
    let keptMs = this.#kept.reduce((sum, { durationMs }) => sum + durationMs, 0);
    for (let oldest = this.#kept[0]; oldest !== undefined && keptMs > MAX_KEPT_MS; oldest = this.#kept[0]) {
      keptMs -= oldest.durationMs;
      this.#kept.shift();
      if (this.#finalizing !== undefined) this.#finalizing = Math.max(0, this.#finalizing - 1);
    }
    this.#current?.value.push(audio);
  }

  finalize(): void {
    if (this.#ending.signal.aborted) return;
    this.#finalizing = this.#kept.length;
    this.#current?.value.finalize();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#current?.value.close();
    await this.#running;
  }

  #begin(): Promise<Begun<STTProvider, STTSession>> {
    return this.#chain.begin(
      (provider, signal) => {
        if (provider.open === undefined) throw new SluiceError('A recogniser of the fallback has no `open`.', { code: 'NO_SESSION' });
        return provider.open({ ...this.#options, signal });
      },
      this.#ending.signal,
      { release: (late) => void late.close() },
    );
  }

  async #run(first: Begun<STTProvider, STTSession>): Promise<void> {
    let begun = first;
    try {
      for (;;) {
        this.#current = begun;
        const broken = await this.#forward(begun.value);
        this.#current = undefined;
        await begun.value.close();
        begun.end();
        if (broken === undefined) break;
        begun.fail(broken);
        begun = await this.#begin();
        this.#generation++;
        this.#replay(begun.value);
      }
      this.#events.close();
    } catch (thrown) {
      const error = toError(thrown);
      if (this.#ending.signal.aborted) return this.#events.close();
      this.#events.tryWrite({ type: 'error', error, fatal: true });
      this.#events.close();
    } finally {
      this.#ending.abort();
    }
  }

  /** Hands events on until the session ends: `undefined` when it was closed, else what broke it. */
  async #forward(session: STTSession): Promise<Error | undefined> {
    const stop = (): void => void session.close();
    this.#ending.signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const event of session.events) {
        if (event.type === 'error' && event.fatal) return event.error;
        if (event.type === 'final') this.#covered();
        this.#events.tryWrite(event.type === 'partial' || event.type === 'final' ? { ...event, id: `${this.#generation}:${event.id}` } : event);
      }
      return this.#ending.signal.aborted ? undefined : new SluiceError('A recogniser ended its session by itself.', { code: 'SESSION_ENDED' });
    } catch (thrown) {
      return this.#ending.signal.aborted ? undefined : toError(thrown);
    } finally {
      this.#ending.signal.removeEventListener('abort', stop);
    }
  }

  /** A final has come: what it was made of need not be repeated; what was pushed after `finalize` must be. */
  #covered(): void {
    this.#kept = this.#finalizing === undefined ? [] : this.#kept.slice(this.#finalizing);
    this.#finalizing = undefined;
  }

  #replay(session: STTSession): void {
    const end = this.#finalizing ?? this.#kept.length;
    for (const audio of this.#kept.slice(0, end)) session.push(audio);
    if (this.#finalizing !== undefined) session.finalize();
    for (const audio of this.#kept.slice(end)) session.push(audio);
  }
}
