/** Audio in logs: short, printable, and never the whole of it. */
import { encodeBase64 } from '../base/base64.js';
import { requireNumber } from '../base/option.js';

/**
 * Describes audio bytes for a log line: `<audio:32000B,sample:SGVsbG8g…...>` with the first
 * `maxBytes` bytes, or `<audio:4B,data:AAECAw==>` when all of them fit.
 * @default maxBytes 100
 */
export function encodeAudioForLogging(bytes: Uint8Array, maxBytes = 100): string {
  requireNumber('encodeAudioForLogging.maxBytes', maxBytes, { min: 0, integer: true });
  if (bytes.length <= maxBytes) return `<audio:${bytes.length}B,data:${encodeBase64(bytes)}>`;
  return `<audio:${bytes.length}B,sample:${encodeBase64(bytes.subarray(0, maxBytes))}...>`;
}
