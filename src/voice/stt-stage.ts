/**
 * Turns the audio of a turn into a transcript.
 *
 * Audio comes from `extensions.audio_input`, the recogniser from the constructor or from `AudioPorts`.
 * A recogniser that fails is tried again with growing pauses; one that takes too long either fails the
 * stage or, with `onTimeout: 'empty'`, lets the run go on with an empty transcript.
 */
import type { AudioChunk } from '../audio/chunk.js';
import { sleep } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { AbortedError, SluiceError, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber, requireOneOf } from '../base/option.js';
import type { STTProvider } from '../providers/stt.js';
import type { STTResponse } from '../providers/stt-response.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import { AudioPorts } from '../stage/ports.js';
import type { Stage } from '../stage/stage.js';
import { audioDurationMs, audioInputOf } from './audio-input.js';

/** Recognition took longer than `timeoutMs`. */
export class STTTimeoutError extends SluiceError {
  override readonly name: string = 'STTTimeoutError';

  constructor(timeoutMs: number) {
    super(`Speech recognition took longer than ${timeoutMs} ms. Raise STTStage.timeoutMs, or pass onTimeout: 'empty' to go on without a transcript.`, { code: 'STT_TIMEOUT' });
  }
}

/** Options of {@link STTStage}. */
export interface STTStageOptions {
  /** @default the run's `AudioPorts.sttProvider` */
  readonly provider?: STTProvider;
  /** Longest time of one try; 0 means no limit. @default 0 */
  readonly timeoutMs?: number;
  /** What a time-out does. @default 'fail' */
  readonly onTimeout?: 'fail' | 'empty';
  /** Tries in all. @default 3 */
  readonly maxAttempts?: number;
  /** Pause before the second try; it doubles with each further one. @default 250 */
  readonly retryDelayMs?: number;
  /** Audio shorter than this is skipped. @default 50 */
  readonly minAudioMs?: number;
}

/** What {@link STTStage} settles with. */
export interface STTStageData {
  /** What was said; empty when it was not understood. */
  readonly transcript: string;
  /** Confidence in [0, 1]. */
  readonly confidence: number;
  /** Wire form of the `STTResponse`; absent after a time-out. */
  readonly stt?: Data;
  /** True after a time-out with `onTimeout: 'empty'`. */
  readonly sttTimeout?: boolean;
}

/** Speech to text, once per turn. */
export class STTStage implements Stage<STTStageData> {
  readonly name = 'stt';
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.ACCUMULATE;
  readonly #provider: STTProvider | undefined;
  readonly #timeoutMs: number;
  readonly #onTimeout: 'fail' | 'empty';
  readonly #maxAttempts: number;
  readonly #retryDelayMs: number;
  readonly #minAudioMs: number;

  constructor(options: STTProvider | STTStageOptions = {}) {
    const given: STTStageOptions = 'transcribe' in options ? { provider: options } : options;
    refuseUnknownOptions('STTStage', given, ['provider', 'timeoutMs', 'onTimeout', 'maxAttempts', 'retryDelayMs', 'minAudioMs']);
    const { timeoutMs = 0, onTimeout = 'fail', maxAttempts = 3, retryDelayMs = 250, minAudioMs = 50 } = given;
    this.#provider = given.provider;
    this.#timeoutMs = requireNumber('STTStage.timeoutMs', timeoutMs, { min: 0 });
    this.#onTimeout = requireOneOf('STTStage.onTimeout', onTimeout, ['fail', 'empty'] as const);
    this.#maxAttempts = requireNumber('STTStage.maxAttempts', maxAttempts, { min: 1, integer: true });
    this.#retryDelayMs = requireNumber('STTStage.retryDelayMs', retryDelayMs, { min: 0 });
    this.#minAudioMs = requireNumber('STTStage.minAudioMs', minAudioMs, { min: 0 });
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<STTStageData>> => {
    const audio = audioInputOf(ctx);
    if (audio === undefined) return StageOutput.skip('No audio input');
    if (audioDurationMs(audio) < this.#minAudioMs) return StageOutput.skip('Audio input is too short');
    const ports = ctx.inputs.ports;
    const provider = this.#provider ?? (ports instanceof AudioPorts ? ports.sttProvider : undefined);
    if (provider === undefined) return StageOutput.fail('STTStage has no recogniser: pass a provider to its constructor or AudioPorts with sttProvider to the run');
    try {
      const response = await this.#transcribe(ctx, provider, audio);
      return StageOutput.ok({ transcript: response.text, confidence: response.confidence, stt: response.toDict() });
    } catch (thrown) {
      ctx.raiseIfCancelled();
      if (isTimeout(thrown) && this.#onTimeout === 'empty') return StageOutput.ok({ transcript: '', confidence: 0, sttTimeout: true });
      return StageOutput.fail(toError(thrown));
    }
  };

  async #transcribe(ctx: StageContext, provider: STTProvider, audio: AudioChunk | Uint8Array): Promise<STTResponse> {
    const language = ctx.snapshot.extensions.get('language', 'en');
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#withDeadline(ctx, (signal) => provider.transcribe(audio, { signal, language: typeof language === 'string' ? language : 'en' }));
      } catch (thrown) {
        ctx.raiseIfCancelled();
        if (attempt >= this.#maxAttempts || isTimeout(thrown) || isFatal(thrown)) throw thrown;
        await sleep(ctx.clock, this.#retryDelayMs * 2 ** (attempt - 1), ctx.signal);
      }
    }
  }

  /** Settles as soon as the deadline or the run's signal says so, also when the provider ignores its signal. */
  #withDeadline<T>(ctx: StageContext, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const own = new AbortController();
    return new Promise<T>((resolve, reject) => {
      const end = (error: Error): void => {
        own.abort(error);
        reject(error);
      };
      const onAbort = (): void => end(new AbortedError('Speech recognition', ctx.signal.reason));
      const cancelTimer = this.#timeoutMs === 0 ? undefined : ctx.clock.after(this.#timeoutMs, () => end(new STTTimeoutError(this.#timeoutMs)));
      ctx.signal.addEventListener('abort', onAbort, { once: true });
      const release = (): void => {
        cancelTimer?.();
        ctx.signal.removeEventListener('abort', onAbort);
      };
      work(own.signal).then(resolve, reject).finally(release);
    });
  }
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof STTTimeoutError || (thrown instanceof Error && (thrown.name === 'TimeoutError' || (thrown as { code?: unknown }).code === 'TIMEOUT'));
}

function isFatal(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown as { fatal?: unknown }).fatal === true;
}
