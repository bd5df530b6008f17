/** What can go wrong with stored memory on any platform; each store adds its own kinds. The platform's error is the `cause`. */
import { SluiceError } from '../base/errors.js';

/** Base of the errors of stored memory. */
export class StorageError extends SluiceError {
  override readonly name: string = 'StorageError';
}

/** There is no room: the quota or the disk is exhausted, or the record is larger than the store takes. Nothing of the write was kept, what was there stays readable. */
export class StorageQuotaError extends StorageError {
  override readonly name: string = 'StorageQuotaError';

  constructor(cause?: unknown) {
    super('There is no room in storage for this write, and nothing of it was kept. Delete sessions with clear(), set `retention`, or ask for persistent storage with persist().', { code: 'STORAGE_QUOTA', cause });
  }
}

/** The platform ended a transaction: a damaged disk, a killed process, an unexpected failure. */
export class StorageFailedError extends StorageError {
  override readonly name: string = 'StorageFailedError';

  constructor(cause?: unknown) {
    super('The storage transaction could not be completed; nothing of it was kept. Try again; see `cause`.', { code: 'STORAGE_FAILED', cause });
  }
}
