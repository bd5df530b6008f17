/** sluice/testing on workerd. */
import './edge/audio-module.js';
import './edge/scan-module.js';
import './edge/speech-module.js';
export * from './testing.js';
