// The runner beside the hand-written lower bound and beside other runners: cost per node, makespan, build, memory,
// cold start, and the same in Chromium. Targets D1–D12, F1, L1 and C1 of the design. One operation is one node unless it says otherwise.
//
// LB is what a programmer writes by hand for one fixed graph: awaits in a row, Promise.all per level.
// "naive" are the duties of the runner (events, timing, a deadline, an abort signal and a frozen output per stage)
// written the obvious way.
import { execFileSync, spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compare, figure, median } from './harness.mjs';

const dist = process.env.SLUICE_DIST ?? new URL('../../dist/', import.meta.url).href;
const lib = (path) => import(dist + path);
const child = process.env.SLUICE_BENCH_CANDIDATE !== undefined;

/** Dependencies of each node: a chain, a fan out and in, or layers of ten with three edges each. */
function shape(kind, n) {
  return Array.from({ length: n }, (_, i) => {
    if (kind === 'chain') return i === 0 ? [] : [i - 1];
    if (kind === 'fan') return i === 0 ? [] : i === n - 1 ? Array.from({ length: n - 2 }, (_, k) => k + 1) : [0];
    const layer = Math.floor(i / 10);
    return layer === 0 ? [] : [0, 1, 2].map((k) => (layer - 1) * 10 + ((i + k) % 10));
  });
}

const work = async () => undefined;

/** The lower bound for a shape: the levels in a row, Promise.all in each of more than one. */
function bound(kind, n) {
  const width = kind === 'chain' ? 1 : kind === 'fan' ? n - 2 : 10;
  if (kind === 'chain') return async () => { for (let i = 0; i < n; i += 1) await work(); };
  if (kind === 'fan') return async () => { await work(); await Promise.all(Array.from({ length: width }, work)); await work(); };
  return async () => { for (let layer = 0; layer < n / 10; layer += 1) await Promise.all([work(), work(), work(), work(), work(), work(), work(), work(), work(), work()]); };
}

/** What is asked of every runner here, written the obvious way. */
function naive(deps) {
  const root = new AbortController();
  return async () => {
    const events = [];
    const outputs = [];
    const promises = [];
    for (let i = 0; i < deps.length; i += 1) {
      promises.push((async () => {
        await Promise.all(deps[i].map((d) => promises[d]));
        const signal = AbortSignal.any([root.signal, AbortSignal.timeout(30_000)]);
        events.push({ type: 'stage.started', stage: i, id: crypto.randomUUID(), at: new Date() });
        const started = performance.now();
        const timeout = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
        const data = await Promise.race([work({ signal, inputs: Object.freeze(Object.fromEntries(deps[i].map((d) => [d, outputs[d]]))) }), timeout]);
        outputs[i] = Object.freeze({ status: 'ok', data: Object.freeze({ ...data }), durationMs: performance.now() - started });
        events.push({ type: 'stage.completed', stage: i, id: crypto.randomUUID(), at: new Date() });
      })());
    }
    await Promise.all(promises);
    return outputs;
  };
}

async function ours(deps, full) {
  const { Pipeline } = await lib('pipeline/pipeline.js');
  const { ContextSnapshot } = await lib('context/snapshot.js');
  const graph = Pipeline.from(deps.map((list, i) => ({ name: `s${i}`, stage: work, dependencies: list.map((d) => `s${d}`), ...(full ? { timeoutMs: 30_000 } : {}) })), full ? {} : { timing: false });
  const snapshot = new ContextSnapshot({ pipelineRunId: crypto.randomUUID(), inputText: 'x' });
  let events = 0;
  const eventSink = { emit: async () => undefined, tryEmit: () => { events += 1; } };
  const last = `s${deps.length - 1}`; // who runs a graph reads what came of it
  return async () => (await graph.run(snapshot, full ? { eventSink } : {}))[last].status;
}

async function pGraph(deps) {
  const { PGraph } = (await import('p-graph')).default;
  const nodes = new Map(deps.map((_, i) => [`s${i}`, { run: work }]));
  const edges = deps.flatMap((list, i) => list.map((d) => [`s${d}`, `s${i}`]));
  const graph = new PGraph(nodes, edges);
  return () => graph.run();
}

