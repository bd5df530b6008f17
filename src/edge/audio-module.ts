/** The audio kernel on workerd; see `scan-module.ts`. */
import { audioKernel } from '../wasm/audio-load.js';
import { useAudioModule } from '../wasm/audio-module.js';
import audio from '../wasm/audio.wasm';

audioKernel.use(audio);
useAudioModule(audio);
