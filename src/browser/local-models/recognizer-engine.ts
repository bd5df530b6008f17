/** Whisper and Moonshine by transformers.js. */
import type { EngineLoader } from './model-engine.js';
import type { RecognizerResult, RecognizerTask } from './model-message.js';
import type { TransformersModule, TransformersProgress } from './peer-modules.js';

// Whisper hears half a minute at once; longer audio is read in overlapping windows.
const WINDOW_S = 30;
const RATE = 16000;

/** Makes the loader for a module that is already imported. */
export function recognizerEngine({ pipeline, InterruptableStoppingCriteria }: TransformersModule): EngineLoader<RecognizerTask, RecognizerResult> {
  return async (model, options, onProgress) => {
    const recognize = await pipeline('automatic-speech-recognition', model, { ...options, progress_callback: transformersProgress(onProgress) });
    // Other models take neither languages nor times of words, and models of English alone refuse a language.
    const whisper = /whisper/i.test(model);
    return {
      async *run({ samples, language, words }, signal) {
        const stopping = InterruptableStoppingCriteria === undefined ? undefined : new InterruptableStoppingCriteria();
        const stop = (): void => stopping?.interrupt();
        signal.addEventListener('abort', stop, { once: true });
        try {
          const result = await recognize(samples, {
            ...(whisper ? { task: 'transcribe', return_timestamps: words ? 'word' : false } : {}),
            ...(whisper && language !== null && !/\.en\b/.test(model) ? { language } : {}),
            ...(samples.length > WINDOW_S * RATE ? { chunk_length_s: WINDOW_S, stride_length_s: 5 } : {}),
            ...(stopping === undefined ? {} : { stopping_criteria: stopping }),
          });
          const end = samples.length / RATE;
          yield { text: result.text.trim(), words: !whisper || !words ? [] : (result.chunks ?? []).map(({ text, timestamp: [from, to] }) => ({ text: text.trim(), start: from, end: Math.max(from, to ?? end) })) };
        } finally {
          signal.removeEventListener('abort', stop);
        }
      },
      async close() {
        await recognize.dispose?.();
      },
    };
  };
}

/** Progress of transformers.js, and of what is built on it, in our form. */
export function transformersProgress(onProgress: (progress: { readonly ratio: number | null; readonly what: string }) => void): (progress: TransformersProgress) => void {
  return ({ status, file, progress }) => onProgress({ ratio: typeof progress === 'number' ? Math.min(1, Math.max(0, progress / 100)) : null, what: file ?? status });
}
