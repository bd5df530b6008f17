// Writes src/wasm/scan-fallback.generated.ts: the source of scan.wasm (assembly/scan), as TypeScript over
// an ArrayBuffer, for realms that refuse WebAssembly. All files but memory.ts, lanes.ts and sweep.ts are written
// in the common subset of both languages; those three have the counterparts below. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = `${root}/src/wasm/scan-fallback.generated.ts`;
const FILES = ['program', 'text', 'table', 'step', 'spans', 'LANES', 'kept-rows', 'forward', 'blocks', 'validate', 'index'];

const MEMORY = `  let buffer = new ArrayBuffer(0);
  let bytes = new Uint8Array(buffer);
  let halves = new Uint16Array(buffer);
  let words = new Int32Array(buffer);
  const byteAt = (address: i32): i32 => bytes[address]!;
  const halfAt = (address: i32): i32 => halves[address >> 1]!;
  const wordAt = (address: i32): i32 => words[address >> 2]!;
  const setByte = (address: i32, value: i32): void => void (bytes[address] = value);
  const setHalf = (address: i32, value: i32): void => void (halves[address >> 1] = value);
  const setWord = (address: i32, value: i32): void => void (words[address >> 2] = value);
  const zero = (address: i32, length: i32): void => void bytes.fill(0, address, address + length);
  const copy = (to: i32, from: i32, length: i32): void => void bytes.copyWithin(to, from, from + length);
  const fillWords = (address: i32, value: i32, length: i32): void => void words.fill(value, address >> 2, (address + length) >> 2);
  const addWrapping = (a: i32, b: i32): i32 => (a + b) | 0;
  const timesWrapping = (a: i32, b: i32): i32 => Math.imul(a, b);
  const scramble = (value: i32): i32 => {
    const mixed = Math.imul(value + 1, 0x2c1b3c6d);
    return mixed ^ (mixed >>> 15);
  };
  const memoryBase = (): i32 => 16;
  const reach = (end: i32): bool => {
    if (end <= buffer.byteLength) return true;
    const grown = new ArrayBuffer((Math.max(end, Math.min(buffer.byteLength * 2, 8 << 20)) + 0xffff) & ~0xffff);
    new Uint8Array(grown).set(bytes);
    buffer = grown;
    bytes = new Uint8Array(grown);
    halves = new Uint16Array(grown);
    words = new Int32Array(grown);
    return true;
  };
`;

// One lane: more of them save nothing where a load is a bounds check and a tag.
const LANES = `  const LANES_FROM: i32 = 0x7fffffff;
  let stoppedAt: i32 = 0;
  function loopStoppedAt(): i32 { return stoppedAt; }
  function laneHits(): i32 { return 0; }
  // Nor does a sweep without SIMD.
  const SWEEP_FROM: i32 = 0x7fffffff;
  function sweeps(): bool { return false; }
  function sweep(from: i32, _to: i32): i32 { return from; }
  function loopToIdle(row: i32, from: i32, to: i32): i32 { return loop(row, from, to); }
  function lanes(_row: i32, _from: i32, _to: i32): i32 { return 0; }
  function loop(row: i32, from: i32, to: i32): i32 {
    const entries = words;
    let at: i32 = from;
    if (textIsWide()) {
      const symbols = halves;
      const start: i32 = windowAt() >> 1;
      for (; at < to; at++) {
        const entry: i32 = entries[(row >> 2) + symbols[start + at]!]!;
        if ((entry & 1) != 0) break;
        row = entry;
      }
    } else {
      const text = bytes;
      const columns = halves;
      const start: i32 = windowAt();
      const first: i32 = columnsAt() >> 1;
      for (; at < to; at++) {
        const entry: i32 = entries[(row + columns[first + text[start + at]!]!) >> 2]!;
        if ((entry & 1) != 0) break;
        row = entry;
      }
    }
    stoppedAt = at;
    return row;
  }
`;

const exported = [];

function bodyOf(name) {
  if (name === 'LANES') return LANES;
  let source = readFileSync(`${root}/assembly/scan/${name}.ts`, 'utf8');
  if (name === 'index') {
    for (const [, names] of source.matchAll(/^export \{([^}]+)\}/gm)) exported.push(...names.split(',').map((one) => one.trim()).filter(Boolean));
    exported.push('open');
    source = source.replace(/^export \{[^}]+\} from '[^']+';\n/gm, '');
  }
  return source
    .replace(/^import \{[^}]*\} from '[^']+';\n/gm, '')
    .replace(/@inline /g, '')
    .replace(/^export (?=function|const|let)/gm, '')
    .replace(/^(?=.)/gm, '  ');
}

const bodies = FILES.map(bodyOf).join('\n');
const text = `/**
 * scan.wasm as TypeScript, for realms that refuse WebAssembly. Written by
 * \`node test/tools/generate-scan-fallback.mjs\` from assembly/scan; not to be edited.
 */
import type { ScanExports } from './scan-exports.js';

type i32 = number;
type bool = boolean;

/** One scanner's memory and the functions over it, with the names of scan.wasm's exports. */
export function createFallbackExports(): ScanExports {
${MEMORY}
${bodies}
  return {
    memory: { get buffer(): ArrayBuffer { return buffer; } },
${exported.map((name) => `    ${name},`).join('\n')}
  };
}
`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/wasm/scan-fallback.generated.ts does not match assembly/scan: run node test/tools/generate-scan-fallback.mjs');
    process.exit(1);
  }
} else writeFileSync(target, text);
