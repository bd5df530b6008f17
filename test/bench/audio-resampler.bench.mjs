// Resampling 10 s of noise in blocks of 128 beside the peers; times are per block. Quality stands in
// test/audio/resampler.test.ts, because speed alone says nothing of a resampler.
import { readFileSync } from 'node:fs';
import { compare } from './harness.mjs';

const BLOCK = 128;
const OPERATIONS = 400;
const noise = (length) => Float32Array.from({ length }, (_, n) => Math.sin(n * n * 0.001) * 0.5);

const sluice = (from, to, quality) => async () => {
  const { Resampler } = await import('../../dist/audio/resampler.js');
  const { loadAudio } = await import('../../dist/wasm/audio-load.js');
  const resampler = new Resampler({ from, to, quality, module: await loadAudio() });
  const block = noise(BLOCK);
  return { operations: OPERATIONS, run: () => { for (let n = 0; n < OPERATIONS; n++) resampler.process(block); } };
};

const libsamplerate = (from, to, type) => async () => {
  const { default: { create, ConverterType } } = await import('@alexanderolsen/libsamplerate-js');
  const source = await create(1, from, to, { converterType: ConverterType[type] });
  // Given somewhere to write, it makes no array per block.
  const block = noise(BLOCK), output = new Float32Array(BLOCK * 8), length = { frames: 0 };
  return { operations: OPERATIONS, run: () => { for (let n = 0; n < OPERATIONS; n++) source.full(block, output, length); } };
};

const speex = (from, to, quality) => async () => {
  // By path: the package's exports do not name its files.
  const script = new URL('./node_modules/@echogarden/speex-resampler-wasm/wasm/speex-resampler-simd.js', import.meta.url);
  const { default: load } = await import(script);
  const m = await load({ wasmBinary: readFileSync(new URL('./speex-resampler-simd.wasm', script)) });
  const error = m._malloc(4), input = m._malloc(BLOCK * 4), output = m._malloc(BLOCK * 32), inputLength = m._malloc(4), outputLength = m._malloc(4);
  const state = m._speex_resampler_init(1, from, to, quality, error);
  const block = noise(BLOCK);
  return {
    operations: OPERATIONS,
    run: () => {
      for (let n = 0; n < OPERATIONS; n++) {
        m.HEAPF32.set(block, input >> 2);
        m.HEAPU32[inputLength >> 2] = BLOCK;
        m.HEAPU32[outputLength >> 2] = BLOCK * 8;
        m._speex_resampler_process_float(state, 0, input, inputLength, output, outputLength);
      }
    },
  };
};

const pairs = [
  [48000, 16000, 25, 50, 2, 2],
  [44100, 16000, 17, 32, 6.5, 6.5],
  [16000, 48000, 17, 32, 1.15, 1.15],
  [16000, 24000, 17, 32, 1.15, 1.15],
  [24000, 48000, 17, 32, 1.15, 1.15],
  [16000, 8000, 17, 32, 1.15, 1.15],
];
for (const [from, to, medium, best, q7] of pairs) {
  await compare(import.meta.url, {
    title: `${from} to ${to} Hz, blocks of 128`,
    unit: 'block',
    candidates: {
      std: sluice(from, to, 'std'),
      best: sluice(from, to, 'best'),
      'libsamplerate medium': libsamplerate(from, to, 'SRC_SINC_MEDIUM_QUALITY'),
      'libsamplerate best': libsamplerate(from, to, 'SRC_SINC_BEST_QUALITY'),
      'speex q7': speex(from, to, 7),
      'speex q10': speex(from, to, 10),
    },
    bars: [
      { of: 'libsamplerate medium', over: 'std', atLeast: medium },
      { of: 'libsamplerate best', over: 'best', atLeast: best },
      { of: 'speex q7', over: 'std', atLeast: q7 },
      { of: 'speex q10', over: 'best', atLeast: 2 },
    ],
  });
}
