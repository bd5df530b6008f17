import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAlaw, decodeMulaw, decodePcm, encodeAlaw, encodeMulaw, encodePcm, SAMPLE_ENCODINGS } from '../../src/audio/pcm.js';
import { PcmConverter } from '../../src/audio/pcm-converter.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise } from './signals.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('decodePcm and encodePcm', () => {
  it.each([
    ['pcm_16', bytes(0x00, 0x80, 0xff, 0x7f, 0x00, 0x00), [-1, 32767 / 32768, 0]],
    ['pcm_24', bytes(0x00, 0x00, 0x80, 0xff, 0xff, 0x7f, 0x01, 0x00, 0x00), [-1, 8388607 / 8388608, 1 / 8388608]],
    ['pcm_32', bytes(0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00, 0x40), [-1, 0.5]],
    ['float_32', bytes(0x00, 0x00, 0x80, 0x3e), [0.25]],
  ] as const)('reads and writes %s', (encoding, encoded, samples) => {
    expect([...decodePcm(encoded, encoding)]).toEqual(samples);
    expect(encodePcm(Float32Array.from(samples), encoding)).toEqual(encoded);
  });

  it.each([
    [1, 32767], [2, 32767], [-1, -32768], [-7, -32768], [NaN, 0], [Infinity, 32767], [-Infinity, -32768],
    [0.5 / 32768, 0], [1.5 / 32768, 2], [2.5 / 32768, 2], [-0.5 / 32768, 0], [-1.5 / 32768, -2], [0.49 / 32768, 0],
  ])('writes %f as %i: clamped, and rounded to the nearest with ties to even', (sample, expected) => {
    expect(new Int16Array(encodePcm(Float32Array.of(sample)).buffer)[0]).toBe(expected);
  });

  it.each(['pcm_16', 'pcm_24'] as const)('gives every integer of %s back', (encoding) => {
    const size = encoding === 'pcm_16' ? 2 : 3;
    const step = encoding === 'pcm_16' ? 1 : 251;
    const all: number[] = [];
    for (let value = 0; value < 2 ** (8 * size); value += step) for (let k = 0; k < size; k++) all.push((value >> (8 * k)) & 255);
    const encoded = Uint8Array.from(all);
    expect(Buffer.from(encodePcm(decodePcm(encoded, encoding), encoding)).equals(Buffer.from(encoded))).toBe(true);
  });

  it('reads bytes that lie anywhere in their buffer', () => {
    expect([...decodePcm(new Uint8Array([9, 0, 64]).subarray(1))]).toEqual([0.5]);
  });

  it('refuses torn samples and unknown encodings', () => {
    expect(() => decodePcm(new Uint8Array(3))).toThrow(/whole samples of 2 bytes/);
    expect(() => decodePcm(new Uint8Array(2), 'mp3' as never)).toThrow(/encoding/);
  });
});

describe('G.711', () => {
  it('has the corner values of the recommendation', () => {
    expect([0xff, 0x7f, 0x80, 0x00, 0xf0].map(decodeMulaw)).toEqual([0, 0, 32124, -32124, 120]);
    expect([0xd5, 0x55, 0xaa, 0x2a].map(decodeAlaw)).toEqual([8, -8, 32256, -32256]);
  });

  it.each([['μ-law', decodeMulaw, encodeMulaw], ['A-law', decodeAlaw, encodeAlaw]] as const)('gives every %s code back, but for the two zeros', (_, decode, encode) => {
    for (let code = 0; code < 256; code++) {
      const value = decode(code);
      if (value === 0) expect(decode(encode(value))).toBeCloseTo(0);
      else expect(encode(value)).toBe(code);
    }
  });

  // Decision values of tables 1a and 2a of the recommendation for the code numbers 0 … 127, scaled to 16 bits.
  const decisionsMu = Array.from({ length: 128 }, (_, n) => Math.max(0, 4 * (((33 + 2 * (n & 15)) << (n >> 4)) - 33 - (1 << (n >> 4)))));
  const decisionsA = Array.from({ length: 128 }, (_, n) => 8 * (n < 32 ? 2 * n : (16 + (n & 15)) << (n >> 4)));

  it('encodes all 16-bit values of the positive half by the decision values of both tables', () => {
    let mu = 0;
    let a = 0;
    let wrong = 0;
    for (let value = 0; value <= 32767; value++) {
      while (mu < 127 && value >= decisionsMu[mu + 1]!) mu++;
      while (a < 127 && value >= decisionsA[a + 1]!) a++;
      if (encodeMulaw(value) !== (0xff ^ mu)) wrong++;
      if (encodeAlaw(value) !== (0xd5 ^ a)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('is odd around zero', () => {
    for (let value = 8; value < 32000; value += 7) {
      expect(decodeMulaw(encodeMulaw(-value))).toBe(-decodeMulaw(encodeMulaw(value)));
      expect(Math.abs(decodeAlaw(encodeAlaw(-value)) + decodeAlaw(encodeAlaw(value)))).toBeLessThanOrEqual(16 << Math.max(0, 7 - Math.clz32(value) + 16));
    }
  });
});

describe('PcmConverter', () => {
  it.each(SAMPLE_ENCODINGS)('gives the same bits as the plain functions for %s', (encoding) => {
    const converter = new PcmConverter({ module });
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 70, noNaN: false }), (samples) => {
        const plain = encodePcm(samples, encoding);
        const encoded = converter.encode(samples, encoding).slice();
        if (encoding !== 'float_32') expect(encoded).toEqual(plain);
        expect(converter.decode(plain, encoding).slice()).toEqual(decodePcm(plain, encoding));
      }),
      { seed: 8 },
    );
    const loud = noise(4096, 3, 1.5);
    expect(Buffer.from(converter.encode(loud, encoding)).equals(Buffer.from(encodePcm(loud, encoding)))).toBe(true);
  });

  it('agrees with the plain functions on all codes and all 16-bit values', () => {
    const converter = new PcmConverter({ module, maxSamples: 65536 });
    const codes = Uint8Array.from({ length: 256 }, (_, n) => n);
    const values = Float32Array.from({ length: 65536 }, (_, n) => (n - 32768) / 32768);
    for (const law of ['mulaw', 'alaw'] as const) {
      expect([...converter.decode(codes, law)]).toEqual([...decodePcm(codes, law)]);
      expect(Buffer.from(converter.encode(values, law)).equals(Buffer.from(encodePcm(values, law)))).toBe(true);
    }
  });

  it('converts in place what was written into its windows', () => {
    const converter = new PcmConverter({ module, maxSamples: 8 });
    converter.bytesIn.set(bytes(0, 64, 0, 192));
    expect([...converter.decodeHeld(2, 'pcm_16')]).toEqual([0.5, -0.5]);
    converter.samplesIn.set([0.25, -0.25]);
    expect([...converter.encodeHeld(2, 'pcm_16')]).toEqual([0, 32, 0, 224]);
  });

  it('refuses more than it has room for, torn samples, and use after close', () => {
    const converter = new PcmConverter({ module, maxSamples: 4 });
    expect(() => converter.encode(new Float32Array(5), 'pcm_16')).toThrow(/maxSamples/);
    expect(() => converter.decode(new Uint8Array(3), 'pcm_16')).toThrow(/whole samples/);
    converter.close();
    expect(() => converter.encode(new Float32Array(1), 'pcm_16')).toThrow(/closed/);
  });
});
