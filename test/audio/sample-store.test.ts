import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteRing } from '../../src/audio/byte-ring.js';
import { FadeTail } from '../../src/audio/fade-tail.js';
import { SampleStore } from '../../src/audio/sample-store.js';

describe('SampleStore', () => {
  it('holds samples by absolute position for any interleaving, with its history behind the furthest head', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: -20, max: 300 })), { maxLength: 60 }), (steps) => {
        const store = new SampleStore(500, 40);
        let written = 0;
        for (const [add, move] of steps) {
          const taken = store.write(Float32Array.from({ length: add }, (_, n) => written + n));
          expect(taken).toBe(Math.min(add, store.capacity - (written - store.released)));
          written += taken;
          store.advance(Math.max(-Math.min(20, store.behind), Math.min(move, store.held)));
          for (let position = Math.max(0, store.released - 40); position < store.end; position += 7) expect(store.at(position)).toBe(position);
        }
        expect([store.end, store.held]).toEqual([written, written - store.head]);
      }),
      { seed: 2 },
    );
  });

  it('gives 0 before the first sample and forgets what is dropped', () => {
    const store = new SampleStore(16, 4);
    store.write(Float32Array.of(1, 2, 3));
    expect([store.at(-1), store.at(-100)]).toEqual([0, 0]);
    expect([store.drop(), store.held, store.released]).toEqual([3, 0, 3]);
  });

  it('writes a part of a block', () => {
    const store = new SampleStore(16, 4);
    expect(store.write(Float32Array.of(1, 2, 3, 4), 2)).toBe(2);
    expect([store.end, store.at(1)]).toEqual([2, 2]);
  });

  it('finds its place beyond 2^31 samples', () => {
    const store = new SampleStore(64, 8);
    store.write(Float32Array.from({ length: 40 }, (_, n) => n));
    // The ring has 128 places, so positions a multiple of 128 apart share one.
    expect([store.at(2 ** 31 + 5), store.at(2 ** 40 + 7)]).toEqual([5, 7]);
  });
});

describe('FadeTail', () => {
  it('adds tails up and mixes them once', () => {
    const tail = new FadeTail(8);
    tail.add(0, 1);
    tail.add(2, 3);
    tail.add(2, 4);
    const out = new Float32Array(4).fill(10);
    tail.mix(out, 1);
    expect([...out]).toEqual([10, 11, 10, 17]);
    expect(tail.left).toBe(0);
    tail.mix(out, 0);
    expect([...out]).toEqual([10, 11, 10, 17]);
  });

  it('goes round its ring, and leaves out what lies beyond its length', () => {
    const tail = new FadeTail(4);
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 6; n++) tail.add(n, n + 1);
      const out = new Float32Array(3);
      tail.mix(out, 0);
      expect([...out]).toEqual([1, 2, 3]);
      const rest = new Float32Array(3);
      tail.mix(rest, 0);
      expect([...rest]).toEqual([4, 0, 0]);
    }
  });

  it('can be ended early', () => {
    const tail = new FadeTail(8);
    for (let n = 0; n < 6; n++) tail.add(n, 8);
    tail.fadeOut(Float32Array.of(0.5, 0.25));
    const out = new Float32Array(4);
    tail.mix(out, 0);
    expect([...out]).toEqual([4, 2, 0, 0]);
  });
});

describe('ByteRing', () => {
  it('is a FIFO of bytes for any use', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 50 }), fc.record({ skip: fc.nat({ max: 30 }) })), { maxLength: 60 }), (steps) => {
        const ring = new ByteRing(4);
        let model: number[] = [];
        for (const step of steps) {
          if (step instanceof Uint8Array) {
            ring.push(step);
            model.push(...step);
          } else if (typeof step === 'number') {
            expect([...ring.shift(step)]).toEqual(model.slice(0, step));
            model = model.slice(step);
          } else {
            expect(ring.skip(step.skip)).toBe(Math.min(step.skip, model.length));
            model = model.slice(step.skip);
          }
          expect(ring.size).toBe(model.length);
        }
      }),
      { seed: 1 },
    );
  });
});
