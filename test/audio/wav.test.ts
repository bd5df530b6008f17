import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { chunkToWav, decodeWav, encodeWav, wavToChunk } from '../../src/audio/wav.js';
import { SAMPLE_ENCODINGS } from '../../src/audio/pcm.js';

const text = (s: string): number[] => [...s].map((c) => c.charCodeAt(0));
const u16 = (n: number): number[] => [n & 255, (n >> 8) & 255];
const u32 = (n: number): number[] => [...u16(n & 0xffff), ...u16(n >>> 16)];
const chunk = (name: string, body: readonly number[], size = body.length): number[] => [...text(name), ...u32(size), ...body, ...(body.length % 2 === 1 ? [0] : [])];
const format = (tag: number, channels: number, rate: number, bits: number, extra: readonly number[] = []): number[] => chunk('fmt ', [...u16(tag), ...u16(channels), ...u32(rate), ...u32((rate * channels * bits) / 8), ...u16((channels * bits) / 8), ...u16(bits), ...extra]);
const riff = (...chunks: readonly number[][]): Uint8Array => Uint8Array.from([...text('RIFF'), ...u32(4 + chunks.flat().length), ...text('WAVE'), ...chunks.flat()]);

describe('WAV', () => {
  it.each(SAMPLE_ENCODINGS)('reads what it writes as %s', (encoding) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -127, max: 127 }), { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 192000 }), (values, channels, sampleRate) => {
        const samples = Float32Array.from(values.slice(0, values.length - (values.length % channels)), (value) => value / 128);
        const decoded = decodeWav(encodeWav(samples, { sampleRate, channels, encoding }));
        expect(decoded).toMatchObject({ sampleRate, channels, truncated: false });
        expect(decoded.samples.length).toBe(samples.length);
        const tolerance = encoding === 'mulaw' || encoding === 'alaw' ? 0.04 : 0;
        samples.forEach((value, n) => expect(Math.abs(decoded.samples[n]! - value)).toBeLessThanOrEqual(tolerance));
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('writes a header that says what follows', () => {
    const bytes = encodeWav(Float32Array.of(0, 0.5, -0.5), { sampleRate: 16000 });
    expect([...bytes]).toEqual([...riff(format(1, 1, 16000, 16), chunk('data', [0, 0, 0, 64, 0, 192]))]);
  });

  it.each([
    ['8-bit unsigned', format(1, 1, 8000, 8), [0, 128, 255, 192], [-1, 0, 127 / 128, 0.5]],
    ['64-bit float', format(3, 1, 8000, 64), [...new Uint8Array(Float64Array.of(0.125).buffer)], [0.125]],
    ['extensible 16-bit', format(0xfffe, 1, 8000, 16, [...u16(22), ...u16(16), ...u32(4), ...u16(1), ...Array<number>(14).fill(0)]), [0, 64], [0.5]],
  ])('reads %s', (_, header, data, samples) => {
    expect([...decodeWav(riff(header, chunk('data', data))).samples]).toEqual(samples);
  });

  it('steps over chunks that it does not know, with their padding', () => {
    expect([...decodeWav(riff(chunk('LIST', [1, 2, 3]), format(1, 1, 8000, 16), chunk('fact', [0, 0, 0, 0]), chunk('data', [0, 64]))).samples]).toEqual([0.5]);
  });

  it('reads RF64 with its 64-bit length', () => {
    const bytes = Uint8Array.from([...text('RF64'), ...u32(0xffffffff), ...text('WAVE'), ...chunk('ds64', [...Array<number>(8).fill(0), ...u32(2), ...u32(0), ...Array<number>(12).fill(0)]), ...format(1, 1, 8000, 16), ...chunk('data', [0, 64, 0, 32], 0xffffffff)]);
    expect([...decodeWav(bytes).samples]).toEqual([0.5]);
  });

  it.each([
    ['a stream of unknown length', 0xffffffff, false, [0.5, 0.25]],
    ['a stream whose length was never filled in', 0, false, [0.5, 0.25]],
    ['a file that was cut short', 400, true, [0.5, 0.25]],
  ])('gives the whole frames of %s', (_, size, truncated, samples) => {
    const decoded = decodeWav(riff(format(1, 1, 8000, 16), chunk('data', [0, 64, 0, 32, 7], size)).slice(0, -1));
    expect([[...decoded.samples], decoded.truncated]).toEqual([samples, truncated]);
  });

  it.each([
    ['nothing', new Uint8Array(0), /shorter than a header/],
    ['an MP3', Uint8Array.from([...text('ID3'), ...Array<number>(40).fill(0)]), /RIFF or RF64/],
    ['an AVI', Uint8Array.from([...text('RIFF'), ...u32(40), ...text('AVI '), ...Array<number>(40).fill(0)]), /not WAVE/],
    ['no format', riff(chunk('data', [0, 0])), /no fmt chunk/],
    ['no data', riff(format(1, 1, 8000, 16)), /no data chunk/],
    ['a short format', riff(chunk('fmt ', [1, 0, 1, 0])), /too short/],
    ['a short extensible format', riff(format(0xfffe, 1, 8000, 16)), /extensible/],
    ['ADPCM', riff(format(2, 1, 8000, 4), chunk('data', [0])), /format tag 2/],
    ['12 bits', riff(format(1, 1, 8000, 12), chunk('data', [0])), /12 bits/],
    ['no channels', riff(format(1, 0, 8000, 16), chunk('data', [0, 0])), /no channels/],
    ['rate 0', riff(format(1, 1, 0, 16), chunk('data', [0, 0])), /rate is 0/],
    ['a chunk beyond the end', riff(chunk('LIST', [1, 2], 4000)), /beyond the end/],
  ])('refuses %s with a WavError', (_, bytes, message) => {
    expect(() => decodeWav(bytes)).toThrow(message);
    expect(() => decodeWav(bytes)).toThrow(expect.objectContaining({ code: 'INVALID_WAV', offset: expect.any(Number) as number }) as Error);
  });

  it('throws nothing but WavError for any bytes', () => {
    const valid = encodeWav(new Float32Array(20), { sampleRate: 8000 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: valid.length }), fc.array(fc.tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }), (length, changes) => {
        const bytes = valid.slice(0, length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          decodeWav(bytes);
        } catch (error) {
          expect((error as { code: string }).code).toBe('INVALID_WAV');
        }
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('turns chunks into files and files into chunks', () => {
    const original = new AudioChunk({ data: Uint8Array.of(0, 64, 0, 192, 9), sampleRate: 24000 });
    const back = wavToChunk(chunkToWav(original));
    expect(back).toMatchObject({ sampleRate: 24000, channels: 1, format: 'float_32', frames: 2 });
    expect(() => chunkToWav(new AudioChunk({ data: new Uint8Array(4), format: 'mp3' }))).toThrow(/format/);
  });
});
