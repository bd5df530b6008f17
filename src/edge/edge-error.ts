/**
 * Refusals of the edge: every one is a status, a code and a sentence that a stranger may read. What
 * the cause was stays in the log; a body never holds a user's text, a stack or another user's data.
 */
import { SluiceError } from '../base/errors.js';
import { AuthError } from '../providers/auth.js';
import { PipelineTimeoutError } from '../pipeline/errors.js';
import { StageError } from '../stage/errors.js';
import { StageKind } from '../stage/kind.js';

/** A request is refused. */
export class EdgeError extends SluiceError {
  override readonly name: string = 'EdgeError';
  /** HTTP status. */
  readonly status: number;
  /** Headers of the refusal. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(message, { code, cause });
    this.status = status;
    this.headers = headers;
  }
}

/** The refusal that an error leads to; an unexpected one says nothing of itself. */
export function toEdgeError(error: unknown): EdgeError {
  if (error instanceof EdgeError) return error;
  if (error instanceof AuthError) return new EdgeError(error.status, error.code, error.message, error.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}, error);
  if (error instanceof PipelineTimeoutError) return new EdgeError(504, 'TIMEOUT', 'The answer took too long. Try again.', {}, error);
  if (error instanceof StageError) {
    if (error.kind === StageKind.GUARD) return new EdgeError(422, 'REFUSED', 'The request was refused by a guard.', {}, error);
    return new EdgeError(502, 'RUN_FAILED', 'The answer could not be made. Try again.', {}, error);
  }
  return new EdgeError(500, 'INTERNAL', 'An unexpected error occurred.', {}, error);
}

/** The body of a refusal. */
export function errorBody({ code, message }: EdgeError, requestId: string): { readonly error: { readonly code: string; readonly message: string; readonly request_id: string } } {
  return { error: { code, message, request_id: requestId } };
}
