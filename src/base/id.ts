/** Identifiers: UUID strings from an injectable source, and their validation. */
import { SluiceError } from './errors.js';

/** Gives a new UUID (version 4) at each call. */
export type IdSource = () => string;

/** A value that must be a UUID is not one. */
export class InvalidIdError extends SluiceError {
  override readonly name: string = 'InvalidIdError';

  constructor(field: string) {
    super(`${field} must be a UUID such as 550e8400-e29b-41d4-a716-446655440000. Pass crypto.randomUUID() or an identifier of that form.`, { code: 'INVALID_ID' });
  }
}

/** The host's random UUIDs. */
export const randomId: IdSource = () => globalThis.crypto.randomUUID();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True when `value` is a UUID string of any version. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** Returns `value` when it is a UUID, throws {@link InvalidIdError} naming `field` otherwise. */
export function requireUuid(field: string, value: unknown): string {
  if (isUuid(value)) return value;
  throw new InvalidIdError(field);
}
