// The bench harness: paired ratios between candidates that each live in a process of their own.
//
// A bench file is `test/bench/<name>.bench.mjs`. It imports the library from dist (built by `npm run bench`
// before anything is measured) and peers by name (installed on demand from test/bench/package.json):
//
//   import { compare, figure, spread } from './harness.mjs';
//
//   await compare(import.meta.url, {
//     title: '10-stage run, everything on',
//     unit: 'run',                                    // what one operation is; times are printed per operation
//     candidates: {
//       sluice: async () => {                         // runs once, in the candidate's own process
//         const { Pipeline } = await import('../../dist/pipeline/pipeline.js');
//         const graph = …;
//         return { run: () => graph.run(context), operations: 1 };   // sync or async; or just the function
//       },
//       bound: async () => handWritten,
//       'some-peer': async () => { const { Peer } = await import('some-peer'); return () => Peer.run(); },
//     },
//     bars: [{ of: 'sluice', over: 'bound', atMost: 5 }, { of: 'some-peer', over: 'sluice', atLeast: 10 }],
//   });
//
//   await figure({ title: 'scan.wasm', value: bytes, unit: 'B', atMost: 20_000 });
//   await spread({ title: 'barge-in', values: millis, unit: 'ms', atMost: { p95: 30 } });
//
// How it measures: one process per candidate (options `nodeArgs` reach it), all of them warmed up; then in each
// round every candidate takes one sample, one after the other in an order that changes from round to round, never
// two at once, so that a busy machine touches all alike. A ratio is formed inside each round and the median of the
// ratios is given with its 95 % bootstrap interval. A bar counts as reached when that interval includes it.
// A candidate that cannot be loaded is printed with the reason and its bars as not measured.
//
// `node test/bench/<name>.bench.mjs` alone works too, once dist is built. Rounds and sample length may be set by
// SLUICE_BENCH_ROUNDS and SLUICE_BENCH_SAMPLE_MS. Results are also appended as JSON lines to $SLUICE_BENCH_OUT.
import { fork } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.env.SLUICE_BENCH_ROUNDS ?? 15);
const SAMPLE_MS = Number(process.env.SLUICE_BENCH_SAMPLE_MS ?? 60);
const child = process.env.SLUICE_BENCH_CANDIDATE === undefined ? undefined : JSON.parse(process.env.SLUICE_BENCH_CANDIDATE);

/** The value at `share` (0…1) of the sorted list, interpolated. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

export const median = (values) => quantile(values, 0.5);

/** 95 % percentile-bootstrap interval of the median; repeatable (fixed seed). */
export function bootstrap95(values, resamples = 2000) {
  let state = 0x9e3779b9;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const medians = [];
  for (let r = 0; r < resamples; r += 1) {
    const pick = [];
    for (let i = 0; i < values.length; i += 1) pick.push(values[Math.floor(random() * values.length)]);
    medians.push(median(pick));
  }
  return [quantile(medians, 0.025), quantile(medians, 0.975)];
}

