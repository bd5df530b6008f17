// Small kernels beside a plain loop in a process of its own, and beside the packages people use.
// "in place" means that the data already lies in WASM memory, which is how processors hand it on. A plain loop is a
// function of the arrays it is given, one chunk after another, as an application calls it; over two arrays that never change
// the engine folds their addresses and lengths into the code and drops the checks, which no stream of chunks allows: that
// best case of a loop stands beside it without a bar ("loop over constant arrays").
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compare, figure, spread } from './harness.mjs';

const require = createRequire(import.meta.url);
const OPERATIONS = 2000;
const repeat = (run) => ({ operations: OPERATIONS, run: () => { for (let n = 0; n < OPERATIONS; n++) run(); } });
const noise = (length) => Float32Array.from({ length }, (_, n) => Math.sin(n * n * 0.001) * 0.9);
const pcm16 = (length) => Int16Array.from(noise(length), (v) => v * 32767);
const loadUnit = async (kind, setup) => {
  const { AudioKind, AudioUnit } = await import('../../dist/wasm/audio-kernel.js');
  const { loadAudio } = await import('../../dist/wasm/audio-load.js');
  return new AudioUnit(await loadAudio(), AudioKind[kind], 'bench', setup);
};
// By path: the packages' exports do not name their files.
const loadPeer = async (name) => {
  const script = new URL(`./node_modules/@echogarden/${name}.js`, import.meta.url);
  const { default: load } = await import(script);
  return load({ wasmBinary: readFileSync(new URL(script.href.replace(/js$/, 'wasm'))) });
};
// A loop over chunks that come and go, and the same loop over one pair of arrays.
const overChunks = (run, makeFrom, makeTo) => () => {
  const from = Array.from({ length: 4 }, makeFrom), to = Array.from({ length: 4 }, makeTo);
  let turn = 0;
  return repeat(() => { turn = (turn + 1) & 3; run(from[turn], to[turn]); });
};
const scratch = () => loadUnit('SCRATCH', { a: 1 << 18, b: 1 << 18 });

for (const [length, decodeBar, encodeBar, levelBar, mixBar] of [[128, 6, 5, 8, 5], [480, 8, 5.5, 10, 5]]) {
  await compare(import.meta.url, {
    title: `16-bit to f32, ${length} samples`,
    candidates: {
      'in place': async () => { const { exports } = await scratch(); return repeat(() => exports.from16(length)); },
      'copied in and out': async () => {
        const unit = await scratch();
        const into = new Int16Array(unit.floats.buffer, unit.inputIndex * 4, length), out = unit.output(length);
        return overChunks((x, y) => { into.set(x); unit.exports.from16(length); y.set(out); }, () => pcm16(length), () => new Float32Array(length))();
      },
      loop: overChunks((x, y) => { for (let n = 0; n < x.length; n++) y[n] = x[n] / 32768; }, () => pcm16(length), () => new Float32Array(length)),
      'loop over constant arrays': () => { const x = pcm16(length), y = new Float32Array(length); return repeat(() => { for (let n = 0; n < length; n++) y[n] = x[n] / 32768; }); },
    },
    bars: [{ of: 'loop', over: 'in place', atLeast: decodeBar }, { of: 'loop', over: 'copied in and out', atLeast: 2 }, { of: 'loop over constant arrays', over: 'in place' }],
  });
  await compare(import.meta.url, {
    title: `f32 to 16-bit, ${length} samples`,
    candidates: {
      'in place': async () => { const unit = await scratch(); unit.input(length).set(noise(length)); return repeat(() => unit.exports.to16(length)); },
      loop: overChunks((x, y) => { for (let n = 0; n < x.length; n++) { const v = x[n] * 32768; y[n] = v > 32767 ? 32767 : v < -32768 ? -32768 : v; } }, () => noise(length), () => new Int16Array(length)),
      'loop over constant arrays': () => {
        const x = noise(length), y = new Int16Array(length);
        return repeat(() => { for (let n = 0; n < length; n++) { const v = x[n] * 32768; y[n] = v > 32767 ? 32767 : v < -32768 ? -32768 : v; } });
      },
    },
    bars: [{ of: 'loop', over: 'in place', atLeast: encodeBar }, { of: 'loop over constant arrays', over: 'in place' }],
  });
  await compare(import.meta.url, {
    title: `RMS and peak, ${length} samples`,
    candidates: {
      'in place': async () => { const unit = await scratch(); unit.input(length).set(noise(length)); return repeat(() => unit.exports.level(length)); },
      loop: () => {
        const x = noise(length);
        let keep = 0;
        return repeat(() => { let sum = 0, peak = 0; for (let n = 0; n < length; n++) { const v = x[n]; sum += v * v; const a = v < 0 ? -v : v; if (a > peak) peak = a; } keep += Math.sqrt(sum / length) + peak; });
      },
    },
    bars: [{ of: 'loop', over: 'in place', atLeast: levelBar }],
  });
  await compare(import.meta.url, {
    title: `mix with gain ramp, ${length} samples`,
    candidates: {
      'in place': async () => { const unit = await scratch(); unit.input(length).set(noise(length)); return repeat(() => unit.exports.mix(length, 0.1, 0)); },
      loop: () => {
        const x = noise(length), y = new Float32Array(length);
        return repeat(() => { let g = 0.1; const step = -0.1 / length; for (let n = 0; n < length; n++) { y[n] += x[n] * g; g += step; } });
      },
    },
    bars: [{ of: 'loop', over: 'in place', atLeast: mixBar }],
  });
}

