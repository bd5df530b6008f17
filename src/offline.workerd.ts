/** sluice/offline on workerd. */
import './edge/kernels.js';
export * from './offline.js';
