/** sluice/voice on workerd. */
import './edge/kernels.js';
export * from './voice.js';
