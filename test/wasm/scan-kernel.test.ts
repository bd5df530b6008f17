import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { unpackBytes } from '../../src/wasm/packed-bytes.js';
import { scanBytes } from '../../src/wasm/scan-bytes.generated.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';
import { createFallbackExports } from '../../src/wasm/scan-fallback.generated.js';
import { createScanExports, scanKernel } from '../../src/wasm/scan-kernel.js';

afterEach(() => void vi.restoreAllMocks());

describe('scan.wasm', () => {
  it('is at most 8 KB compressed', () => {
    expect(gzipSync(unpackBytes(scanBytes), { level: 9 }).length).toBeLessThanOrEqual(8 * 1024);
  });

  it('imports nothing', () => {
    expect(WebAssembly.Module.imports(scanKernel.get())).toEqual([]);
  });

  it('exports what the TypeScript twin exports', () => {
    const names = WebAssembly.Module.exports(scanKernel.get()).map((one) => one.name);
    expect(names.sort()).toEqual(Object.keys(createFallbackExports()).sort());
  });

  it('is refused by policy: the twin steps in', () => {
    vi.spyOn(scanKernel, 'get').mockImplementation(() => scanKernel.get());
    vi.spyOn(scanKernel, 'instantiate').mockImplementation(() => {
      vi.restoreAllMocks();
      vi.spyOn(WebAssembly, 'Instance').mockImplementation(() => {
        throw new WebAssembly.CompileError('refused by policy');
      });
      return scanKernel.instantiate();
    });
    expect(createScanExports().memory).not.toBeInstanceOf(WebAssembly.Memory);
  });
});

describe('the TypeScript twin', () => {
  it('is what the script makes of the kernel’s source', () => {
    const script = fileURLToPath(new URL('../tools/generate-scan-fallback.mjs', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });

  it('grows its memory and answers like the kernel on a text that makes thousands of rows', () => {
    const patterns = [{ pattern: 'a[ab]{12}c' }, { pattern: '\\b\\w+@\\w+\\.com\\b' }, { pattern: '(?<!\\d)\\d{3,5}(?!\\d)' }];
    const program = compilePatterns(patterns).bytes;
    let state = 1;
    let text = '';
    while (text.length < 100_000) {
      state = (state * 48271) % 2147483647;
      text += state % 50 === 0 ? ['345@x.com ', '😀', ' é12 ', 'c'][state % 4] : 'ab'[state & 1];
    }
    const kernel = new ScanEngine(program);
    const twin = new ScanEngine(program, { createExports: createFallbackExports });
    expect(twin.scan(text)).toEqual(kernel.scan(text));
    expect(twin.kernel.rowsMade()).toBeGreaterThan(2000);
  });
});
