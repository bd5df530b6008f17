/**
 * Plays an answer and settles with what was heard of it: audio and speech marks in, the position at
 * the ear out. It settles in this way also when the answer was cut or its making failed half-way,
 * because memory must hold what the user heard.
 */
import { toError } from '../base/errors.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { StageContext } from '../stage/context.js';
import type { Stage } from '../stage/stage.js';
import type { StreamElement } from '../stream/element.js';
import { HeardText } from './heard-text.js';
import { speechMarkOf } from './speech-mark.js';
import type { Playback, PlaybackReport, VoiceOutput } from './voice-output.js';

/** What {@link PlayoutStage} settles with. */
export interface PlayoutStageData {
  /** The words that were heard. */
  readonly spoken: string;
  /** What was given to the voice. */
  readonly generated: string;
  /** True when the answer was cut, or ended early because its making failed. */
  readonly interrupted: boolean;
  /** Milliseconds that were heard, and that were written. */
  readonly heardMs: number;
  readonly writtenMs: number;
  /** When the first sample was heard, on the session's clock; `null` when none was. */
  readonly firstHeardAtMs: number | null;
  readonly underruns: number;
  /** Milliseconds between rendering a sample and hearing it. */
  readonly deviceLatencyMs: number;
}

/** Hooks of a {@link PlayoutStage}. */
export interface PlayoutHooks {
  /** Told why nothing more is heard of an answer whose loudspeaker failed. The turn does not fail by it: who typed reads the answer to its end. */
  readonly onSilence?: (error: Error) => void;
  /** Told of each answer that begins, so that it can be held or cut, and of its text against time. */
  readonly onPlayback?: (playback: Playback, heard: HeardText) => void;
  /** Asked before the first sound; false gives the answer up. @default no question */
  readonly maySound?: (ctx: StageContext) => Promise<boolean> | true;
}

/** The end of the walk: the loudspeaker. */
export class PlayoutStage implements Stage<PlayoutStageData> {
  readonly name = 'playout';
  readonly kind: StageKind = StageKind.WORK;
  readonly type: StageType = StageType.SINK;
  readonly #output: VoiceOutput;
  readonly #hooks: PlayoutHooks;

  constructor(output: VoiceOutput, hooks: PlayoutHooks = {}) {
    this.#output = output;
    this.#hooks = hooks;
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<PlayoutStageData>> => {
    const heard = new HeardText();
    const audible = await firstAudible(ctx, heard);
    const may = audible === undefined ? true : (this.#hooks.maySound?.(ctx) ?? true);
    const first = may === true || (await may) ? audible : undefined;
    // An answer that ended before its first sound was not heard: that is a result, and memory needs it.
    if (first === undefined) return StageOutput.ok({ spoken: '', generated: heard.text, interrupted: heard.text !== '', heardMs: 0, writtenMs: 0, firstHeardAtMs: null, underruns: 0, deviceLatencyMs: 0 });
    const playback = this.#output.begin();
    this.#hooks.onPlayback?.(playback, heard);
    const cut = (): void => playback.cut();
    if (ctx.signal.aborted) cut();
    else ctx.signal.addEventListener('abort', cut, { once: true });
    let silent = false;
    const done = playback.done.catch((thrown: unknown) => {
      silent = true;
      this.#hooks.onSilence?.(toError(thrown));
      return brokenOff(playback);
    });
    const isRead = (): boolean => silent && isTyped(ctx);
    try {
      const complete = await play(ctx, playback, heard, first, isRead);
      playback.end();
      const report = await done;
      const interrupted = !complete || (report.interrupted && !isRead());
      return StageOutput.ok({
        spoken: interrupted ? heard.at(report.heardMs) : heard.text,
        generated: heard.text,
        interrupted,
        heardMs: report.heardMs,
        writtenMs: report.writtenMs,
        firstHeardAtMs: report.firstHeardAtMs,
        underruns: report.underruns,
        deviceLatencyMs: this.#output.latencyMs,
      });
    } finally {
      ctx.signal.removeEventListener('abort', cut);
    }
  };
}

/** What became of an answer whose loudspeaker failed. */
function brokenOff(playback: Playback): PlaybackReport {
  const { heardMs, renderedMs } = playback.heard();
  return { heardMs, renderedMs, writtenMs: renderedMs, interrupted: true, firstHeardAtMs: null, underruns: 0 };
}

/** Who types reads the answer; who speaks may not look. */
function isTyped({ snapshot }: StageContext): boolean {
  return snapshot.inputText !== null && snapshot.inputAudioDurationMs === null;
}

/** Reads up to the first audio, so that no playback begins for an answer that has none. */
async function firstAudible(ctx: StageContext, heard: HeardText): Promise<StreamElement | undefined> {
  try {
    for (let item = await ctx.input.read(); item !== undefined; item = await ctx.input.read()) {
      if (item.type === 'audio') return item;
      follow(item, heard, { writtenMs: 0, pieceStartMs: 0 });
    }
  } catch {
    ctx.raiseIfCancelled(); // else the failure belongs to the stage that failed; here it means that nothing was heard
  }
  return undefined;
}

interface Cursor {
  writtenMs: number;
  pieceStartMs: number;
}

/** Plays until the end, and where that can no more be heard reads on if somebody reads; false when the answer broke off. */
async function play(ctx: StageContext, playback: Playback, heard: HeardText, first: StreamElement, isRead: () => boolean): Promise<boolean> {
  const cursor: Cursor = { writtenMs: 0, pieceStartMs: 0 };
  try {
    for (let item: StreamElement | undefined = first; item !== undefined; item = ctx.input.tryRead() ?? (await ctx.input.read())) {
      if (item.type === 'audio') {
        const taken = isRead() || playback.write(item.audio);
        if (taken !== true && !(await taken) && !isRead()) {
          ctx.input.cancel('the playback was cut');
          return false;
        }
        cursor.writtenMs += item.audio.durationMs;
      } else {
        follow(item, heard, cursor);
      }
    }
    return true;
  } catch {
    return false; // the failure belongs to the stage that failed and ends the run there; what was heard is reported here
  }
}

function follow(item: StreamElement, heard: HeardText, cursor: Cursor): void {
  const mark = speechMarkOf(item);
  if (mark?.mark === 'pieceStart') {
    cursor.pieceStartMs = cursor.writtenMs;
    heard.beginPiece(mark.source, cursor.writtenMs);
  } else if (mark?.mark === 'word') {
    heard.addWord(mark.sourceEnd, cursor.pieceStartMs + mark.endMs);
  } else if (mark?.mark === 'pieceEnd') {
    heard.endPiece(cursor.writtenMs);
  }
}
