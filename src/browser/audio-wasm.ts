/** audio.wasm from the bytes that travel with the library, compiled once in each realm. */
import { decodeBase64 } from '../base/base64.js';
import { audioBytes } from '../wasm/audio-bytes.generated.js';

let compiled: Promise<WebAssembly.Module> | undefined;

/** The compiled module; rejects where WebAssembly is refused. */
export function loadAudioModule(): Promise<WebAssembly.Module> {
  compiled ??= inflate(decodeBase64(audioBytes)).then((bytes) => WebAssembly.compile(bytes));
  return compiled;
}

function inflate(bytes: Uint8Array): Promise<ArrayBuffer> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).arrayBuffer();
}
