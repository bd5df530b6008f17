/**
 * What can go wrong with storage in a browser, by name: programs tell "the disk is full" from "another
 * tab is in the way" by class or `code`, and the DOMException is the `cause`.
 */
import { SluiceError } from '../base/errors.js';
import { StorageError, StorageFailedError, StorageQuotaError } from '../memory/storage-errors.js';

/** There is no storage here: private mode, storage blocked by settings or by the frame's origin, or no IndexedDB at all. */
export class StorageUnavailableError extends StorageError {
  override readonly name: string = 'StorageUnavailableError';

  constructor(cause?: unknown) {
    super('Storage is not available here (private mode, blocked site data, or a sandboxed frame). Use InMemoryStore for this session, or ask the user to allow site data.', { code: 'STORAGE_UNAVAILABLE', cause });
  }
}

/** Another tab holds the database open, in an older version or against its deletion, and does not let go. */
export class StorageBlockedError extends StorageError {
  override readonly name: string = 'StorageBlockedError';

  constructor(name: string) {
    super(`Database '${name}' is held open by another tab and cannot be opened here. Close the application's other tabs, then try again.`, { code: 'STORAGE_BLOCKED' });
  }
}

/** Another tab has upgraded the database; this code is too old for it. */
export class StorageOutdatedError extends StorageError {
  override readonly name: string = 'StorageOutdatedError';

  constructor(name: string, cause?: unknown) {
    super(`Database '${name}' was upgraded by a newer version of the application. Reload this tab.`, { code: 'STORAGE_OUTDATED', cause });
  }
}

/** A record of that key is there already. */
export class StorageConflictError extends StorageError {
  override readonly name: string = 'StorageConflictError';

  constructor(cause?: unknown) {
    super('A record with this key is stored already. Read it before writing, or write with another id.', { code: 'STORAGE_CONFLICT', cause });
  }
}

/** The error for what IndexedDB threw while doing something with the database `name`. */
export function toStorageError(error: unknown, name: string): SluiceError {
  if (SluiceError.isInstance(error)) return error;
  switch ((error as { name?: unknown } | null)?.name) {
    case 'QuotaExceededError':
      return new StorageQuotaError(error);
    case 'VersionError':
      return new StorageOutdatedError(name, error);
    case 'ConstraintError':
      return new StorageConflictError(error);
    case 'SecurityError':
      return new StorageUnavailableError(error);
    default:
      return new StorageFailedError(error);
  }
}
