import { afterEach, describe, expect, it, vi } from 'vitest';
import { detectSupport } from '../../src/browser/support.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('what is supported', () => {
  it('finds everything a conversation needs in this browser', async () => {
    const support = await detectSupport();
    expect(support).toMatchObject({ wasm: true, workers: true, audioWorklet: true, sharedArrayBuffer: true, indexedDB: true, microphone: true, secureContext: true, missing: [] });
    // Debian's Chromium has the interface of voices, and no voice.
    expect(support.speechSynthesis).toBe(false);
    expect(support.languageModel).toBe(false);
    expect(Object.isFrozen(support)).toBe(true);
  });

  it('leaves no database behind', async () => {
    await detectSupport();
    expect((await indexedDB.databases()).map((database) => database.name)).not.toContain('sluice-probe');
  });

  it.each([
    ['workers', () => vi.stubGlobal('Worker', undefined)],
    ['audioWorklet', () => vi.stubGlobal('AudioWorkletNode', undefined)],
    ['sharedArrayBuffer', () => vi.stubGlobal('SharedArrayBuffer', undefined)],
    ['indexedDB', () => vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('no', 'SecurityError'); } })],
    ['microphone', () => vi.spyOn(navigator, 'mediaDevices', 'get').mockReturnValue(undefined as never)],
    ['wasm', () => vi.spyOn(WebAssembly, 'Module').mockImplementation(() => { throw new WebAssembly.CompileError('refused by policy'); })],
  ] as const)('says in words what is missing without %s, and what still works', async (feature, remove) => {
    remove();
    const support = await detectSupport();
    expect(support[feature]).toBe(false);
    expect(support.missing.map((one) => one.feature)).toEqual([feature]);
    expect(support.missing[0]?.what).toMatch(/\w+/);
    expect(support.missing[0]?.stillWorks).toMatch(/\w+/);
  });

  it('counts a database that fails to open as missing', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        const request = { onerror: undefined as (() => void) | undefined };
        setTimeout(() => request.onerror?.());
        return request;
      },
    });
    expect((await detectSupport()).indexedDB).toBe(false);
  });

  it('does not wait for ever for a database that never answers', async () => {
    vi.stubGlobal('indexedDB', { open: () => ({}) });
    expect((await detectSupport()).indexedDB).toBe(false);
  });

  it('sees voices that come late, and a model that can be downloaded', async () => {
    let voices: unknown[] = [];
    const synthesis = Object.assign(new EventTarget(), { getVoices: () => voices });
    vi.stubGlobal('speechSynthesis', synthesis);
    vi.stubGlobal('LanguageModel', { availability: () => Promise.resolve('downloadable') });
    setTimeout(() => {
      voices = [{ name: 'One' }];
      synthesis.dispatchEvent(new Event('voiceschanged'));
    }, 20);
    const support = await detectSupport();
    expect(support.speechSynthesis).toBe(true);
    expect(support.languageModel).toBe(true);
  });
});
