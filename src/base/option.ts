/**
 * Validation of options: at once, in the constructor, naming the option, the type of what was given
 * and what is allowed. The value itself is never printed, because it may be a user's.
 */
import { SluiceError } from './errors.js';

/** An option has the wrong type or lies outside its range. */
export class InvalidOptionError extends SluiceError {
  override readonly name: string = 'InvalidOptionError';
  /** Path of the option, for example `PIIDetector.redactionChar`. */
  readonly option: string;
  /** What the option may be. */
  readonly allowed: string;

  constructor(option: string, value: unknown, allowed: string, message: string = `Option ${option} must be ${allowed}; a value of type ${typeName(value)} was given.`) {
    super(message, { code: 'INVALID_OPTION' });
    this.option = option;
    this.allowed = allowed;
  }
}

/** The error for a key that is none of `known`. */
export function unknownOption(owner: string, key: string, known: readonly string[], hint = ''): InvalidOptionError {
  const names = known.join(', ');
  return new InvalidOptionError(`${owner}.${key}`, undefined, `one of ${names}`, `Option ${owner}.${key}: there is no such option. Correct its name or leave it out; ${owner} has ${names}.${hint}`);
}

/** Range of a number option; bounds are inclusive. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  /** Only whole numbers. @default false */
  readonly integer?: boolean;
}

/** Returns `value` when it is a finite number in range, throws {@link InvalidOptionError} otherwise. */
export function requireNumber(option: string, value: unknown, range: NumberRange = {}): number {
  const { min = -Infinity, max = Infinity, integer = false } = range;
  if (typeof value === 'number' && value >= min && value <= max && Number.isFinite(value) && (!integer || Number.isInteger(value))) return value;
  const kind = integer ? 'a whole number' : 'a finite number';
  const bounds = min !== -Infinity && max !== Infinity ? ` from ${min} to ${max}` : min !== -Infinity ? ` of at least ${min}` : max !== Infinity ? ` of at most ${max}` : '';
  throw new InvalidOptionError(option, value, kind + bounds);
}

/** Returns `value` when it is one of `allowed`, throws {@link InvalidOptionError} otherwise. */
export function requireOneOf<T extends string>(option: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new InvalidOptionError(option, value, `one of ${allowed.map((one) => `'${one}'`).join(', ')}`);
  return found;
}

/** Returns `value` when it is a string that is not empty, throws {@link InvalidOptionError} otherwise. */
export function requireName(option: string, value: unknown): string {
  if (typeof value === 'string' && value.length > 0) return value;
  throw new InvalidOptionError(option, value, 'a string that is not empty');
}

/** Returns `value` when it is a boolean, throws {@link InvalidOptionError} otherwise. */
export function requireBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidOptionError(option, value, 'true or false');
}

/** Returns `value` when it is a function, throws {@link InvalidOptionError} otherwise. */
export function requireFunction<F>(option: string, value: F): F {
  if (typeof value === 'function') return value;
  throw new InvalidOptionError(option, value, 'a function');
}

/** Returns `value` when it has all of `methods`, throws {@link InvalidOptionError} that says `what` it must be otherwise. */
export function requireMethods<T>(option: string, value: T, what: string, ...methods: readonly string[]): T {
  const held = Object(value ?? {}) as Record<string, unknown>; // methods may be inherited
  if (methods.every((method) => typeof held[method] === 'function')) return value;
  throw new InvalidOptionError(option, value, `${what} (with ${methods.join(', ')})`);
}

/** Throws {@link InvalidOptionError} for options that are no record, and for every key that is not in `known`. Unknown options are errors, never ignored. */
export function refuseUnknownOptions(owner: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new InvalidOptionError(owner, options, 'a record of options');
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw unknownOption(owner, key, known);
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
