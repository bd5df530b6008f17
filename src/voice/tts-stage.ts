/**
 * Speaks a whole answer in one go: text of a settled stage in, audio as base64 out. For answers that
 * are spoken while they are written, see `SpeechStage`.
 */
import { encodeBase64 } from '../base/base64.js';
import type { Data } from '../base/data.js';
import { toError } from '../base/errors.js';
import { refuseUnknownOptions, requireName } from '../base/option.js';
import type { TTSOptions, TTSProvider } from '../providers/tts.js';
import { TTSResponse } from '../providers/tts-response.js';
import type { StageContext } from '../stage/context.js';
import { StageKind } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import { AudioPorts } from '../stage/ports.js';
import type { Stage } from '../stage/stage.js';

/** Options of {@link TTSStage}. */
export interface TTSStageOptions {
  /** @default the run's `AudioPorts.ttsProvider` */
  readonly provider?: TTSProvider;
  /** Stage whose answer is spoken. @default 'llm' */
  readonly responseStage?: string;
  /** Key of the answer in that stage's data. @default 'response' */
  readonly responseKey?: string;
}

/** What {@link TTSStage} settles with. */
export interface TTSStageData {
  /** The audio, base64. */
  readonly audio: string;
  readonly durationMs: number;
  /** What was spoken. */
  readonly text: string;
  /** Wire form of the `TTSResponse`, without the audio. */
  readonly tts: Data;
}

/** Text to speech, once per turn. */
export class TTSStage implements Stage<TTSStageData> {
  readonly name = 'tts';
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly #provider: TTSProvider | undefined;
  readonly #stage: string;
  readonly #key: string;

  constructor(options: TTSProvider | TTSStageOptions = {}) {
    const given: TTSStageOptions = 'synthesize' in options ? { provider: options } : options;
    refuseUnknownOptions('TTSStage', given, ['provider', 'responseStage', 'responseKey']);
    this.#provider = given.provider;
    this.#stage = requireName('TTSStage.responseStage', given.responseStage ?? 'llm');
    this.#key = requireName('TTSStage.responseKey', given.responseKey ?? 'response');
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<TTSStageData>> => {
    const provider = voiceOf(ctx, this.#provider);
    if (provider === undefined) return StageOutput.fail('TTSStage has no voice: pass a provider to its constructor or AudioPorts with ttsProvider to the run');
    const text: unknown = ctx.inputs.getFrom(this.#stage, this.#key);
    if (typeof text !== 'string' || text === '') return StageOutput.skip('No response text');
    try {
      const audio = await provider.synthesize(text, voiceOptions(ctx));
      const sampleRate = provider.sampleRate ?? 16000;
      const durationMs = (audio.byteLength / (sampleRate * 2)) * 1000;
      const tts = new TTSResponse({
        audio,
        durationMs,
        sampleRate,
        format: 'pcm_16',
        charactersProcessed: text.length,
        provider: provider.id ?? 'custom',
        model: String(ctx.snapshot.extensions.get('voice', 'default')),
      });
      return StageOutput.ok({ audio: encodeBase64(audio), durationMs, text, tts: tts.toDict() });
    } catch (thrown) {
      ctx.raiseIfCancelled();
      return StageOutput.fail(toError(thrown));
    }
  };
}

/** The voice given to a stage, else the one in the run's ports. */
export function voiceOf(ctx: StageContext, own: TTSProvider | undefined): TTSProvider | undefined {
  const ports = ctx.inputs.ports;
  return own ?? (ports instanceof AudioPorts ? ports.ttsProvider : undefined);
}

/** `voice` and `language` from the snapshot's extensions, with the run's signal. */
export function voiceOptions(ctx: StageContext): TTSOptions {
  const voice: unknown = ctx.snapshot.extensions.get('voice');
  const language: unknown = ctx.snapshot.extensions.get('language');
  return { signal: ctx.signal, ...(typeof voice === 'string' ? { voice } : {}), ...(typeof language === 'string' ? { language } : {}) };
}
