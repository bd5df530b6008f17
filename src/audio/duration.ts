/** Duration of raw audio from its size. */
import { requireNumber } from '../base/option.js';
import { AudioFormat, bytesPerSample, requireAudioFormat } from './format.js';

/** Layout of the bytes whose duration is asked for. */
export interface AudioLayout {
  /** Frames per second. @default 16000 */
  readonly sampleRate?: number;
  /** Interleaved channels. @default 1 */
  readonly channels?: number;
  /** @default 'pcm_16' */
  readonly format?: AudioFormat;
}

/** Milliseconds of the whole frames in `data` (bytes, or their number); 0 for compressed formats, whose duration the size does not tell. */
export function calculateAudioDurationMs(data: Uint8Array | number, layout: AudioLayout = {}): number {
  const { sampleRate = 16000, channels = 1, format = AudioFormat.PCM_16 } = layout;
  const bytes = requireNumber('calculateAudioDurationMs.data length', typeof data === 'number' ? data : data.length, { min: 0 });
  requireNumber('calculateAudioDurationMs.sampleRate', sampleRate, { min: 1 });
  const frame = bytesPerSample(requireAudioFormat('calculateAudioDurationMs.format', format)) * requireNumber('calculateAudioDurationMs.channels', channels, { min: 1, integer: true });
  return frame === 0 ? 0 : (Math.floor(bytes / frame) / sampleRate) * 1000;
}
