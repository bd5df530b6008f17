import { describe, expect, it } from 'vitest';
import { PlayoutEdges } from '../../src/audio/playout-edges.js';
import { blankState, PlayoutReports } from '../../src/audio/playout-reports.js';
import { SampleStore } from '../../src/audio/sample-store.js';
import { audioWasm as module } from './audio-wasm.js';
import { sine } from './signals.js';

const RATE = 16000;
const FADE = 128;

function stored(samples: Float32Array, head: number): SampleStore {
  const store = new SampleStore(8192, 1600);
  store.write(samples);
  store.advance(head);
  return store;
}

function sounded(edges: PlayoutEdges, length: number): Float32Array {
  const out = new Float32Array(length);
  edges.mix(out);
  return out;
}

describe('PlayoutEdges', () => {
  it('fades out from the next sample to silence within the fade, and takes nothing from the store', () => {
    const edges = new PlayoutEdges(RATE, FADE);
    const store = stored(new Float32Array(4000).fill(0.5), 1000);
    edges.fadeOut(store, 1);
    const out = sounded(edges, 400);
    expect(out[0]).toBeGreaterThan(0.49);
    expect(out.subarray(FADE).every((value) => value === 0)).toBe(true);
    for (let n = 1; n < FADE; n++) expect(out[n]).toBeLessThanOrEqual(out[n - 1]!);
    expect(store.head).toBe(1000);
  });

  it('runs a fade faster when less than it is held, still down to silence', () => {
    const edges = new PlayoutEdges(RATE, FADE);
    edges.fadeOut(stored(new Float32Array(1010).fill(0.5), 1000), 1);
    const out = sounded(edges, 64);
    expect(out[9]).toBeLessThan(0.02);
    expect(out[10]).toBe(0);
  });

  it('complements a fade-out by the fade-in of the same length', () => {
    const edges = new PlayoutEdges(RATE, FADE);
    edges.fadeOut(stored(new Float32Array(4000).fill(1), 0), 1);
    const out = sounded(edges, FADE);
    edges.begin(1, false);
    for (let n = 0; n < FADE; n++) expect(out[n]! + edges.nextGain()).toBeCloseTo(1, 1);
    expect([edges.fadingIn, edges.nextGain()]).toEqual([false, 1]);
  });

  it('does not fade in a beginning that would not click', () => {
    const edges = new PlayoutEdges(RATE, FADE);
    edges.begin(0.001, false);
    expect(edges.nextGain()).toBe(1);
    edges.begin(0.1, false);
    expect(edges.nextGain()).toBeLessThan(0.01);
    edges.skipFadeIn();
    expect(edges.nextGain()).toBe(1);
  });

  it('lets an end that does not stand at zero die away with value and slope continuous', () => {
    const x = sine(1013, 200, RATE, 0.5);
    const edges = new PlayoutEdges(RATE, FADE);
    edges.endAt(3, stored(x, 1013), 0, 1);
    const out = sounded(edges, 400);
    expect([...out.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(Math.abs(out[3]! - x[1012]!)).toBeLessThan(0.05);
    expect(Math.abs(out[131]!)).toBeLessThan(0.001);
  });

  it('adds nothing to an end that stands at zero, nor to an answer without samples', () => {
    const edges = new PlayoutEdges(RATE, FADE);
    edges.endAt(0, stored(new Float32Array(100), 100), 0, 1);
    edges.endAt(0, stored(new Float32Array(100).fill(1), 100), 100, 1);
    expect(sounded(edges, 200).every((value) => value === 0)).toBe(true);
  });

  it.each([undefined, module])('hides a gap with sound that ends (wasm: %s)', (wasm) => {
    const edges = new PlayoutEdges(RATE, FADE, wasm);
    edges.hideGap(0, stored(sine(3005, 150, RATE, 0.5), 3005), 0, 0.5);
    expect(edges.concealing).toBe(wasm === undefined ? 0 : 960);
    const out = sounded(edges, 2000);
    expect(Math.max(...out.map(Math.abs))).toBeLessThan(0.33);
    expect(Math.max(...out)).toBeGreaterThan(0.05);
    expect(out.subarray(960).every((value) => value === 0)).toBe(true);
  });

  it('ends what still sounds of a gap within a fade when playing goes on', () => {
    const edges = new PlayoutEdges(RATE, FADE, module);
    edges.hideGap(0, stored(sine(3000, 150, RATE, 0.5), 3000), 0, 1);
    edges.begin(0, true);
    const out = sounded(edges, 1000);
    expect(out.subarray(FADE).every((value) => value === 0)).toBe(true);
  });
});

describe('PlayoutReports', () => {
  it('gives copies in order, and loses the oldest when nobody takes them', () => {
    const reports = new PlayoutReports();
    const state = blankState();
    for (let n = 0; n < 40; n++) {
      state.frame = n;
      reports.push(state);
    }
    expect(reports.count).toBe(32);
    const taken = Array.from({ length: 32 }, () => reports.take()!);
    expect(taken.map(({ frame }) => frame)).toEqual(Array.from({ length: 32 }, (_, n) => n + 8));
    expect(new Set(taken).size).toBe(32);
    expect(reports.take()).toBeUndefined();
  });

  it('keeps every field', () => {
    const reports = new PlayoutReports();
    const state = blankState();
    let value = 1;
    for (const key of Object.keys(state) as (keyof typeof state)[]) {
      if (typeof state[key] === 'number') (state as unknown as Record<string, number>)[key] = value++;
    }
    state.type = 'cut';
    state.playing = true;
    reports.push(state);
    expect(reports.take()).toEqual(state);
  });
});
