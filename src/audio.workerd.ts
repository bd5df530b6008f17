/** sluice/audio on workerd. */
import './edge/kernels.js';
export * from './audio.js';
