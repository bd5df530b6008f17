/** sluice/guardrails on workerd. */
import './edge/scan-module.js';
export * from './guardrails.js';
