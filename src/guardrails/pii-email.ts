/**
 * E-mail addresses, from their `@` outwards: RFC 5322 dot-atom before it, a domain name behind it, both
 * with letters of any script. Punctuation around the address stays outside.
 */
import type { PiiCandidate } from './pii-candidate.js';
import type { Hit } from './reading.js';

const LOCAL = /[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]/u;
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?\.){1,8}(?:[xX][nN]--[a-zA-Z0-9-]{2,59}|[\p{L}\p{M}]{2,24})/u;
const EDGE = /^[^\p{L}\p{N}_+]+/u;
// What stands before the `@` of a URL is who logs in there, not a mailbox.
const USER_INFO = /:\/\/[^\s/@]*$/;
const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
// Names of files, not of domains: `icon@2x.png`.
const FILES = /\.(?:png|jpe?g|gif|svg|webp|ico|css|s?css|html?|jsx?|tsx?|mjs|json|md|txt|pdf|zip)$/i;

/** The address around an `@`, if there is one. */
export function findEmail({ view, start }: Hit): readonly PiiCandidate[] {
  const { text } = view;
  const spaced = text.charAt(start - 1) === ' ' && text.charAt(start + 1) === ' '; // "judy @ example.org"
  const after = spaced ? start + 2 : start + 1;
  if (USER_INFO.test(text.slice(Math.max(0, start - MAX_DOMAIN), start))) return [];
  const domain = DOMAIN.exec(text.slice(after, after + MAX_DOMAIN))?.[0];
  if (domain === undefined || FILES.test(domain)) return [];
  const before = spaced ? start - 1 : start;
  let from = before;
  while (from > 0 && before - from < MAX_LOCAL && LOCAL.test(text.charAt(from - 1))) from--;
  let local = text.slice(from, before);
  const cut = Math.max(...['=', '/', '|', '`'].map((sign) => local.lastIndexOf(sign)), local.lastIndexOf('..') < 0 ? -1 : local.lastIndexOf('..') + 1);
  local = local.slice(cut + 1).replace(EDGE, '');
  if (local === '' || local.endsWith('.') || (spaced && local.length < 2)) return [];
  const begin = before - local.length;
  const end = after + domain.length;
  if (text.charAt(end) === '@') return [];
  return [{ type: 'email', start: begin, end, score: view.name === 'spoken' ? 0.85 : 0.95, validated: true, rule: 'pii.email' }];
}
