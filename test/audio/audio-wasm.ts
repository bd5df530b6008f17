/** The compiled audio.wasm for tests that construct processors synchronously. */
import { inflateRawSync } from 'node:zlib';
import { audioBytes } from '../../src/wasm/audio-bytes.generated.js';

/** Compiled once per test file. */
export const audioWasm: WebAssembly.Module = new WebAssembly.Module(inflateRawSync(Buffer.from(audioBytes, 'base64')));
