/** The audio worker: hosts the audio service and carries audio.wasm with it. */
import { expose } from 'comlink';
import { audioService } from './audio-service.js';
import { loadAudioModule } from './audio-wasm.js';
import { READY } from './ready.js';

expose(audioService(loadAudioModule));
globalThis.postMessage(READY);
