/** The compiler of patterns, for those who look inside. */
export { compilePatterns, type PatternSource } from './pattern/compile.js';
export type { Program, ProgramCounts } from './pattern/program.js';
export { PatternSyntaxError } from './pattern/syntax-error.js';