async function effect(deps) {
  const { Effect, Deferred } = await import('effect');
  const program = Effect.gen(function* () {
    const done = [];
    for (let i = 0; i < deps.length; i += 1) done.push(yield* Deferred.make());
    yield* Effect.all(deps.map((list, i) => Effect.gen(function* () {
      for (const d of list) yield* Deferred.await(done[d]);
      yield* Effect.promise(work);
      yield* Deferred.succeed(done[i], undefined);
    })), { concurrency: 'unbounded', discard: true });
  });
  return () => Effect.runPromise(program);
}

async function langgraph(deps) {
  const { Annotation, END, START, StateGraph } = await import('@langchain/langgraph');
  const State = Annotation.Root({ n: Annotation({ reducer: (a, b) => a + b, default: () => 0 }) });
  const builder = new StateGraph(State);
  deps.forEach((_, i) => builder.addNode(`s${i}`, async () => ({ n: 1 })));
  const hasDependents = new Set(deps.flat());
  deps.forEach((list, i) => {
    if (list.length === 0) builder.addEdge(START, `s${i}`);
    else if (list.length === 1) builder.addEdge(`s${list[0]}`, `s${i}`);
    else builder.addEdge(list.map((d) => `s${d}`), `s${i}`);
    if (!hasDependents.has(i)) builder.addEdge(`s${i}`, END);
  });
  const app = builder.compile();
  return () => app.invoke({ n: 0 }, { recursionLimit: deps.length + 10 });
}

async function mastra(deps) {
  const [{ createStep, createWorkflow }, { z }] = await Promise.all([import('@mastra/core/workflows'), import('zod')]);
  const schema = z.object({});
  let flow = createWorkflow({ id: 'w', inputSchema: schema, outputSchema: schema });
  for (let i = 0; i < deps.length; i += 1) flow = flow.then(createStep({ id: `s${i}`, inputSchema: schema, outputSchema: schema, execute: async () => ({}) }));
  flow.commit();
  return async () => { const run = await flow.createRun(); return run.start({ inputData: {} }); };
}

/** The runner that the graph comes from, in Python; a machine without it gives no figure. */
async function stageflow(deps) {
  const script = fileURLToPath(new URL('runtime/run-stageflow.py', import.meta.url));
  const python = spawn('python3', [script, JSON.stringify(deps)], { stdio: ['pipe', 'pipe', 'pipe'] });
  process.on('exit', () => python.kill());
  let complaint = '';
  python.stderr.on('data', (text) => { complaint += text; });
  const ended = new Promise((_, reject) => {
    python.on('error', (error) => reject(new Error(`no python3 (${error.code})`)));
    python.on('close', (code) => reject(new Error(complaint.trim().split('\n').at(-1) || `python3 ended with code ${code}`)));
  });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const run = async () => {
    python.stdin.write('1\n');
    if ((await answers.next()).done) await ended;
  };
  python.stdin.on('error', () => undefined); // a process that has ended says why by `ended`
  ended.catch(() => undefined); // told by the run that finds it
  await run();
  return run;
}

/** One operation is one node: a run counts as so many. */
const perNode = (n, make) => async () => ({ run: await make(), operations: n });

