/**
 * What an application adds to a run. Typed by the type parameter; keys are the application's and are
 * never re-cased. An application whose extensions are more than JSON gives a codec with a name, and
 * reads them back through an {@link ExtensionRegistry}.
 */
import { frozenCopy, type Data } from '../base/data.js';
import { InvalidOptionError, requireName } from '../base/option.js';
import { dataToWire, fromWire, requireRecord } from './wire.js';

/** How a kind of extensions is written and read. */
export interface ExtensionCodec<T extends object = Data> {
  /** Written beside the data as `extensions_type`, so that the reader finds the codec. */
  readonly type: string;
  /** Plain data of the values. */
  encode(values: Readonly<T>): Data;
  /** The values of plain data. */
  decode(data: Readonly<Data>): T;
}

/** A frozen record of application data. */
export class ExtensionBundle<T extends object = Data> {
  /** The record itself: plain records and lists frozen all the way down, bytes and class instances shared. */
  readonly values: Readonly<T>;
  /** The codec, where the application has one. */
  readonly codec: ExtensionCodec<T> | undefined;

  /** Throws `InvalidOptionError` when `values` is not a plain record. */
  constructor(values: Readonly<T> = {} as T, codec?: ExtensionCodec<T>) {
    this.values = frozenCopy(requireRecord('ExtensionBundle.values', values)) as T;
    this.codec = codec;
    Object.freeze(this);
  }

  /** Name of the codec, or null: the seeds' `extensions_type`. */
  get extensionsType(): string | null {
    return this.codec?.type ?? null;
  }

  /** The value of `key`, else `fallback`. Inherited properties do not count. */
  get<K extends keyof T & string>(key: K): T[K] | undefined;
  get<K extends keyof T & string, F>(key: K, fallback: F): Exclude<T[K], undefined> | F;
  get(key: string, fallback?: unknown): unknown {
    const value: unknown = Object.hasOwn(this.values, key) ? (this.values as Data)[key] : undefined;
    return value === undefined ? fallback : value;
  }

  /** True when `key` is there, whatever its value. */
  has(key: string): boolean {
    return Object.hasOwn(this.values, key);
  }

  /** The keys, in order. */
  keys(): readonly string[] {
    return Object.keys(this.values);
  }

  /** A copy with more values. */
  with(values: Partial<T>): ExtensionBundle<T> {
    return new ExtensionBundle<T>({ ...this.values, ...values }, this.codec);
  }

  /** Wire form: the codec's, else the record's. */
  toDict(): Data {
    return dataToWire(this.codec === undefined ? (this.values as Data) : this.codec.encode(this.values));
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, through `codec` where given. */
  static fromDict<T extends object = Data>(dict: Readonly<Data>, codec?: ExtensionCodec<T>): ExtensionBundle<T> {
    const data = fromWire(dict) as Data;
    return new ExtensionBundle<T>(codec === undefined ? (data as T) : codec.decode(data), codec);
  }
}

/** The bundle without anything: shared by every snapshot that has none. */
export const noExtensions: ExtensionBundle = new ExtensionBundle();

/** Returns a bundle of `given`, which may be one already, a plain record, or nothing. */
export function toExtensionBundle(given: ExtensionBundle | Readonly<Data> | null | undefined): ExtensionBundle {
  if (given === undefined || given === null) return noExtensions;
  return given instanceof ExtensionBundle ? given : new ExtensionBundle(given);
}

/** The codecs a reader knows, by name. No global one exists: the reader passes its own. */
export class ExtensionRegistry {
  readonly #codecs = new Map<string, ExtensionCodec>();

  /** Adds a codec; throws `InvalidOptionError` when its name is taken. */
  register<T extends object>(codec: ExtensionCodec<T>): this {
    const type = requireName('ExtensionCodec.type', codec.type);
    if (this.#codecs.has(type)) throw new InvalidOptionError('ExtensionRegistry.register.type', type, 'a name that no codec has yet');
    this.#codecs.set(type, codec as unknown as ExtensionCodec);
    return this;
  }

  /** The codec of that name. */
  get(type: string): ExtensionCodec | undefined {
    return this.#codecs.get(type);
  }
}
