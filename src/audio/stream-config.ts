/** Settings of an audio stream, one record for both seeds' spellings. */
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import { AudioFormat, bytesPerSample, requireAudioFormat } from './format.js';

/** Fields of a {@link StreamConfig}; all optional. */
export interface StreamConfigInit {
  /** Bytes per chunk. @default 4096 */
  readonly chunkSize?: number;
  /** Frames per second. @default 16000 */
  readonly sampleRate?: number;
  /** @default 1 */
  readonly channels?: number;
  /** @default 'pcm_16' */
  readonly format?: AudioFormat;
  /** Audio buffered before it is handed on, in milliseconds. @default 100 */
  readonly bufferDurationMs?: number;
  /** Buffer size in bytes. @default the bytes of `bufferDurationMs`; for compressed formats ten chunks */
  readonly bufferSize?: number;
  /** Fill from which a producer should slow down, 0 … 1. @default 0.8 */
  readonly backpressureThreshold?: number;
}

const FIELDS = ['chunkSize', 'sampleRate', 'channels', 'format', 'bufferDurationMs', 'bufferSize', 'backpressureThreshold'] as const;

/** Immutable settings of an audio stream. */
export class StreamConfig {
  /** Bytes per chunk. */
  readonly chunkSize: number;
  /** Frames per second. */
  readonly sampleRate: number;
  /** Interleaved channels. */
  readonly channels: number;
  /** Encoding of the bytes. */
  readonly format: AudioFormat;
  /** Audio buffered before it is handed on, in milliseconds. */
  readonly bufferDurationMs: number;
  /** Buffer size in bytes. */
  readonly bufferSize: number;
  /** Fill from which a producer should slow down, 0 … 1. */
  readonly backpressureThreshold: number;

  /** Throws `InvalidOptionError` for values out of range and unknown fields. */
  constructor(init: StreamConfigInit = {}) {
    refuseUnknownOptions('StreamConfig', init, FIELDS);
    const { chunkSize = 4096, sampleRate = 16000, channels = 1, format = AudioFormat.PCM_16, bufferDurationMs = 100, backpressureThreshold = 0.8 } = init;
    this.chunkSize = requireNumber('StreamConfig.chunkSize', chunkSize, { min: 1, integer: true });
    this.sampleRate = requireNumber('StreamConfig.sampleRate', sampleRate, { min: 1, max: 768000 });
    this.channels = requireNumber('StreamConfig.channels', channels, { min: 1, max: 32, integer: true });
    this.format = requireAudioFormat('StreamConfig.format', format);
    this.bufferDurationMs = requireNumber('StreamConfig.bufferDurationMs', bufferDurationMs, { min: 0 });
    const frame = bytesPerSample(format) * channels;
    const derived = frame === 0 ? chunkSize * 10 : Math.round((bufferDurationMs * sampleRate) / 1000) * frame;
    this.bufferSize = requireNumber('StreamConfig.bufferSize', init.bufferSize ?? derived, { min: 0, integer: true });
    this.backpressureThreshold = requireNumber('StreamConfig.backpressureThreshold', backpressureThreshold, { min: 0, max: 1 });
    Object.freeze(this);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return {
      chunk_size: this.chunkSize,
      sample_rate: this.sampleRate,
      channels: this.channels,
      format: this.format,
      buffer_duration_ms: this.bufferDurationMs,
      buffer_size: this.bufferSize,
      backpressure_threshold: this.backpressureThreshold,
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form; accepts snake_case and camelCase. Throws `InvalidOptionError`. */
  static fromDict(dict: Data): StreamConfig {
    const init: Data = {};
    for (const field of FIELDS) {
      const value = dict[field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? dict[field];
      if (value !== undefined) init[field] = value;
    }
    return new StreamConfig(init as StreamConfigInit);
  }
}
