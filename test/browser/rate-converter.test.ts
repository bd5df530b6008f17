import { beforeAll, describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import type { AudioFormat } from '../../src/audio/format.js';
import { monoSamples, rateConverter } from '../../src/browser/rate-converter.js';
import { loadAudio } from '../../src/wasm/audio-load.js';
import { bestCorrelation, sine } from './sounds.js';

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await loadAudio();
});

function converted(samples: Float32Array, from: number, to: number, wasm: WebAssembly.Module | null, blocks: readonly number[]): Float32Array {
  const converter = rateConverter(from, to, wasm);
  const parts: number[] = [];
  let at = 0;
  for (let n = 0; at < samples.length; n++) {
    const length = blocks[n % blocks.length] as number; // blocks are not empty
    parts.push(...converter.process(samples.subarray(at, at + length)));
    at += length;
  }
  parts.push(...converter.flush());
  converter.close();
  return Float32Array.from(parts);
}

describe.each([['our resampler', true], ['straight lines, where WebAssembly cannot run', false]])('conversion by %s', (_name, wasm) => {
  it.each([[16000, 48000], [22050, 48000], [44100, 16000], [16000, 44100], [24000, 24000]])('keeps length and shape from %i to %i Hz', (from, to) => {
    const source = sine(440, 200, from);
    const result = converted(source, from, to, wasm ? module : null, [160, 1, 441]);
    expect(Math.abs(result.length - (source.length * to) / from)).toBeLessThan(2);
    const wanted = sine(440, 200, to);
    expect(bestCorrelation(wanted.subarray(500, 2500), result.subarray(500, 2500), 4)).toBeGreaterThan(wasm ? 0.999 : 0.995);
  });

  it('does not depend on how the samples are cut', () => {
    const source = sine(700, 50, 22050);
    const whole = converted(source, 22050, 48000, wasm ? module : null, [source.length]);
    for (const blocks of [[1], [7, 200], [333]]) {
      const cut = converted(source, 22050, 48000, wasm ? module : null, blocks);
      expect(cut.length).toBe(whole.length);
      expect(Math.max(...cut.map((sample, n) => Math.abs(sample - (whole[n] as number))))).toBeLessThan(1e-5);
    }
  });
});

describe('conversion', () => {
  it('takes rates that our resampler does not', () => {
    expect(converted(sine(200, 100, 6000), 6000, 48000, module, [100]).length).toBeGreaterThan(4790);
  });
});

describe('the samples of a chunk', () => {
  const bytesOf: Readonly<Record<string, (view: DataView, at: number, value: number) => void>> = {
    pcm_16: (view, at, value) => view.setInt16(at * 2, Math.round(value * 0x8000), true),
    pcm_24: (view, at, value) => {
      const whole = Math.round(value * 0x800000);
      view.setUint8(at * 3, whole & 255);
      view.setUint8(at * 3 + 1, (whole >> 8) & 255);
      view.setUint8(at * 3 + 2, (whole >> 16) & 255);
    },
    pcm_32: (view, at, value) => view.setInt32(at * 4, Math.round(value * 0x7fffffff), true),
    float_32: (view, at, value) => view.setFloat32(at * 4, value, true),
  };

  it.each([['pcm_16', 2], ['pcm_24', 3], ['pcm_32', 4], ['float_32', 4]] as const)('are read from %s, channels averaged, from any byte offset', (format: AudioFormat, size) => {
    const values = [0, 0.5, -0.5, 0.25, -1, -0.25];
    const buffer = new ArrayBuffer(values.length * size + 1);
    const view = new DataView(buffer, 1);
    values.forEach((value, n) => bytesOf[format]?.(view, n, value));
    const chunk = new AudioChunk({ data: new Uint8Array(buffer, 1), format, channels: 2 });
    const mono = [...monoSamples(chunk)];
    expect(mono).toHaveLength(3);
    [0.25, -0.125, -0.625].forEach((value, n) => expect(mono[n]).toBeCloseTo(value, 4));
  });

  it('ignore half a frame at the end', () => {
    expect(monoSamples(new AudioChunk({ data: new Uint8Array(7), channels: 2 }))).toHaveLength(1);
  });
});
