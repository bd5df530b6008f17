/** sluice/ai-sdk on workerd. */
import './edge/scan-module.js';
export * from './ai-sdk.js';
