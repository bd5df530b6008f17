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
  override: 1.2, 'override.strict': 1.2, 'override.soft': 0.9, 'override.everything': 1.2, 'override.void': 1.2, 'override.forgetai': 1.0, 'override.memory': 0.8, prior: 0.4, opposite: 0.6,
  fake: 0.5, onlyrule: 0.5, 'override.allowed': 1.0, 'override.obey': 0.8, 'override.notan': 0.7, 'override.above': 1.1, 'override.given': 1.1, 'override.thing': 1.1, 'override.yours': 1.1,
  'override.changed': 1.0, 'override.weak': 0.6, 'override.new': 0.8, persona: 1.3, 'persona.jailbroken': 0.8, 'persona.twofold': 0.8, 'persona.ai': 0.35, 'persona.answer': 1.3, mode: 0.8,
  'mode.clear': 1.1, enter: 0.3, norules: 0.9, 'norules.you': 1.0, 'norules.free': 1.0, 'norules.more': 0.6, 'norules.moderation': 0.6, unlock: 0.4, role: 0.7, swap: 0.5, 'role.play': 0.4,
  unaligned: 0.8, leak: 1.2, 'leak.soft': 0.8, 'leak.own': 1.0, 'leak.settings': 0.6, 'leak.which': 1.0, 'leak.top': 1.0, everything: 0.4, 'leak.given': 1.0, given: 0.6, void: 0.5,
  'leak.told': 1.0, 'leak.system': 0.7, verbatim: 0.4, 'leak.above': 0.8, 'leak.all': 1.1, delimiter: 1.1, 'delimiter.system': 0.9, 'delimiter.turn': 0.7, addressed: 0.6, order: 0.5,
  exfil: 1.0, 'exfil.send': 1.0, 'exfil.to': 0.5, secrecy: 0.5, credentials: 0.5, authority: 0.5, compliance: 0.4, hijack: 0.5, 'hijack.pwned': 1.0, 'ml.de': 1.2, 'ml.fr': 1.2,
  'ml.es': 1.2, 'ml.it': 1.2, 'ml.pt': 1.2, 'ml.nl': 1.2, 'ml.pl': 1.2, 'ml.sv': 1.2, 'ml.ru': 1.2, 'ml.uk': 1.2, 'ml.tr': 1.2, 'ml.ar': 1.2, 'ml.hi': 1.2, 'ml.zh': 1.2, 'ml.ja': 1.2,
  'ml.ko': 1.2, 'ml.id': 1.2, 'ml.da': 1.2, 'ml.fi': 1.2, 'ml.cs': 1.2, 'ml.hu': 1.2, 'ml.ro': 1.2, 'ml.el': 1.2, 'ml.he': 1.2, 'ml.fa': 1.2, 'ml.th': 1.2, 'ml.vi': 1.2,
};

const compiled = new CompiledPatterns(INJECTION_PACKED, INJECTION_VERSION);

// Which matches of a family count; the first prefix that fits decides, and length alone where none does.
const VERIFY: readonly (readonly [prefix: string, verify: (match: string) => boolean])[] = [['leak.a', isDefinite], ['leak.g', isDefinite], ['leak.o', isDefinite], ['leak', isOwn], ['override', isMeant], ['ml', isMeant], ['mode', isModel], ['exfil.send', isSensitive]];

/** Built-in rules. */
export const INJECTION_RULES: readonly InjectionRule[] = Object.entries(INJECTION_WEIGHTS).map(([family, weight], number) => ({
  family,
  weight,
  rule: { id: `injection.${family}`, pattern: compiled.pattern(number), type: ViolationType.INJECTION_ATTEMPT, severity: Math.min(1, weight), verify: VERIFY.find(([prefix]) => family.startsWith(prefix))?.[1] ?? isShort },
}));

// What stands further apart belongs to different thoughts; a turn of a forged dialogue may be longer.
const LONGEST = 160;

function isShort(match: string): boolean {
  return match.length <= LONGEST || match.startsWith('\n') || match.startsWith('![');
}

// "do not forget the rules" asks for the opposite, and "never mind what I said" takes back one's own words.
function isMeant(match: string): boolean {
  return isShort(match) && !/^(?:do not|don['’]?t|never|not)[^a-z]+(?:ignor|forget|disregard|skip|neglect|dismiss|bypass)|^(?:n['’]|non? |n[ãa]o )|vergiss nicht|vergeet niet|nie zapomnij|не забудь|не забывай|^never ?mind what i\b/.test(match.toLowerCase());
}

// "developer mode on my phone" is the phone's.
function isModel(match: string): boolean {
  return !/mode[^a-z]+(?:on|in|of|for|at)[^a-z]*$/.test(match.toLowerCase());
}

// Anything that is sent to an address of the web, or what is worth sending anywhere.
function isSensitive(match: string): boolean {
  if (/^(?:send|exfiltrate|leak|transmit|forward)\b.*https?:\/\/$/i.test(match)) return isShort(match);
  return isShort(match) && /\b(?:data|conversations?|history|passwords?|credentials?|secrets?|keys?|tokens?|contacts|e-?mails|messages|documents|files|chats?|prompts?|context|details|information|everything|all|every|users?|user['’]s|their|account|private|confidential|personal|summary|contents?)\b/i.test(match);
}

// "the complete rules" are anybody's; those of the model are its own, hidden, or the system's.
function isOwn(match: string): boolean {
  return isDefinite(match) && /your|system|hidden|secret|initial|internal|developer|pre|base|underlying|starting|confidential|original|own|you|above|top|before/.test(match.toLowerCase());
}

// "a system prompt" is any one; what leaks is "the", "your" or "all", and of messages and complete things those of the system.
function isDefinite(match: string): boolean {
  const text = match.toLowerCase();
  return match.length <= LONGEST && (!/messages?$/.test(text) || /system|hidden|secret|initial|internal|developer/.test(text)) && !/(?:^|[^\p{L}])(?:an?|another|good|better|difference|each|our|my)[^\p{L}]/u.test(text);
}
