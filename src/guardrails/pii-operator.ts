/**
 * Operators: what a redacted span becomes. Those that only look at the span work at once; hashing and
 * encryption use WebCrypto, which answers later.
 */
import { SluiceError } from '../base/errors.js';
import { decodeBase64, encodeBase64 } from '../base/base64.js';
import { InvalidOptionError } from '../base/option.js';
import { maskText } from './mask.js';
import type { PiiFinding } from './pii-candidate.js';
import { PII_KINDS } from './pii-type.js';
import { PIIVault } from './vault.js';

/** An operator that needs WebCrypto was used in a synchronous call. */
export class AsyncOperatorError extends SluiceError {
  override readonly name: string = 'AsyncOperatorError';

  constructor(mode: string) {
    super(`The operator '${mode}' needs WebCrypto, which is asynchronous. Use checkAsync, redact or a GuardrailStage, or another mode.`, { code: 'ASYNC_OPERATOR' });
  }
}

/** Names of the operators. */
export const REDACTION_MODES = ['shape', 'full', 'placeholder', 'hash', 'encrypt', 'remove'] as const;
/** One of {@link REDACTION_MODES}. */
export type RedactionMode = (typeof REDACTION_MODES)[number];

/** One's own operator: what stands in place of a finding. It is given the text of the finding; what it returns is used as it is. */
export type CustomOperator = (text: string, kind: string) => string;

/** Settings of an operator. */
export interface OperatorOptions {
  readonly mode: RedactionMode | CustomOperator;
  readonly character: string;
  readonly vault: PIIVault;
  /** Key of `hash` (HMAC-SHA-256, any length) or `encrypt` (AES-GCM, 16 or 32 bytes). */
  readonly key?: Uint8Array | CryptoKey;
}

/** Replaces one finding. */
export interface Operator {
  /** True when only {@link applyAsync} can do it. */
  readonly isAsync: boolean;
  apply(text: string, finding: PiiFinding): string;
  applyAsync(text: string, finding: PiiFinding): Promise<string>;
}

/** Makes an operator. Throws `InvalidOptionError` where a key is missing or has the wrong length. */
export function operatorOf(options: OperatorOptions): Operator {
  const { mode, character, vault } = options;
  if (typeof mode === 'function') return atOnce((text, { pii }) => mode(text, pii));
  switch (mode) {
    case 'shape':
      return atOnce((text, { pii }) => maskText(text, PII_KINDS[pii].mask, character));
    case 'full':
      return atOnce((text) => maskText(text, 'full', character));
    case 'placeholder':
      return atOnce((text, { pii }) => vault.placeholder(pii, text));
    case 'remove':
      return atOnce(() => '');
    case 'hash':
      return later(mode, hasher(requireKey(mode, options.key)));
    case 'encrypt':
      return later(mode, encrypter(requireKey(mode, options.key)));
  }
}

function atOnce(apply: Operator['apply']): Operator {
  return { isAsync: false, apply, applyAsync: (text, finding) => Promise.resolve(apply(text, finding)) };
}

function later(mode: string, applyAsync: Operator['applyAsync']): Operator {
  return {
    isAsync: true,
    apply: () => {
      throw new AsyncOperatorError(mode);
    },
    applyAsync,
  };
}

function requireKey(mode: 'hash' | 'encrypt', key: unknown): Uint8Array | CryptoKey {
  const isBytes = key instanceof Uint8Array;
  if (isBytes && (mode === 'hash' ? key.length > 0 : key.length === 16 || key.length === 32)) return key;
  if (!isBytes && typeof key === 'object' && key !== null && 'algorithm' in key) return key as CryptoKey;
  throw new InvalidOptionError('PIIDetector.key', key, mode === 'hash' ? 'bytes or a CryptoKey for HMAC' : '16 or 32 bytes or a CryptoKey for AES-GCM');
}

// Half of SHA-256 tells values apart and keeps texts readable.
const HASH_BYTES = 16;

function hasher(key: Uint8Array | CryptoKey): Operator['applyAsync'] {
  let imported: Promise<CryptoKey> | undefined;
  return async (text, { pii }) => {
    imported ??= key instanceof Uint8Array ? crypto.subtle.importKey('raw', key.slice(), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']) : Promise.resolve(key);
    const digest = new Uint8Array(await crypto.subtle.sign('HMAC', await imported, new TextEncoder().encode(text)));
    return `[${pii.toUpperCase()}:${[...digest.subarray(0, HASH_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}]`;
  };
}

const NONCE_BYTES = 12;

function aesKey(key: Uint8Array | CryptoKey): Promise<CryptoKey> {
  return key instanceof Uint8Array ? crypto.subtle.importKey('raw', key.slice(), 'AES-GCM', false, ['encrypt', 'decrypt']) : Promise.resolve(key);
}

function encrypter(key: Uint8Array | CryptoKey): Operator['applyAsync'] {
  let imported: Promise<CryptoKey> | undefined;
  return async (text, { pii }) => {
    imported ??= aesKey(key);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, await imported, new TextEncoder().encode(text)));
    const bytes = new Uint8Array(NONCE_BYTES + sealed.length);
    bytes.set(nonce);
    bytes.set(sealed, NONCE_BYTES);
    return `[${pii.toUpperCase()}:${encodeBase64(bytes)}]`;
  };
}

const SEALED = /\[([A-Z_]{2,24}):([A-Za-z0-9+/]{38,}={0,2})\]/g;

/** The text with everything that `encrypt` has sealed with `key` opened again; what does not open stays as it is. */
export async function decryptRedactions(text: string, key: Uint8Array | CryptoKey): Promise<string> {
  const aes = await aesKey(requireKey('encrypt', key));
  let opened = '';
  let at = 0;
  for (const match of text.matchAll(SEALED)) {
    const bytes = decodeBase64(match[2] ?? '');
    let plain = match[0];
    try {
      plain = new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, NONCE_BYTES) }, aes, bytes.slice(NONCE_BYTES)));
    } catch {
      plain = match[0]; // sealed with another key, or no seal of ours
    }
    opened += text.slice(at, match.index) + plain;
    at = match.index + match[0].length;
  }
  return opened + text.slice(at);
}
