/** Language models by WebLLM, whose engine takes and gives what a chat-completions server does. */
import type { EngineLoader } from './model-engine.js';
import type { LanguageModelTask } from './model-message.js';
import type { WebLlmModule } from './peer-modules.js';

/** Makes the loader for a module that is already imported. Items are chunks of a chat completion. */
export function languageModelEngine({ CreateMLCEngine }: WebLlmModule): EngineLoader<LanguageModelTask, unknown> {
  return async (model, options, onProgress) => {
    const engine = await CreateMLCEngine(model, { ...options, initProgressCallback: ({ progress, text }: { readonly progress?: number; readonly text?: string }) => onProgress({ ratio: typeof progress === 'number' ? Math.min(1, Math.max(0, progress)) : null, what: text ?? 'loading' }) });
    return {
      async *run({ body }, signal) {
        const stop = (): void => void engine.interruptGenerate();
        signal.addEventListener('abort', stop, { once: true });
        try {
          // An interrupted generation ends by itself; leaving it earlier would block the engine's next answer.
          for await (const chunk of await engine.chat.completions.create({ ...body, stream: true, stream_options: { include_usage: true } })) if (!signal.aborted) yield chunk;
        } finally {
          signal.removeEventListener('abort', stop);
        }
      },
      close: () => engine.unload(),
    };
  };
}
