// A worker with stand-ins for the libraries that run models: the same interface, no model. What they are asked is told to the page beside the protocol.
import type { KokoroModule, TransformersModule, WebLlmModule } from '../../../src/browser/local-models/peer-modules.js';
import { serveLocalModels } from '../../../src/browser/local-models/serve-local-models.js';

// The test runner wraps every dynamic import of a page in a function of its own, which workers do not have.
Object.assign(globalThis, { __vitest_browser_runner__: { wrapDynamicImport: <T>(run: () => T): T => run() } });

const tell = (what: string, detail: unknown = null): void => globalThis.postMessage({ standIn: what, detail });

class Stopping {
  stopped: () => void = () => undefined;
  readonly stop = new Promise<void>((resolve) => (this.stopped = resolve));
  interrupt(): void {
    this.stopped();
  }
  reset(): void {
    // made anew for each task
  }
}

const transformers: TransformersModule = {
  InterruptableStoppingCriteria: Stopping,
  async pipeline(_task, model, options) {
    tell('pipeline', { model, device: options['device'] });
    if (model === 'nowhere/whisper') throw new Error('404: the user said something secret');
    const progress = options['progress_callback'] as (one: unknown) => void;
    progress({ status: 'progress', file: 'encoder.onnx', progress: 50 });
    progress({ status: 'ready' });
    return Object.assign(
      async (samples: Float32Array, given: Readonly<Record<string, unknown>>) => {
        const { stopping_criteria: stopping, ...others } = given as { stopping_criteria?: Stopping };
        tell('recognize', { length: samples.length, first: samples[0], ...others });
        if (samples[0] === 0.5) {
          await stopping?.stop;
          tell('stopped');
        }
        if (samples[0] === 0.75) throw new Error('GPUDevice was lost: my secret');
        return { text: ' hello there ', chunks: [{ text: ' hello', timestamp: [0.1, 0.4] as const }, { text: ' there', timestamp: [0.4, null] as const }] };
      },
      { dispose: () => Promise.resolve(tell('disposed', model)) },
    );
  },
};

const kokoro: KokoroModule = {
  KokoroTTS: {
    from_pretrained: (model, options) => {
      tell('kokoro', { model, dtype: options['dtype'] });
      const make = (text: string): { audio: Float32Array; sampling_rate: number } => ({ audio: new Float32Array(text.length).fill(0.25), sampling_rate: 24000 });
      return Promise.resolve({
        generate: (text: string) => Promise.resolve(make(text)),
        async *stream(text: string, options: { readonly voice?: string; readonly speed?: number }) {
          for (const sentence of text.split(/(?<=\.) /)) {
            tell('speak', { sentence, ...options });
            yield { audio: await Promise.resolve(make(sentence)) };
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        },
        model: { dispose: () => Promise.resolve(tell('disposed', model)) },
      });
    },
  },
};

const webllm: WebLlmModule = {
  async CreateMLCEngine(model, options) {
    (options['initProgressCallback'] as (one: unknown) => void)({ progress: 0.5, text: 'fetching' });
    let interrupted: () => void = () => undefined;
    return {
      chat: { completions: { async create(body) {
        tell('chat', body);
        const endless = JSON.stringify(body).includes('endless');
        return (async function* () {
          yield { choices: [{ delta: { content: 'Hel' } }] };
          if (endless) await new Promise<void>((resolve) => (interrupted = resolve));
          yield { choices: [{ delta: { content: 'lo' }, finish_reason: 'stop' }] };
          yield { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } };
          tell('drained');
        })();
      } } },
      interruptGenerate() {
        tell('interrupted');
        interrupted();
      },
      unload: () => Promise.resolve(tell('disposed', model)),
    };
  },
};

const which = new URL(globalThis.location.href).searchParams.get('libraries');
if (which === 'none') serveLocalModels({});
else if (which === 'url') serveLocalModels({ transformers: new URL('./stand-in-library.ts', import.meta.url).href });
else serveLocalModels({ transformers: () => Promise.resolve(transformers), kokoro: () => Promise.resolve(kokoro), webllm: () => Promise.resolve(webllm) });
