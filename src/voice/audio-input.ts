/** The audio of a turn, as the application put it into the snapshot's extensions. */
import { AudioChunk } from '../audio/chunk.js';
import { decodeBase64 } from '../base/base64.js';
import { InvalidOptionError } from '../base/option.js';
import type { StageContext } from '../stage/context.js';

/**
 * Reads `extensions.audio_input`: an `AudioChunk`, its wire form, bytes, or base64 text. `undefined`
 * when there is none or it is empty. Throws `InvalidBase64Error` or `InvalidOptionError` for anything else.
 */
export function audioInputOf(ctx: StageContext): AudioChunk | Uint8Array | undefined {
  const value: unknown = ctx.snapshot.extensions.get('audio_input');
  if (value === undefined || value === null || value === '') return undefined;
  if (value instanceof AudioChunk) return value.data.byteLength === 0 ? undefined : value;
  if (value instanceof Uint8Array) return value.byteLength === 0 ? undefined : value;
  if (typeof value === 'string') return decodeBase64(value);
  throw new InvalidOptionError('extensions.audio_input', value, 'an AudioChunk, a Uint8Array or base64 text');
}

/** Duration of raw input in milliseconds; bytes without a format are 16-bit mono at 16 kHz, as the seeds assume. */
export function audioDurationMs(audio: AudioChunk | Uint8Array): number {
  return audio instanceof AudioChunk ? audio.durationMs : audio.byteLength / 32;
}