for (const [kind, n, limits] of [['chain', 10, [12, undefined]], ['chain', 100, [5, 1000]], ['layers', 100, [5, 1000]], ['fan', 100, [5, 1000]], ['layers', 1000, [5, 1000]], ['chain', 10_000, [10, undefined]]]) {
  const deps = shape(kind, n);
  const result = await compare(import.meta.url, {
    title: `${kind} of ${n}: everything on (events, timing, a deadline per stage, dependency checks)`,
    unit: 'node',
    warmupMs: 2000,
    sampleMs: 120,
    candidates: {
      sluice: perNode(n, () => ours(deps, true)),
      'sluice, nothing on': perNode(n, () => ours(deps, false)),
      LB: perNode(n, () => bound(kind, n)),
      ...(n <= 1000 ? { naive: perNode(n, () => naive(deps)), 'p-graph': perNode(n, () => pGraph(deps)), effect: perNode(n, () => effect(deps)) } : {}),
      ...(n === 100 && kind !== 'fan' ? { langgraph: perNode(n, () => langgraph(deps)) } : {}),
      ...(n === 100 && kind === 'chain' ? { mastra: perNode(n, () => mastra(deps)) } : {}),
      ...(n === 100 ? { 'stageflow (Python)': perNode(n, () => stageflow(deps)) } : {}),
    },
    bars: [
      { of: 'sluice', over: 'LB', atMost: limits[0] },
      { of: 'sluice, nothing on', over: 'LB', atMost: 2 },
      ...(n <= 1000 ? [{ of: 'naive', over: 'sluice', atLeast: 25 }, { of: 'p-graph', over: 'sluice', atLeast: 5 }, { of: 'effect', over: 'sluice', atLeast: 5 }] : []),
      ...(n === 100 && kind !== 'fan' ? [{ of: 'langgraph', over: 'sluice', atLeast: 1000 }] : []),
      ...(n === 100 && kind === 'chain' ? [{ of: 'mastra', over: 'sluice', atLeast: 150 }] : []),
      ...(n === 100 ? [{ of: 'stageflow (Python)', over: 'sluice', atLeast: 100 }] : []),
    ],
  });
  if (result !== undefined && limits[1] !== undefined) await figure({ title: `${kind} of ${n}, everything on`, value: median(result.times.sluice), unit: 'ns/node', atMost: limits[1] });
}

for (const [n, limitMs] of [[1000, 2], [10_000, 20]]) {
  const result = await compare(import.meta.url, {
    title: `build and check ${n} stages, three edges each`,
    candidates: {
      sluice: async () => {
        const { Pipeline } = await lib('pipeline/pipeline.js');
        const specs = shape('layers', n).map((list, i) => ({ name: `s${i}`, stage: work, dependencies: list.map((d) => `s${d}`) }));
        return () => Pipeline.from(specs);
      },
    },
    rounds: 7,
  });
  if (result !== undefined) await figure({ title: `build ${n} stages`, value: median(result.times.sluice) / 1e6, unit: 'ms', atMost: limitMs });
}

