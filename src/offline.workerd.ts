/** sluice/offline on workerd. */
import './edge/audio-module.js';
import './edge/speech-module.js';
export * from './offline.js';
