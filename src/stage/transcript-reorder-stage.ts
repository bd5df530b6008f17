/**
 * Puts each user's transcript before the model's answer to it. Models that hear audio answer before their
 * own transcript of the question has come; a conversation that is stored or shown needs them in order.
 *
 * Of a turn the model's text is held, audio and everything else passes. The turn is resolved by the
 * transcript, by a time limit, or by its end: then come the user's turn, the texts held, and the end.
 */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import { textElement, type StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { TimedReader } from './timed-reader.js';

/** Options of {@link TranscriptReorderStage}. */
export interface TranscriptReorderOptions {
  /** @default 'transcript_reorder' */
  readonly name?: string;
  /** Longest hold in milliseconds. @default 3000 */
  readonly maxHoldMs?: number;
  /** What stands for a transcript that did not come; none when it is empty. @default '[inaudible]' */
  readonly placeholder?: string;
  /** Whether an element is a transcript of the user. @default user messages, and texts with `metadata.role` 'user' */
  readonly isTranscript?: (element: StreamElement) => boolean;
}

/** Transcripts first. */
export class TranscriptReorderStage extends BaseStage<{ readonly turns: number; readonly placeholders: number }> {
  readonly #maxHoldMs: number;
  readonly #placeholder: string;
  readonly #isTranscript: (element: StreamElement) => boolean;

  constructor(options: TranscriptReorderOptions = {}) {
    refuseUnknownOptions('TranscriptReorderStage', options, ['name', 'maxHoldMs', 'placeholder', 'isTranscript']);
    super(options.name ?? 'transcript_reorder');
    this.#maxHoldMs = requireNumber('TranscriptReorderStage.maxHoldMs', options.maxHoldMs ?? 3000, { min: 0 });
    this.#placeholder = options.placeholder ?? '[inaudible]';
    this.#isTranscript = options.isTranscript ?? isUserText;
  }

  /** Holds the model's texts of a turn until its transcript has come. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<{ readonly turns: number; readonly placeholders: number }> {
    const { clock } = ctx;
    const reader = new TimedReader(input, clock);
    let held: StreamElement[] = [];
    let heldSinceMs = 0;
    let resolved = false; // the transcript of this turn has come, or its place was taken
    let turns = 0;
    let placeholders = 0;
    const resolve = async (transcript: StreamElement | undefined): Promise<boolean> => {
      resolved = true;
      turns++;
      const first = transcript ?? this.#standIn(ctx);
      if (transcript === undefined && first !== undefined) placeholders++;
      const all = first === undefined ? held : [first, ...held];
      held = [];
      for (const element of all) if (!(await output.write(element))) return false;
      return true;
    };
    for (;;) {
      const waitMs = held.length === 0 ? Infinity : Math.max(0, heldSinceMs + this.#maxHoldMs - clock.now());
      const next = await reader.next(waitMs);
      if (next.kind === 'timeout') {
        if (!(await resolve(undefined))) break;
        continue;
      }
      if (next.kind === 'end') {
        if (held.length > 0) await resolve(undefined);
        break;
      }
      const element = next.value;
      let open = true;
      if (this.#isTranscript(element)) open = resolved ? await output.write(element) : await resolve(element);
      else if (element.type === 'endOfTurn' || element.type === 'endOfStream') {
        if (held.length > 0) open = await resolve(undefined);
        resolved = false;
        open = open && (await output.write(element));
      } else if (!resolved && isModelText(element)) {
        if (held.length === 0) heldSinceMs = clock.now();
        held.push(element);
      } else open = await output.write(element);
      if (!open) break;
    }
    return { turns, placeholders };
  }

  #standIn(ctx: StageContext): StreamElement | undefined {
    if (this.#placeholder === '') return undefined;
    return textElement(this.#placeholder, { source: ctx.stageName, timestampMs: ctx.clock.epochMs(), metadata: { role: 'user', placeholder: true } });
  }
}

function isUserText(element: StreamElement): boolean {
  return (element.type === 'message' && element.message.role === 'user') || (element.type === 'text' && element.metadata?.['role'] === 'user');
}

function isModelText(element: StreamElement): boolean {
  return element.type === 'text' || element.type === 'message';
}
