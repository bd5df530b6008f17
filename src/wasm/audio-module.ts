/**
 * The compiled `audio.wasm` of this realm: loaded once, then at hand for every processor made
 * synchronously. Worklets and workers that receive a module from elsewhere pass it as an option
 * instead and load nothing.
 */
import { SluiceError } from '../base/errors.js';

/** A processor was made before `audio.wasm` was loaded. */
export class AudioNotLoadedError extends SluiceError {
  override readonly name: string = 'AudioNotLoadedError';

  constructor() {
    super('audio.wasm is not loaded in this realm. Await loadAudio() once before creating audio processors, or pass { module }.', { code: 'AUDIO_NOT_LOADED' });
  }
}

let loaded: WebAssembly.Module | undefined;

/** Makes `module` the one that {@link audioModule} gives in this realm. */
export function useAudioModule(module: WebAssembly.Module): void {
  loaded = module;
}

/** The module passed, else the loaded one; throws {@link AudioNotLoadedError} when there is none. */
export function audioModule(module?: WebAssembly.Module): WebAssembly.Module {
  const found = module ?? loaded;
  if (found === undefined) throw new AudioNotLoadedError();
  return found;
}
