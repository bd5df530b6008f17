/** What the automaton looks for on behalf of personal information, and who judges each hit. */
import { CompiledPatterns } from '../pattern/compiled-pattern.js';
import { PII_PACKED, PII_VERSION } from './built-in.generated.js';
import { findIban, findIpv6, findMac, findNino, findWallet } from './pii-codes.js';
import type { PiiCandidate, PiiFinder } from './pii-candidate.js';
import { findEmail } from './pii-email.js';
import { findNumbers } from './pii-numbers.js';
import { PII_KINDS, type PiiLabel } from './pii-type.js';
import type { Hit } from './reading.js';
import type { Rule } from './rule.js';
import { findAssignment, findToken, findUrlPassword } from './secret-rules.js';
import { ViolationType } from './violation.js';

const compiled = new CompiledPatterns(PII_PACKED, PII_VERSION);

/** A rule with its finder and the kinds that it may find. */
export interface PiiRule {
  readonly rule: Rule;
  readonly types: readonly PiiLabel[];
  readonly find: PiiFinder;
}

function rule(id: string, types: readonly PiiLabel[], pattern: Rule['pattern'], flags: string, find: PiiFinder): PiiRule {
  const mask = PII_KINDS[types[0] ?? 'secret'].mask;
  return { rule: { id, pattern, flags, type: ViolationType.PII_DETECTED, severity: 0.8, mask }, types, find };
}

// A run of 13 to 19 digits, whatever it is: a card whose neighbour's digits have spoilt its check digit must not pass.
const LONG_NUMBER = '\\d(?:[ \\-]?\\d){12,18}';

function findLongNumber({ view: { text }, start, end }: Hit): readonly PiiCandidate[] {
  return /[\p{L}_]/u.test(text.charAt(start - 1)) ? [] : [{ type: 'number', start, end, score: 0.5, validated: false, rule: 'pii.safe' }];
}

/** The rule of `redact: 'safe'`. */
export const SAFE_RULE: PiiRule = rule('pii.safe', ['number'], LONG_NUMBER, '', findLongNumber);

/** The rule of a deny list: its values, wherever they stand as whole words. */
export function denyRule(values: readonly string[]): PiiRule {
  const pattern = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  const edge = /[\p{L}\p{N}_]/u;
  return rule(`pii.deny.${JSON.stringify(values)}`, ['denied'], `(?:${pattern})`, 'i', ({ view: { text }, start, end }) =>
    edge.test(text.charAt(start)) && edge.test(text.charAt(start - 1)) || edge.test(text.charAt(end - 1)) && edge.test(text.charAt(end)) ? [] : [{ type: 'denied', start, end, score: 1, validated: true, rule: 'pii.deny' }]);
}

/** All rules of personal information, in the order of `PII_PATTERNS`. */
export const PII_RULES: readonly PiiRule[] = (
  [
    ['pii.email', ['email'], findEmail],
    ['pii.number', ['ip_address', 'credit_card', 'ssn', 'us_itin', 'uk_nhs', 'phone'], findNumbers],
    ['pii.iban', ['iban'], findIban],
    ['pii.mac', ['mac_address'], findMac],
    ['pii.ipv6', ['ip_address'], findIpv6],
    ['pii.nino', ['uk_nino'], findNino],
    ['pii.wallet', ['crypto_wallet'], findWallet],
    ['secret.token', ['secret'], findToken],
    ['secret.assignment', ['secret'], findAssignment],
    ['secret.url', ['secret'], findUrlPassword],
  ] as const
).map(([id, types, find], number) => rule(id, types, compiled.pattern(number), '', find));
