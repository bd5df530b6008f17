/**
 * The scanning kernel: one instance, with its own memory, per scanner. Where WebAssembly is refused the
 * same source runs as TypeScript over an ArrayBuffer; nothing above can tell the two apart but by time.
 */
import { Kernel, WasmUnavailableError } from './kernel.js';
import { scanBytes } from './scan-bytes.generated.js';
import type { ScanExports } from './scan-exports.js';
import { createFallbackExports } from './scan-fallback.generated.js';

/** scan.wasm in this realm; `use()` takes a module where no bytes can be compiled. */
export const scanKernel: Kernel = new Kernel('scan', scanBytes, 'text');

/** A fresh instance, or its TypeScript twin where this realm refuses WebAssembly. */
export function createScanExports(): ScanExports {
  try {
    return scanKernel.instantiate().exports as unknown as ScanExports;
  } catch (error) {
    if (!(error instanceof WasmUnavailableError)) throw error;
    return createFallbackExports();
  }
}
