/** How the memory counts tokens: the library's estimate, unless the application gives a counter of its own. */
export { estimateTokens, type TokenCounter } from '../base/tokens.js';
