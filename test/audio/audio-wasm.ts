// audio.wasm compiled once for the tests, in Node, Chromium and workerd alike.
import { loadAudio } from '../../src/wasm/audio-load.js';

export const audioWasm: WebAssembly.Module = await loadAudio();
