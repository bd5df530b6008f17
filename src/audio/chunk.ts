/**
 * The one piece of audio of the library: what microphones, buffers, recognisers, voices and stages
 * hand to each other. The bytes are shared, never copied and never frozen; everything else is
 * immutable.
 */
import { decodeBase64, encodeBase64 } from '../base/base64.js';
import { frozenCopy, type Data } from '../base/data.js';
import { InvalidOptionError, requireNumber } from '../base/option.js';
import { AudioFormat, bytesPerSample, requireAudioFormat } from './format.js';

/** Fields of an {@link AudioChunk}; all optional but the audio itself. */
export interface AudioChunkInit {
  /** Encoded bytes; `samples` is accepted as PromptKit's name. One of the two, or `float32`. */
  readonly data?: Uint8Array | ArrayBuffer;
  /** PromptKit's name of `data`. */
  readonly samples?: Uint8Array | ArrayBuffer;
  /** Samples in [-1, 1], interleaved; sets `format` to `float_32`. */
  readonly float32?: Float32Array;
  /** Frames per second. @default 16000 */
  readonly sampleRate?: number;
  /** @default 1 */
  readonly channels?: number;
  /** @default 'pcm_16' */
  readonly format?: AudioFormat;
  /** Milliseconds from the start of the stream. @default 0 */
  readonly timestampMs?: number;
  /** A `Date` sets `createdAt`, a number sets `timestampMs`. */
  readonly timestamp?: Date | number;
  /** When the chunk was made; `null` when nobody said. */
  readonly createdAt?: Date | null;
  /** Position in the stream, from 0. @default 0 */
  readonly sequence?: number;
  /** True on the last chunk of a stream. @default false */
  readonly isFinal?: boolean;
  /** @default {} */
  readonly metadata?: Data;
}

const NO_METADATA: Readonly<Data> = Object.freeze({});

/** A piece of audio with its format and its place in the stream. */
export class AudioChunk {
  /** Encoded bytes, shared with whoever made the chunk. */
  readonly data: Uint8Array;
  /** Frames per second. */
  readonly sampleRate: number;
  /** Interleaved channels. */
  readonly channels: number;
  /** Encoding of `data`. */
  readonly format: AudioFormat;
  /** Milliseconds from the start of the stream. */
  readonly timestampMs: number;
  /** When the chunk was made, if known. */
  readonly createdAt: Date | null;
  /** Position in the stream, from 0. */
  readonly sequence: number;
  /** True on the last chunk of a stream. */
  readonly isFinal: boolean;
  /** Additional facts; frozen. */
  readonly metadata: Readonly<Data>;

  constructor(init: AudioChunkInit) {
    const { sampleRate = 16000, channels = 1, timestamp, sequence = 0, isFinal = false } = init;
    const bytes = init.float32 === undefined ? (init.data ?? init.samples) : new Uint8Array(init.float32.buffer, init.float32.byteOffset, init.float32.byteLength);
    if (bytes instanceof Uint8Array) this.data = bytes;
    else if (bytes instanceof ArrayBuffer) this.data = new Uint8Array(bytes);
    else throw new InvalidOptionError('AudioChunk.data', bytes, 'a Uint8Array or an ArrayBuffer');
    this.format = init.float32 === undefined ? requireAudioFormat('AudioChunk.format', init.format ?? AudioFormat.PCM_16) : AudioFormat.FLOAT_32;
    this.sampleRate = requireNumber('AudioChunk.sampleRate', sampleRate, { min: 1, max: 768000 });
    this.channels = requireNumber('AudioChunk.channels', channels, { min: 1, max: 32, integer: true });
    this.timestampMs = requireNumber('AudioChunk.timestampMs', init.timestampMs ?? (typeof timestamp === 'number' ? timestamp : 0));
    this.createdAt = init.createdAt ?? (timestamp instanceof Date ? timestamp : null);
    this.sequence = requireNumber('AudioChunk.sequence', sequence, { min: 0, integer: true });
    this.isFinal = isFinal;
    this.metadata = init.metadata === undefined ? NO_METADATA : frozenCopy(init.metadata);
    Object.freeze(this);
  }

  /** Bytes of one frame (one sample of every channel), or 0 for compressed formats. */
  get bytesPerFrame(): number {
    return bytesPerSample(this.format) * this.channels;
  }

  /** Whole frames held, or 0 for compressed formats. */
  get frames(): number {
    const size = this.bytesPerFrame;
    return size === 0 ? 0 : Math.floor(this.data.byteLength / size);
  }

  /** Duration of the whole frames in milliseconds; 0 for compressed formats, whose duration the bytes do not tell. */
  get durationMs(): number {
    return (this.frames / this.sampleRate) * 1000;
  }

  /** Stageflow's older name of `createdAt`. */
  get timestamp(): Date | null {
    return this.createdAt;
  }

  /** PromptKit's name of `data`. */
  get samples(): Uint8Array {
    return this.data;
  }

  /** A copy with other fields. */
  with(changes: AudioChunkInit): AudioChunk {
    return new AudioChunk({ ...this.#fields(), ...changes });
  }

  /** Wire form: snake_case, bytes as base64. */
  toDict(): Data {
    return {
      data: encodeBase64(this.data),
      sample_rate: this.sampleRate,
      channels: this.channels,
      format: this.format,
      timestamp_ms: this.timestampMs,
      created_at: this.createdAt?.toISOString() ?? null,
      sequence: this.sequence,
      is_final: this.isFinal,
      duration_ms: this.durationMs,
      metadata: { ...this.metadata },
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form; accepts snake_case and camelCase. Throws `InvalidOptionError` or `InvalidBase64Error`. */
  static fromDict(dict: Data): AudioChunk {
    if (typeof dict['data'] !== 'string') throw new InvalidOptionError('AudioChunk.fromDict.data', dict['data'], 'base64 text');
    const createdAt = dict['created_at'] ?? dict['createdAt'];
    return new AudioChunk({
      data: decodeBase64(dict['data']),
      sampleRate: (dict['sample_rate'] ?? dict['sampleRate'] ?? 16000) as number,
      channels: (dict['channels'] ?? 1) as number,
      format: (dict['format'] ?? AudioFormat.PCM_16) as AudioFormat,
      timestampMs: (dict['timestamp_ms'] ?? dict['timestampMs'] ?? 0) as number,
      createdAt: typeof createdAt === 'string' ? new Date(createdAt) : null,
      sequence: (dict['sequence'] ?? 0) as number,
      isFinal: (dict['is_final'] ?? dict['isFinal'] ?? false) === true,
      metadata: (dict['metadata'] ?? {}) as Data,
    });
  }

  #fields(): AudioChunkInit {
    const { data, sampleRate, channels, format, timestampMs, createdAt, sequence, isFinal, metadata } = this;
    return { data, sampleRate, channels, format, timestampMs, createdAt, sequence, isFinal, metadata };
  }
}
