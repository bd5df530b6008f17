import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ring } from '../../src/audio/ring.js';

describe('Ring', () => {
  it.each([false, true])('gives out exactly what was taken, in order, for any interleaving (shared: %s)', (shared) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 700 })), { maxLength: 60 }), (steps) => {
        const producer = Ring.create({ capacity: 1000, shared });
        const consumer = new Ring(producer.buffer);
        let written = 0;
        let read = 0;
        let refused = 0;
        for (const [isPush, size] of steps) {
          if (isPush) {
            const taken = producer.push(Float32Array.from({ length: size }, (_, n) => written + n));
            refused += size - taken;
            written += taken;
          } else {
            const into = new Float32Array(size);
            const given = consumer.pop(into);
            for (let n = 0; n < given; n++) expect(into[n]).toBe(read + n);
            read += given;
          }
        }
        expect(consumer.available).toBe(written - read);
        expect(producer.free).toBe(producer.capacity - (written - read));
        expect(producer.dropped).toBe(refused);
      }),
      { seed: 1 },
    );
  });

  it.each([128, 160, 441, 480, 999])('gives blocks of %i out unchanged wherever in the ring they begin', (length) => {
    const producer = Ring.create({ capacity: 1024, shared: true });
    const consumer = new Ring(producer.buffer);
    const into = new Float32Array(length);
    for (let round = 0; round < 3000; round++) {
      producer.push(Float32Array.from({ length }, (_, n) => (round * length + n) % 16384));
      // Now and then another length, which the views of the first do not fit.
      const odd = round % 97 === 96 ? 7 : 0;
      if (odd > 0) expect(consumer.pop(into.subarray(0, odd))).toBe(odd);
      expect(consumer.pop(into.subarray(odd))).toBe(length - odd);
      expect(into[0]).toBe((round * length) % 16384);
      expect(into.every((value, n) => value === (round * length + n) % 16384)).toBe(true);
    }
  });

  it('goes on across the wrap of its 32-bit counters', () => {
    const ring = Ring.create({ capacity: 256 });
    const state = new Int32Array(ring.buffer, 0, 48);
    state[0] = 0x7fffffff - 100;
    state[16] = 0x7fffffff - 100;
    const attached = new Ring(ring.buffer);
    const into = new Float32Array(200);
    for (let round = 0; round < 5; round++) {
      expect(attached.push(Float32Array.from({ length: 200 }, (_, n) => round * 200 + n))).toBe(200);
      expect(attached.pop(into)).toBe(200);
      expect(into[199]).toBe(round * 200 + 199);
    }
  });

  it('counts a short pop as an underrun and a full push as dropped samples', () => {
    const ring = Ring.create({ capacity: 4 });
    expect(ring.push(new Float32Array(6))).toBe(4);
    expect(ring.pop(new Float32Array(6))).toBe(4);
    expect([ring.dropped, ring.underruns, ring.highWater]).toEqual([2, 1, 4]);
  });

  it('does not wait on a plain buffer, nor on a shared one that is closed', () => {
    expect(Ring.create({ capacity: 4 }).waitForSamples(1, 1000)).toBe(false);
    const ring = Ring.create({ capacity: 4, shared: true });
    ring.close();
    expect(ring.waitForSamples(1, 1000)).toBe(false);
  });

  it('drops what it holds on clear', () => {
    const ring = Ring.create({ capacity: 8 });
    ring.push(new Float32Array(5));
    expect([ring.clear(), ring.available]).toEqual([5, 0]);
  });

  it.each([0, -1, 1.5, NaN])('refuses a capacity of %s', (capacity) => {
    expect(() => Ring.create({ capacity })).toThrow(/Ring\.capacity/);
  });

  it('refuses a buffer that is not a ring', () => {
    expect(() => new Ring(new ArrayBuffer(300))).toThrow(/Ring\.buffer/);
  });
});
