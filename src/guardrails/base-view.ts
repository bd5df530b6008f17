/**
 * The base view: the text with its typography normalised. Invisible characters are dropped, every
 * dash is `-`, every digit is ASCII, every blank that is not a line end is a space, compatibility
 * forms (full width, ligatures, mathematical letters) are resolved by NFKC, code point by code point.
 *
 * Application order: first. All other views are made from this one.
 */
import { plainView, ViewBuilder, type View } from './view.js';

const ASCII = /^[\x00-\x7f]*$/;
// Format characters (Cf), combining grapheme joiner, variation selectors, Hangul fillers: nobody sees them.
const INVISIBLE = /^(?:\p{Cf}|[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}])$/u;
const DASH = /^[\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]$/u;
const BLANK = /^[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]$/u;
const DIGIT = /^\p{Nd}$/u;

// What one code point becomes; filled as characters are met, bounded by the number of code points that are.
const known = new Map<number, string>();
const KNOWN_LIMIT = 8192;

/** Makes the base view of a text. */
export function baseView(text: string): View {
  if (ASCII.test(text)) return plainView('base', text);
  const source = plainView('base', text);
  const builder = new ViewBuilder(source);
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      at++;
      continue;
    }
    const point = text.codePointAt(at) ?? unit;
    const next = at + (point > 0xffff ? 2 : 1);
    const written = rewrite(point);
    if (written !== undefined) {
      builder.copy(copied, at);
      builder.replace(written, at, next);
      copied = next;
    }
    at = next;
  }
  if (copied === 0) return source;
  builder.copy(copied, text.length);
  return builder.build('base');
}

/** What a code point is written as; undefined when it stays. */
function rewrite(point: number): string | undefined {
  const cached = known.get(point);
  const written = cached ?? normalized(point);
  if (cached === undefined && known.size < KNOWN_LIMIT) known.set(point, written);
  return written === KEEP ? undefined : written;
}

const KEEP = '\u0000keep';

function normalized(point: number): string {
  if (point >= 0xd800 && point <= 0xdfff) return KEEP; // a lone surrogate stands for itself
  const character = String.fromCodePoint(point);
  if (INVISIBLE.test(character)) return '';
  if (DASH.test(character)) return '-';
  if (BLANK.test(character)) return ' ';
  if (DIGIT.test(character)) return decimal(point);
  const form = character.normalize('NFKC');
  return form === character ? KEEP : form;
}

// The digits of every script stand together in order from zero, so the value is the distance to the block's zero.
function decimal(point: number): string {
  const form = String.fromCodePoint(point).normalize('NFKC');
  if (/^[0-9]$/.test(form)) return form;
  let zero = point;
  while (point - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return String(point - zero);
}
