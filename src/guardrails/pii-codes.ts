/** Account numbers, network addresses, national insurance numbers and wallets: each candidate with its own validator. */
import { ibanLength, isBase58Address, isBech32Address, isIban } from './checksums.js';
import type { PiiCandidate } from './pii-candidate.js';
import type { Hit } from './reading.js';

const WORD = /[\p{L}\p{N}_]/u;

function candidate(type: PiiCandidate['type'], start: number, end: number, score: number, rule: string): readonly PiiCandidate[] {
  return [{ type, start, end, score, validated: true, rule }];
}

/** IBAN: country's length and modulus 97, with blanks or hyphens or without. */
export function findIban({ view: { text }, start }: Hit): readonly PiiCandidate[] {
  const length = ibanLength(text.slice(start, start + 2).toUpperCase());
  if (length === undefined || WORD.test(text.charAt(start - 1))) return [];
  let compact = '';
  let at = start;
  for (let gap = 0; at < text.length && compact.length < length; at++) {
    const character = text.charAt(at);
    gap = character === ' ' || character === '-' ? gap + 1 : 0;
    if (gap > 1) return [];
    if (gap === 0) compact += character;
  }
  if (WORD.test(text.charAt(at)) || !isIban(compact.toUpperCase())) return [];
  return candidate('iban', start, at, 1, 'pii.iban.mod97');
}

// The rules of the automaton find the beginning; the whole is read here, from where it begins.
const MAC = /[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}/iy;
const IPV6 = /(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:\d{0,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})?/iy;
const NINO = /[A-CEGHJ-PR-TW-Z]{2} ?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]/iy;
const WALLET = /(?:bc|tb)1[02-9ac-hj-np-z]{11,87}|(?:BC|TB)1[02-9AC-HJ-NP-Z]{11,87}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}/y;

/** Where the match of a sticky pattern that begins at `start` ends; undefined when it does not match there. */
function endOf(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** MAC address: six pairs with one separator, or three groups of four; not all zero and not broadcast. */
export function findMac({ view: { text }, start }: Hit): readonly PiiCandidate[] {
  const end = endOf(MAC, text, start);
  if (end === undefined || (/[\p{L}\p{N}_.-]/u.test(text.charAt(start - 1))) || WORD.test(text.charAt(end)) || (/[:-]/.test(text.charAt(end)) && /[0-9a-f]/i.test(text.charAt(end + 1)))) return [];
  const digits = text.slice(start, end).replace(/[^0-9a-f]/gi, '').toLowerCase();
  if (/^(?:0{12}|f{12})$/.test(digits)) return [];
  return candidate('mac_address', start, end, 0.95, 'pii.mac');
}

/** IPv6 (RFC 4291): at least three groups, or two next to `::` of which the first is no name (`fe80::1`, not `a::b`), or `::1`; never the bare unspecified address. */
export function findIpv6({ view: { text }, start }: Hit): readonly PiiCandidate[] {
  let end = endOf(IPV6, text, start) ?? start;
  while (end > start && (text.charAt(end - 1) === '.' || (text.charAt(end - 1) === ':' && text.charAt(end - 2) !== ':'))) end--;
  if (/[\p{L}\p{N}_:.]/u.test(text.charAt(start - 1)) || WORD.test(text.charAt(end)) || (text.charAt(end) === '.' && /\d/.test(text.charAt(end + 1)))) return [];
  const address = text.slice(start, end);
  if (!isIpv6(address)) return [];
  const zone = /^%[\w.-]{1,16}/.exec(text.slice(end, end + 17))?.[0].length ?? 0;
  return candidate('ip_address', start, end + zone, 0.9, 'pii.ipv6');
}

function isIpv6(address: string): boolean {
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const tail = groups[groups.length - 1] ?? '';
  const mapped = tail.includes('.');
  if (mapped && !/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/.test(tail)) return false;
  if (!groups.slice(0, mapped ? -1 : groups.length).every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = groups.length + (mapped ? 1 : 0);
  if (halves.length === 1) return count === 8;
  if (count > 7) return false;
  if (count === 2 && halves[0] !== '') return /^[0-9a-f]{3,4}::/i.test(address) && /\d/.test(address);
  return address === '::1' || count >= 2;
}

/** UK national insurance number: allowed letters, not the administrative prefixes. */
export function findNino({ view: { text }, start }: Hit): readonly PiiCandidate[] {
  const end = endOf(NINO, text, start);
  if (end === undefined || WORD.test(text.charAt(start - 1)) || WORD.test(text.charAt(end))) return [];
  const compact = text.slice(start, end).replace(/[ -]/g, '').toUpperCase();
  if (!/^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(compact)) return [];
  return candidate('uk_nino', start, end, 0.9, 'pii.nino');
}

/** Bitcoin addresses by their checksums, Ethereum ones by their form. */
export function findWallet({ view: { text }, start }: Hit): readonly PiiCandidate[] {
  const end = endOf(WALLET, text, start);
  if (end === undefined || WORD.test(text.charAt(start - 1)) || WORD.test(text.charAt(end))) return [];
  const address = text.slice(start, end);
  if (/^0x/i.test(address)) return candidate('crypto_wallet', start, end, 0.7, 'pii.wallet.eth');
  if (/^(?:bc|tb)/i.test(address)) return isBech32Address(address) ? candidate('crypto_wallet', start, end, 1, 'pii.wallet.bech32') : [];
  return isBase58Address(address) ? candidate('crypto_wallet', start, end, 1, 'pii.wallet.base58check') : [];
}
