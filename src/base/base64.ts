/**
 * Base64 (RFC 4648 §4, with padding) of bytes: the engine's own `Uint8Array` methods where they
 * exist, else `btoa`/`atob` in blocks, which every supported host has.
 */
import { SluiceError } from './errors.js';

/** A string that must be base64 is not. */
export class InvalidBase64Error extends SluiceError {
  override readonly name: string = 'InvalidBase64Error';

  constructor(cause?: unknown) {
    super('The text is not base64 (RFC 4648, section 4). Encode the bytes with encodeBase64 or the host’s base64 encoder.', { code: 'INVALID_BASE64', cause });
  }
}

interface NativeBase64 {
  toBase64?(): string;
}
interface NativeBase64Constructor {
  fromBase64?(text: string): Uint8Array;
}

// String.fromCharCode.apply takes its arguments on the stack; 8,192 is safe in every engine.
const BLOCK = 8192;

/** Encodes bytes as base64. */
export function encodeBase64(bytes: Uint8Array): string {
  const native = (bytes as NativeBase64).toBase64;
  if (native !== undefined) return native.call(bytes);
  let binary = '';
  for (let start = 0; start < bytes.length; start += BLOCK) {
    binary += String.fromCharCode(...bytes.subarray(start, start + BLOCK));
  }
  return btoa(binary);
}

/** Decodes base64; throws {@link InvalidBase64Error} for anything else. */
export function decodeBase64(text: string): Uint8Array {
  const native = (Uint8Array as unknown as NativeBase64Constructor).fromBase64;
  try {
    if (native !== undefined) return native.call(Uint8Array, text);
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let n = 0; n < binary.length; n++) bytes[n] = binary.charCodeAt(n);
    return bytes;
  } catch (error) {
    throw new InvalidBase64Error(error);
  }
}
