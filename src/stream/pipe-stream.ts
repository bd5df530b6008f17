/** What a pipe gives: an asynchronous generator over a flow. Pipes that read one another join their flows instead. */
import { StreamError } from './errors.js';
import { Pullable, type Flow, type Puller } from './flow.js';

type Given<O> = IteratorResult<O, undefined>;

/** A stream of `O`. Nothing is opened before it is asked for. One reader: a pipe, or a loop. */
export class PipeStream<O> extends Pullable<O> implements AsyncGenerator<O, undefined> {
  #open: (() => Flow) | undefined;
  #flow: Flow | undefined;
  #isTaken = false;
  #last: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #refuse: ((error: unknown) => void) | undefined; // ends the wait of who asked last

  /** `open` begins the flow when the first item is asked for; what it throws, the reader gets. */
  constructor(open: () => Flow) {
    super();
    this.#open = open;
  }

  /** The next item. Calls that come before the last is answered wait for their turn. */
  next(): Promise<Given<O>> {
    if (this.#queued === 0 && this.#flow?.running !== true) return this.#keep(this.#ask());
    this.#queued++;
    const ask = (): Promise<Given<O>> => {
      this.#queued--;
      return this.#ask();
    };
    return this.#keep(this.#last.then(ask, ask));
  }

  /** Leaves the source. */
  async return(): Promise<Given<O>> {
    this.#open = undefined;
    await this.#flow?.return();
    return { done: true, value: undefined };
  }

  /** Leaves the source, and rejects with `error`. */
  async throw(error: unknown): Promise<Given<O>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The flow itself, for a pipe that reads this stream from the start; it has one reader from then on. */
  pull(): Puller<O> {
    if (this.#open === undefined) return this as unknown as Puller<O>; // was asked already: pulled like any other
    this.#isTaken = true;
    return this.#begin(this.#open) as Puller<O>; // the pipe says what its steps give
  }

  #keep(given: Promise<Given<O>>): Promise<Given<O>> {
    this.#last = given;
    return given;
  }

  #ask(): Promise<Given<O>> {
    if (this.#isTaken) return Promise.reject(new StreamError('The stream is read by a pipe, and has one reader. Read what the pipe gives instead.', { code: 'STREAM_TAKEN' }));
    try {
      const flow = this.#flow ?? (this.#open === undefined ? undefined : this.#start(this.#open));
      const turn = flow === undefined ? { done: true as const, value: undefined } : (flow.next() as Given<O> | Promise<Given<O>>);
      if (!(turn instanceof Promise)) return Promise.resolve(turn);
      return flow?.signals.length === 0 ? turn : this.#abortable(turn);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #begin(open: () => Flow): Flow {
    this.#open = undefined;
    return (this.#flow = open());
  }

  /** Begins the flow, and ends it as soon as a signal aborts, whatever it is waiting for. */
  #start(open: () => Flow): Flow {
    const flow = this.#begin(open);
    if (flow.signals.length === 0) return flow;
    const listeners = flow.signals.map((signal) => {
      const onAbort = (): void => flow.abort(signal, this.#refuse);
      signal.addEventListener('abort', onAbort, { once: true });
      return () => signal.removeEventListener('abort', onAbort);
    });
    flow.onOver = () => listeners.forEach((unlisten) => unlisten());
    return flow;
  }

  #abortable(turn: Promise<Given<O>>): Promise<Given<O>> {
    return new Promise<Given<O>>((resolve, reject) => {
      this.#refuse = reject;
      turn.then(
        (given) => {
          this.#refuse = undefined;
          resolve(given);
        },
        (error: unknown) => {
          this.#refuse = undefined;
          reject(error as Error);
        },
      );
    });
  }
}
