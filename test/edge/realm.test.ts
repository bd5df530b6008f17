// The edge project must really be workerd with nothing but web-standard globals, or every suite that runs in it proves nothing.
import { expect, it } from 'vitest';

it('runs in workerd, without Worker, window or indexedDB', () => {
  expect(navigator.userAgent).toBe('Cloudflare-Workers');
  for (const name of ['Worker', 'window', 'document', 'indexedDB']) expect(name in globalThis).toBe(false);
});

it('refuses to compile WebAssembly from bytes, as the real edge does', async () => {
  await expect(WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))).rejects.toThrow(/code generation disallowed/);
});
