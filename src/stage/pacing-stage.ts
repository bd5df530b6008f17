/**
 * Forwards audio in real time: each chunk waits for the duration of the one before it, after a first few
 * that fill the listener's buffer. Everything else passes at once. For senders whose receiver has no
 * buffer of its own, such as a telephone line.
 */
import { sleep } from '../base/clock.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';

/** Options of {@link PacingStage}. */
export interface PacingOptions {
  /** @default 'pacing' */
  readonly name?: string;
  /** Chunks forwarded at once before pacing begins. @default 5 */
  readonly prerollChunks?: number;
}

/** Forwards audio at its own pace. */
export class PacingStage extends BaseStage<{ readonly chunks: number; readonly delayedMs: number }> {
  readonly #preroll: number;

  constructor(options: PacingOptions = {}) {
    refuseUnknownOptions('PacingStage', options, ['name', 'prerollChunks']);
    super(options.name ?? 'pacing');
    this.#preroll = requireNumber('PacingStage.prerollChunks', options.prerollChunks ?? 5, { min: 0, integer: true });
  }

  /** Waits never longer than the audio forwarded so far would play, and never catches up with a burst. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<{ readonly chunks: number; readonly delayedMs: number }> {
    const { clock, signal } = ctx;
    let chunks = 0;
    let delayedMs = 0;
    let sinceStart = 0; // chunks since the listener's buffer was last empty: at the start, after an end, after an interrupt
    let nextMs = 0; // when the next chunk is due
    for (let element = await input.read(); element !== undefined; element = await input.read()) {
      if (element.type === 'endOfStream' || element.type === 'interrupt') sinceStart = 0;
      const durationMs = element.type === 'audio' ? element.audio.durationMs : 0; // compressed audio has none, and passes at once
      if (durationMs > 0) {
        const waitMs = sinceStart >= this.#preroll && sinceStart > 0 ? nextMs - clock.now() : 0;
        if (waitMs > 0) {
          delayedMs += waitMs;
          await sleep(clock, waitMs, signal);
        }
        const now = clock.now();
        nextMs = (sinceStart >= this.#preroll && waitMs > 0 ? nextMs : now) + durationMs;
        sinceStart++;
        chunks++;
      }
      if (!(await output.write(element))) break;
    }
    return { chunks, delayedMs };
  }
}
