import { describe, expect, it } from 'vitest';
import { SampleStore } from '../../src/audio/sample-store.js';
import { Splicer } from '../../src/audio/splicer.js';
import { audioWasm as module } from './audio-wasm.js';
import { concat, noise, sine } from './signals.js';

describe('Splicer', () => {
  it.each([0.75, 0.9, 1.1, 1.25])('accounts for every sample at speed %f', (speed) => {
    const store = new SampleStore(32000, 4000);
    const splicer = new Splicer(16000, module);
    splicer.speed = speed;
    store.write(sine(30000, 190, 16000));
    const out = new Float32Array(128);
    let rendered = 0;
    while (store.held > splicer.lookahead) rendered += splicer.read(store, out, 0, 128);
    expect(rendered).toBe(store.head - splicer.skipped + splicer.repeated);
    expect(Math.abs(rendered * speed - store.head)).toBeLessThan(0.03 * 16000);
  });

  it('does not splice where the signal is unlike itself, until it must', () => {
    const store = new SampleStore(32000, 4000);
    const splicer = new Splicer(16000, module);
    splicer.speed = 1.25;
    store.write(noise(30000, 9, 0.5));
    const out = new Float32Array(128);
    let largest = 0;
    while (store.held > splicer.lookahead) {
      splicer.read(store, out, 0, 128);
      largest = Math.max(largest, splicer.owed);
    }
    expect(largest).toBeGreaterThan(235);
    expect(largest).toBeLessThan(300);
  });

  /** Reads everything in blocks of the given sizes, in turn. */
  function readAll(x: Float32Array, speed: number, sizes: readonly number[]): { samples: Float32Array; skipped: number; repeated: number } {
    const store = new SampleStore(32000, 4000);
    const splicer = new Splicer(16000, module);
    splicer.speed = speed;
    store.write(x);
    const parts: Float32Array[] = [];
    for (let turn = 0; store.held > 0; turn++) {
      const block = new Float32Array(sizes[turn % sizes.length] ?? 128);
      parts.push(block.subarray(0, splicer.read(store, block, 0, block.length)));
    }
    return { samples: concat(parts), skipped: splicer.skipped, repeated: splicer.repeated };
  }

  it.each([0.75, 0.9, 1.2])('gives the same bits and the same account in blocks of any size at speed %f', (speed) => {
    const x = sine(20000, 170, 16000).map((value, n) => value * (1 + 0.2 * Math.sin(n / 900)));
    const whole = readAll(x, speed, [20000]);
    for (const sizes of [[128], [1], [7, 480, 33]]) expect(readAll(x, speed, sizes)).toEqual(whole);
  });

  it('gives the samples themselves at speed 1, and forgives what was owed when it goes back to 1', () => {
    const x = noise(5000, 4, 0.5);
    expect(readAll(x, 1, [128])).toEqual({ samples: x, skipped: 0, repeated: 0 });
    const store = new SampleStore(32000, 4000);
    const splicer = new Splicer(16000, module);
    store.write(x);
    splicer.speed = 1.25;
    const out = new Float32Array(100);
    splicer.read(store, out, 0, 100);
    expect(splicer.owed).toBeCloseTo(25, 6);
    splicer.speed = 1;
    expect(splicer.owed).toBe(0);
    splicer.speed = 0.8;
    splicer.read(store, out, 0, 100);
    expect(splicer.owed).toBeCloseTo(-20, 6);
    splicer.reset();
    expect(splicer.owed).toBe(0);
  });

  it('keeps back what it is told to keep', () => {
    const store = new SampleStore(4000, 4000);
    const splicer = new Splicer(16000, module);
    store.write(sine(1000, 200, 16000));
    const out = new Float32Array(2000);
    expect(splicer.read(store, out, 0, 2000, 300)).toBe(700);
    expect(store.held).toBe(300);
    expect(splicer.read(store, out, 0, 2000, 300)).toBe(0);
  });

  it.each([100, -100])('jumps by %i samples under a cross-fade, without a step, and counts it against what is owed', (lag) => {
    const store = new SampleStore(4000, 4000);
    const splicer = new Splicer(16000, module);
    // One period is 100 samples, so the jump lands in phase.
    store.write(Float32Array.from({ length: 3000 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * n) / 100)));
    const out = new Float32Array(600);
    splicer.read(store, out, 0, 500);
    splicer.jump(store, lag);
    expect(splicer.fadeLeft).toBe(80);
    splicer.read(store, out, 500, 100);
    expect(splicer.fadeLeft).toBe(0);
    expect(splicer.owed).toBe(-lag);
    expect([splicer.skipped, splicer.repeated]).toEqual(lag > 0 ? [100, 0] : [0, 100]);
    expect(store.head).toBe(600 + lag);
    for (let n = 0; n < 600; n++) expect(out[n]).toBeCloseTo(0.5 * Math.sin((2 * Math.PI * n) / 100), 5);
  });

  it.each([0.5, 0.75, 1.25, 1.5, 2])('keeps up with speed %f through silence, where every place is as good as another', (speed) => {
    const store = new SampleStore(32000, 4000);
    const splicer = new Splicer(16000, module);
    splicer.speed = speed;
    store.write(new Float32Array(20000));
    const out = new Float32Array(128);
    let largest = 0;
    while (store.held > splicer.lookahead) {
      splicer.read(store, out, 0, 128);
      largest = Math.max(largest, Math.abs(splicer.owed));
    }
    // The longest jump.
    expect(largest).toBeLessThanOrEqual(240);
  });
});
