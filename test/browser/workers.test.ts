import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.js';
import { audioWorkerEntry, scanWorkerEntry, spawnScanWorker } from '../../src/browser/entries.js';
import { addWorklet, openWorker, type Entry } from '../../src/browser/entry.js';
import { audioWorkerSource } from '../../src/browser/audio-worker-source.generated.js';
import { scanWorkerSource } from '../../src/browser/scan-worker-source.generated.js';
import { READY } from '../../src/browser/ready.js';
import { connectWorkers, type Workers, type WorkersOptions } from '../../src/browser/workers.js';
import { createScanner } from '../../src/guardrails/scanner.js';
import { sine } from './sounds.js';

const open: Workers[] = [];

function workersWith(options: WorkersOptions = {}): Workers {
  const workers = connectWorkers(options);
  open.push(workers);
  return workers;
}

/** Every worker that is made while it is installed. */
function spawned(): { readonly urls: string[]; readonly workers: Worker[]; readonly ready: Worker[] } {
  const Real = globalThis.Worker;
  const urls: string[] = [];
  const workers: Worker[] = [];
  const ready: Worker[] = [];
  vi.stubGlobal('Worker', class extends Real {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      urls.push(String(url));
      workers.push(this);
      this.addEventListener('message', (event) => event.data === READY && ready.push(this));
    }
  });
  return { urls, workers, ready };
}

afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(open.splice(0).map((workers) => workers.close()));
});

const program = (...patterns: string[]): Uint8Array => createScanner(patterns.map((pattern, n) => ({ id: `rule-${n}`, pattern }))).toBlob();
const triples = (spans: Int32Array): number[][] => Array.from({ length: spans.length / 3 }, (_, n) => [...spans.subarray(n * 3, n * 3 + 3)]);

