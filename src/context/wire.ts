/**
 * The wire form of plain data: what `toDict()` writes and `fromDict` reads.
 *
 * Writing copies: dates become ISO 8601 texts, bytes base64, sets and maps lists, and anything with
 * a `toDict` its own wire form. A BigInt becomes `{ "__bigint__": "<digits>" }`, so that it survives
 * JSON and comes back as what it was; numbers, texts and null stay. One walk, linear in the size.
 */
import { encodeBase64 } from '../base/base64.js';
import { isPlainObject, type Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { parseIsoDate } from '../base/iso-date.js';
import { InvalidOptionError } from '../base/option.js';

/** A value cannot be written: it contains itself, or is nested beyond what a stack can walk. */
export class NotSerializableError extends SluiceError {
  override readonly name: string = 'NotSerializableError';

  constructor(cause: unknown) {
    super('The data cannot be written: it contains itself or is nested too deeply. Pass a tree of plain records and lists.', { code: 'NOT_SERIALIZABLE', cause });
  }
}

const BIGINT = '__bigint__';

/** Copies `value` into JSON-safe form; throws {@link NotSerializableError} for circular data. */
export function toWire(value: unknown): unknown {
  try {
    return write(value);
  } catch (error) {
    if (error instanceof RangeError) throw new NotSerializableError(error); // the stack's end: circular or too deep
    throw error;
  }
}

/** {@link toWire} for a record. */
export function dataToWire(record: Readonly<Data>): Data {
  return toWire(record) as Data;
}

function write(value: unknown): unknown {
  if (typeof value === 'bigint') return { [BIGINT]: value.toString() };
  if (typeof value !== 'object' || value === null) return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
  if (Array.isArray(value)) return value.map(write);
  if (isPlainObject(value)) return writeRecord(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return encodeBase64(value);
  if (ArrayBuffer.isView(value)) return encodeBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (value instanceof ArrayBuffer) return encodeBase64(new Uint8Array(value));
  if (value instanceof Set) return [...value].map(write);
  if (value instanceof Map) return [...value].map(([key, held]) => [write(key), write(held)]);
  const { toDict } = value as { toDict?: unknown };
  if (typeof toDict === 'function') return toDict.call(value);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return write(toJSON.call(value));
  if (value instanceof Error) return { name: value.name }; // a message may hold a user's text
  return writeRecord(value as Data);
}

function writeRecord(record: Data): Data {
  const copy: Data = {};
  for (const key of Object.keys(record)) {
    const written = write(record[key]);
    if (written !== undefined) setOwn(copy, key, written);
  }
  return copy;
}

/** Undoes what only the library's own wire form has: BigInts come back. Copies. */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (!isPlainObject(value)) return value;
  const digits = value[BIGINT];
  if (typeof digits === 'string' && /^-?\d+$/.test(digits) && Object.keys(value).length === 1) return BigInt(digits);
  const copy: Data = {};
  for (const key of Object.keys(value)) setOwn(copy, key, fromWire(value[key]));
  return copy;
}

/** Sets an own property even when the key is `__proto__`, which an assignment would take as the prototype. */
function setOwn(record: Data, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}

/** Reads a field by its snake_case name, or by the same name in camelCase; `undefined` when there is neither. */
export function readField(dict: Readonly<Data>, name: string): unknown {
  const found = dict[name];
  return found !== undefined ? found : dict[camelCase(name)];
}

const camelCased = new Map<string, string>();

function camelCase(name: string): string {
  let camel = camelCased.get(name);
  if (camel === undefined) {
    camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelCased.set(name, camel); // names are literals of this library, so the map stays small
  }
  return camel;
}

/** Returns `value` when it is a plain record, throws `InvalidOptionError` naming `option` otherwise. */
export function requireRecord(option: string, value: unknown): Data {
  if (isPlainObject(value)) return value;
  throw new InvalidOptionError(option, value, 'a plain record');
}

/** Returns `value` when it is a list, an empty one when it is absent, throws `InvalidOptionError` naming `option` otherwise. */
export function requireList(option: string, value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new InvalidOptionError(option, value, 'a list');
}

/** A text or nothing; throws `InvalidOptionError` naming `option` for anything else. */
export function optionalText(option: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw new InvalidOptionError(option, value, 'a string or null');
}

/** A moment from a Date or an ISO 8601 text (UTC where it names no zone), or nothing, as milliseconds since 1970. */
export function optionalMoment(option: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const date = value instanceof Date ? value : typeof value === 'string' ? parseIsoDate(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw new InvalidOptionError(option, value, 'a valid Date or an ISO 8601 text');
  return date.getTime();
}