/** Compares candidates; see the head of this file. Returns times per operation in ns, and the bars. */
export async function compare(file, suite) {
  if (child !== undefined) return child.title === suite.title ? serve(suite) : undefined;
  const names = Object.keys(suite.candidates);
  const rounds = suite.rounds ?? ROUNDS;
  const workers = new Map();
  const absent = new Map();
  for (const name of names) {
    try {
      workers.set(name, await start(file, suite, name));
    } catch (error) {
      absent.set(name, error.message.split('\n')[0]);
    }
  }
  const times = Object.fromEntries([...workers.keys()].map((name) => [name, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      const order = [...workers.keys()];
      for (let i = 0; i < order.length; i += 1) {
        const name = order[(i + round) % order.length];
        times[name].push(await workers.get(name).sample());
      }
    }
  } finally {
    for (const worker of workers.values()) worker.stop();
  }
  const result = { kind: 'compare', title: suite.title, unit: suite.unit ?? 'op', rounds, times, absent: Object.fromEntries(absent), bars: [] };
  console.log(`\n${suite.title}  (${rounds} rounds)`);
  const width = Math.max(...names.map((n) => n.length));
  for (const name of names) {
    if (absent.has(name)) console.log(`  ${name.padEnd(width)}  not measured: ${absent.get(name)}`);
    else console.log(`  ${name.padEnd(width)}  ${time(median(times[name]))}/${result.unit}  (quartiles ${time(quantile(times[name], 0.25))} … ${time(quantile(times[name], 0.75))})`);
  }
  const first = suite.baseline ?? names.find((name) => workers.has(name));
  const bars = suite.bars ?? names.filter((n) => n !== first).map((n) => ({ of: n, over: first }));
  for (const bar of bars) {
    if (times[bar.of] === undefined || times[bar.over] === undefined) {
      result.bars.push({ ...bar, reached: undefined });
      console.log(`  ${bar.of} / ${bar.over}: not measured`);
      continue;
    }
    const ratios = times[bar.of].map((value, i) => value / times[bar.over][i]);
    const [low, high] = bootstrap95(ratios);
    const reached = (bar.atMost === undefined || low <= bar.atMost) && (bar.atLeast === undefined || high >= bar.atLeast);
    const asked = bar.atMost === undefined && bar.atLeast === undefined ? undefined : reached;
    result.bars.push({ ...bar, ratio: median(ratios), low, high, reached: asked });
    console.log(`  ${bar.of} / ${bar.over} = ×${round3(median(ratios))}  [${round3(low)}, ${round3(high)}]${verdict(bar, asked)}`);
  }
  record(result);
  return result;
}

/** Prints one measured value with its bar. In a candidate's process it does nothing. */
export async function figure({ title, value, unit, atMost, atLeast }) {
  if (child !== undefined) return;
  const bar = { atMost, atLeast };
  const reached = atMost === undefined && atLeast === undefined ? undefined : (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
  console.log(`  ${title}: ${round3(value)} ${unit}${verdict(bar, reached)}`);
  record({ kind: 'figure', title, value, unit, atMost, atLeast, reached });
}

/** Prints p50, p95, p99 and max of a list of samples; `atMost` is an object such as { p50: 10, p95: 30 }. */
export async function spread({ title, values, unit, atMost = {} }) {
  if (child !== undefined) return;
  const at = { p50: quantile(values, 0.5), p95: quantile(values, 0.95), p99: quantile(values, 0.99), max: Math.max(...values) };
  const missed = Object.entries(atMost).filter(([name, limit]) => at[name] > limit);
  const reached = Object.keys(atMost).length === 0 ? undefined : missed.length === 0;
  const asked = Object.entries(atMost).map(([name, limit]) => `${name} ≤ ${limit}`).join(', ');
  console.log(`  ${title}: ${Object.entries(at).map(([n, v]) => `${n} ${round3(v)}`).join(', ')} ${unit} (n = ${values.length})${reached === undefined ? '' : `  bar ${asked}: ${reached ? 'reached' : 'MISSED'}`}`);
  record({ kind: 'spread', title, unit, n: values.length, ...at, atMost, reached });
}

function verdict({ atMost, atLeast }, reached) {
  if (reached === undefined) return '';
  return `  bar ${atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`}: ${reached ? 'reached' : 'MISSED'}`;
}

function record(result) {
  if (process.env.SLUICE_BENCH_OUT !== undefined) appendFileSync(process.env.SLUICE_BENCH_OUT, `${JSON.stringify(result)}\n`);
}

const round3 = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString());

function time(ns) {
  if (ns < 1e3) return `${round3(ns)} ns`;
  if (ns < 1e6) return `${round3(ns / 1e3)} µs`;
  return ns < 1e9 ? `${round3(ns / 1e6)} ms` : `${round3(ns / 1e9)} s`;
}

// --- parent's side of a candidate's process -----------------------------------------------------------------------

async function start(file, suite, name) {
  const env = { ...process.env, SLUICE_BENCH_CANDIDATE: JSON.stringify({ title: suite.title, name }) };
  const nodeArgs = suite.nodeArgs ?? ['--expose-gc'];
  const handle = fork(fileURLToPath(file), [], { env, execArgv: nodeArgs, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let ended = false;
  handle.once('exit', () => { ended = true; });
  const next = () => new Promise((resolve, reject) => {
    const done = (settle, value) => { handle.off('message', onMessage); handle.off('exit', onExit); settle(value); };
    const onMessage = (m) => (m.error === undefined ? done(resolve, m) : done(reject, new Error(m.error)));
    const onExit = (code) => done(reject, new Error(`its process ended with code ${code}`));
    handle.on('message', onMessage);
    handle.once('exit', onExit);
  });
  const stop = () => { if (!ended) handle.kill(); };
  try {
    await next();
  } catch (error) {
    stop();
    throw error;
  }
  return {
    sample: async () => { const answer = next(); handle.send('sample'); return (await answer).ns; },
    stop,
  };
}

// --- the candidate's own process ----------------------------------------------------------------------------------

async function serve(suite) {
  try {
    const made = await suite.candidates[child.name]();
    const { run, operations = 1 } = typeof made === 'function' ? { run: made } : made;
    const sampleMs = suite.sampleMs ?? SAMPLE_MS;
    let calls = 1;
    // Warm-up: until three samples in a row fit the wanted length, and for at least half a second of work.
    const warmUntil = performance.now() + (suite.warmupMs ?? 500);
    for (let fits = 0; fits < 3 || performance.now() < warmUntil;) {
      const ms = await measure(run, calls);
      const fit = ms >= sampleMs * 0.5 || calls === 1 && ms >= sampleMs;
      fits = fit ? fits + 1 : 0;
      if (ms < sampleMs) calls = Math.max(calls + (fit ? 0 : 1), Math.ceil(calls * Math.min(10, sampleMs / Math.max(ms, 0.001))));
      else if (ms > sampleMs * 2) calls = Math.max(1, Math.floor(calls * sampleMs / ms));
    }
    process.on('message', async () => {
      try {
        globalThis.gc?.();
        process.send({ ns: (await measure(run, calls)) * 1e6 / calls / operations });
      } catch (error) {
        process.send({ error: String(error?.stack ?? error) });
      }
    });
    process.on('disconnect', () => process.exit(0));
    process.send({ ready: true });
  } catch (error) {
    process.send({ error: String(error?.message ?? error) });
    process.exit(1);
  }
  return new Promise(() => {}); // the parent ends this process; nothing after compare() runs here
}

async function measure(run, calls) {
  const begun = performance.now();
  const first = run();
  if (first !== null && typeof first === 'object' && typeof first.then === 'function') {
    await first;
    for (let i = 1; i < calls; i += 1) await run();
  } else {
    for (let i = 1; i < calls; i += 1) run();
  }
  return performance.now() - begun;
}
