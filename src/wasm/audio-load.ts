/**
 * Loads `audio.wasm` for this realm from the bytes that travel with the library. Apart from
 * `audio-module.ts`, so that worklets, which are handed a compiled module, do not carry the bytes.
 */
import { audioBytes } from './audio-bytes.generated.js';
import { useAudioModule } from './audio-module.js';
import { Kernel, type KernelSource } from './kernel.js';

/** audio.wasm of this package. */
export const audioKernel: Kernel = new Kernel('audio', audioBytes, 'deflate');

/**
 * Makes `audio.wasm` ready for every audio processor of this realm; await it once before the first.
 * Compiles the inline bytes, or `source`. Rejects with `WasmUnavailableError` where nothing can be
 * compiled.
 */
export async function loadAudio(source?: KernelSource): Promise<WebAssembly.Module> {
  const module = await audioKernel.load(source);
  useAudioModule(module);
  return module;
}
