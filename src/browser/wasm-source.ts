/** Compiles WebAssembly from wherever a user has it, so that a module can be posted to workers and worklets. */
import { SluiceError } from '../base/errors.js';
import type { WasmSource } from './entry.js';

/** WebAssembly given by an option could not be fetched or compiled. */
export class WasmSourceError extends SluiceError {
  constructor(option: string, cause: unknown) {
    super(`The WebAssembly given as ${option} could not be loaded. Pass the file of the same version of the package, served as application/wasm, and allow 'wasm-unsafe-eval' in script-src.`, { code: 'WASM_UNAVAILABLE', cause });
  }
}

/** The compiled module. Throws {@link WasmSourceError} naming `option`. */
export async function compileWasm(option: string, source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  try {
    if (source instanceof ArrayBuffer || source instanceof Uint8Array) return await WebAssembly.compile(source as BufferSource);
    const response = source instanceof Response ? source : await fetch(source);
    // Not compileStreaming: a server that serves .wasm under another type is common, and the file is small.
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new WasmSourceError(option, error);
  }
}
