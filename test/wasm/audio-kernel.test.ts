import { describe, expect, it, vi } from 'vitest';
import { brotliCompressSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { AudioKind, AudioUnit } from '../../src/wasm/audio-kernel.js';
import { loadAudio } from '../../src/wasm/audio-load.js';
import { audioModule } from '../../src/wasm/audio-module.js';
import { LevelMeter } from '../../src/audio/level-meter.js';
import { audioWasm as module } from '../audio/audio-wasm.js';

// The smallest module there is: it has no exports.
const empty = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

describe('audio.wasm', () => {
  it('imports nothing, so that it can be instantiated anywhere', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  it('is at most 32 KB under brotli', () => {
    expect(brotliCompressSync(readFileSync(new URL('../../src/wasm/audio.wasm', import.meta.url))).length).toBeLessThanOrEqual(32 * 1024);
  });

  it.each(Object.entries(AudioKind))('takes all memory of %s at set-up: views stay attached under use', (_, kind) => {
    const unit = new AudioUnit(module, kind, 'Test', { a: kind === AudioKind.RESAMPLER ? 48000 : kind === AudioKind.HIGH_PASS || kind === AudioKind.LOUDNESS ? 1 : 512, b: kind === AudioKind.RESAMPLER ? 16000 : 512, c: 1, d: 512, x: kind === AudioKind.RESAMPLER ? 133 : 16000, y: 0.9, z: 8 });
    const { memory } = unit.exports;
    const before = memory.buffer;
    for (let n = 0; n < 200; n++) {
      unit.input(160).fill(0.1);
      unit.exports.update(kind === AudioKind.SPECTRUM ? 512 : 160);
    }
    unit.exports.finish();
    unit.exports.reset();
    expect(memory.buffer).toBe(before);
    expect(unit.floats.length).toBeGreaterThan(0);
  });

  it('gives every unit memory of its own', () => {
    const [a, b] = [new AudioUnit(module, AudioKind.SCRATCH, 'A', { a: 64, b: 64 }), new AudioUnit(module, AudioKind.SCRATCH, 'B', { a: 64, b: 64 })];
    a.input(4).fill(1);
    expect([...b.input(4)]).toEqual([0, 0, 0, 0]);
  });

  it('refuses a second set-up and unknown kinds', () => {
    const unit = new AudioUnit(module, AudioKind.SCRATCH, 'Test', { a: 64, b: 64 });
    expect(unit.exports.init(0, 64, 64, 0, 0, 0, 0, 0)).toBe(-1);
    expect(() => new AudioUnit(module, 99 as AudioKind, 'Test')).toThrow(expect.objectContaining({ code: 'AUDIO_KERNEL' }) as Error);
  });

  it('says so when the module is another one, or the weights have another length', () => {
    expect(() => new AudioUnit(empty, AudioKind.SCRATCH, 'Test')).toThrow(/loadAudio/);
    expect(() => new AudioUnit(module, AudioKind.VAD, 'Test').load(new Float32Array(3))).toThrow(/3 weights/);
  });

  it('refuses use after close', () => {
    const unit = new AudioUnit(module, AudioKind.SCRATCH, 'Meter');
    unit.close();
    expect(unit.closed).toBe(true);
    expect(() => unit.requireOpen()).toThrow(/Meter is closed/);
  });
});

describe('loadAudio', () => {
  it('makes processors constructible without a module, and processors before it say what is missing', async () => {
    vi.resetModules();
    const fresh = await import('../../src/audio/level-meter.js');
    expect(() => new fresh.LevelMeter()).toThrow(expect.objectContaining({ code: 'AUDIO_NOT_LOADED' }) as Error);
    const loaded = await loadAudio();
    expect(audioModule()).toBe(loaded);
    expect(new LevelMeter().measure(Float32Array.of(1, -1)).rms).toBe(1);
    expect(await loadAudio()).toBe(loaded);
  });

  it('takes a module or bytes instead of the inline ones', async () => {
    expect(await loadAudio(module)).toBe(module);
    expect(audioModule()).toBe(module);
    const bytes = readFileSync(new URL('../../src/wasm/audio.wasm', import.meta.url));
    expect(await loadAudio(new Uint8Array(bytes))).toBeInstanceOf(WebAssembly.Module);
  });
});
