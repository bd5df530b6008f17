/**
 * Runs a stage once per key: the second time its stored output is given instead. For stages with effects,
 * so that a client that repeats a request does not repeat the effect.
 *
 * The key is the stage's own (key and stage name), calls with the same key at the same time share one run,
 * and the same key with other parameters is refused. Only good outputs are stored; a stage that has given
 * live elements is not.
 */
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import type { Data } from '../base/data.js';
import type { StageContext } from '../stage/context.js';
import { derivedContext } from '../stage/derived-context.js';
import type { StageKind } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import { CountedWriter } from '../stream/counted-writer.js';
import { canonicalJson } from './canonical-json.js';
import type { StageWrapper } from './spec.js';

/** What is stored for a key. */
export interface IdempotencyRecord {
  /** Wire form of the output. */
  readonly output: Data;
  /** Hash of the parameters it was made with. */
  readonly paramsHash: string;
  /** Milliseconds since 1970 after which it no longer counts. */
  readonly expiresAtMs: number;
}

/** Keeps records by key. */
export interface IdempotencyStore {
  get(key: string, options?: { readonly signal?: AbortSignal }): Promise<IdempotencyRecord | undefined>;
  set(key: string, record: IdempotencyRecord, options?: { readonly signal?: AbortSignal }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Options of {@link idempotent}. */
export interface IdempotencyOptions {
  /** @default a store in memory */
  readonly store?: IdempotencyStore;
  /** The key of a call; null runs the stage as usual. @default the request id */
  readonly key?: (ctx: StageContext) => string | null;
  /** What must be the same for the same key. @default the turn's text and the data of what settled before */
  readonly params?: (ctx: StageContext) => unknown;
  /** Kinds of stages it is for. @default ['work'] */
  readonly kinds?: readonly StageKind[];
  /** How long a record counts, in milliseconds. @default 86400000 */
  readonly ttlMs?: number;
}

/** The same key came with other parameters. */
export class IdempotencyMismatchError extends SluiceError {
  override readonly name: string = 'IdempotencyMismatchError';

  constructor(stage: string) {
    super(`Stage '${stage}' was called with a key that was used for other parameters. Use a new key for a new request.`, { code: 'IDEMPOTENCY_MISMATCH' });
  }
}

/** A store in memory; entries that no longer count are dropped when they are met, and when there are too many. */
export class InMemoryIdempotencyStore implements IdempotencyStore {
  readonly #records = new Map<string, IdempotencyRecord>();
  readonly #maxRecords: number;

  constructor(options: { readonly maxRecords?: number } = {}) {
    this.#maxRecords = requireNumber('InMemoryIdempotencyStore.maxRecords', options.maxRecords ?? 10000, { min: 1, integer: true });
  }

  async get(key: string): Promise<IdempotencyRecord | undefined> {
    return this.#records.get(key);
  }

  async set(key: string, record: IdempotencyRecord): Promise<void> {
    this.#records.delete(key);
    this.#records.set(key, record);
    if (this.#records.size <= this.#maxRecords) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }

  async delete(key: string): Promise<void> {
    this.#records.delete(key);
  }
}

/**
 * A wrapper that makes stages idempotent.
 *
 * @example
 * new Pipeline().withStage('book', () => StageOutput.ok({ booked: true }), 'work', { wrappers: [idempotent({ key: (ctx) => ctx.requestId })] });
 */
export function idempotent(options: IdempotencyOptions = {}): StageWrapper {
  refuseUnknownOptions('idempotent', options, ['store', 'key', 'params', 'kinds', 'ttlMs']);
  const { store = new InMemoryIdempotencyStore(), key = (ctx) => ctx.requestId, params = defaultParams, kinds = ['work'], ttlMs = 86400000 } = options;
  requireFunction('idempotent.store.get', store?.get);
  requireFunction('idempotent.key', key);
  requireFunction('idempotent.params', params);
  requireNumber('idempotent.ttlMs', ttlMs, { min: 1 });
  const underway = new Map<string, { readonly paramsHash: string; readonly output: Promise<StageOutput> }>();
  return async (ctx, next, spec) => {
    const given = kinds.includes(spec.kind ?? 'transform') ? key(ctx) : null;
    if (given === null) return next();
    if (typeof given !== 'string' || given === '') throw new InvalidOptionError('idempotent.key', given, 'a function that gives a string that is not empty, or null');
    const place = `${spec.name}:${given}`;
    const paramsHash = await hashOf(canonicalJson(params(ctx)));
    for (let running = underway.get(place); running !== undefined; running = underway.get(place)) {
      if (running.paramsHash !== paramsHash) return StageOutput.fail(new IdempotencyMismatchError(spec.name));
      const shared = await running.output;
      if (shared.status !== 'cancel' || ctx.isCancelled) return shared; // a run that was canceled took its stage with it, but not those that waited for it
    }
    const output = (async () => {
      const { signal } = ctx;
      const stored = await store.get(place, { signal });
      if (stored !== undefined && stored.expiresAtMs > ctx.clock.epochMs()) {
        if (stored.paramsHash !== paramsHash) return StageOutput.fail(new IdempotencyMismatchError(spec.name));
        ctx.tryEmitEvent('idempotency.replayed', { stage: spec.name });
        return StageOutput.fromDict(stored.output);
      }
      const writer = new CountedWriter(ctx.output);
      const settled = await next(derivedContext(ctx, { output: writer }));
      if (settled.status === 'ok' && writer.count === 0) await store.set(place, { output: settled.toDict(), paramsHash, expiresAtMs: ctx.clock.epochMs() + ttlMs }, { signal });
      return settled;
    })();
    underway.set(place, { paramsHash, output });
    try {
      return await output;
    } finally {
      underway.delete(place);
    }
  };
}

function defaultParams(ctx: StageContext): unknown {
  return { text: ctx.inputs.rawUserText, prior: Object.fromEntries(Object.entries(ctx.inputs.priorOutputs).map(([stage, output]) => [stage, output.data])) };
}

async function hashOf(text: string): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
