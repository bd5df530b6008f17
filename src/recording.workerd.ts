/** sluice/recording on workerd. */
import './edge/audio-module.js';
export * from './recording.js';