await compare(import.meta.url, {
  title: 'μ-law decoding, 480 samples',
  candidates: {
    'in place': async () => { const { exports } = await scratch(); return repeat(() => exports.fromMu(480)); },
    alawmulaw: async () => {
      const { default: { mulaw } } = await import('alawmulaw');
      const x = Uint8Array.from({ length: 480 }, (_, n) => n * 7);
      return repeat(() => mulaw.decode(x));
    },
  },
  bars: [{ of: 'alawmulaw', over: 'in place', atLeast: 8 }],
});

await compare(import.meta.url, {
  title: 'real FFT, 512 samples',
  candidates: {
    sluice: async () => {
      const { RealFft } = await import('../../dist/audio/real-fft.js');
      const { loadAudio } = await import('../../dist/wasm/audio-load.js');
      const fft = new RealFft(512, await loadAudio());
      fft.input.set(noise(512));
      return repeat(() => fft.transform());
    },
    'fft.js': async () => {
      const FFT = require('fft.js');
      const fft = new FFT(512), x = [...noise(512)], out = fft.createComplexArray();
      return repeat(() => fft.realTransform(out, x));
    },
    'pffft ordered': async () => {
      const m = await loadPeer('pffft-wasm/dist/simd/pffft');
      const setup = m._pffft_new_setup(512, 0), x = m._pffft_aligned_malloc(2048), y = m._pffft_aligned_malloc(2048), work = m._pffft_aligned_malloc(2048);
      m.HEAPF32.set(noise(512), x >> 2);
      return repeat(() => m._pffft_transform_ordered(setup, x, y, work, 0));
    },
  },
  bars: [{ of: 'fft.js', over: 'sluice', atLeast: 6 }, { of: 'pffft ordered', over: 'sluice', atLeast: 1 }],
});

for (const [length, bar] of [[128, 1.9], [480, 3], [2048, 4]]) {
  await compare(import.meta.url, {
    title: `ring, push and pop of ${length}`,
    candidates: {
      sluice: async () => {
        const { Ring } = await import('../../dist/audio/ring.js');
        const ring = Ring.create({ capacity: 16384, shared: true });
        const producer = new Ring(ring.buffer), x = noise(length), y = new Float32Array(length);
        return repeat(() => { producer.push(x); ring.pop(y); });
      },
      'ringbuf.js': async () => {
        const { RingBuffer } = await import('ringbuf.js');
        const ring = new RingBuffer(RingBuffer.getStorageForCapacity(16384, Float32Array), Float32Array), x = noise(length), y = new Float32Array(length);
        return repeat(() => { ring.push(x); ring.pop(y); });
      },
      memcpy: () => {
        // Shared memory, as a ring between threads has it: engines copy to and from it more slowly.
        const store = new Float32Array(new SharedArrayBuffer(length * 4)), x = noise(length), y = new Float32Array(length);
        return repeat(() => { store.set(x); y.set(store); });
      },
    },
    bars: [{ of: 'ringbuf.js', over: 'sluice', atLeast: bar }, { of: 'sluice', over: 'memcpy', atMost: 1.25 }],
  });
}

