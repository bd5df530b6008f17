/**
 * Bytes as text that a compressor reads well: the values ranked by how often they occur, in hexadecimal,
 * then one character for each byte of the first 88 values and two for each other one. What repeats in the
 * bytes repeats in the text, which base64 would hide. No characters that a source file must escape.
 *
 * `!` stands where a digit is one of the ninety.
 */

// Printable ASCII without quotes and backslash.
const DIGITS = Array.from({ length: 92 }, (_, n) => n + 35).filter((code) => code !== 39 && code !== 92);
const SINGLE = 88;
const VALUES = 256;

/** `bytes` as text. */
export function packBytes(bytes: Uint8Array): string {
  const counts = new Array<number>(VALUES).fill(0);
  for (const byte of bytes) counts[byte]!++;
  const ranked = counts.map((_, byte) => byte).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const rankOf = new Map(ranked.map((byte, rank) => [byte, rank]));
  const digit = (value: number): string => String.fromCharCode(DIGITS[value]!);
  let text = ranked.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  for (const byte of bytes) {
    const rank = rankOf.get(byte)!;
    text += rank < SINGLE ? digit(rank) : digit(SINGLE + Math.floor((rank - SINGLE) / DIGITS.length)) + digit((rank - SINGLE) % DIGITS.length);
  }
  return text;
}

/** The bytes in `text`. */
export function unpackBytes(text: string): Uint8Array<ArrayBuffer> {
  const ranked = new Uint8Array(VALUES);
  for (let n = 0; n < VALUES; n++) ranked[n] = Number.parseInt(text.slice(2 * n, 2 * n + 2), 16);
  const digits = new Uint8Array(128);
  DIGITS.forEach((code, value) => (digits[code] = value));
  const bytes = new Uint8Array(text.length - 2 * VALUES);
  let length = 0;
  for (let at = 2 * VALUES; at < text.length; at++) {
    let rank = digits[text.charCodeAt(at)]!;
    if (rank >= SINGLE) rank = SINGLE + (rank - SINGLE) * DIGITS.length + digits[text.charCodeAt(++at)]!;
    bytes[length++] = ranked[rank]!;
  }
  return bytes.subarray(0, length);
}
