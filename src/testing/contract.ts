/** The parts of contract suites: cases that any test runner can run, and assertions without one. */
import { SluiceError } from '../base/errors.js';

/** One case of a contract. */
export interface ContractCase {
  /** A sentence about behaviour. */
  readonly name: string;
  /** Rejects with {@link ContractError} when the behaviour is not there. */
  readonly run: () => Promise<void>;
}

/** An implementation does not do what its contract says. */
export class ContractError extends SluiceError {
  override readonly name: string = 'ContractError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'CONTRACT', cause });
  }
}

/** Makes a frozen {@link ContractCase}. */
export function contractCase(name: string, run: () => Promise<void>): ContractCase {
  return Object.freeze({ name, run });
}

/** Throws {@link ContractError} unless `found` and `expected` are the same plain data. */
export function equal(found: unknown, expected: unknown): void {
  const a = JSON.stringify(found);
  const b = JSON.stringify(expected);
  if (a !== b) throw new ContractError(`Expected ${clip(b)}, found ${clip(a)}.`);
}

/** Throws {@link ContractError} unless `condition` holds. */
export function truthy(condition: boolean, what: string): void {
  if (!condition) throw new ContractError(`Not so: ${what}.`);
}

/** Throws {@link ContractError} unless `work` rejects; gives what it rejected with. */
export async function rejects(work: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new ContractError(`Expected a rejection: ${what}.`);
}

function clip(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
