/** sluice/guardrails on workerd. */
import './edge/kernels.js';
export * from './guardrails.js';
