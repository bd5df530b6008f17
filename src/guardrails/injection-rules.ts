/**
 * The rules of injection: families of weighted phrases. No phrase decides alone unless it can mean
 * nothing else; the weights of the families that meet in one window are added.
 */
import { CompiledPatterns } from '../pattern/compiled-pattern.js';
import { INJECTION_PACKED, INJECTION_VERSION } from './built-in.generated.js';
import type { Rule } from './rule.js';
import { ViolationType } from './violation.js';

/** One family member: what it weighs, and where it counts. */
export interface InjectionRule {
  readonly family: string;
  readonly weight: number;
  readonly rule: Rule;
}

/** What each family weighs, in the order of `INJECTION_PATTERNS`. */
export const INJECTION_WEIGHTS: Readonly<Record<string, number>> = {
  override: 1.2, 'override.strict': 1.2, 'override.soft': 0.9, 'override.everything': 1.2, 'override.void': 1.2, 'override.obey': 0.8, 'override.notan': 0.7, 'override.above': 1.1,
  'override.weak': 0.6, 'override.new': 0.8, persona: 1.3, 'persona.jailbroken': 0.8, 'persona.twofold': 0.8, 'persona.ai': 0.35, 'persona.answer': 1.3, mode: 0.8, 'mode.clear': 1.1,
  'mode.enter': 0.5, norules: 0.9, 'norules.you': 1.0, role: 0.7, swap: 0.5, 'role.play': 0.4, unaligned: 0.8, leak: 1.2, 'leak.soft': 0.8, 'leak.own': 1.0, 'leak.given': 1.0, 'leak.system': 0.7,
  verbatim: 0.4, 'leak.above': 0.8, 'leak.all': 1.1, delimiter: 1.1, 'delimiter.system': 0.9, 'delimiter.turn': 0.7, addressed: 0.6, order: 0.5, exfil: 1.0, secrecy: 0.5, credentials: 0.5,
  authority: 0.5, compliance: 0.4, hijack: 0.5, 'hijack.pwned': 1.0, 'ml.de': 1.2, 'ml.fr': 1.2, 'ml.es': 1.2, 'ml.it': 1.2, 'ml.pt': 1.2, 'ml.nl': 1.2, 'ml.pl': 1.2, 'ml.sv': 1.2, 'ml.ru': 1.2,
  'ml.uk': 1.2, 'ml.tr': 1.2, 'ml.ar': 1.2, 'ml.hi': 1.2, 'ml.zh': 1.2, 'ml.ja': 1.2, 'ml.ko': 1.2, 'ml.id': 1.2, 'ml.vi': 1.2,
};

const compiled = new CompiledPatterns(INJECTION_PACKED, INJECTION_VERSION);

/** Built-in rules. */
export const INJECTION_RULES: readonly InjectionRule[] = Object.entries(INJECTION_WEIGHTS).map(([family, weight], number) => ({
  family,
  weight,
  rule: { id: `injection.${family}`, pattern: compiled.pattern(number), type: ViolationType.INJECTION_ATTEMPT, severity: Math.min(1, weight), verify: family.startsWith('leak') ? isDefinite : isShort },
}));

// What stands further apart belongs to different thoughts; a turn of a forged dialogue may be longer.
const LONGEST = 160;

function isShort(match: string): boolean {
  return match.length <= LONGEST || match.startsWith('\n') || match.startsWith('![');
}

// "a system prompt" is any one; what leaks is "the", "your" or "all".
function isDefinite(match: string): boolean {
  return match.length <= LONGEST && !/(?:^|[^\p{L}])(?:an?|another|good|better|difference|each|our|my)[^\p{L}]/u.test(match.toLowerCase());
}
