/**
 * The kernels on workerd, which compiles no bytes: imported as modules, which its bundlers understand, and handed to
 * the hosts of src/wasm. Importing this file is all; the faces for workerd do.
 */
import audio from '../wasm/audio.wasm';
import { audioKernel } from '../wasm/audio-load.js';
import { useAudioModule } from '../wasm/audio-module.js';
import scan from '../wasm/scan.wasm';
import { scanKernel } from '../wasm/scan-kernel.js';
import speech from '../wasm/speech.wasm';
import { speechKernel } from '../wasm/speech-kernel.js';

scanKernel.use(scan);
speechKernel.use(speech);
audioKernel.use(audio);
useAudioModule(audio);
