/** What every worker posts when its script has run: only then is it known that it could be loaded. */
export const READY = 'sluice:ready';
