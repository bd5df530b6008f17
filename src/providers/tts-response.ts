/** What a voice gave: how much audio, in which form, for how much text. The audio itself is never written. */
import type { Data } from '../base/data.js';
import { requireAudioFormat, AudioFormat } from '../audio/format.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import { optionalText, readField } from '../context/wire.js';

/** Fields of a {@link TTSResponse}. */
export interface TTSResponseInit {
  /** Encoded audio, shared and not copied. @default none */
  readonly audio?: Uint8Array | null | undefined;
  /** @default 0 */
  readonly durationMs?: number | undefined;
  /** Frames per second. @default 16000 */
  readonly sampleRate?: number | undefined;
  /** @default 'pcm_16' */
  readonly format?: AudioFormat | undefined;
  /** @default 1 */
  readonly channels?: number | undefined;
  /** UTF-16 units of text that were spoken. @default 0 */
  readonly charactersProcessed?: number | undefined;
  /** Bytes of audio. @default the length of `audio` */
  readonly byteCount?: number | undefined;
  /** @default null */
  readonly voice?: string | null | undefined;
  /** @default 'unknown' */
  readonly provider?: string | undefined;
  /** @default 'unknown' */
  readonly model?: string | undefined;
  /** @default 0 */
  readonly latencyMs?: number | undefined;
  /** The provider's own answer; kept as it is and never written. */
  readonly rawResponse?: unknown;
}

const FIELDS = ['audio', 'durationMs', 'sampleRate', 'format', 'channels', 'charactersProcessed', 'byteCount', 'voice', 'provider', 'model', 'latencyMs', 'rawResponse'];

/** A frozen response of a voice. */
export class TTSResponse {
  readonly durationMs: number;
  /** Frames per second. */
  readonly sampleRate: number;
  readonly format: AudioFormat;
  readonly channels: number;
  /** UTF-16 units of text that were spoken. */
  readonly charactersProcessed: number;
  /** Bytes of audio. */
  readonly byteCount: number;
  readonly voice: string | null;
  readonly provider: string;
  readonly model: string;
  readonly latencyMs: number;
  readonly #audio: Uint8Array | null;
  readonly #rawResponse: unknown;

  /** Throws `InvalidOptionError` naming the field. */
  constructor(init: TTSResponseInit = {}) {
    refuseUnknownOptions('TTSResponse', init, FIELDS);
    const { audio = null, durationMs = 0, sampleRate = 16000, channels = 1, charactersProcessed = 0, latencyMs = 0 } = init;
    if (audio !== null && !(audio instanceof Uint8Array)) throw new InvalidOptionError('TTSResponse.audio', audio, 'a Uint8Array or null');
    this.#audio = audio;
    this.durationMs = requireNumber('TTSResponse.durationMs', durationMs, { min: 0 });
    this.sampleRate = requireNumber('TTSResponse.sampleRate', sampleRate, { min: 1 });
    this.format = requireAudioFormat('TTSResponse.format', init.format ?? AudioFormat.PCM_16);
    this.channels = requireNumber('TTSResponse.channels', channels, { min: 1, integer: true });
    this.charactersProcessed = requireNumber('TTSResponse.charactersProcessed', charactersProcessed, { min: 0, integer: true });
    this.byteCount = requireNumber('TTSResponse.byteCount', init.byteCount ?? audio?.byteLength ?? 0, { min: 0, integer: true });
    this.voice = optionalText('TTSResponse.voice', init.voice);
    this.provider = optionalText('TTSResponse.provider', init.provider) ?? 'unknown';
    this.model = optionalText('TTSResponse.model', init.model) ?? 'unknown';
    this.latencyMs = requireNumber('TTSResponse.latencyMs', latencyMs, { min: 0 });
    this.#rawResponse = init.rawResponse;
    Object.freeze(this);
  }

  /** The audio, where it was kept; not part of {@link toDict}. */
  get audio(): Uint8Array | null {
    return this.#audio;
  }

  /** The provider's own answer, where it was kept; not part of {@link toDict}. */
  get rawResponse(): unknown {
    return this.#rawResponse;
  }

  /** Wire form, snake_case: `byte_count` in place of the audio. */
  toDict(): Data {
    return {
      duration_ms: this.durationMs,
      sample_rate: this.sampleRate,
      format: this.format,
      channels: this.channels,
      characters_processed: this.charactersProcessed,
      byte_count: this.byteCount,
      voice: this.voice,
      provider: this.provider,
      model: this.model,
      latency_ms: this.latencyMs,
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Attributes of a span. */
  toOtelAttributes(): Readonly<Record<string, string | number>> {
    return Object.freeze({
      'gen_ai.operation.name': 'text_to_speech',
      'gen_ai.provider.name': this.provider,
      'gen_ai.response.model': this.model,
      'sluice.tts.duration_ms': this.durationMs,
      'sluice.tts.sample_rate': this.sampleRate,
      'sluice.tts.format': this.format,
      'sluice.tts.characters': this.charactersProcessed,
      'sluice.tts.byte_count': this.byteCount,
      'sluice.latency_ms': this.latencyMs,
    });
  }

  /** Reads the wire form, either spelling; without audio, whose size stays known. */
  static fromDict(dict: Readonly<Data>): TTSResponse {
    return new TTSResponse({
      durationMs: readField(dict, 'duration_ms') as number, // the constructor checks each
      sampleRate: readField(dict, 'sample_rate') as number,
      format: dict['format'] as AudioFormat,
      channels: dict['channels'] as number,
      charactersProcessed: readField(dict, 'characters_processed') as number,
      byteCount: readField(dict, 'byte_count') as number,
      voice: dict['voice'] as string,
      provider: dict['provider'] as string,
      model: dict['model'] as string,
      latencyMs: readField(dict, 'latency_ms') as number,
    });
  }
}
