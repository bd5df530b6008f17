/** What the automaton looks for on behalf of personal information, and who judges each hit. */
import { findIban, findIpv6, findMac, findNino, findWallet } from './pii-codes.js';
import type { PiiCandidate, PiiFinder } from './pii-candidate.js';
import { findEmail } from './pii-email.js';
import { findNumbers } from './pii-numbers.js';
import { PII_KINDS, type PiiLabel } from './pii-type.js';
import type { Hit } from './reading.js';
import type { Rule } from './rule.js';
import { ASSIGNMENT_PATTERN, findAssignment, findToken, TOKEN_PATTERN } from './secret-rules.js';
import { ViolationType } from './violation.js';

/** A rule with its finder and the kinds that it may find. */
export interface PiiRule {
  readonly rule: Rule;
  readonly types: readonly PiiLabel[];
  readonly find: PiiFinder;
}

function rule(id: string, types: readonly PiiLabel[], pattern: string, flags: string, find: PiiFinder): PiiRule {
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

/** All rules of personal information. */
export const PII_RULES: readonly PiiRule[] = [
  rule('pii.email', ['email'], '@', '', findEmail),
  rule('pii.number', ['ip_address', 'credit_card', 'ssn', 'us_itin', 'uk_nhs', 'phone'], '\\d(?:[ .\\-/()\\n]{0,3}\\d){3,}', '', findNumbers),
  rule('pii.iban', ['iban'], '[A-Z]{2}\\d{2}[ \\-]?[A-Z0-9]{2}', 'i', findIban),
  rule('pii.mac', ['mac_address'], '[0-9a-f]{2}(?::[0-9a-f]{2}:|-[0-9a-f]{2}-)|[0-9a-f]{4}\\.[0-9a-f]{4}\\.', 'i', findMac),
  rule('pii.ipv6', ['ip_address'], '[0-9a-f]{0,4}:[0-9a-f]{0,4}:', 'i', findIpv6),
  rule('pii.nino', ['uk_nino'], '[A-CEGHJ-PR-TW-Z]{2} ?\\d{2}[ \\-]?\\d{2}', 'i', findNino),
  rule('pii.wallet', ['crypto_wallet'], '(?:bc|tb|BC|TB)1[02-9A-HJ-NP-Za-hj-np-z]{4}|\\b[13][1-9A-HJ-NP-Za-km-z]{7}|0x[0-9a-fA-F]{4}', '', findWallet),
  rule('secret.token', ['secret'], TOKEN_PATTERN, '', findToken),
  rule('secret.assignment', ['secret'], ASSIGNMENT_PATTERN, 'i', findAssignment),
];
