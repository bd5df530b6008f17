/**
 * Speaks a settled answer chunk by chunk into a callback, as the voice guide shows. For answers that
 * are spoken while they are written, see `SpeechStage`.
 */
import type { AudioChunk } from '../audio/chunk.js';
import { toError } from '../base/errors.js';
import { requireFunction, requireName } from '../base/option.js';
import type { TTSProvider } from '../providers/tts.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { audioElement } from '../stream/element.js';
import { voiceOptions } from './tts-stage.js';

/** Takes one chunk; the next one waits until it is done. */
export type ChunkCallback = (chunk: AudioChunk) => void | Promise<void>;

/** What {@link StreamingTTSStage} settles with. */
export interface StreamingTTSStageData {
  readonly chunksSent: number;
  readonly totalBytes: number;
  /** What was spoken. */
  readonly text: string;
}

/** Text to speech in chunks, from a settled answer. Chunks also flow over its live output. */
export class StreamingTTSStage implements Stage<StreamingTTSStageData> {
  readonly name = 'streaming_tts';
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.GENERATE;
  readonly #provider: TTSProvider;
  readonly #callback: ChunkCallback;
  readonly #stage: string;
  readonly #key: string;

  /** `responseStage` and `responseKey` say where the answer is. @default 'llm' and 'response' */
  constructor(provider: TTSProvider, chunkCallback: ChunkCallback, options: { readonly responseStage?: string; readonly responseKey?: string } = {}) {
    requireFunction('StreamingTTSStage.provider.stream', provider.stream);
    this.#provider = provider;
    this.#callback = requireFunction('StreamingTTSStage.chunkCallback', chunkCallback);
    this.#stage = requireName('StreamingTTSStage.responseStage', options.responseStage ?? 'llm');
    this.#key = requireName('StreamingTTSStage.responseKey', options.responseKey ?? 'response');
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<StreamingTTSStageData>> => {
    const text: unknown = ctx.inputs.getFrom(this.#stage, this.#key);
    if (typeof text !== 'string' || text === '') return StageOutput.skip('No response text');
    let chunksSent = 0;
    let totalBytes = 0;
    try {
      for await (const event of this.#provider.stream(text, voiceOptions(ctx))) {
        ctx.raiseIfCancelled();
        if (event.type !== 'audio') continue;
        await this.#callback(event.chunk);
        await ctx.output.write(audioElement(event.chunk, { source: ctx.stageName }));
        chunksSent++;
        totalBytes += event.chunk.data.byteLength;
      }
      return StageOutput.ok({ chunksSent, totalBytes, text });
    } catch (thrown) {
      ctx.raiseIfCancelled();
      return StageOutput.fail(toError(thrown), { chunksSent, totalBytes });
    }
  };
}
