import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_MS, MatchUnit, MEL_BANDS, MelUnit, ModelUnit, speechKernel, SpeechKernelError, VOICE_FRAME, VoiceUnit } from '../../src/wasm/speech-kernel.js';
import { cepstra, melRows } from '../reference/speech-features.js';
import { renderFormant } from '../reference/speech-formant.js';
import { bestPath, networkTable, type ReferenceNetwork } from '../reference/speech-match.js';
import { modelTable, runNet, type Layer } from '../reference/speech-net.js';

const module = await speechKernel.load();

/** Repeatable numbers in [−1, 1). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
}

const samples = (length: number, seed = 7): Float32Array => {
  const next = numbers(seed);
  return Float32Array.from({ length }, (_, n) => 0.3 * Math.sin(n * 0.05 * (1 + n / length)) + 0.1 * next());
};

describe('speech.wasm', () => {
  it('imports nothing', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  it('is the same module as the file beside the sources', () => {
    const file = new WebAssembly.Module(readFileSync(new URL('../../src/wasm/speech.wasm', import.meta.url)));
    expect(WebAssembly.Module.exports(module)).toEqual(WebAssembly.Module.exports(file));
  });

  it('refuses a module that is another kernel', () => {
    const other = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    expect(() => new MelUnit(other)).toThrow(SpeechKernelError);
  });
});

describe('MelUnit', () => {
  it('agrees with the definition of the transform', () => {
    const input = samples(1200);
    const expected = melRows(input);
    const rows = new MelUnit(module).push(input);
    expect(rows.length).toBe(expected.length * MEL_BANDS);
    expected.flat().forEach((value, n) => expect(rows[n]).toBeCloseTo(value, 2));
  });

  it('gives the same rows however the samples are cut', () => {
    const input = samples(8000);
    const whole = new MelUnit(module).push(input);
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 }), (cuts) => {
      const unit = new MelUnit(module);
      const parts: number[] = [];
      let at = 0;
      for (const cut of [...cuts, input.length]) {
        parts.push(...unit.push(input.subarray(at, Math.min(input.length, at + cut))));
        at = Math.min(input.length, at + cut);
      }
      expect(Float32Array.from(parts)).toEqual(whole);
    }), { numRuns: 20, seed: 1 });
  });

  it('gives a row every 10 ms once 25 ms are there', () => {
    const unit = new MelUnit(module);
    expect(unit.push(new Float32Array(399)).length).toBe(0);
    expect(unit.push(new Float32Array(1)).length).toBe(MEL_BANDS);
    expect(unit.push(new Float32Array(160)).length).toBe(MEL_BANDS);
    expect(FRAME_MS).toBe(10);
  });

  it('forgets after reset', () => {
    const unit = new MelUnit(module);
    const first = unit.push(samples(4000));
    unit.reset();
    expect(unit.push(samples(4000))).toEqual(first);
  });
});

describe('ModelUnit', () => {
  const next = numbers(3);
  const layer = (inputs: number, outputs: number): Layer => ({
    weights: Array.from({ length: outputs }, () => Array.from({ length: inputs }, () => Math.round(next() * 127))),
    scales: Array.from({ length: outputs }, () => 0.004 + 0.002 * next()),
    biases: Array.from({ length: outputs }, () => next()),
  });
  const layers = [layer(3 * 16, 12), layer(12, 8)];
  const prior = Array.from({ length: 16 }, () => next());
  const scale = Array.from({ length: 16 }, () => 0.2 + 0.1 * next());
  const table = modelTable(prior, scale, 1, 16, layers);

  it('agrees with cepstra and network by their definitions', () => {
    const rows = melRows(samples(2600));
    const unit = new ModelUnit(module, table, 100);
    const scores = unit.score(Float32Array.from(rows.flat()));
    const features = cepstra(rows, prior, scale);
    features.flat().forEach((value, n) => expect(unit.cepstra(rows.length)[n]).toBeCloseTo(value, 3));
    expect(unit.width).toBe(8);
    runNet(features, 1, layers).flat().forEach((value, n) => expect(scores[n]).toBeCloseTo(value, 3));
  });

  it('gives likelihoods that do not change with the level of the sound', () => {
    const unit = new ModelUnit(module, table, 100);
    const quiet = unit.score(new MelUnit(module).push(samples(4000).map((x) => x * 0.05))).slice();
    const loud = unit.score(new MelUnit(module).push(samples(4000)));
    quiet.forEach((value, n) => expect(loud[n]).toBeCloseTo(value, 2));
  });

  it('hears no more frames than it was made for, and nothing in nothing', () => {
    const unit = new ModelUnit(module, table, 5);
    expect(unit.score(new Float32Array(9 * MEL_BANDS)).length).toBe(5 * 8);
    expect(unit.score(new Float32Array(0)).length).toBe(0);
  });

  it.each([
    ['empty', table.slice(0, 0)],
    ['cut', table.slice(0, table.length - 1)],
    ['cut in the head', table.slice(0, 130)],
    ['with a width that does not fit', table.map((byte, n) => (n === 128 + 12 ? 47 : byte))],
    ['with too many layers', table.map((byte, n) => (n === 128 ? 9 : byte))],
  ])('refuses a table that is %s', (_, damaged) => {
    expect(() => new ModelUnit(module, damaged, 10)).toThrow(/acoustic model is damaged/);
  });
});

describe('MatchUnit', () => {
  const network = fc.record({
    nodes: fc.constant(4),
    arcs: fc.array(fc.record({
      from: fc.integer({ min: 0, max: 3 }),
      to: fc.integer({ min: 0, max: 3 }),
      states: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
      penalty: fc.integer({ min: -6, max: 0 }),
    }), { minLength: 1, maxLength: 7 }),
    finals: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
    stay: fc.constant(-0.5),
    leave: fc.constant(-1),
    columns: fc.constant(5),
  });
  const rows = fc.array(fc.array(fc.integer({ min: -40, max: 0 }), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 10 });

  it('finds the score of the best path, as brute force does, in any network', () => {
    fc.assert(fc.property(network, rows, (net: ReferenceNetwork, input) => {
      const expected = bestPath(input, net);
      const unit = new MatchUnit(module, networkTable(net), 5, 20);
      expect(unit.run(Float32Array.from(input.flat()))).toBe(input.length);
      const path = unit.path(false);
      expect(path === undefined).toBe(expected === undefined);
      if (path === undefined || expected === undefined) return;
      expect(path.at(-1)?.score ?? 0).toBeCloseTo(expected.score, 2);
      // The arcs of the path join, and fill the time without gaps.
      let [node, time] = [0, 0];
      for (const { arc, start, end } of path) {
        expect(net.arcs[arc]?.from).toBe(node);
        expect(start).toBe(time);
        [node, time] = [net.arcs[arc]?.to ?? -1, end];
      }
      expect(time).toBe(input.length);
      expect(net.finals).toContain(node);
    }), { numRuns: 300, seed: 5 });
  });

  it('follows free arcs at once, also before the first frame', () => {
    const net: ReferenceNetwork = { nodes: 3, arcs: [{ from: 0, to: 1, states: [], penalty: -2 }, { from: 1, to: 2, states: [0], penalty: 0 }], finals: [2], stay: -0.5, leave: -1, columns: 1 };
    const unit = new MatchUnit(module, networkTable(net), 1, 10);
    unit.run(Float32Array.of(-3));
    expect(unit.path(false)).toEqual([{ arc: 1, start: 0, end: 1, score: -6 }]);
  });

  it('gives what has been said so far when the path may end anywhere', () => {
    const net: ReferenceNetwork = { nodes: 3, arcs: [{ from: 0, to: 1, states: [0, 0], penalty: 0 }, { from: 1, to: 2, states: [1, 1, 1], penalty: 0 }], finals: [2], stay: -0.5, leave: -1, columns: 2 };
    const unit = new MatchUnit(module, networkTable(net), 2, 10);
    unit.run(Float32Array.of(0, -9, 0, -9, -9, 0));
    expect(unit.path(false)).toBeUndefined();
    expect(unit.path(true)?.map(({ arc, start, end }) => [arc, start, end])).toEqual([[0, 0, 2], [1, 2, 3]]);
    expect(unit.scores(3).length).toBe(3);
  });

  it('takes another utterance after the first', () => {
    const net: ReferenceNetwork = { nodes: 2, arcs: [{ from: 0, to: 1, states: [0], penalty: 0 }, { from: 0, to: 1, states: [1], penalty: 0 }], finals: [1], stay: -0.5, leave: -1, columns: 2 };
    const unit = new MatchUnit(module, networkTable(net), 2, 10);
    unit.run(Float32Array.of(0, -5, 0, -5));
    expect(unit.path(false)?.[0]?.arc).toBe(0);
    unit.run(Float32Array.of(-5, 0));
    expect(unit.path(false)).toEqual([{ arc: 1, start: 0, end: 1, score: -1 }]);
  });

  const good = networkTable({ nodes: 2, arcs: [{ from: 0, to: 1, states: [0, 1], penalty: 0 }], finals: [1], stay: -0.5, leave: -1, columns: 2 });
  const patched = (at: number, value: number): Uint8Array => {
    const copy = good.slice();
    new DataView(copy.buffer).setInt32(at, value, true);
    return copy;
  };
  it.each([
    ['cut', good.slice(0, good.length - 4)],
    ['without nodes', patched(0, 0)],
    ['with more arcs than it holds', patched(4, 50)],
    ['with a column that the rows do not have', patched(16, 2)],
    ['with a negative column', patched(16, -1)],
    ['with an arc to nowhere', patched(16 + 24 + 4, 2)],
    ['with states beyond the end', patched(16 + 24 + 12, 3)],
  ])('refuses a table that is %s', (_, damaged) => {
    expect(() => new MatchUnit(module, damaged, 2, 10)).toThrow(/network is damaged/);
  });
});

describe('VoiceUnit', () => {
  const frames = new Float32Array(12 * VOICE_FRAME);
  for (let t = 0; t < 12; t++) {
    frames.set([110 + 3 * t, t < 9 ? 1 : 0.2, t > 6 ? 0.2 : 0.02, t > 8 ? 0.3 : 0, 0.55, t % 2 === 0 ? -0.5 : 0.4, 700 - 20 * t, 1200 + 40 * t, 2500, 3400, 4200, 5200, 70, 80, 120, 180, 240, 350, 270 + 30 * t, 100, 270, 100, 0.2, 0.4, 0.3, 0.2, 0.5, 0.1], t * VOICE_FRAME);
  }

  it('agrees with the plain synthesiser', () => {
    const expected = renderFormant(frames, 24000, 120, 1);
    const rendered = new VoiceUnit(module, 24000, 120, 4).render(frames);
    expect(rendered.length).toBe(12 * 120);
    // Single precision drifts a little within the resonators; the sound must not.
    let [difference, power] = [0, 0];
    expected.forEach((value, n) => {
      difference += (value - (rendered[n] as number)) ** 2;
      power += value * value;
    });
    expect(10 * Math.log10(difference / power)).toBeLessThan(-60);
  });

  it('gives the same sound again after reset', () => {
    const unit = new VoiceUnit(module, 24000, 120, 50);
    const first = unit.render(frames);
    unit.reset(1);
    expect(unit.render(frames)).toEqual(first);
    unit.reset(99);
    expect(unit.render(frames)).not.toEqual(first);
  });

  it('is silent without amplitude', () => {
    const still = frames.map((value, n) => (n % VOICE_FRAME >= 1 && n % VOICE_FRAME <= 3 ? 0 : value));
    expect(Math.max(...new VoiceUnit(module, 24000, 120, 50).render(still).map(Math.abs))).toBe(0);
  });
});
