/** Audio in logs: short, printable, and never the whole of it. */
import { encodeBase64 } from '../base/base64.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/**
 * Describes audio bytes for a log line: `<audio:32000B,sample:SGVsbG8g…...>` with the first
 * `maxBytes` bytes, or `<audio:4B,data:AAECAw==>` when all of them fit. Takes `maxBytes` as a number or by name.
 * @default maxBytes 100
 */
export function encodeAudioForLogging(bytes: Uint8Array, options: number | { readonly maxBytes?: number } = {}): string {
  if (typeof options === 'object' && options !== null) refuseUnknownOptions('encodeAudioForLogging', options, ['maxBytes']);
  const maxBytes = typeof options === 'object' && options !== null ? (options.maxBytes ?? 100) : options;
  requireNumber('encodeAudioForLogging.maxBytes', maxBytes, { min: 0, integer: true });
  if (bytes.length <= maxBytes) return `<audio:${bytes.length}B,data:${encodeBase64(bytes)}>`;
  return `<audio:${bytes.length}B,sample:${encodeBase64(bytes.subarray(0, maxBytes))}...>`;
}
