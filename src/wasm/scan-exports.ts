/**
 * The functions of the scanning kernel, as WebAssembly and its TypeScript twin both offer them. Its own
 * file, below the two.
 */

/** What scan.wasm exports (assembly/scan/index.ts); numbers are addresses, positions, counts and flags. */
export interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  open(): boolean | number;
  validate(byteLength: number): number;
  digest(address: number, byteLength: number, seed: number): number;
  checksum(address: number, byteLength: number): number;
  reserveProgram(byteLength: number): number;
  windowAt(): number;
  matchesAt(): number;
  scratchAt(): number;
  pendingAt(): number;
  coveredAt(): number;
  lastEndAt(): number;
  memoryUsed(): number;
  flushCount(): number;
  rowsMade(): number;
  setText(length: number, base: number, final: number, kind: number, halves: number): void;
  matchesFound(): number;
  dropMatches(): void;
  finish(pattern: number, covered: number): void;
  beginWalk(from: number): void;
  scanBlock(length: number, base: number, final: number, kind: number, halves: number): number;
  resume(): number;
  farPatternOf(): number;
  farPositionOf(): number;
  forgetText(): void;
  beginPass(which: number, pattern: number, kind: number): void;
  passBack(from: number, to: number): number;
  passOn(from: number, to: number, least: number): number;
  passEnd(): void;
  passAble(from: number, to: number): void;
  passStates(): number;
  passStateCount(): number;
  restoreAble(pattern: number, count: number): void;
  passWalk(pattern: number, from: number, to: number, last: number): boolean | number;
  beginStream(kind: number): void;
  streamOn(from: number, to: number): number;
  beginHold(without: number): void;
  isAlive(pattern: number): boolean | number;
  beginHoldOfPass(): void;
  beginEnds(pattern: number, symbol: number): void;
  isLeft(): boolean | number;
  oldestStart(from: number, to: number): number;
  endingSoFar(): number;
  setEndingSoFar(position: number): void;
  passLeftmost(from: number, to: number): number;
  row(): number;
  setRow(row: number): void;
}