describe('loading a worker', () => {
  it('takes the file beside the library first', async () => {
    const made = spawned();
    const worker = await openWorker(scanWorkerEntry, spawnScanWorker, undefined, { clock: systemClock });
    worker.terminate();
    expect(made.urls).toHaveLength(1);
    expect(made.urls[0]).toMatch(/scan\.worker/);
  });

  it('takes a Blob of the same source when the file cannot be loaded', async () => {
    const made = spawned();
    const worker = await openWorker(scanWorkerEntry, () => new Worker('/missing/scan.worker.js', { type: 'module' }), undefined, { clock: systemClock });
    worker.terminate();
    expect(made.urls).toHaveLength(2);
    expect(made.urls[1]).toMatch(/^blob:/);
  });

  it('fails with one error that names the option and the directive when neither can be loaded', async () => {
    const entry: Entry = { ...scanWorkerEntry, inline: async () => 'throw new Error("refused")' };
    const opened = openWorker(entry, () => new Worker('/missing/scan.worker.js', { type: 'module' }), undefined, { clock: systemClock });
    await expect(opened).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' });
    await expect(opened).rejects.toThrow(/connectWorkers\(\{ scan: \{ url \} \}\).*worker-src 'self' blob:/s);
    await opened.catch((error: { cause: AggregateError }) => expect(error.cause.errors).toHaveLength(2));
  });

  it.each([
    ['its address', { url: new URL('/@sluice/scan.worker.js', location.href) }],
    ['its source', { source: scanWorkerSource }],
    ['a function that makes it', { create: () => new Worker(new URL('/@sluice/scan.worker.js', location.href), { type: 'module' }) }],
  ])('takes %s from an option', async (_name, scan) => {
    const workers = workersWith({ scan });
    await workers.scan.load('k', program('b+'));
    expect(triples(await workers.scan.scan('k', 'abba'))).toEqual([[0, 1, 3]]);
  });

  it('does not fall back when an address was given: a wrong one is an error', async () => {
    const workers = workersWith({ scan: { url: '/missing.js' } });
    await expect(workers.scan.load('k', program('b'))).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' });
  });

  it('can be tried again after it failed', async () => {
    let fail = true;
    const workers = workersWith({ audio: { create: () => new Worker(fail ? '/missing.js' : new URL('/@sluice/audio.worker.js', location.href), { type: 'module' }) } });
    await expect(workers.audio.start()).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' });
    fail = false;
    await workers.audio.start();
    expect(workers.audio.starts).toBe(2);
  });

  it('stops waiting when it is aborted', async () => {
    const abort = new AbortController();
    const opened = openWorker(audioWorkerEntry, () => new Worker(URL.createObjectURL(new Blob([''], { type: 'text/javascript' })), { type: 'module' }), undefined, { clock: systemClock, signal: abort.signal });
    abort.abort();
    await expect(opened).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('adds a worklet from a Blob when its file cannot be loaded, and fails with one error when neither can', async () => {
    const context = new OfflineAudioContext(1, 128, 44100);
    const entry = { name: 'some.worklet', option: 'createSpeaker({ worklet: { url } })', url: () => new URL('/missing.worklet.js', location.href), inline: async () => 'registerProcessor("some", class extends AudioWorkletProcessor { process() { return false; } })' };
    await addWorklet(context, entry);
    expect(new AudioWorkletNode(context, 'some')).toBeInstanceOf(AudioWorkletNode);
    // Added once, it is there: its name could not be registered again.
    await addWorklet(context, { ...entry, inline: async () => 'syntax error' });
    await expect(addWorklet(new OfflineAudioContext(1, 128, 44100), { ...entry, inline: async () => 'syntax error' })).rejects.toThrow(/script-src/);
  });

  it('starts nothing before the first call, and nothing after it is closed', async () => {
    const made = spawned();
    const workers = workersWith();
    expect(made.urls).toEqual([]);
    await workers.close();
    await expect(workers.scan.load('k', program('a'))).rejects.toMatchObject({ code: 'CLOSED' });
    expect(made.urls).toEqual([]);
  });

  it('ends its workers when it is closed', async () => {
    const terminated = vi.spyOn(Worker.prototype, 'terminate');
    const workers = workersWith();
    await workers.scan.load('k', program('a'));
    await workers.audio.start();
    await workers.close();
    expect(terminated).toHaveBeenCalledTimes(2);
    terminated.mockRestore();
  });
});

describe('the far scanner', () => {
  it('finds what the patterns say, ordered by place', async () => {
    const { scan } = workersWith();
    await scan.load('k', program('\\d+', '[a-z]+'));
    expect(triples(await scan.scan('k', 'ab 12 c'))).toEqual([[1, 0, 2], [0, 3, 5], [1, 6, 7]]);
    expect(triples(await scan.scan('k', ''))).toEqual([]);
  });

  it('keeps patterns of different keys apart, and replaces those of the same', async () => {
    const { scan } = workersWith();
    await scan.load('a', program('x'));
    await scan.load('b', program('y'));
    expect(triples(await scan.scan('a', 'xy'))).toEqual([[0, 0, 1]]);
    expect(triples(await scan.scan('b', 'xy'))).toEqual([[0, 1, 2]]);
    await scan.load('a', program('y'));
    expect(triples(await scan.scan('a', 'xy'))).toEqual([[0, 1, 2]]);
  });

  it('scans texts of many slices, one after the other also when they are asked for at once', async () => {
    const { scan } = workersWith();
    await scan.load('k', program('needle'));
    const text = `${'hay '.repeat(60_000)}needle${' hay'.repeat(60_000)}`;
    const results = await Promise.all([scan.scan('k', text), scan.scan('k', 'a needle'), scan.scan('k', text)]);
    expect(results.map(triples)).toEqual([[[0, 240_000, 240_006]], [[0, 2, 8]], [[0, 240_000, 240_006]]]);
  });

  it('refuses a program that is damaged, with the code of the library', async () => {
    const { scan } = workersWith();
    const damaged = program('abc');
    damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
    await expect(scan.load('k', damaged)).rejects.toMatchObject({ code: 'INVALID_PROGRAM' });
    await expect(scan.scan('other', 'text')).rejects.toMatchObject({ code: 'PATTERNS_NOT_LOADED' });
  });

  it('ends a scan between two slices when it is aborted, and goes on with the next', async () => {
    const { scan } = workersWith();
    await scan.load('k', program('needle'));
    const text = 'hay '.repeat(5_000_000);
    const abort = new AbortController();
    const startedAt = performance.now();
    const long = scan.scan('k', text, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(long).rejects.toMatchObject({ code: 'ABORTED' });
    expect(triples(await scan.scan('k', 'needle'))).toEqual([[0, 0, 6]]);
    // The rest of twenty megabytes was not scanned.
    expect(performance.now() - startedAt).toBeLessThan(2000);
    await expect(scan.scan('k', 'x', { signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('counts its threads, so that whoever loaded patterns knows when they are gone', async () => {
    const made = spawned();
    const { scan } = workersWith();
    expect(scan.generation).toBe(1);
    await scan.load('k', program('needle'));
    expect(scan.generation).toBe(1);
    made.workers[0]?.dispatchEvent(new ErrorEvent('error'));
    expect(scan.generation).toBe(2);
    await expect(scan.scan('k', 'needle')).rejects.toMatchObject({ code: 'PATTERNS_NOT_LOADED' });
    await scan.load('k', program('needle'));
    expect(triples(await scan.scan('k', 'needle'))).toEqual([[0, 0, 6]]);
    expect(scan.generation).toBe(2);
  });

  it('rejects a scan at once when the script of the worker fails', async () => {
    const made = spawned();
    const { scan } = workersWith();
    await scan.load('k', program('needle'));
    const scanning = scan.scan('k', 'hay '.repeat(1_000_000));
    made.workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
    await expect(scanning).rejects.toMatchObject({ code: 'WORKER_DIED' });
  });

  it('is started once when several ask for a restart at once', async () => {
    const made = spawned();
    const { scan } = workersWith();
    await scan.load('k', program('needle'));
    await Promise.all([scan.restart(), scan.restart(), scan.restart()]);
    expect(made.workers).toHaveLength(2);
    await expect(scan.scan('k', 'needle')).rejects.toMatchObject({ code: 'PATTERNS_NOT_LOADED' });
  });

  it('forgets patterns that are unloaded', async () => {
    const { scan } = workersWith();
    await scan.load('k', program('needle'));
    scan.unload('k');
    await expect(scan.scan('k', 'needle')).rejects.toMatchObject({ code: 'PATTERNS_NOT_LOADED' });
  });

  it('rejects what waits when it is closed', async () => {
    const workers = workersWith();
    await workers.scan.load('k', program('needle'));
    const scanning = workers.scan.scan('k', 'hay '.repeat(2_000_000));
    await workers.close();
    await expect(scanning).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('a scanner with its far side in the worker', () => {
  const rules = [{ id: 'number', pattern: '\\d{3,}' }, { id: 'word', pattern: '\\bneedle\\b', verify: (match: string) => match === 'needle' }];
  const text = `${'hay 12 '.repeat(20_000)}needle 12345`;

  it('finds the same on both sides', async () => {
    const workers = workersWith();
    const scanner = createScanner(rules, { far: workers.scan });
    expect(await scanner.scanAsync(text, { placement: 'far' })).toEqual(scanner.scan(text));
    scanner.close();
  });

  it('scans again on a new worker when the first is gone without a word', async () => {
    const made = spawned();
    const workers = workersWith();
    const scanner = createScanner(rules, { far: workers.scan });
    await scanner.scanAsync('needle', { placement: 'far' });
    made.workers[0]?.terminate();
    expect(await scanner.scanAsync('a needle', { placement: 'far' })).toEqual([{ id: 'word', start: 2, end: 8 }]);
    expect(made.workers).toHaveLength(2);
  });

  it('serves several scanners through a death, each with its own patterns', async () => {
    const made = spawned();
    const workers = workersWith();
    const scanners = [createScanner(rules, { far: workers.scan }), createScanner([{ id: 'hay', pattern: 'hay' }], { far: workers.scan })];
    await Promise.all(scanners.map((scanner) => scanner.scanAsync('needle hay', { placement: 'far' })));
    made.workers[0]?.terminate();
    const found = await Promise.all(scanners.map((scanner) => scanner.scanAsync('needle hay', { placement: 'far' })));
    expect(found.map((matches) => matches.map((match) => match.id))).toEqual([['word'], ['hay']]);
    expect(made.workers).toHaveLength(2);
  });

  it('fails with a typed error when no worker lives long enough', async () => {
    const made = spawned();
    const workers = workersWith();
    const scanner = createScanner(rules, { far: workers.scan });
    await scanner.scanAsync('needle', { placement: 'far' });
    const kill = setInterval(() => made.ready.at(-1)?.dispatchEvent(new ErrorEvent('error')), 2);
    await expect(scanner.scanAsync('hay '.repeat(4_000_000), { placement: 'far' })).rejects.toMatchObject({ code: 'SCANNER_LOST' });
    clearInterval(kill);
  });
});

describe('the audio worker', () => {
  it('converts a whole recording in one call', async () => {
    const { audio } = workersWith();
    const result = await audio.call((service) => service.resample(sine(440, 500, 48000), { from: 48000, to: 16000 }));
    expect(result).toHaveLength(8000);
    expect(Math.max(...result.subarray(1000, 7000))).toBeCloseTo(0.5, 2);
  });

  it('carries the code of an error of the library', async () => {
    const { audio } = workersWith();
    await expect(audio.call((service) => service.resample(new Float32Array(10), { from: 1, to: 16000 }))).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('runs from its source as text', async () => {
    const { audio } = workersWith({ audio: { source: audioWorkerSource } });
    expect(await audio.call((service) => service.timeOrigin())).toBeGreaterThan(0);
  });

  it('takes audio.wasm from an option, and says so when it is none', async () => {
    const { audio } = workersWith({ audio: { wasm: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 9]) } });
    await expect(audio.start()).rejects.toMatchObject({ code: 'WASM_UNAVAILABLE' });
  });
});
