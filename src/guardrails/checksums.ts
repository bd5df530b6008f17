/** Check digits and checksums of numbers and addresses, each after its own standard. */
import { sha256 } from './sha256.js';

/** Luhn (ISO/IEC 7812-1) over a string of digits. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let n = digits.length - 1, twice = false; n >= 0; n--, twice = !twice) {
    const digit = digits.charCodeAt(n) - 48;
    sum += twice ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return digits.length > 0 && sum % 10 === 0;
}

// Issuer prefixes with their lengths: Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay, Mir, UATP, Maestro and its like.
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4000, 4999, [13, 16, 19]],
  [5100, 5599, [16]],
  [2221, 2720, [16]],
  [3400, 3499, [15]],
  [3700, 3799, [15]],
  [6011, 6011, [16, 17, 18, 19]],
  [6440, 6599, [16, 17, 18, 19]],
  [3500, 3599, [16, 17, 18, 19]],
  [1800, 1800, [15]],
  [2131, 2131, [15]],
  [3000, 3099, [14, 16, 17, 18, 19]],
  [3600, 3699, [14, 15, 16, 17, 18, 19]],
  [3800, 3999, [14, 16, 17, 18, 19]],
  [6200, 6299, [16, 17, 18, 19]],
  [2200, 2204, [16, 17, 18, 19]],
  [1000, 1999, [15]],
  [5000, 5099, [12, 13, 14, 15, 16, 17, 18, 19]],
  [5600, 5899, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6000, 6999, [12, 13, 14, 15, 16, 17, 18, 19]],
];

// The lengths of cards by the first four digits, a bit each; made when the first number is looked at.
let lengthsByPrefix: Uint32Array | undefined;

/** Lengths that a payment card with these first four digits may have, a bit each; 0 where no issuer has the prefix. */
export function cardLengths(prefix: number): number {
  if (lengthsByPrefix === undefined) {
    lengthsByPrefix = new Uint32Array(10_000);
    for (const [from, to, lengths] of ISSUERS) for (let n = from; n <= to; n++) for (const length of lengths) lengthsByPrefix[n]! |= 1 << length; // prefixes have four digits
  }
  return lengthsByPrefix[prefix] ?? 0;
}

/** True when the digits are a possible payment card: issuer prefix, its length, Luhn, and not one digit repeated. */
export function isCardNumber(digits: string): boolean {
  return digits.length <= 19 && ((cardLengths(Number(digits.slice(0, 4))) >>> digits.length) & 1) === 1 && luhn(digits) && !/^(\d)\1+$/.test(digits);
}

/** The NHS number's check digit (modulus 11). */
export function isNhsNumber(digits: string): boolean {
  if (digits.length !== 10 || /^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let n = 0; n < 9; n++) sum += (10 - n) * (digits.charCodeAt(n) - 48);
  const check = (11 - (sum % 11)) % 11;
  return check < 10 && check === digits.charCodeAt(9) - 48;
}

/** US social security number: area not 000, 666 or 9xx, group not 00, serial not 0000, none of the numbers printed in advertisements. */
export function isSocialSecurityNumber(digits: string): boolean {
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) && digits !== '078051120' && digits !== '219099999' && !/^(\d)\1+$/.test(digits);
}

/** US individual taxpayer number: 9xx, group 50–65, 70–88, 90–92 or 94–99. */
export function isTaxpayerNumber(digits: string): boolean {
  return /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(digits);
}

// Lengths of the SWIFT registry (release 98) and of the partial users that banks publish.
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  ('AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 ' +
    'AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28').split(' ').map((row) => [row.slice(0, 2), Number(row.slice(2))] as const),
);

/** Length of a country's IBAN; undefined where the country has none. */
export function ibanLength(country: string): number | undefined {
  return IBAN_LENGTHS.get(country);
}

/** ISO 13616: length of the country and modulus 97; `compact` is in upper case without blanks. */
export function isIban(compact: string): boolean {
  if (IBAN_LENGTHS.get(compact.slice(0, 2)) !== compact.length || !/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(compact)) return false;
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58Check of 25 bytes (Bitcoin P2PKH and P2SH, version 0 or 5). */
export function isBase58Address(address: string): boolean {
  const bytes = new Uint8Array(25);
  for (const character of address) {
    let carry = BASE58.indexOf(character);
    if (carry < 0) return false;
    for (let n = 24; n >= 0; n--) {
      carry += 58 * (bytes[n] ?? 0);
      bytes[n] = carry & 0xff;
      carry >>= 8;
    }
    if (carry !== 0) return false;
  }
  if (bytes[0] !== 0 && bytes[0] !== 5) return false;
  const digest = sha256(sha256(bytes.subarray(0, 21)));
  return [0, 1, 2, 3].every((n) => digest[n] === bytes[21 + n]);
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Bech32 and bech32m (BIP 173, BIP 350), with the human-readable parts of Bitcoin's networks. */
export function isBech32Address(address: string): boolean {
  const lower = address.toLowerCase();
  if (lower !== address && address.toUpperCase() !== address) return false;
  const split = lower.lastIndexOf('1');
  const prefix = lower.slice(0, split);
  const data = [...lower.slice(split + 1)].map((character) => BECH32.indexOf(character));
  if (!['bc', 'tb', 'bcrt'].includes(prefix) || data.length < 8 || lower.length > 90 || data.includes(-1)) return false;
  const values = [...[...prefix].map((c) => c.charCodeAt(0) >> 5), 0, ...[...prefix].map((c) => c.charCodeAt(0) & 31), ...data];
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].forEach((generator, bit) => {
      if (((top >> bit) & 1) === 1) check ^= generator;
    });
  }
  return check === (data[0] === 0 ? 1 : 0x2bc830a3);
}
