/** The audio worker: hosts the audio service and carries audio.wasm with it. */
import { expose } from 'comlink';
import { loadAudio } from '../wasm/audio-load.js';
import { audioService } from './audio-service.js';
import { receivedWasm } from './posted-wasm.js';
import { READY } from './ready.js';

expose(audioService((wasm) => loadAudio(receivedWasm(wasm)), performance.timeOrigin));
globalThis.postMessage(READY);
