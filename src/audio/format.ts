/** Encodings of audio, one vocabulary for queues, buffers, providers and stages. */
import { requireOneOf } from '../base/option.js';

/** Encoding of the bytes of an {@link AudioChunk}. Samples are little-endian and interleaved. */
export const AudioFormat = {
  PCM_16: 'pcm_16',
  PCM_24: 'pcm_24',
  PCM_32: 'pcm_32',
  FLOAT_32: 'float_32',
  MP3: 'mp3',
  OGG_OPUS: 'ogg_opus',
  OPUS: 'opus',
  AAC: 'aac',
  WAV: 'wav',
  WEBM: 'webm',
  /** PromptKit's name of `PCM_16`. */
  PCM16: 'pcm_16',
  /** PromptKit's name of `FLOAT_32`. */
  Float32: 'float_32',
} as const;
export type AudioFormat = (typeof AudioFormat)[keyof typeof AudioFormat];

// Each format once: two of the names above are second names.
const FORMATS: readonly AudioFormat[] = [...new Set(Object.values(AudioFormat))];
const BYTES: Readonly<Partial<Record<AudioFormat, number>>> = { pcm_16: 2, pcm_24: 3, pcm_32: 4, float_32: 4 };

/** Bytes of one sample of one channel, or 0 for compressed and container formats. */
export function bytesPerSample(format: AudioFormat): number {
  return BYTES[format] ?? 0;
}

/** Returns `value` when it names a format, throws `InvalidOptionError` naming `option` otherwise. */
export function requireAudioFormat(option: string, value: unknown): AudioFormat {
  return requireOneOf(option, value, FORMATS);
}
