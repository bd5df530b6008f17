/**
 * Errors of the library across a Comlink call. Comlink carries the name and the message of an error
 * and nothing else, so the code travels in the name.
 */
import { SluiceError, toError } from '../base/errors.js';

const PREFIX = 'sluice:';

/** What a worker throws instead of `thrown`, so that the code arrives. */
export function packError(thrown: unknown): Error {
  if (!SluiceError.isInstance(thrown)) return toError(thrown);
  const packed = new Error(thrown.message);
  packed.name = `${PREFIX}${thrown.code}`;
  return packed;
}

/** The error again, as a `SluiceError` with its code, on the side that called. */
export function unpackError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !thrown.name.startsWith(PREFIX)) return thrown;
  return new SluiceError(thrown.message, { code: thrown.name.slice(PREFIX.length), cause: thrown });
}

/** A service whose asynchronous methods throw what {@link packError} makes of their errors. */
export function carryingErrors<S extends object>(service: S): S {
  const wrapped: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(service)) {
    wrapped[name] = async (...args: unknown[]): Promise<unknown> => {
      try {
        return await (method as (...given: unknown[]) => unknown).apply(service, args);
      } catch (error) {
        throw packError(error);
      }
    };
  }
  return wrapped as S;
}