await compare(import.meta.url, {
  title: 'voice activity, 10 ms',
  unit: 'frame',
  candidates: {
    sluice: async () => {
      const { Vad } = await import('../../dist/audio/vad.js');
      const { loadAudio } = await import('../../dist/wasm/audio-load.js');
      const vad = new Vad({ module: await loadAudio() }), frame = noise(160);
      return repeat(() => vad.process(frame));
    },
    'fvad mode 3': async () => {
      const m = await loadPeer('fvad-wasm/fvad');
      const state = m._fvad_new(), at = m._malloc(320);
      m._fvad_set_mode(state, 3);
      m._fvad_set_sample_rate(state, 16000);
      const frame = Int16Array.from(noise(160), (v) => v * 20000);
      return repeat(() => { m.HEAP16.set(frame, at >> 1); m._fvad_process(state, at, 160); });
    },
  },
});

if (process.env.SLUICE_BENCH_CANDIDATE === undefined) {
  const { PlayoutProcessor } = await import('../../dist/audio/playout-processor.js');
  const { CaptureProcessor } = await import('../../dist/audio/capture-processor.js');
  const { TimeStretcher } = await import('../../dist/audio/time-stretcher.js');
  const { Concealer } = await import('../../dist/audio/concealer.js');
  const { loadAudio } = await import('../../dist/wasm/audio-load.js');
  const module = await loadAudio();
  const quantum = new Float32Array(128);

  const times = (count, prepare, run) => {
    const micros = [];
    for (let n = 0; n < count + 2000; n++) {
      prepare(n);
      const start = performance.now();
      run();
      if (n >= 2000) micros.push((performance.now() - start) * 1000);
    }
    return micros;
  };
  const speech = noise(48000 * 4);
  const player = new PlayoutProcessor({ sampleRate: 48000, module, live: true });
  player.receive({ type: 'open', generation: 1 });
  await spread({
    title: 'playout: one quantum, time-stretching all the while',
    values: times(20000, (n) => { if (n % 6 === 0) player.receive({ type: 'audio', generation: 1, samples: speech.subarray((n * 128) % 150000, ((n * 128) % 150000) + 960) }); while (player.reportDue) player.takeReport(); }, () => player.process(quantum)),
    unit: 'µs',
    atMost: { p99: 20 },
  });
  const capture = new CaptureProcessor({ inputRate: 48000, module, onEvent: () => undefined, onFrame: () => undefined });
  let at = 0;
  await spread({
    title: 'capture: one quantum resampled, measured, detected, segmented',
    values: times(20000, () => { at = (at + 128) % 150000; }, () => capture.push(speech.subarray(at, at + 128))),
    unit: 'µs',
    atMost: { p99: 20 },
  });
  const stretcher = new TimeStretcher({ sampleRate: 16000, speed: 1.25, module });
  const voice = Float32Array.from({ length: 160000 }, (_, n) => 0.3 * Math.sin(n * 0.06) * Math.sin(n * 0.0008));
  let fastest = Infinity;
  for (let round = 0; round < 12; round++) {
    const start = performance.now();
    for (let n = 0; n < voice.length; n += 160) stretcher.process(voice.subarray(n, n + 160));
    stretcher.flush();
    fastest = Math.min(fastest, performance.now() - start);
  }
  await figure({ title: 'time-stretch 1.25 at 16 kHz, blocks of 160', value: Math.round(10000 / fastest), unit: '× real time', atLeast: 1000 });
  const concealer = new Concealer(48000, 4800, module), context = noise(concealer.context), out = new Float32Array(2880);
  await spread({ title: 'concealment: one gap of 60 ms at 48 kHz', values: times(5000, () => undefined, () => concealer.extend(context, context.length, out, 2880)), unit: 'µs', atMost: { p95: 20 } });
}
