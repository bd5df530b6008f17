/**
 * The worker's side of local models. It is called in a worker of the application, because the libraries that run models
 * must be found by the application's bundler; a library is imported when its first model is loaded.
 */
import { READY } from '../ready.js';
import { languageModelEngine } from './language-model-engine.js';
import type { EngineLoader, ModelEngine } from './model-engine.js';
import type { FromWorker, LocalModelFailure, LocalModelKind, LocalModelSpec, ToWorker } from './model-message.js';
import type { KokoroModule, TransformersModule, WebLlmModule } from './peer-modules.js';
import { recognizerEngine } from './recognizer-engine.js';
import { voiceEngine } from './voice-engine.js';

/** Where a library comes from: a function that imports it, or the address of its module. */
export type LibrarySource<M> = (() => Promise<M>) | string;

/** Libraries of {@link serveLocalModels}; each is optional. */
export interface LocalLibraries {
  /** For recognisers. */
  readonly transformers?: LibrarySource<TransformersModule>;
  /** For voices. */
  readonly kokoro?: LibrarySource<KokoroModule>;
  /** For language models. */
  readonly webllm?: LibrarySource<WebLlmModule>;
}

/** The part of a worker's scope that is used. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

type AnyEngine = ModelEngine<unknown, unknown>;

/**
 * Serves models to the page that made this worker.
 *
 * @example
 * // models.worker.ts
 * serveLocalModels({ transformers: 'https://models.example/transformers.js', kokoro: 'https://models.example/kokoro.js' });
 */
export function serveLocalModels(libraries: LocalLibraries, scope: WorkerScope = globalThis as unknown as WorkerScope): void {
  const engines = new Map<string, Promise<AnyEngine>>();
  const running = new Map<number, AbortController>();
  const send = (message: FromWorker, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);
  const load = (kind: LocalModelKind, spec: LocalModelSpec, id: number): Promise<AnyEngine> => {
    const key = JSON.stringify([kind, spec]);
    const known = engines.get(key);
    if (known !== undefined) return known;
    const loading = open(libraries, kind).then((loader) => loader(spec.model, spec.options, (progress) => send({ type: 'progress', id, progress })));
    engines.set(key, loading);
    loading.catch(() => engines.delete(key)); // whoever waits gets it; the next call tries again
    return loading;
  };
  const run = async (message: Extract<ToWorker, { type: 'load' | 'run' }>): Promise<void> => {
    const { id } = message;
    const controller = new AbortController();
    running.set(id, controller);
    let failure: LocalModelFailure = 'load';
    try {
      const engine = await load(message.kind, message.spec, id);
      failure = 'run';
      if (message.type === 'run' && !controller.signal.aborted) for await (const item of engine.run(message.task, controller.signal)) send({ type: 'item', id, item }, transferOf(item));
      send({ type: 'done', id });
    } catch (thrown) {
      send({ type: 'failed', id, code: thrown instanceof MissingLibrary ? 'missing' : kindOf(thrown, failure), name: thrown instanceof Error ? thrown.name : typeof thrown });
    } finally {
      running.delete(id);
    }
  };
  const close = async (id: number): Promise<void> => {
    for (const controller of running.values()) controller.abort();
    const closing = [...engines.values()].map((engine) => engine.then((loaded) => loaded.close()));
    engines.clear();
    await Promise.allSettled(closing); // what cannot be freed is freed with the worker
    send({ type: 'done', id });
  };
  scope.addEventListener('message', ({ data }) => {
    const message = data as ToWorker;
    if (message.type === 'abort') running.get(message.id)?.abort();
    else if (message.type === 'close') void close(message.id);
    else void run(message);
  });
  scope.postMessage(READY, []);
}

class MissingLibrary extends Error {
  override readonly name: string = 'MissingLibrary';
}

/** The loader of a kind; imports its library at the first call. */
async function open(libraries: LocalLibraries, kind: LocalModelKind): Promise<EngineLoader<unknown, unknown>> {
  // A loader is only ever given tasks of its own kind.
  if (kind === 'recognizer') return recognizerEngine(await imported(libraries.transformers)) as EngineLoader<unknown, unknown>;
  if (kind === 'voice') return voiceEngine(await imported(libraries.kokoro)) as EngineLoader<unknown, unknown>;
  return languageModelEngine(await imported(libraries.webllm)) as EngineLoader<unknown, unknown>;
}

async function imported<M>(source: LibrarySource<M> | undefined): Promise<M> {
  if (source === undefined) throw new MissingLibrary();
  return typeof source === 'string' ? ((await import(/* @vite-ignore */ /* webpackIgnore: true */ source)) as M) : source();
}

/** Samples move instead of being copied. */
function transferOf(item: unknown): Transferable[] {
  const samples = typeof item === 'object' && item !== null ? (item as { readonly samples?: unknown }).samples : undefined;
  return samples instanceof Float32Array && samples.byteLength === samples.buffer.byteLength ? [samples.buffer] : [];
}

// Libraries say so in prose only; phones end a page that goes on after either.
function kindOf(thrown: unknown, otherwise: LocalModelFailure): LocalModelFailure {
  const { name, message } = thrown instanceof Error ? thrown : { name: '', message: String(thrown) };
  if (/device.{0,20}lost|lost.{0,20}device/i.test(`${name} ${message}`)) return 'device-lost';
  return /out of memory|allocation failed|memory access out of bounds/i.test(message) ? 'memory' : otherwise;
}
