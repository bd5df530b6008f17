/**
 * Loading of worker and worklet entries: first the file, then a Blob of the same self-contained
 * source where the file cannot be loaded (bundlers that do not copy it), then one error that names
 * the directive or the option to set. A worker counts as loaded once it has said so itself, because a
 * browser reports a script that is missing, of the wrong type or refused by policy only afterwards.
 */
import type { Clock } from '../base/clock.js';
import { AbortedError, SluiceError } from '../base/errors.js';
import { READY } from './ready.js';

/** Where a worker comes from, when not from the file beside the library. The first one given is used. */
export interface WorkerSource {
  /** Address of the self-contained file (`sluice/browser/scan.worker`, `sluice/browser/audio.worker`). */
  readonly url?: string | URL;
  /** JavaScript of the self-contained file. */
  readonly source?: string;
  /** Makes the worker in any other way; it must run the self-contained file. */
  readonly create?: () => Worker;
}

/** Where a worklet comes from, when not from the file beside the library. The first one given is used. */
export type WorkletSource = Pick<WorkerSource, 'url' | 'source'>;

/** One entry of the library, with its ways of loading. */
export interface Entry {
  /** Name of the file without `.js`, for example `scan.worker`. */
  readonly name: string;
  /** Option that takes another address, for messages. */
  readonly option: string;
  /** The source for a Blob. */
  readonly inline: () => Promise<string>;
}

/** A worklet entry: its file is added to a context by address. */
export interface WorkletEntry extends Entry {
  /** Address of the file. */
  readonly url: () => URL;
}

/** A worker or worklet could be loaded neither from its file nor from a Blob. */
export class WorkerUnavailableError extends SluiceError {
  override readonly name: string = 'WorkerUnavailableError';
  /** What the page's policy refused, when the browser said so. */
  readonly directive: string | null;

  constructor(entry: Entry, kind: 'worker' | 'worklet', directive: string | null, cause: unknown) {
    const allow = kind === 'worker' ? '`worker-src \'self\' blob:`' : '`script-src \'self\' \'wasm-unsafe-eval\'`';
    const refused = directive === null ? '' : ` The page’s Content-Security-Policy refused it (${directive}).`;
    super(`The ${kind} ${entry.name}.js could be loaded neither from its file nor from a Blob.${refused} Serve the file of the package as JavaScript and pass its address as ${entry.option}, or allow it with ${allow} in the Content-Security-Policy.`, { code: 'WORKER_UNAVAILABLE', cause });
    this.directive = directive;
  }
}

// A script is loaded or refused within this time on any connection on which the page itself works.
const READY_MS = 15_000;

/** Options of {@link openWorker}. */
export interface OpenOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Starts a worker: what `source` says, else the file, else the Blob. Throws {@link WorkerUnavailableError}. */
export async function openWorker(entry: Entry, spawnFile: () => Worker, source: WorkerSource | undefined, options: OpenOptions): Promise<Worker> {
  const asModule = (url: string | URL): Worker => new Worker(url, { type: 'module' });
  const { create, url, source: text } = source ?? {};
  const fromText = (code: string): Promise<Worker> => withBlob(code, (address) => started(() => asModule(address), entry, options));
  return firstThatLoads(
    entry,
    'worker',
    create !== undefined ? [() => started(create, entry, options)]
    : url !== undefined ? [() => started(() => asModule(url), entry, options)]
    : text !== undefined ? [() => fromText(text)]
    : [() => started(spawnFile, entry, options), async () => fromText(await entry.inline())],
    options.signal,
  );
}

// A processor's name can be registered once in a context, whatever address its code came from.
const added = new WeakMap<BaseAudioContext, Set<string>>();

/** Adds a worklet module to `context`, once: what `source` says, else the file, else the Blob. Throws {@link WorkerUnavailableError}. */
export async function addWorklet(context: BaseAudioContext, entry: WorkletEntry, source?: WorkletSource): Promise<void> {
  const names = added.get(context) ?? new Set<string>();
  if (names.has(entry.name)) return;
  const { url, source: text } = source ?? {};
  const fromText = (code: string): Promise<void> => withBlob(code, (address) => context.audioWorklet.addModule(address));
  await firstThatLoads(
    entry,
    'worklet',
    url !== undefined ? [() => context.audioWorklet.addModule(url)]
    : text !== undefined ? [() => fromText(text)]
    : [() => context.audioWorklet.addModule(entry.url()), async () => fromText(await entry.inline())],
  );
  added.set(context, names.add(entry.name));
}

async function firstThatLoads<T>(entry: Entry, kind: 'worker' | 'worklet', ways: readonly (() => Promise<T>)[], signal?: AbortSignal): Promise<T> {
  const policy = watchPolicy();
  const failures: unknown[] = [];
  try {
    for (const way of ways) {
      try {
        return await way();
      } catch (error) {
        if (signal?.aborted === true) throw new AbortedError(`Loading ${entry.name}`, signal.reason);
        failures.push(error);
      }
    }
    throw new WorkerUnavailableError(entry, kind, policy.directive(), new AggregateError(failures, `${entry.name}: ${failures.length} ways failed`));
  } finally {
    policy.stop();
  }
}

async function withBlob<T>(code: string, use: (url: string) => Promise<T>): Promise<T> {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    return await use(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

// Resolves once the worker has said READY; ends it and rejects when it cannot.
function started(make: () => Worker, entry: Entry, { clock, signal }: OpenOptions): Promise<Worker> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new AbortedError(`Loading ${entry.name}`, signal.reason));
    const worker = make();
    const settle = (error?: unknown): void => {
      cancel();
      worker.removeEventListener('message', onMessage);
      worker.removeEventListener('error', onError);
      signal?.removeEventListener('abort', onAbort);
      if (error === undefined) return resolve(worker);
      worker.terminate();
      reject(error);
    };
    const onMessage = (event: MessageEvent): void => {
      if (event.data === READY) settle();
    };
    const onError = (event: Event): void => {
      event.preventDefault();
      settle(new SluiceError(`The script of ${entry.name} could not be loaded or failed while it ran.`, { code: 'WORKER_SCRIPT', cause: 'error' in event ? event.error : undefined }));
    };
    const onAbort = (): void => settle(new AbortedError(`Loading ${entry.name}`, signal?.reason));
    const cancel = clock.after(READY_MS, () => settle(new SluiceError(`${entry.name} did not answer within ${READY_MS} ms.`, { code: 'WORKER_SILENT' })));
    worker.addEventListener('message', onMessage);
    worker.addEventListener('error', onError);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

// Collects the first directive that the page's policy enforces against a load while it is watched.
function watchPolicy(): { directive(): string | null; stop(): void } {
  let found: string | null = null;
  if (typeof document === 'undefined') return { directive: () => null, stop: () => undefined };
  const listen = (event: SecurityPolicyViolationEvent): void => {
    if (event.disposition === 'enforce') found ??= event.effectiveDirective;
  };
  document.addEventListener('securitypolicyviolation', listen);
  return { directive: () => found, stop: () => document.removeEventListener('securitypolicyviolation', listen) };
}