if (!child) {
  const { Pipeline } = await lib('pipeline/pipeline.js');

  // D11: the critical path of uneven branches is 210 ms.
  const sleep = (ms) => () => new Promise((resolve) => setTimeout(resolve, ms));
  const uneven = Pipeline.from([{ name: 'a', stage: sleep(10) }, { name: 'b', stage: sleep(200) }, { name: 'c', stage: sleep(100), dependencies: ['a'] }, { name: 'd', stage: sleep(10), dependencies: ['b', 'c'] }]);
  const spans = [];
  for (let k = 0; k < 5; k += 1) { const begun = performance.now(); await uneven.run(); spans.push(performance.now() - begun); }
  await figure({ title: 'makespan of uneven branches over their critical path of 210 ms', value: Math.min(...spans) - 210, unit: 'ms', atMost: 2 });

  // D12: a chain of 100,000 stages that return at once.
  const long = Pipeline.from(Array.from({ length: 100_000 }, (_, n) => ({ name: `s${n}`, stage: () => undefined, dependencies: n === 0 ? [] : [`s${n - 1}`] })));
  const longs = [];
  for (let k = 0; k < 3; k += 1) { const begun = performance.now(); await long.run(); longs.push(performance.now() - begun); }
  await figure({ title: '100,000 synchronous stages in a row', value: Math.min(...longs), unit: 'ms', atMost: 500 });

  // F1 in Node: the longest time a timer waits while 10,000 stages of 20 µs run (the page's own measure is a browser test).
  const spin = () => { const end = performance.now() + 0.02; while (performance.now() < end); };
  const heavy = Pipeline.from(Array.from({ length: 10_000 }, (_, n) => ({ name: `s${n}`, stage: spin, dependencies: n < 10 ? [] : [`s${n - 10}`] })));
  let last = performance.now();
  let worst = 0;
  const timer = setInterval(() => { const now = performance.now(); worst = Math.max(worst, now - last); last = now; }, 1);
  await heavy.run();
  clearInterval(timer);
  await figure({ title: 'longest wait of a timer while 10,000 stages of 20 µs run', value: worst, unit: 'ms', atMost: 50 });

  // S8: cancel of a full run of 20 live stages.
  const { valueElement } = await lib('stream/element.js');
  const relay = async (ctx) => { for (let e = await ctx.input.read(); e !== undefined; e = await ctx.input.read()) { await Promise.resolve(); if (!(await ctx.output.write(e))) return; } };
  const live = Pipeline.from(Array.from({ length: 20 }, (_, n) => ({ name: `s${n}`, stage: n === 0 ? async (ctx) => { for (let k = 0; ; k += 1) if (!(await ctx.output.write(valueElement(k)))) return; } : relay, streamsFrom: n === 0 ? [] : [`s${n - 1}`] })));
  const cancels = [];
  let delivered = 0;
  for (let k = 0; k < 30; k += 1) {
    const run = live.start();
    const { output } = run;
    await new Promise((resolve) => setTimeout(resolve, 2));
    const begun = performance.now();
    await run.cancel('bench');
    cancels.push(performance.now() - begun);
    while (output.tryRead() !== undefined) delivered += 1;
  }
  await figure({ title: 'cancel of 20 full live stages', value: median(cancels), unit: 'ms', atMost: 0.5 });
  await figure({ title: 'elements delivered after a cancel of 20 full live stages, 30 times', value: delivered, unit: 'elements', atMost: 0 });
  const aborts = [];
  let passed = 0;
  for (let k = 0; k < 10; k += 1) {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal); // one listener per pipe
    let stream = new ReadableStream({ pull(c) { c.enqueue(1); } }, { highWaterMark: 16 });
    for (let n = 0; n < 20; n += 1) stream = stream.pipeThrough(new TransformStream({ async transform(value, c) { c.enqueue(await Promise.resolve(value)); } }, { highWaterMark: 16 }, { highWaterMark: 16 }), { signal: controller.signal });
    const reader = stream.getReader();
    await new Promise((resolve) => setTimeout(resolve, 2));
    const begun = performance.now();
    controller.abort();
    // Read until the end: a stream that nobody reads ends only once its transform under way has been let go on, which is never.
    await (async () => { while (!(await reader.read()).done) passed += 1; })().catch(() => undefined);
    aborts.push(performance.now() - begun);
  }
  await figure({ title: 'beside it: 20 full TransformStreams aborted', value: median(aborts), unit: 'ms' });
  await figure({ title: 'beside it: elements delivered after the abort, 10 times', value: passed, unit: 'elements' });

  // D9 and L1: allocated per node and retained per run.
  const script = `
    const { Pipeline } = await import('${dist}pipeline/pipeline.js');
    const { ContextSnapshot } = await import('${dist}context/snapshot.js');
    const work = async () => undefined;
    const snapshot = new ContextSnapshot({ inputText: 'x' });
    const eventSink = { emit: async () => undefined, tryEmit: () => undefined };
    const big = Pipeline.from(Array.from({ length: 1000 }, (_, i) => ({ name: 's' + i, stage: work, timeoutMs: 30000, dependencies: i < 10 ? [] : ['s' + (i - 10)] })));
    for (let k = 0; k < 400; k += 1) await big.run(snapshot, { eventSink }); // until the engine has compiled it: before that it allocates what it later keeps in registers
    gc();
    const before = process.memoryUsage().heapUsed;
    let perNode = Infinity;
    for (let k = 0; k < 20; k += 1) { gc(); const a = process.memoryUsage().heapUsed; await big.run(snapshot, { eventSink }); perNode = Math.min(perNode, (process.memoryUsage().heapUsed - a) / 1000); }
    const small = Pipeline.from(Array.from({ length: 5 }, (_, i) => ({ name: 's' + i, stage: work, timeoutMs: 30000, dependencies: i === 0 ? [] : ['s' + (i - 1)] })));
    const { signal } = new AbortController();
    for (let k = 0; k < 5000; k += 1) await small.run(snapshot, { eventSink, signal });
    gc(); gc();
    const start = process.memoryUsage().heapUsed;
    for (let k = 0; k < 200000; k += 1) await small.run(snapshot, { eventSink, signal });
    gc(); gc();
    console.log(JSON.stringify({ perNode, perRun: (process.memoryUsage().heapUsed - start) / 200000 }));
  `;
  const { perNode: bytes, perRun } = JSON.parse(execFileSync(process.execPath, ['--expose-gc', '--max-semi-space-size=64', '--input-type=module', '-e', script], { encoding: 'utf8' }));
  await figure({ title: 'allocated per node, everything on, 1,000 nodes', value: bytes, unit: 'B', atMost: 800 });
  await figure({ title: 'retained per run of five stages on one shared signal, 200,000 runs', value: perRun, unit: 'B', atMost: 4 });

  // C1: a fresh process, from the import to the end of the first run of five stages.
  const cold = `
    const begun = performance.now();
    const { Pipeline } = await import('${dist}pipeline/pipeline.js');
    const graph = Pipeline.from(Array.from({ length: 5 }, (_, i) => ({ name: 's' + i, stage: async () => undefined, dependencies: i === 0 ? [] : ['s' + (i - 1)] })));
    await graph.run({ inputText: 'x' });
    console.log(performance.now() - begun);
  `;
  const colds = Array.from({ length: 7 }, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', cold], { encoding: 'utf8' })));
  await figure({ title: 'cold: import, build and first run of five stages, unbundled files', value: median(colds), unit: 'ms' });
  const { build } = await import('esbuild');
  const file = join(tmpdir(), `sluice-cold-${process.pid}.mjs`);
  await build({ stdin: { contents: `export { Pipeline } from ${JSON.stringify(fileURLToPath(`${dist}pipeline/pipeline.js`))};`, resolveDir: tmpdir() }, bundle: true, minify: true, format: 'esm', platform: 'neutral', target: 'es2022', outfile: file });
  const one = Array.from({ length: 7 }, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', cold.replace(`${dist}pipeline/pipeline.js`, pathToFileURL(file).href)], { encoding: 'utf8' })));
  rmSync(file);
  await figure({ title: 'cold: the same as one bundled file', value: median(one), unit: 'ms', atMost: 30 });

  // D10 and F1 in Chromium.
  const [{ launchBrowser }, { root }, { serve }] = await Promise.all([import('../tools/browser.mjs'), import('../tools/install.mjs'), import('../tools/serve.mjs')]);
  const site = await serve({ mounts: { '/': join(root, 'test/bench/runtime'), '/dist/': fileURLToPath(dist) } });
  const browser = await launchBrowser({});
  try {
    const page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => console.log(`page: ${error.message}`));
    await page.goto(`${site.url}index.html`);
    await page.waitForFunction(() => window.ready === true);
    for (const [n, runs] of [[100, 200], [10_000, 20]]) {
      const times = await page.evaluate(([size, count]) => window.measureRuns(size, count), [n, runs]);
      await figure({ title: `Chromium, layers of ${n}, everything on`, value: median(times) / n * 1000, unit: 'µs/node', atMost: 1.5 });
    }
    const idle = await page.evaluate(() => window.measureTasks(0));
    await figure({ title: 'Chromium, 10,000 stages that do nothing', value: idle.tookMs, unit: 'ms', atMost: 20 });
    const busy = await page.evaluate(() => window.measureTasks(0.02));
    await figure({ title: `Chromium, long tasks while 10,000 stages of 20 µs run (${busy.tookMs.toFixed(0)} ms)`, value: idle.tasks + busy.tasks, unit: 'tasks', atMost: 0 });
  } finally {
    await browser.close();
    await site.close();
  }
}
