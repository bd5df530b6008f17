/** Kokoro by kokoro-js: sentence by sentence where the library can, so that the first is heard while the second is made. */
import type { EngineLoader } from './model-engine.js';
import type { VoiceItem, VoiceTask } from './model-message.js';
import type { KokoroModule, RawAudio } from './peer-modules.js';
import { transformersProgress } from './recognizer-engine.js';

/** Makes the loader for a module that is already imported. */
export function voiceEngine({ KokoroTTS }: KokoroModule): EngineLoader<VoiceTask, VoiceItem> {
  return async (model, options, onProgress) => {
    const kokoro = await KokoroTTS.from_pretrained(model, { ...options, progress_callback: transformersProgress(onProgress) });
    return {
      async *run({ text, voice, speed }, signal) {
        const given = { ...(voice === null ? {} : { voice }), speed };
        if (kokoro.stream === undefined) {
          yield item(await kokoro.generate(text, given));
          return;
        }
        // A sentence that is being made cannot be stopped; the ones after it are not begun.
        for await (const { audio } of kokoro.stream(text, given)) {
          if (signal.aborted) return;
          yield item(audio);
        }
      },
      async close() {
        await kokoro.model?.dispose?.();
      },
    };
  };
}

const item = ({ audio, sampling_rate: sampleRate }: RawAudio): VoiceItem => ({ samples: audio, sampleRate });
