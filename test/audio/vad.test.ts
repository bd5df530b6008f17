import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { Vad } from '../../src/audio/vad.js';
import { vadWeights } from '../../src/audio/vad-weights.js';
import { ReferenceGru } from '../reference/audio-gru.js';
import { audioWasm as module } from './audio-wasm.js';
import { bytesPerCall } from './heap.js';
import { noise, sine } from './signals.js';

const FRAME = 160;

/** A voice-like signal: a gliding pitch through moving resonances, in syllables of 150 ms with gaps of 60 ms. */
function syllables(seconds: number, pitch = 120): Float32Array {
  const x = new Float32Array(seconds * 16000);
  let phase = 0;
  for (let n = 0; n < x.length; n++) {
    const t = n / 16000;
    const within = t % 0.21;
    const envelope = within < 0.15 ? Math.sin((Math.PI * within) / 0.15) : 0;
    phase += (2 * Math.PI * pitch * (1 + 0.15 * Math.sin(2 * Math.PI * 0.7 * t))) / 16000;
    const formants = [500 + 200 * Math.sin(5 * t), 1400 + 500 * Math.sin(7 * t + 1), 2500];
    let sum = 0;
    for (let h = 1; h <= 30; h++) {
      const f = h * pitch;
      const gain = formants.reduce((most, formant) => most + 1 / (1 + ((f - formant) / 120) ** 2), 0.02) / h ** 0.4;
      sum += gain * Math.sin(h * phase);
    }
    x[n] = 0.1 * sum * envelope;
  }
  return x;
}

function probabilities(x: Float32Array, vad = new Vad({ module })): number[] {
  return Array.from({ length: Math.floor(x.length / FRAME) }, (_, n) => vad.process(x.subarray(n * FRAME, (n + 1) * FRAME)));
}

const add = (x: Float32Array, y: Float32Array, gain = 1): Float32Array => x.map((value, n) => value + gain * y[n % y.length]!);
const share = (values: readonly number[]): number => values.filter((value) => value >= 0.5).length / values.length;

describe('Vad', () => {
  it('hears voice after quiet, at any level from −50 to 0 dB', () => {
    for (const level of [1, 0.1, 0.01, 0.003]) {
      const x = new Float32Array(32000);
      x.set(syllables(1), 16000);
      const p = probabilities(add(x, noise(1600, 1, 0.001)).map((value) => value * level));
      expect(share(p.slice(20, 95))).toBe(0);
      expect(share(p.slice(105))).toBeGreaterThan(0.75);
    }
  });

  it.each([
    ['digital silence', new Float32Array(48000)],
    ['quiet hiss', noise(48000, 2, 0.003)],
    ['loud hiss', noise(48000, 3, 0.3)],
    ['a steady hum', sine(48000, 120, 16000, 0.2)],
    ['a whistle', sine(48000, 1700, 16000, 0.2)],
    ['an offset', new Float32Array(48000).fill(0.4)],
  ])('does not take %s for voice', (_, x) => {
    expect(share(probabilities(x).slice(50))).toBeLessThan(0.02);
  });

  it.each([
    ['hiss', (seed: number) => noise(16000, seed, 0.05)],
    ['soft hiss', (seed: number) => noise(16000, seed, 0.005)],
    ['a rumble', (seed: number) => noise(16000, seed, 0.1).map((() => { let slow = 0; return (value: number) => (slow = slow * 0.98 + value); })())],
    ['a hum', (seed: number) => sine(16000, 90 + 10 * seed, 16000, 0.1)],
  ])('does not take %s that is there from the first frame for voice', (_, room) => {
    for (let seed = 1; seed <= 12; seed++) expect(Math.max(...probabilities(room(seed)))).toBeLessThan(0.5);
  });

  it('hears voice that is there from the first frame within a fifth of a second', () => {
    expect(Math.max(...probabilities(syllables(1)).slice(0, 20))).toBeGreaterThan(0.5);
  });

  it.each([
    ['hiss', noise(160000, 3, 0.1)],
    ['a rumble', noise(160000, 4, 0.1).map((() => { let slow = 0; return (value: number) => (slow = slow * 0.98 + value); })())],
    ['a hum', sine(160000, 100, 16000, 0.2).map((value, n) => value + 0.1 * Math.sin(n * 0.08))],
    ['a chord of an organ', sine(160000, 131, 16000, 0.1).map((value, n) => value + 0.1 * Math.sin(n * 0.0648) + 0.1 * Math.sin(n * 0.077))],
  ])('takes %s that begins after quiet for voice no longer than five seconds', (_, x) => {
    const p = probabilities(Float32Array.from([...noise(32000, 1, 0.001), ...x]));
    expect(share(p.slice(0, 195))).toBeLessThan(0.02);
    expect(share(p.slice(200 + 500))).toBe(0);
  });

  it('does not take key clicks for voice', () => {
    const x = noise(64000, 5, 0.0005);
    for (let at = 8000; at < 64000; at += 3300) for (let n = 0; n < 300; n++) x[at + n]! += 0.4 * (1 - n / 300) * Math.sin(n * n);
    expect(share(probabilities(x))).toBeLessThan(0.08);
  });

  it('hears voice through noise 10 dB below it', () => {
    const x = new Float32Array(48000);
    x.set(syllables(2), 16000);
    const p = probabilities(add(x, noise(16001, 9, 0.03)));
    expect(share(p.slice(30, 95))).toBeLessThan(0.1);
    expect(share(p.slice(105, 300))).toBeGreaterThan(0.7);
  });

  it('computes its network as the twin does, over many frames', () => {
    const vad = new Vad({ module });
    const twin = new ReferenceGru(vadWeights());
    const x = add(syllables(3), noise(48000, 4, 0.01));
    for (let n = 0; n + FRAME <= x.length; n += FRAME) {
      const p = vad.process(x.subarray(n, n + FRAME));
      expect(p).toBeCloseTo(twin.step(vad.features) * Math.min(1, (n / FRAME + 1) / 12), 3);
    }
  });

  it('answers the same again after reset', () => {
    const vad = new Vad({ module });
    const x = syllables(1);
    const first = probabilities(x, vad);
    vad.reset();
    expect(probabilities(x, vad)).toEqual(first);
  });

  it('stays sane on anything: full scale, not-a-number recovers after reset', () => {
    const vad = new Vad({ module });
    for (const p of probabilities(noise(16000, 1, 30), vad)) expect(p >= 0 && p <= 1).toBe(true);
    vad.process(new Float32Array(FRAME).fill(NaN));
    vad.reset();
    expect(vad.process(new Float32Array(FRAME))).toBeGreaterThanOrEqual(0);
  });

  it('does not allocate per frame', () => {
    const vad = new Vad({ module });
    const frame = noise(FRAME, 1, 0.1);
    expect(bytesPerCall(() => void vad.process(frame))).toBeLessThan(20);
  });

  it('has weights of at most 8 KB', () => {
    expect(readFileSync(new URL('../../src/audio/vad-weights.generated.ts', import.meta.url)).length).toBeLessThanOrEqual(8192);
  });

  it('refuses other frame sizes and use after close', () => {
    const vad = new Vad({ module });
    expect(() => vad.process(new Float32Array(128))).toThrow(/160 samples/);
    vad.close();
    expect(() => vad.process(new Float32Array(160))).toThrow(/closed/);
  });
});
