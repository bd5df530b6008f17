/** sluice/edge on workerd. */
import './edge/kernels.js';
export * from './edge.js';
