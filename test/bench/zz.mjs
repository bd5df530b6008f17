// Small kernels beside a plain loop in a process of its own, and beside the packages people use.
// "in place" means that the data already lies in WASM memory, which is how processors hand it on.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compare, figure, spread } from './harness.mjs';

const require = createRequire(import.meta.url);
const OPERATIONS = 2000;
const repeat = (run) => ({ operations: OPERATIONS, run: () => { for (let n = 0; n < OPERATIONS; n++) run(); } });
const noise = (length) => Float32Array.from({ length }, (_, n) => Math.sin(n * n * 0.001) * 0.9);
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
const scratch = () => loadUnit('SCRATCH', { a: 1 << 18, b: 1 << 18 });

for (const [length, decodeBar, encodeBar, levelBar, mixBar] of [[128, 6, 5, 8, 5], [480, 8, 5.5, 10, 5]]) {
  await compare(import.meta.url, {
    title: `16-bit to f32, ${length} samples`,
    candidates: {
      'in place': async () => { const { exports } = await scratch(); return repeat(() => exports.from16(length)); },
      'copied in and out': async () => {
        const unit = await scratch();
        const x = new Int16Array(length).fill(77), y = new Float32Array(length), into = new Int16Array(unit.floats.buffer, unit.inputIndex * 4, length), out = unit.output(length);
        return repeat(() => { into.set(x); unit.exports.from16(length); y.set(out); });
      },
      loop: () => { const x = Int16Array.from(noise(length), (v) => v * 32767), y = new Float32Array(length); return repeat(() => { for (let n = 0; n < length; n++) y[n] = x[n] / 32768; }); },
    },
    bars: [{ of: 'loop', over: 'in place', atLeast: decodeBar }, { of: 'loop', over: 'copied in and out', atLeast: 2 }],
  });
  await compare(import.meta.url, {
    title: `f32 to 16-bit, ${length} samples`,
    candidates: {
      'in place': async () => { const unit = await scratch(); unit.input(length).set(noise(length)); return repeat(() => unit.exports.to16(length)); },
      loop: () => {
        const x = noise(length), y = new Int16Array(length);
        return repeat(() => { for (let n = 0; n < length; n++) { const v = x[n] * 32768; y[n] = v > 32767 ? 32767 : v < -32768 ? -32768 : v; } });
      },
    },
    bars: [{ of: 'loop', over: 'in place', atLeast: encodeBar }],
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

