/**
 * Feeds a run from outside: every stage that reads gets each element, the slowest sets the pace, and the
 * source is read only as fast as that.
 */
import { toError } from '../../base/errors.js';
import type { TimeSlice } from '../../base/time-slice.js';
import { Broadcast, type BroadcastTarget } from '../../stream/broadcast.js';
import { Channel, type ChannelOptions } from '../../stream/channel.js';
import type { ChannelReader } from '../../stream/channel-ends.js';
import type { StreamElement } from '../../stream/element.js';
import type { RunInput } from '../run.js';

/** Reads a source once and shares what comes. */
export class InputPump {
  readonly #source: RunInput;
  readonly #targets: BroadcastTarget<StreamElement>[] = [];
  readonly #broadcast: Broadcast<StreamElement>;
  #iterator: AsyncIterator<StreamElement> | Iterator<StreamElement> | undefined;
  #state: 'idle' | 'running' | 'ended' = 'idle';

  constructor(source: RunInput, slice: TimeSlice | undefined) {
    this.#source = source;
    this.#broadcast = new Broadcast<StreamElement>(this.#targets, slice);
  }

  /** A further reader; it gets what comes from now on. Reading of the source starts in a microtask after the first. */
  reader(options: ChannelOptions<StreamElement>): ChannelReader<StreamElement> {
    const channel = new Channel<StreamElement>(options);
    if (this.#state === 'ended') channel.close();
    else this.#targets.push({ writer: channel });
    if (this.#state === 'idle') {
      this.#state = 'running';
      void Promise.resolve().then(() => this.#run());
    }
    return channel;
  }

  /** Stops reading the source. */
  stop(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#broadcast.close();
    this.#release();
  }

  async #run(): Promise<void> {
    const iterator = (this.#iterator = iteratorOf(this.#source));
    try {
      for (;;) {
        const step = iterator.next();
        const { done, value } = 'then' in step ? await step : step;
        if (this.#state !== 'running') return;
        if (done === true) break;
        const taken = this.#broadcast.write(value);
        if (taken !== true && !(await taken)) {
          this.#release();
          break;
        }
      }
      this.#state = 'ended';
      this.#broadcast.close();
    } catch (error) {
      this.#state = 'ended';
      this.#broadcast.abort(toError(error));
    }
  }

  /** Tells the source that nobody reads any more; how it takes that is its own affair. */
  #release(): void {
    const released = this.#iterator?.return?.();
    if (released !== undefined && 'then' in released) released.then(undefined, () => undefined);
  }
}

function iteratorOf(source: RunInput): AsyncIterator<StreamElement> | Iterator<StreamElement> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
