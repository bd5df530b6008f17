// The part of the text that lies in the window, as symbols: ASCII bytes, or classes as halves with two
// symbols per surrogate pair, so that positions are UTF-16 units in both forms.
import { halfAt, byteAt } from './memory';
import { columnsAt, endSymbol, halfSymbol, kindOfSymbol, windowAt } from './program';

let length: i32 = 0;
let base: i32 = 0;
let isFinal: bool = false;
let kindBefore: i32 = 0;
let wide: bool = false;

// Describes what the host has written into the window: `textBase` is the position of its first unit in
// the text, `final` says that the text ends with it, `kind` is that of the character before it.
export function setText(textLength: i32, textBase: i32, final: i32, kind: i32, halves: i32): void {
  length = textLength;
  base = textBase;
  isFinal = final != 0;
  kindBefore = kind;
  wide = halves != 0;
}

@inline export function textLength(): i32 { return length; }
@inline export function textBase(): i32 { return base; }
@inline export function textIsFinal(): bool { return isFinal; }
@inline export function textIsWide(): bool { return wide; }

@inline export function symbolAt(position: i32): i32 {
  return wide ? halfAt(windowAt() + (position << 1)) : halfAt(columnsAt() + (byteAt(windowAt() + position) << 1)) >>> 2;
}
// Symbol at `position`, or the end of the text.
@inline export function symbolOrEnd(position: i32): i32 {
  return position < length ? symbolAt(position) : endSymbol();
}
// Kind of the character before `position`.
@inline export function kindAt(position: i32): i32 {
  return position > 0 ? kindOfSymbol(symbolAt(position - 1)) : kindBefore;
}
// Whether `position` lies inside a surrogate pair.
@inline export function isInsidePair(position: i32): bool {
  return position > 0 && symbolAt(position - 1) == halfSymbol();
}
