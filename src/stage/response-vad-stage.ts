/**
 * Holds the end of the stream while the answer's sound would still play, so that what closes a session on
 * the end does not cut the last word. Held until there was silence long enough, at most for a limit, until
 * an interrupt has silenced the answer, or until the input closes; everything else passes at once.
 */
import { bytesPerSample } from '../audio/format.js';
import type { AudioChunk } from '../audio/chunk.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { TimedReader } from './timed-reader.js';

/** Options of {@link ResponseVadStage}. */
export interface ResponseVadOptions {
  /** @default 'response_vad' */
  readonly name?: string;
  /** Silence that ends the hold, in milliseconds. @default 500 */
  readonly silenceMs?: number;
  /** Longest hold in milliseconds. @default 3000 */
  readonly maxHoldMs?: number;
  /** Root mean square below which audio counts as silence, full scale is 1. @default 0.01 */
  readonly threshold?: number;
}

/** Holds the end of the stream while sound plays. */
export class ResponseVadStage extends BaseStage<{ readonly heldMs: number }> {
  readonly #silenceMs: number;
  readonly #maxHoldMs: number;
  readonly #threshold: number;

  constructor(options: ResponseVadOptions = {}) {
    refuseUnknownOptions('ResponseVadStage', options, ['name', 'silenceMs', 'maxHoldMs', 'threshold']);
    super(options.name ?? 'response_vad');
    this.#silenceMs = requireNumber('ResponseVadStage.silenceMs', options.silenceMs ?? 500, { min: 0 });
    this.#maxHoldMs = requireNumber('ResponseVadStage.maxHoldMs', options.maxHoldMs ?? 3000, { min: 0 });
    this.#threshold = requireNumber('ResponseVadStage.threshold', options.threshold ?? 0.01, { min: 0, max: 1 });
  }

  /** Follows when the sound forwarded so far would have played out. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<{ readonly heldMs: number }> {
    const { clock } = ctx;
    const reader = new TimedReader(input, clock);
    let playedOutMs = clock.now();
    let lastSoundMs = -Infinity; // when the last sound will have played out
    let end: StreamElement | undefined;
    let endMs = 0;
    let heldMs = 0;
    const release = async (): Promise<boolean> => {
      const element = end;
      end = undefined;
      heldMs += clock.now() - endMs;
      return element === undefined || (await output.write(element));
    };
    for (;;) {
      const waitMs = end === undefined ? Infinity : Math.max(0, Math.min(lastSoundMs + this.#silenceMs, endMs + this.#maxHoldMs) - clock.now());
      const next = await reader.next(waitMs);
      if (next.kind !== 'item') {
        if (end !== undefined && !(await release())) break;
        if (next.kind === 'end') break;
        continue;
      }
      const element = next.value;
      if (element.type === 'audio') {
        playedOutMs = Math.max(playedOutMs, clock.now()) + element.audio.durationMs;
        if (rootMeanSquare(element.audio) >= this.#threshold) lastSoundMs = playedOutMs;
      }
      if (element.type === 'endOfStream') {
        if (end !== undefined && !(await release())) break;
        end = element;
        endMs = clock.now();
      } else {
        if (element.type === 'interrupt') playedOutMs = lastSoundMs = -Infinity; // what was to be played is dropped
        if (!(await output.write(element))) break;
      }
    }
    return { heldMs };
  }
}

/** Loudness of uncompressed audio in [0, 1]; compressed audio counts as sound. */
function rootMeanSquare(audio: AudioChunk): number {
  const size = bytesPerSample(audio.format);
  const count = size === 0 ? 0 : Math.floor(audio.data.byteLength / size);
  if (count === 0) return size === 0 && audio.data.byteLength > 0 ? 1 : 0;
  const view = new DataView(audio.data.buffer, audio.data.byteOffset, audio.data.byteLength);
  let sum = 0;
  for (let n = 0; n < count; n++) {
    const at = n * size;
    const sample =
      audio.format === 'float_32' ? view.getFloat32(at, true) : size === 2 ? view.getInt16(at, true) / 0x8000 : size === 4 ? view.getInt32(at, true) / 0x80000000 : ((view.getUint16(at, true) | (view.getInt8(at + 2) << 16)) / 0x800000);
    sum += sample * sample;
  }
  return Math.sqrt(sum / count);
}
