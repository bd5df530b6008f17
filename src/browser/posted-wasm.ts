/** WebAssembly on its way to a worker: what of the ways a user may have it can be posted. */
import type { KernelSource } from '../wasm/kernel.js';

/** A module, bytes, or an address that the worker fetches; `null` means the bytes that travel with it. */
export type PostedWasm = WebAssembly.Module | ArrayBuffer | Uint8Array | string | null;

/** The postable form of `source`. A response is read here, because it cannot be posted. */
export async function postableWasm(source: KernelSource | undefined): Promise<PostedWasm> {
  if (source === undefined) return null;
  if (source instanceof URL) return source.href;
  return source instanceof Response ? source.arrayBuffer() : source;
}

/** What arrived, as kernels take it. */
export function receivedWasm(posted: PostedWasm): KernelSource | undefined {
  if (posted === null) return undefined;
  return typeof posted === 'string' ? new URL(posted) : posted;
}
