/**
 * Speaks an answer through a voice that gives no samples, such as the browser's `speechSynthesis`:
 * text elements in, what was spoken out. It takes the place of `SpeechStage` and `PlayoutStage`
 * together, and settles with the same data.
 */
import { refuseUnknownOptions } from '../base/option.js';
import type { SpeakerProvider } from '../providers/tts.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import type { StreamElement } from '../stream/element.js';
import type { PlayoutStageData } from './playout-stage.js';
import { SentenceSplitter } from './sentence-splitter.js';
import { spokenForm } from '../spoken/spoken-form.js';
import { voiceOptions } from './tts-stage.js';

/** Options of {@link SpeakerStage}. */
export interface SpeakerStageOptions {
  readonly provider: SpeakerProvider;
  /** Told of the controller that stops the speech of each answer. */
  readonly onSpeech?: (stop: AbortController) => void;
  /** Asked before the first word; false gives the answer up. @default no question */
  readonly maySound?: (ctx: StageContext) => Promise<boolean> | true;
}

/** Speech through a device that plays by itself. */
export class SpeakerStage implements Stage<PlayoutStageData> {
  readonly name = 'playout';
  readonly kind: StageKind = StageKind.WORK;
  readonly type: StageType = StageType.SINK;
  readonly #provider: SpeakerProvider;
  readonly #onSpeech: (stop: AbortController) => void;
  readonly #maySound: (ctx: StageContext) => Promise<boolean> | true;

  constructor(options: SpeakerStageOptions) {
    refuseUnknownOptions('SpeakerStage', options, ['provider', 'onSpeech', 'maySound']);
    this.#provider = options.provider;
    this.#onSpeech = options.onSpeech ?? (() => undefined);
    this.#maySound = options.maySound ?? (() => true);
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<PlayoutStageData>> => {
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(ctx.signal.reason);
    if (ctx.signal.aborted) onAbort();
    else ctx.signal.addEventListener('abort', onAbort, { once: true });
    const startedMs = ctx.clock.now();
    const state: Spoken = { spoken: '', generated: '', interrupted: false, firstHeardAtMs: null };
    this.#onSpeech(stop);
    try {
      const splitter = new SentenceSplitter({ firstClause: false });
      for (let item: StreamElement | undefined = await ctx.input.read(); item !== undefined && item.type !== 'interrupt'; item = await ctx.input.read()) {
        if (item.type === 'text') for (const piece of splitter.push(item.text)) await this.#speak(ctx, stop.signal, piece, state);
        if (state.interrupted) break;
      }
      for (const piece of splitter.flush()) await this.#speak(ctx, stop.signal, piece, state);
    } finally {
      ctx.signal.removeEventListener('abort', onAbort);
      ctx.input.cancel('the speech has ended');
    }
    const elapsedMs = ctx.clock.now() - startedMs;
    return StageOutput.ok({ ...state, heardMs: elapsedMs, writtenMs: elapsedMs, underruns: 0, deviceLatencyMs: 0 });
  };

  async #speak(ctx: StageContext, signal: AbortSignal, piece: string, state: Spoken): Promise<void> {
    if (state.interrupted || signal.aborted) {
      state.interrupted = true;
      return;
    }
    state.generated += piece;
    const options = voiceOptions(ctx);
    const form = spokenForm(piece, { previousText: state.generated.slice(0, -piece.length), ...(options.language === undefined ? {} : { language: options.language }) });
    if (form.text === '') {
      state.spoken += piece;
      return;
    }
    const may = state.firstHeardAtMs === null ? this.#maySound(ctx) : true;
    if (may !== true && !(await may)) {
      state.interrupted = true;
      return;
    }
    state.firstHeardAtMs ??= ctx.clock.now();
    const report = await this.#provider.speak(form.text, { ...options, signal });
    state.spoken += report.interrupted ? piece.slice(0, report.spokenChars === 0 ? 0 : form.sourceEnd(report.spokenChars)) : piece;
    state.interrupted = report.interrupted;
  }
}

interface Spoken {
  spoken: string;
  generated: string;
  interrupted: boolean;
  firstHeardAtMs: number | null;
}
