import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeBase64 } from '../../src/base/base64.js';
import { Kernel, WasmUnavailableError } from '../../src/wasm/kernel.js';
import { packBytes } from '../../src/wasm/packed-bytes.js';

// (module (memory (export "memory") 1) (func (export "answer") (result i32) i32.const 42))
const BYTES = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 19, 2, 6, 109, 101, 109, 111, 114, 121, 2, 0, 6, 97, 110, 115, 119, 101, 114, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11,
);
const PLAIN = packBytes(BYTES);
const DEFLATED = encodeBase64(deflateRawSync(BYTES));
const answer = (kernel: Kernel): number => (kernel.instantiate().exports['answer'] as () => number)();

afterEach(() => void vi.unstubAllGlobals());

describe('a kernel', () => {
  it('compiles its inline text synchronously, once', () => {
    const kernel = new Kernel('test', PLAIN, 'text');
    expect(kernel.compiled).toBeUndefined();
    expect(answer(kernel)).toBe(42);
    expect(kernel.get()).toBe(kernel.get());
    expect(kernel.compiled).toBe(kernel.get());
  });

  it('gives every instance its own memory', () => {
    const kernel = new Kernel('test', PLAIN, 'text');
    const [one, other] = [kernel.instantiate(), kernel.instantiate()].map((instance) => new Uint8Array((instance.exports['memory'] as WebAssembly.Memory).buffer));
    one?.set([7]);
    expect(other?.[0]).toBe(0);
  });

  it('inflates deflated bytes in load(), once for many callers', async () => {
    const kernel = new Kernel('test', DEFLATED, 'deflate');
    expect(() => kernel.get()).toThrow(WasmUnavailableError);
    const [one, other] = await Promise.all([kernel.load(), kernel.load()]);
    expect(one).toBe(other);
    expect(answer(kernel)).toBe(42);
  });

  it.each([
    ['a module', () => new WebAssembly.Module(BYTES)],
    ['bytes', () => BYTES],
    ['an ArrayBuffer', () => BYTES.buffer.slice(0)],
    ['a response', () => new Response(BYTES, { headers: { 'content-type': 'application/wasm' } })],
    ['an address', () => new URL(`data:application/wasm;base64,${encodeBase64(BYTES)}`)],
  ])('takes %s instead of the inline bytes', async (_, source) => {
    const kernel = new Kernel('test', 'AAAA', 'text');
    await kernel.load(source());
    expect(answer(kernel)).toBe(42);
  });

  it('takes a module without any wait', () => {
    const kernel = new Kernel('test', '', 'text');
    kernel.use(new WebAssembly.Module(BYTES));
    expect(answer(kernel)).toBe(42);
  });

  it.each([
    ['bytes that are no module', (): unknown => undefined, 'AAAA'],
    ['a realm without WebAssembly', (): unknown => vi.stubGlobal('WebAssembly', undefined), PLAIN],
    ['an engine without SIMD', (): unknown => vi.stubGlobal('WebAssembly', { ...namesOf(WebAssembly), validate: () => false }), PLAIN],
    [
      'a policy that refuses to compile',
      (): unknown =>
        vi.stubGlobal('WebAssembly', {
          ...namesOf(WebAssembly),
          Module: class {
            constructor() {
              throw new WebAssembly.CompileError('refused by policy');
            }
          },
        }),
      PLAIN,
    ],
  ])('says WASM_UNAVAILABLE for %s, and again without trying', (_, arrange, bytes) => {
    const kernel = new Kernel('test', bytes, 'text');
    arrange();
    const first = thrown(() => kernel.get());
    expect(first.code).toBe('WASM_UNAVAILABLE');
    expect(first.message).toContain('test.wasm');
    expect(thrown(() => kernel.get())).toBe(first);
  });

  it('rejects with WASM_UNAVAILABLE for an address that does not answer', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('no', { status: 404 })));
    await expect(new Kernel('test', PLAIN, 'text').load(new URL('https://example.com/a.wasm'))).rejects.toMatchObject({ code: 'WASM_UNAVAILABLE', message: expect.stringContaining('404') as string });
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    await expect(new Kernel('test', PLAIN, 'text').load(new URL('https://example.com/a.wasm'))).rejects.toMatchObject({ code: 'WASM_UNAVAILABLE' });
  });

  it('can be given a module after a refusal', () => {
    const kernel = new Kernel('test', 'AAAA', 'text');
    expect(() => kernel.get()).toThrow(WasmUnavailableError);
    kernel.use(new WebAssembly.Module(BYTES));
    expect(answer(kernel)).toBe(42);
  });
});

function namesOf(host: object): object {
  return Object.fromEntries(Object.getOwnPropertyNames(host).map((name) => [name, (host as Record<string, unknown>)[name]]));
}

function thrown(run: () => unknown): WasmUnavailableError {
  try {
    run();
  } catch (error) {
    if (error instanceof WasmUnavailableError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
