/**
 * The decoded views: what an encoded part of a text says when it is decoded. One view per payload;
 * all of it has its origin in the carrier as a whole, which is what must be redacted or refused.
 *
 * Payloads are at most 4,096 characters, 8 per text, nested twice at most, and count only when nine in
 * ten characters of the result can be read.
 *
 * Application order: after the base view, on its text.
 */
import { ViewBuilder, type View, type ViewName } from './view.js';

const MAX_PAYLOAD = 4096;
const MAX_PAYLOADS = 8;
const MAX_DEPTH = 2;
// Characters before a match that may belong to its payload.
const REACH = 400;
const READABLE_SHARE = 0.9;

interface Codec {
  readonly name: ViewName;
  /** Without this in the text, the pattern is not tried. */
  readonly sign?: string;
  readonly pattern: RegExp;
  /** Characters before the match that belong to the payload. */
  readonly before?: RegExp;
  readonly decode: (carrier: string) => string | undefined;
}

// Two in a row are looked for, and what stands around them is taken along: looking back from every place of a text
// would cost its length times the reach.
const ESCAPE = String.raw`(?:\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|\\x[0-9a-f]{2})`;

const CODECS: readonly Codec[] = [
  { name: 'hex', pattern: /(?<![0-9a-z])(?:[0-9a-f]{2}[ :,]?){8,}(?![0-9a-z])/gi, decode: (carrier) => fromBytes(carrier.match(/[0-9a-f]{2}/gi) ?? [], 16) },
  { name: 'binary', pattern: /(?<![01])(?:[01]{8} ?){4,}(?![01])/g, decode: (carrier) => fromBytes(carrier.match(/[01]{8}/g) ?? [], 2) },
  { name: 'base64', pattern: /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/_=-])/g, decode: fromBase64 },
  { name: 'base32', pattern: /(?<![A-Z2-7])[A-Z2-7]{24,}={0,6}(?![A-Z2-7=])/g, decode: fromBase32 },
  { name: 'percent', sign: '%', pattern: /(?:%[0-9a-f]{2}[\w.~!*'()+-]{0,64}){3,}/gi, before: /[\w.~!*'()+-]{1,64}$/, decode: fromPercent },
  { name: 'escape', sign: '\\', pattern: new RegExp(`${ESCAPE}{2}(?:${ESCAPE}|[A-Za-z ]){0,400}`, 'gi'), before: new RegExp(`(?:${ESCAPE}|[A-Za-z ]){1,${REACH}}$`, 'i'), decode: fromEscapes },
  { name: 'entity', sign: '&#', pattern: /(?:&#(?:x[0-9a-f]{1,6}|\d{1,7});[A-Za-z ]{0,40}){3,}/gi, decode: fromEntities },
];
// Words of attacks as rot13 and backwards spelling show them; without one of them neither is tried.
const ROT13 = /rot-?13|vtaber|flfgrz cebzcg|vafgehpgvba|qvfertneq|bireevqr|cerivbhf|sbetrg|wnvyoernx|cebzcg/i;
const REVERSED = /snoitcurtsni|tpmorp|erongi|dragersid|suoiverp|edirrevo|tegrof|kaerbliaj|noitcurtsni/i;
// An encoded payload has 16 characters without a blank, a percent escape, a backslash escape or an entity.
const TRIGGER = /[A-Za-z0-9+/_-]{16}|%[0-9a-f]{2}|\\[ux]|&#|(?:[0-9a-f]{2}[ :,]){7}|[01]{8} [01]{8}/i;

/** Makes the views of all payloads in `source`. */
export function decodedViews(source: View, depth = 1): readonly View[] {
  const { text } = source;
  const views: View[] = [];
  if (TRIGGER.test(text)) {
    for (const { name, sign, pattern, before, decode } of CODECS) {
      if (sign !== undefined && !text.includes(sign)) continue;
      for (const match of text.matchAll(pattern)) {
        if (views.length >= MAX_PAYLOADS) break;
        const lead = before?.exec(text.slice(Math.max(0, match.index - REACH), match.index))?.[0] ?? '';
        const found = lead + match[0];
        const carrier = sign === '\\' || sign === '&#' ? withoutNeighbours(found) : found.trimEnd();
        const start = match.index - lead.length + found.indexOf(carrier);
        if (carrier.length > MAX_PAYLOAD) continue;
        const decoded = decode(carrier);
        if (decoded === undefined || decoded === carrier || !isReadable(decoded)) continue;
        const builder = new ViewBuilder(source);
        builder.replace(decoded, start, start + carrier.length);
        const view = builder.build(name);
        views.push(view);
        if (depth < MAX_DEPTH) views.push(...decodedViews(view, depth + 1).slice(0, MAX_PAYLOADS - views.length));
      }
    }
  }
  if (ROT13.test(text)) views.push(rewritten(source, 'rot13', rot13(text.slice(0, MAX_PAYLOAD))));
  if (REVERSED.test(text)) views.push(reversed(source));
  return views;
}

/** Text hidden in tag characters (U+E0000…), which render as nothing; undefined when there is none. */
export function tagsView(text: string): View | undefined {
  if (!/\udb40[\udc20-\udc7e]/.test(text)) return undefined;
  const builder = new ViewBuilder({ name: 'tags', text, starts: null, ends: null });
  for (let at = 0; at < text.length - 1; at++) {
    const low = text.charCodeAt(at + 1);
    if (text.charCodeAt(at) === 0xdb40 && low >= 0xdc20 && low <= 0xdc7e) builder.replace(String.fromCharCode(low - 0xdc00), at, at + 2);
  }
  return builder.length < 4 ? undefined : builder.build('tags');
}

/** Without the words that stand beside the escapes: `please \\u0069gnore` begins at the backslash. */
function withoutNeighbours(carrier: string): string {
  return carrier.replace(/^[A-Za-z ]* (?=\S*[\\&])/, '').replace(/ [A-Za-z ]*$/, '');
}

function isReadable(text: string): boolean {
  if (text.length < 4) return false;
  let readable = 0;
  for (const character of text) if (/[\p{L}\p{N}\p{P}\p{Zs}\n\t\r$+=<>^`|~]/u.test(character)) readable += character.length;
  return readable >= text.length * READABLE_SHARE && /\p{L}{3}/u.test(text);
}

function fromBytes(parts: readonly string[], radix: number): string | undefined {
  return utf8(Uint8Array.from(parts, (part) => Number.parseInt(part, radix)));
}

let decoder: TextDecoder | undefined;

// What is not UTF-8 is not text, so not a payload. The mark that a decoder leaves is looked for: an exception
// for each of thousands of words that only look like base64 would cost more than all of the rest.
function utf8(bytes: Uint8Array): string | undefined {
  const text = (decoder ??= new TextDecoder()).decode(bytes);
  return text.includes('\ufffd') ? undefined : text;
}

function fromBase64(carrier: string): string | undefined {
  const plain = carrier.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '');
  if (plain.length % 4 === 1) return undefined;
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return utf8(fromBits(plain, ALPHABET, 6));
}

function fromBase32(carrier: string): string | undefined {
  return utf8(fromBits(carrier.replace(/=+$/, ''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 5));
}

function fromBits(text: string, alphabet: string, width: number): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * width) / 8));
  let held = 0;
  let bits = 0;
  let n = 0;
  for (const character of text) {
    held = ((held << width) | alphabet.indexOf(character)) & 0xffff;
    bits += width;
    if (bits >= 8) {
      bits -= 8;
      bytes[n++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}

function fromPercent(carrier: string): string | undefined {
  try {
    return decodeURIComponent(carrier.replace(/\+/g, ' '));
  } catch {
    return undefined; // not UTF-8, so not a payload
  }
}

function fromEscapes(carrier: string): string {
  return carrier.replace(/\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_all, braced?: string, four?: string, two?: string) => character(Number.parseInt(braced ?? four ?? two ?? '', 16)));
}

function fromEntities(carrier: string): string {
  return carrier.replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_all, hex?: string, decimal?: string) => character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)));
}

function character(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode(code + ((code & 0x1f) <= 13 ? 13 : -13));
  });
}

function rewritten(source: View, name: ViewName, text: string): View {
  const builder = new ViewBuilder(source);
  for (let n = 0; n < text.length; n++) builder.replace(text.charAt(n), n, n + 1);
  return builder.build(name);
}

function reversed(source: View): View {
  const text = source.text.slice(0, MAX_PAYLOAD);
  const builder = new ViewBuilder(source);
  for (let n = text.length - 1; n >= 0; n--) builder.replace(text.charAt(n), n, n + 1);
  return builder.build('reversed');
}
