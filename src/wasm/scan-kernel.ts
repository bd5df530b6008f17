/**
 * The scanning kernel: one instance, with its own memory, per scanner. Where WebAssembly is refused the
 * same source runs as TypeScript over an ArrayBuffer; nothing above can tell the two apart but by time.
 */
import { Kernel, WasmUnavailableError } from './kernel.js';
import { scanBytes } from './scan-bytes.generated.js';
import { createFallbackExports } from './scan-fallback.generated.js';

/** scan.wasm in this realm; `use()` takes a module where no bytes can be compiled. */
export const scanKernel: Kernel = new Kernel('scan', scanBytes, 'base64');

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

/** A fresh instance, or its TypeScript twin where this realm refuses WebAssembly. */
export function createScanExports(): ScanExports {
  try {
    return scanKernel.instantiate().exports as unknown as ScanExports;
  } catch (error) {
    if (!(error instanceof WasmUnavailableError)) throw error;
    return createFallbackExports();
  }
}
