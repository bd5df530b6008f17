// One row of the seed tables: a public name of the five documents, in the spelling of this house (members, options and
// data keys camelCase; wire forms and event names as they were), with everything that can be asked of it at run time.

/** The library under test: everything its public entries export. */
// The rows go through the library by name, as a user without types does, so the compiler has nothing to say here.
export type Lib = any;

/** A public name and what the documents say of it. */
export interface Row {
  readonly name: string;
  /** `type` for protocols and result shapes, which test/types/protocols.ts compiles. */
  readonly kind: 'class' | 'function' | 'constants' | 'type';
  /** An instance made with as little as the document allows. */
  readonly make?: (lib: Lib) => object;
  /** Instances made with every option that the document names; an unknown option is refused, so a missing one throws. */
  readonly options?: (lib: Lib) => unknown;
  /** Readable on what `make` gives. */
  readonly members?: readonly string[];
  readonly statics?: readonly string[];
  /** Values on what `make` gives. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Values of a constants object. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** What the document shows it doing; throws or gives false when it does not. */
  readonly does?: Readonly<Record<string, (lib: Lib) => unknown>>;
}

/** One thing asked: its key for the list of what is missing, and how it is asked. */
export interface Aspect {
  readonly key: string;
  readonly ask: (lib: Lib, types: ReadonlySet<string>) => unknown;
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b) || (a === undefined && b === null);

/** Everything that a row asks. */
export function aspects(row: Row): Aspect[] {
  const { name, kind } = row;
  const made = (lib: Lib): Record<string, unknown> => (row.make?.(lib) ?? lib[name]) as Record<string, unknown>;
  const list: Aspect[] = [{
    key: name,
    ask: (lib, types) => (kind === 'type' ? types.has(name) : kind === 'constants' ? typeof lib[name] === 'object' : typeof lib[name] === 'function'),
  }];
  if (row.make !== undefined && kind === 'class') list.push({ key: `new ${name}`, ask: (lib) => typeof row.make?.(lib) === 'object' });
  if (row.options !== undefined) list.push({ key: `${name} options`, ask: (lib) => row.options?.(lib) });
  for (const member of row.members ?? []) list.push({ key: `${name}.${member}`, ask: (lib) => member in made(lib) });
  for (const member of row.statics ?? []) list.push({ key: `${name}.${member} (static)`, ask: (lib) => member in lib[name] });
  for (const [member, value] of Object.entries(row.defaults ?? {})) list.push({ key: `${name}.${member} = ${JSON.stringify(value)}`, ask: (lib) => same(made(lib)[member], value) });
  for (const [member, value] of Object.entries(row.values ?? {})) list.push({ key: `${name}.${member} = ${JSON.stringify(value)}`, ask: (lib) => same(lib[name][member], value) });
  for (const [what, ask] of Object.entries(row.does ?? {})) list.push({ key: `${name}: ${what}`, ask: (lib) => ask(lib) });
  return list;
}

/** An identifier for the examples. */
export const SESSION = '550e8400-e29b-41d4-a716-446655440000';

/** A stage context with a session and a text, as the documents build it. */
export function contextFor(lib: Lib, init: { inputText?: string; outputs?: Record<string, unknown>; extensions?: Record<string, unknown>; ports?: unknown; eventSink?: unknown } = {}): Lib {
  const snapshot = new lib.ContextSnapshot({ sessionId: SESSION, inputText: init.inputText ?? 'Hello', ...(init.extensions === undefined ? {} : { extensions: init.extensions }) });
  const outputs = init.outputs ?? {};
  const inputs = lib.createStageInputs({ snapshot, priorOutputs: outputs, declaredDeps: Object.keys(outputs), ...(init.ports === undefined ? {} : { ports: init.ports }) });
  return new lib.StageContext({ snapshot, inputs, ...(init.eventSink === undefined ? {} : { eventSink: init.eventSink }) });
}

/** Throws when the two differ in JSON. */
export function equal(actual: unknown, expected: unknown): true {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
  return true;
}

/** Throws when `keys` are not all in `value`. */
export function hasKeys(value: object, ...keys: string[]): true {
  const lacking = keys.filter((key) => !(key in value));
  if (lacking.length > 0) throw new Error(`lacks ${lacking.join(', ')}; has ${Object.keys(value).join(', ')}`);
  return true;
}
