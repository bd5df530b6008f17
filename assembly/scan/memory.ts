// Access to linear memory, by name. Everything else in this folder is written with these functions and
// with 32-bit numbers only, so that the same source runs as TypeScript over an ArrayBuffer where
// WebAssembly is refused (src/wasm/scan-fallback.ts); only this file, lanes.ts and sweep.ts are
// exchanged there.

@inline export function byteAt(address: i32): i32 {
  return <i32>load<u8>(address);
}
@inline export function halfAt(address: i32): i32 {
  return <i32>load<u16>(address);
}
@inline export function wordAt(address: i32): i32 {
  return load<i32>(address);
}
@inline export function setByte(address: i32, value: i32): void {
  store<u8>(address, <u8>value);
}
@inline export function setHalf(address: i32, value: i32): void {
  store<u16>(address, <u16>value);
}
@inline export function setWord(address: i32, value: i32): void {
  store<i32>(address, value);
}
@inline export function zero(address: i32, length: i32): void {
  memory.fill(address, 0, length);
}
@inline export function copy(to: i32, from: i32, length: i32): void {
  memory.copy(to, from, length);
}
// Fills whole words; `length` in bytes.
export function fillWords(address: i32, value: i32, length: i32): void {
  const end: i32 = address + length;
  const four: v128 = i32x4.splat(value);
  while (address + 16 <= end) {
    v128.store(address, four);
    address += 16;
  }
  while (address < end) {
    store<i32>(address, value);
    address += 4;
  }
}
// Wrapping arithmetic for hashes.
@inline export function scramble(value: i32): i32 {
  const mixed: i32 = (value + 1) * 0x2c1b3c6d;
  return mixed ^ (mixed >>> 15);
}
@inline export function addWrapping(a: i32, b: i32): i32 {
  return a + b;
}
@inline export function timesWrapping(a: i32, b: i32): i32 {
  return a * b;
}
// First address that belongs to nobody.
@inline export function memoryBase(): i32 {
  return (<i32>__heap_base + 15) & ~15;
}
// Grows memory so that `end` lies within; false where the host refuses.
export function reach(end: i32): bool {
  const pages: i32 = memory.size();
  const wanted: i32 = (end + 0xffff) >>> 16;
  return wanted <= pages || memory.grow(wanted - pages) >= 0;
}
