/**
 * The page's side of local models: a recogniser, a voice and a language model that run in a worker of the application,
 * behind the contracts of every other provider.
 */
import { abortable } from '../../base/abortable.js';
import { systemClock, type Clock } from '../../base/clock.js';
import { ClosedError, SluiceError, throwIfAborted } from '../../base/errors.js';
import { refuseUnknownOptions, requireFunction } from '../../base/option.js';
import { Channel } from '../../stream/channel.js';
import { READY } from '../ready.js';
import type { FromWorker, LocalModelFailure, LocalModelKind, LocalModelProgress, LocalModelSpec, ToWorker } from './model-message.js';

/** A local model could not be loaded or broke. */
export class LocalModelError extends SluiceError {
  override readonly name: string = 'LocalModelError';
  /** `missing` (the worker was given no library for it), `load`, `run`, `memory`, `device-lost`, or `worker`. */
  readonly reason: LocalModelFailure | 'worker';
  /** True when another try in this page is of no use. */
  readonly fatal: boolean;

  constructor(kind: LocalModelKind, model: string, reason: LocalModelFailure | 'worker', detail: string) {
    super(`The local ${kind.replace('-', ' ')} '${model}' failed (${reason}, ${detail}). ${MEND[reason]}`, { code: 'LOCAL_MODEL' });
    this.reason = reason;
    this.fatal = reason !== 'run';
  }
}

const MEND: Readonly<Record<LocalModelFailure | 'worker', string>> = {
  missing: 'Pass its library to serveLocalModels in the worker.',
  load: 'Check the name of the model, the network, and that the page may load from there (connect-src).',
  run: 'Ask again, or use another provider behind a fallback.',
  memory: 'Use a smaller model or dtype; a phone has some hundred megabytes for a page.',
  'device-lost': 'The graphics device was lost: close these models and open them again, or use device: \'wasm\'.',
  worker: 'The worker ended or could not be loaded: look at its console, and open the models again.',
};

/** Options of {@link connectLocalModels}. */
export interface LocalModelsOptions {
  /** Makes the worker that calls `serveLocalModels`. Called when the first model is needed. */
  readonly worker: () => Worker;
  /** Hears how much of each model is loaded. */
  readonly onProgress?: (progress: LocalModelProgress & { readonly kind: LocalModelKind; readonly model: string }) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

// A script is loaded or refused within this time on any connection on which the page itself works.
const READY_MS = 15_000;
// Freeing a model takes some hundred milliseconds; after this the worker is ended without it.
const CLOSE_MS = 2000;

interface Call {
  readonly kind: LocalModelKind;
  readonly model: string;
  readonly items: Channel<unknown>;
  failure: Error | undefined;
}

/** Models in one worker. They share its thread: a recogniser waits while the language model of the same worker answers; make two where that matters. */
export class LocalModels {
  readonly clock: Clock;
  readonly #options: LocalModelsOptions;
  readonly #calls = new Map<number, Call>();
  #worker: Promise<Worker> | undefined;
  #count = 0;
  #closing: Promise<void> | undefined;

  /** Use {@link connectLocalModels}. */
  constructor(options: LocalModelsOptions) {
    refuseUnknownOptions('connectLocalModels', options, ['worker', 'onProgress', 'clock']);
    requireFunction('connectLocalModels.worker', options.worker);
    this.#options = options;
    this.clock = options.clock ?? systemClock;
  }

  /** Loads a model, unless it is loaded. Rejects with {@link LocalModelError}. */
  async load(kind: LocalModelKind, spec: LocalModelSpec): Promise<void> {
    await this.#call((id) => ({ type: 'load', id, kind, spec }), kind, spec.model, undefined).next(); // a load gives no items: the first thing that comes is its end
  }

