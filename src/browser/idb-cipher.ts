/**
 * Encryption at rest: AES-GCM with a key the application holds. What is said, who said it and the
 * metadata are sealed; session, entry id, order and time stay readable, because the store sorts and
 * replaces by them. A sealed entry is bound to its session and id: moved elsewhere, it does not open.
 */
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError } from '../base/option.js';

/** A stored entry does not open: another key, or damaged or moved data. */
export class DecryptionError extends SluiceError {
  override readonly name: string = 'DecryptionError';

  constructor(cause?: unknown) {
    super('A stored entry cannot be decrypted: it was written with another key, or is damaged. Open the store with the key it was written with.', { code: 'DECRYPTION', cause });
  }
}

// 96 bits, as NIST SP 800-38D recommends for GCM.
const NONCE_BYTES = 12;
// OWASP's figure for PBKDF2 with SHA-256 (Password Storage Cheat Sheet, 2023).
const PBKDF2_ITERATIONS = 600000;

/** Derives a key from a passphrase. The salt is no secret, but must be the same each time: keep it beside the data, 16 random bytes per user. */
export async function deriveMemoryKey(passphrase: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  if (salt.byteLength < 16) throw new InvalidOptionError('deriveMemoryKey.salt', salt, 'at least 16 bytes');
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: PBKDF2_ITERATIONS }, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Seals and opens the bodies of entries, and what is indexed of them. */
export class EntryCipher {
  readonly #key: CryptoKey;

  /** Throws `InvalidOptionError` when `key` is no AES-GCM key. */
  constructor(key: CryptoKey) {
    if ((key as Partial<CryptoKey> | undefined)?.algorithm?.name !== 'AES-GCM') throw new InvalidOptionError('IndexedDBMemoryStore.encryptionKey', key, 'an AES-GCM CryptoKey (see deriveMemoryKey)');
    this.#key = key;
  }

  /** The body as nonce and ciphertext. */
  async seal(place: { readonly session: string; readonly id: string }, body: object): Promise<Uint8Array> {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const text = new TextEncoder().encode(JSON.stringify(body));
    const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bindingOf(place) }, this.#key, text);
    const sealed = new Uint8Array(NONCE_BYTES + ciphertext.byteLength);
    sealed.set(iv);
    sealed.set(new Uint8Array(ciphertext), NONCE_BYTES);
    return sealed;
  }

  /** The body that was sealed; throws {@link DecryptionError}. */
  async open(place: { readonly session: string; readonly id: string }, sealed: Uint8Array): Promise<object> {
    const bytes = new Uint8Array(sealed); // a copy on an ArrayBuffer of its own
    try {
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES), additionalData: bindingOf(place) }, this.#key, bytes.subarray(NONCE_BYTES));
      return JSON.parse(new TextDecoder().decode(text)) as object; // seal takes nothing else
    } catch (error) {
      throw new DecryptionError(error);
    }
  }
}

function bindingOf(place: { readonly session: string; readonly id: string }): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([place.session, place.id]));
}
