/** The speech kernel on workerd; see `scan-module.ts`. */
import { speechKernel } from '../wasm/speech-kernel.js';
import speech from '../wasm/speech.wasm';

speechKernel.use(speech);