  /** Runs a task on a model, which is loaded first. Rejects with {@link LocalModelError}, or with `AbortedError` at once when `signal` aborts. */
  run<Item>(kind: LocalModelKind, spec: LocalModelSpec, task: Extract<ToWorker, { type: 'run' }>['task'], signal?: AbortSignal): AsyncGenerator<Item, undefined> {
    return this.#call((id) => ({ type: 'run', id, kind, spec, task }), kind, spec.model, signal) as AsyncGenerator<Item, undefined>; // each kind has its items
  }

  /** Frees all models and ends the worker; what waits rejects with `ClosedError`. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async *#call(message: (id: number) => ToWorker, kind: LocalModelKind, model: string, signal: AbortSignal | undefined): AsyncGenerator<unknown, undefined> {
    const what = `The local ${kind.replace('-', ' ')}`;
    if (this.#closing !== undefined) throw new ClosedError('LocalModels');
    throwIfAborted(what, signal);
    const id = ++this.#count;
    const call: Call = { kind, model, items: new Channel({ capacity: 65_536 }), failure: undefined };
    this.#calls.set(id, call);
    let over = false;
    const worker = await abortable(what, (this.#worker ??= this.#open(kind, model)), signal).catch((thrown: unknown) => {
      this.#calls.delete(id);
      throw thrown;
    });
    try {
      worker.postMessage(message(id));
      for (;;) {
        const item = call.items.tryRead() ?? (await abortable(what, call.items.read(), signal));
        if (item === undefined) break;
        yield item;
      }
      over = true;
      if (call.failure !== undefined) throw call.failure;
      return undefined;
    } finally {
      this.#calls.delete(id);
      if (!over) worker.postMessage({ type: 'abort', id } satisfies ToWorker);
    }
  }

  /** Starts the worker; resolves once its script has run. */
  #open(kind: LocalModelKind, model: string): Promise<Worker> {
    return new Promise((resolve, reject) => {
      const worker = this.#options.worker();
      const fail = (detail: string): void => {
        cancel();
        worker.terminate();
        this.#worker = undefined;
        const broken = new LocalModelError(kind, model, 'worker', detail);
        for (const call of this.#calls.values()) this.#end(call, new LocalModelError(call.kind, call.model, 'worker', detail));
        reject(broken);
      };
      const cancel = this.clock.after(READY_MS, () => fail(`silent for ${READY_MS} ms`));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        fail('error');
      });
      worker.addEventListener('message', ({ data }) => {
        if (data === READY) {
          cancel();
          resolve(worker);
        } else this.#take(data as FromWorker);
      });
    });
  }

  #take(message: FromWorker): void {
    const call = this.#calls.get(message.id);
    if (call === undefined) return; // late items of a call that was given up
    const { kind, model } = call;
    if (message.type === 'progress') this.#options.onProgress?.({ ...message.progress, kind, model });
    else if (message.type === 'item') call.items.tryWrite(message.item);
    else this.#end(call, message.type === 'done' ? undefined : new LocalModelError(kind, model, message.code, message.name));
  }

  #end(call: Call, failure: Error | undefined): void {
    call.failure = failure;
    call.items.close();
  }

  async #close(): Promise<void> {
    const opening = this.#worker;
    for (const call of this.#calls.values()) this.#end(call, new ClosedError('LocalModels'));
    const worker = await opening?.catch(() => undefined); // one that could not be loaded has nothing to free
    if (worker === undefined) return;
    const id = ++this.#count;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(CLOSE_MS, resolve);
      worker.addEventListener('message', ({ data }) => {
        if ((data as FromWorker).type !== 'done' || (data as FromWorker).id !== id) return;
        cancel();
        resolve();
      });
      worker.postMessage({ type: 'close', id } satisfies ToWorker);
    });
    worker.terminate();
    this.#calls.clear();
  }
}

/**
 * Gives the handle; starts nothing yet.
 *
 * @example
 * const models = connectLocalModels({ worker: () => new Worker(new URL('./models.worker.js', import.meta.url), { type: 'module' }) });
 * const stt = new LocalRecognizer(models, { model: 'onnx-community/whisper-base' });
 */
export function connectLocalModels(options: LocalModelsOptions): LocalModels {
  return new LocalModels(options);
}
