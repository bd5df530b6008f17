/**
 * What a check found: the kind of violation, how serious it is, and where it stands in the text that
 * was given to the check.
 *
 * A violation never carries the matched text, so that it may be logged, stored and sent. `metadata`
 * is a plain record whose keys are snake_case, because it leaves the process as it is.
 */
import { deepFreeze, frozenCopy, isPlainObject, type Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import { dataToWire, fromWire } from '../context/wire.js';

/** Kinds of violation; the values are those of the wire form. */
export const ViolationType = {
  /** Personal information or a secret. */
  PII_DETECTED: 'pii_detected',
  /** Profane words. */
  PROFANITY: 'profanity',
  /** Slurs, threats and harassment. */
  TOXICITY: 'toxicity',
  /** Longer than the limit. */
  CONTENT_TOO_LONG: 'content_too_long',
  /** More often than the limit. */
  RATE_LIMITED: 'rate_limited',
  /** A subject that the application does not allow. */
  BLOCKED_TOPIC: 'blocked_topic',
  /** An attempt to change, void, reveal or impersonate the instructions of a model. */
  INJECTION_ATTEMPT: 'injection_attempt',
  /** Anything else. */
  CUSTOM: 'custom',
} as const;
export type ViolationType = (typeof ViolationType)[keyof typeof ViolationType];

const TYPES: readonly unknown[] = Object.values(ViolationType);

/** Half-open span `[start, end)` in UTF-16 units of the text that was checked. */
export type Location = readonly [start: number, end: number];

/** Options of {@link PolicyViolation}. */
export interface PolicyViolationInit {
  readonly type: ViolationType;
  /** What was found, for people; never the found text itself. */
  readonly message: string;
  /** From 0 to 1. @default 0.5 */
  readonly severity?: number;
  /** Facts beside; keys in snake_case. @default {} */
  readonly metadata?: Readonly<Data>;
  /** Where it stands. @default null */
  readonly location?: Location | null;
}

const OPTIONS = ['type', 'message', 'severity', 'metadata', 'location'];

/** One violation of a policy. Frozen. */
export class PolicyViolation {
  /** The kind. */
  readonly type: ViolationType;
  /** What was found, for people; never the found text itself. */
  readonly message: string;
  /** How serious it is, from 0 to 1. */
  readonly severity: number;
  /** Facts beside. */
  readonly metadata: Readonly<Data>;
  /** Where it stands, or null where it has no place. */
  readonly location: Location | null;

  /** Throws `InvalidOptionError` for an unknown type, a severity outside 0…1, or a location that is no span. */
  constructor(init: PolicyViolationInit) {
    if (!isPlainObject(init)) throw new InvalidOptionError('PolicyViolation', init, 'a record with type, message, severity, metadata, location');
    refuseUnknownOptions('PolicyViolation', init, OPTIONS);
    if (!TYPES.includes(init.type)) throw new InvalidOptionError('PolicyViolation.type', init.type, `one of ${TYPES.map((type) => `'${String(type)}'`).join(', ')}`);
    if (typeof init.message !== 'string') throw new InvalidOptionError('PolicyViolation.message', init.message, 'a string');
    this.type = init.type;
    this.message = init.message;
    this.severity = init.severity === undefined ? 0.5 : requireNumber('PolicyViolation.severity', init.severity, { min: 0, max: 1 });
    this.metadata = init.metadata === undefined ? NO_METADATA : frozenCopy(init.metadata);
    this.location = init.location === undefined || init.location === null ? null : requireLocation(init.location);
    Object.freeze(this);
  }

  /** Wire form: `type`, `message`, `severity`, `metadata`, `location`. */
  toDict(): Data {
    return { type: this.type, message: this.message, severity: this.severity, metadata: dataToWire(this.metadata), location: this.location === null ? null : [...this.location] };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form; throws `InvalidOptionError` where it is not one. */
  static fromDict(dict: Readonly<Data>): PolicyViolation {
    if (!isPlainObject(dict)) throw new InvalidOptionError('PolicyViolation.fromDict', dict, 'a plain record');
    const { type, message, severity, metadata, location } = dict;
    if (metadata !== undefined && metadata !== null && !isPlainObject(metadata)) throw new InvalidOptionError('PolicyViolation.metadata', metadata, 'a plain record');
    return new PolicyViolation({
      type: type as ViolationType, // checked by the constructor, as are the others
      message: message as string,
      ...(severity === undefined ? {} : { severity: severity as number }),
      ...(metadata === undefined || metadata === null ? {} : { metadata: fromWire(metadata) as Data }),
      ...(location === undefined ? {} : { location: location as Location | null }),
    });
  }
}

const NO_METADATA: Readonly<Data> = deepFreeze({});

function requireLocation(value: unknown): Location {
  if (Array.isArray(value) && value.length === 2) {
    const [start, end] = value as [unknown, unknown];
    if (Number.isInteger(start) && Number.isInteger(end) && (start as number) >= 0 && (end as number) >= (start as number)) return Object.freeze([start as number, end as number] as const);
  }
  throw new InvalidOptionError('PolicyViolation.location', value, 'a pair [start, end] of whole numbers with 0 ≤ start ≤ end, or null');
}
