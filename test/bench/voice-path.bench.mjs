// The voice path: what the worklets cost per quantum (the same processor classes under Node, with a real clock), what
// the audio worker costs per 10 ms, and in Chromium the time from a worker's decision to the last sound rendered and from
// the capture worklet to the worker.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import vm from 'node:vm';
import { launchBrowser } from '../tools/browser.mjs';
import { root } from '../tools/install.mjs';
import { serve } from '../tools/serve.mjs';
import { figure, spread } from './harness.mjs';

const RATE = 48_000;
const QUANTUM = 128;
const TRIES = Number(process.env.SLUICE_BENCH_TRIES ?? 60);
const CAPTURE_MS = Number(process.env.SLUICE_BENCH_CAPTURE_MS ?? 10_000);

/** The processor class of a built worklet, in a scope like the one it has in a browser. */
function worklet(name) {
  let registered;
  const scope = {
    AudioWorkletProcessor: class {
      constructor() {
        this.port = { postMessage() {}, close() {}, onmessage: null };
      }
    },
    registerProcessor: (_name, processor) => { registered = processor; },
    sampleRate: RATE, currentFrame: 0,
    WebAssembly, SharedArrayBuffer, ArrayBuffer, Atomics, Float32Array, Int32Array, Uint8Array, Error,
  };
  vm.runInNewContext(readFileSync(join(root, 'dist/browser', `${name}.js`), 'utf8').replace(/^import\.meta.*$/gm, ''), scope);
  return registered;
}

/** Time of each of `count` calls of `run`, in µs; `prepare` runs before each and is not counted. */
function timed(count, run, prepare = () => undefined) {
  for (let n = 0; n < 20_000; n++) {
    prepare(n);
    run(n);
  }
  const times = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    prepare(n);
    const before = performance.now();
    run(n);
    times[n] = (performance.now() - before) * 1000;
  }
  return [...times];
}

const tone = Float32Array.from({ length: RATE }, (_, n) => 0.3 * Math.sin(n / 11));
const quantum = (n) => tone.subarray((n * QUANTUM) % (RATE - QUANTUM), ((n * QUANTUM) % (RATE - QUANTUM)) + QUANTUM);

{
  const { Ring } = await import('../../dist/audio/ring.js');
  const Capture = worklet('capture.worklet');
  const ring = Ring.create({ capacity: RATE, shared: true });
  const capture = new Capture();
  capture.port.onmessage({ data: { type: 'connect', sink: { kind: 'ring', buffer: ring.buffer } } });
  const inputs = [[tone.subarray(0, QUANTUM)]];
  const drained = new Float32Array(480);
  await spread({ title: 'capture worklet, one quantum into the ring', unit: 'µs', atMost: { p99: 20 }, values: timed(100_000, () => capture.process(inputs), (n) => {
    if (ring.available > 24_000) while (ring.available >= 480) ring.pop(drained);
    inputs[0][0] = quantum(n);
  }) });

  const port = new Capture();
  const pool = { onmessage: null, close() {}, postMessage(batch) { this.onmessage({ data: batch }); } };
  port.port.onmessage({ data: { type: 'connect', sink: { kind: 'port', port: pool, batchFrames: 480 } } });
  await spread({ title: 'capture worklet, one quantum into batches', unit: 'µs', atMost: { p99: 20 }, values: timed(100_000, () => port.process(inputs), (n) => {
    inputs[0][0] = quantum(n);
  }) });
}

{
  const { loadAudio } = await import('../../dist/wasm/audio-load.js');
  const module = await loadAudio();
  for (const [title, given] of [['with audio.wasm', module], ['plain', null]]) {
    const Playout = worklet('playout.worklet');
    const playout = new Playout({ processorOptions: { module: given, capacityMs: 4000, reportEveryMs: 20, prebufferMs: 60, slowBelowMs: 160 } });
    const outputs = [[new Float32Array(QUANTUM)]];
    playout.port.onmessage({ data: { type: 'open', generation: 1 } });
    let queued = 0;
    const feed = () => {
      if (queued < RATE) {
        playout.port.onmessage({ data: { type: 'audio', generation: 1, samples: tone } });
        queued += tone.length;
      }
      queued -= QUANTUM;
    };
    // Taking a second of audio happens between quanta, so it is not part of the time of one.
    const values = timed(100_000, () => playout.process([], outputs), feed);
    await spread({ title: `playout worklet, one quantum, ${title}`, unit: 'µs', atMost: { p99: 20 }, values });
  }

  const { Listener } = await import('../../dist/browser/listener.js');
  const listener = new Listener({ deviceSampleRate: RATE, module, spectrum: true, output: { element() {}, level() {}, playout() {} } });
  const block = tone.subarray(0, 480);
  await spread({ title: 'audio worker, 10 ms at 48 kHz (resample, level, spectrum, voice activity, segments)', unit: 'µs', values: timed(20_000, (n) => listener.push(block, n * 10)) });
}

const site = await serve({ mounts: { '/': join(root, 'test/bench/voice-path'), '/dist/': join(root, 'dist'), '/comlink/': join(root, 'node_modules/comlink/dist/esm'), '/idb/': join(root, 'node_modules/idb/build') } });
const browser = await launchBrowser({});
try {
  const page = await (await browser.newContext({ permissions: ['microphone'] })).newPage();
  page.on('pageerror', (error) => console.log(`page: ${error.message}`));
  await page.goto(`${site.url}index.html`);
  await page.waitForFunction(() => window.ready === true);
  for (const busy of [false, true]) {
    const values = await page.evaluate(([tries, isBusy]) => window.measureSilencing(tries, isBusy), [TRIES, busy]);
    await spread({ title: `barge-in: decision in a worker to the last sound rendered, main thread ${busy ? 'busy 80 of 100 ms' : 'idle'}`, values, unit: 'ms', atMost: { p95: 30 } });
  }
  for (const sharedMemory of [true, false]) {
    for (const busy of [false, true]) {
      const values = await page.evaluate(([ms, shared, isBusy]) => window.measureCaptureDelay(ms, shared, isBusy), [CAPTURE_MS, sharedMemory, busy]);
      await spread({ title: `capture worklet to worker, ${sharedMemory ? 'shared memory' : 'port'}, main thread ${busy ? 'busy 80 of 100 ms' : 'idle'}`, values, unit: 'ms', atMost: { p99: 5 } });
    }
  }
  const { playing, silent } = await page.evaluate(() => window.measureOffline(20));
  await figure({ title: 'playout worklet, mean of a quantum by the throughput of an OfflineAudioContext, the engine\'s own part included', value: playing, unit: 'µs', atMost: 20 });
  await figure({ title: 'the same without a voice', value: silent, unit: 'µs' });
  for (const sharedMemory of ['auto', 'never']) {
    const stats = await page.evaluate(([ms, way]) => window.measureCapture(ms, way, true), [CAPTURE_MS, sharedMemory]);
    await figure({ title: `samples lost on the way to the worker, ${stats.transport}, main thread busy`, value: stats.framesDropped, unit: 'samples', atMost: 0 });
  }
} finally {
  await browser.close();
  await site.close();
}
