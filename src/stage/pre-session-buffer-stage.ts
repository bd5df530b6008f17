/**
 * Keeps what the user says while the session with a provider is still being opened. Bounded: the oldest
 * audio goes first, text and control never. Once the session is open everything kept is passed on, and
 * then all else as it comes.
 */
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import { RingQueue } from '../base/ring-queue.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { TimedReader } from './timed-reader.js';

/** Options of {@link PreSessionBufferStage}. */
export interface PreSessionBufferOptions {
  /** @default 'pre_session_buffer' */
  readonly name?: string;
  /** Resolves when the session is open; a rejection fails the stage. */
  readonly ready: (ctx: StageContext) => Promise<unknown>;
  /** Bytes of audio kept. @default 2097152 */
  readonly maxBytes?: number;
}

/** What a {@link PreSessionBufferStage} settles with. */
export interface PreSessionBufferData {
  /** Elements that were kept and then passed on. */
  readonly buffered: number;
  /** Bytes of audio that had to go. */
  readonly evictedBytes: number;
}

/** Holds elements until a session is open. */
export class PreSessionBufferStage extends BaseStage<PreSessionBufferData> {
  readonly #ready: (ctx: StageContext) => Promise<unknown>;
  readonly #maxBytes: number;

  constructor(options: PreSessionBufferOptions) {
    refuseUnknownOptions('PreSessionBufferStage', options, ['name', 'ready', 'maxBytes']);
    super(options.name ?? 'pre_session_buffer');
    this.#ready = requireFunction('PreSessionBufferStage.ready', options.ready);
    this.#maxBytes = requireNumber('PreSessionBufferStage.maxBytes', options.maxBytes ?? 2 * 1024 * 1024, { min: 0 });
  }

  /** Keeps, then passes on. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<PreSessionBufferData> {
    const reader = new TimedReader(input, ctx.clock);
    const kept = new KeptElements(this.#maxBytes);
    const opening = this.#ready(ctx);
    const state = { opening: true };
    const wake = (): void => {
      state.opening = false;
      reader.interrupt();
    };
    opening.then(wake, wake);
    let ended = false;
    while (state.opening && !ended) {
      const next = await reader.next();
      if (next.kind === 'item') kept.push(next.value);
      else ended = next.kind === 'end';
    }
    await opening;
    const buffered = kept.count;
    for (const element of kept.take()) if (!(await output.write(element))) return { buffered, evictedBytes: kept.evictedBytes };
    while (!ended) {
      const next = await reader.next();
      if (next.kind !== 'item' || !(output.tryWrite(next.value) || (await output.write(next.value)))) break;
    }
    return { buffered, evictedBytes: kept.evictedBytes };
  }
}

/** Elements in order, of which the oldest audio can be taken out at constant cost. */
class KeptElements {
  readonly #maxBytes: number;
  readonly #elements: RingQueue<{ element: StreamElement | undefined }> = new RingQueue();
  readonly #audio: RingQueue<{ element: StreamElement | undefined }> = new RingQueue();
  #bytes = 0;
  count = 0;
  evictedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(element: StreamElement): void {
    const slot = { element };
    this.#elements.push(slot);
    this.count++;
    if (element.type !== 'audio') return;
    this.#audio.push(slot);
    this.#bytes += element.audio.data.byteLength;
    while (this.#bytes > this.#maxBytes) {
      const oldest: { element: StreamElement | undefined } | undefined = this.#audio.shift();
      if (oldest?.element?.type !== 'audio') return;
      this.#bytes -= oldest.element.audio.data.byteLength;
      this.evictedBytes += oldest.element.audio.data.byteLength;
      oldest.element = undefined;
      this.count--;
    }
  }

  *take(): Iterable<StreamElement> {
    for (let slot = this.#elements.shift(); slot !== undefined; slot = this.#elements.shift()) if (slot.element !== undefined) yield slot.element;
  }
}
