/** sluice/audio on workerd. */
import './edge/audio-module.js';
export * from './audio.js';
