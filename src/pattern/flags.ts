/**
 * The flags of a pattern, after those that change nothing have been dropped.
 */
import { PatternSyntaxError } from './syntax-error.js';

/** Flags that change what a pattern matches. */
export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly unicodeSets: boolean;
  readonly sticky: boolean;
}

/** Reads flags; `u`, `g` and `d` change nothing. Throws {@link PatternSyntaxError} for unknown, repeated or contradictory ones. */
export function parseFlags(flags: string): PatternFlags {
  for (let n = 0; n < flags.length; n++) {
    if (!'dgimsuvy'.includes(flags[n] ?? '')) throw new PatternSyntaxError('an unknown flag', n, 'Flags may be any of d g i m s u v y.');
    if (flags.indexOf(flags[n] ?? '') !== n) throw new PatternSyntaxError('a repeated flag', n, 'Give every flag once.');
  }
  if (flags.includes('u') && flags.includes('v')) throw new PatternSyntaxError('both the u and the v flag', flags.indexOf('v'), 'Give one of them.');
  return {
    ignoreCase: flags.includes('i'),
    multiline: flags.includes('m'),
    dotAll: flags.includes('s'),
    unicodeSets: flags.includes('v'),
    sticky: flags.includes('y'),
  };
}
