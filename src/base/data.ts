/**
 * Plain records, and the one way to freeze them.
 *
 * Snapshots are copied once at the boundary and frozen deep; typed arrays cannot be frozen and are
 * shared by contract; what a caller or a provider owns is never frozen.
 */

/** A plain record whose values are not known to the library. */
export type Data = Record<string, unknown>;

/**
 * What earlier stages left behind, where no type says it. A graph's builder tells its stages; a stage
 * written on its own may read any name, and any value of it, unchecked: the one `any` of the library.
 */
export type UntypedPrior = any;

/** True for objects made by `{}` or `Object.create(null)`: not arrays, not class instances. */
export function isPlainObject(value: unknown): value is Data {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Copies plain records and arrays, and freezes the copies, all the way down. Other objects are kept as they are. */
export function frozenCopy<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as unknown as T;
  if (!isPlainObject(value)) return value;
  const copy: Data = {};
  for (const key of Object.keys(value)) {
    // an assignment to `__proto__` would set the prototype; JSON can hold such a key
    if (key === '__proto__') Object.defineProperty(copy, key, { value: frozenCopy(value[key]), enumerable: true });
    else copy[key] = frozenCopy(value[key]);
  }
  return Object.freeze(copy) as T;
}

/** Freezes plain records and arrays in place, all the way down. Only for values the library itself has made. */
export function deepFreeze<T>(value: T): T {
  if ((Array.isArray(value) || isPlainObject(value)) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
