// Live edges beside the lower bound, Web Streams and other stream libraries. Targets S1–S11 of the design. One
// operation is one element unless it says otherwise.
//
// LB is `for (const x of source) { y = f1(x); … }` with an await per asynchronous stage and no buffer.
import { execFileSync } from 'node:child_process';
import { compare, figure, median } from './harness.mjs';

const dist = process.env.SLUICE_DIST ?? new URL('../../dist/', import.meta.url).href;
const lib = (path) => import(dist + path);
const child = process.env.SLUICE_BENCH_CANDIDATE !== undefined;
const N = 5000;

/** Elements through channels: a source, `stages` stages of `step`, a sink. */
async function channels(stages, step) {
  const { Channel } = await lib('stream/channel.js');
  return async () => {
    const all = Array.from({ length: stages + 1 }, () => new Channel({ capacity: 16 }));
    const source = (async () => { const out = all[0]; for (let n = 1; n <= N; n += 1) if (!out.tryWrite(n)) await out.write(n); out.close(); })();
    const middle = Array.from({ length: stages }, async (_, at) => {
      const input = all[at];
      const out = all[at + 1];
      for (;;) {
        const n = input.tryRead() ?? (await input.read());
        if (n === undefined) break;
        const made = step(n);
        const value = typeof made === 'number' ? made : await made;
        if (!out.tryWrite(value)) await out.write(value);
      }
      out.close();
    });
    let sum = 0;
    const last = all[stages];
    for (;;) {
      const n = last.tryRead() ?? (await last.read());
      if (n === undefined) break;
      sum += n;
    }
    await Promise.all([source, ...middle]);
    return sum;
  };
}

/** Elements through a graph whose transforms are fused. */
async function fused(stages) {
  const { Pipeline } = await lib('pipeline/pipeline.js');
  const { transformStage } = await lib('stage/common-stages.js');
  const { valueElement } = await lib('stream/element.js');
  const element = valueElement(1);
  const graph = Pipeline.from([
    { name: 'source', stage: async (ctx) => { const out = ctx.output; for (let n = 0; n < N; n += 1) if (!out.tryWrite(element)) await out.write(element); } },
    ...Array.from({ length: stages }, (_, n) => ({ name: `t${n}`, stage: transformStage(`t${n}`, (one) => one), streamsFrom: [n === 0 ? 'source' : `t${n - 1}`] })),
  ]);
  return () => graph.run();
}

function whatwg(stages, step) {
  return async () => {
    let stream = new ReadableStream({ start(c) { this.n = 0; }, pull(c) { this.n = (this.n ?? 0) + 1; if (this.n > N) c.close(); else c.enqueue(this.n); } }, { highWaterMark: 16 });
    for (let n = 0; n < stages; n += 1) stream = stream.pipeThrough(new TransformStream({ async transform(value, c) { c.enqueue(await step(value)); } }, { highWaterMark: 16 }, { highWaterMark: 16 }));
    let sum = 0;
    for await (const value of stream) sum += value;
    return sum;
  };
}

function bound(stages, step, isAsync) {
  return async () => {
    let sum = 0;
    for (let n = 1; n <= N; n += 1) {
      let value = n;
      for (let at = 0; at < stages; at += 1) value = isAsync ? await step(value) : step(value);
      sum += value;
    }
    return sum;
  };
}

async function rxjs(stages, step) {
  const { range, lastValueFrom } = await import('rxjs');
  const { concatMap, reduce } = await import('rxjs/operators');
  return () => {
    let stream = range(1, N);
    for (let n = 0; n < stages; n += 1) stream = stream.pipe(concatMap(async (value) => step(value)));
    return lastValueFrom(stream.pipe(reduce((sum, value) => sum + value, 0)));
  };
}

/** One source, four asynchronous workers that take what they get to first, one reader: a graph with competing edges. */
async function workers(step) {
  const { Pipeline } = await lib('pipeline/pipeline.js');
  const { valueElement } = await lib('stream/element.js');
  const names = ['w0', 'w1', 'w2', 'w3'];
  const graph = Pipeline.from([
    { name: 'source', stage: async ({ output }) => { for (let n = 1; n <= N; n += 1) { const element = valueElement(n); if (!output.tryWrite(element)) await output.write(element); } } },
    ...names.map((name) => ({
      name,
      streamsFrom: [{ from: 'source', compete: 'workers' }],
      stage: async ({ input, output }) => {
        for (let element = input.tryRead() ?? (await input.read()); element !== undefined; element = input.tryRead() ?? (await input.read())) {
          const made = { ...element, value: await step(element.value) };
          if (!output.tryWrite(made)) await output.write(made);
        }
      },
    })),
    { name: 'sink', streamsFrom: names, stage: async ({ input }) => { let sum = 0; for (let element = input.tryRead() ?? (await input.read()); element !== undefined; element = input.tryRead() ?? (await input.read())) sum += element.value; return { sum }; } },
  ]);
  return () => graph.run();
}

/** Four asynchronous workers that read one channel and write into another, results as they come. */
async function asTheyCome(step) {
  const { Channel } = await lib('stream/channel.js');
  const { MergeGroup } = await lib('stream/merge.js');
  return async () => {
    const work = new Channel({ capacity: 16 });
    const made = new Channel({ capacity: 16 });
    const group = new MergeGroup(made);
    const source = (async () => { for (let n = 1; n <= N; n += 1) if (!work.tryWrite(n)) await work.write(n); work.close(); })();
    for (let at = 0; at < 4; at += 1) void (async () => {
      const out = group.writer();
      for (let n = work.tryRead() ?? (await work.read()); n !== undefined; n = work.tryRead() ?? (await work.read())) {
        const value = await step(n);
        if (!out.tryWrite(value)) await out.write(value);
      }
      out.close();
    })();
    let sum = 0;
    for (let n = made.tryRead() ?? (await made.read()); n !== undefined; n = made.tryRead() ?? (await made.read())) sum += n;
    await source;
    return sum;
  };
}

/** Four at once, results in the order of the source: a channel of four promises. */
async function inOrder(step) {
  const { Channel } = await lib('stream/channel.js');
  return async () => {
    const underway = new Channel({ capacity: 4 });
    const source = (async () => { for (let n = 1; n <= N; n += 1) { const made = { value: step(n) }; if (!underway.tryWrite(made)) await underway.write(made); } underway.close(); })();
    let sum = 0;
    for (let made = underway.tryRead() ?? (await underway.read()); made !== undefined; made = underway.tryRead() ?? (await underway.read())) sum += await made.value;
    await source;
    return sum;
  };
}

/** Pipes of one asynchronous step each, one pulling from the other, without a buffer. */
async function pulled(stages, step) {
  const { StreamPipe } = await lib('stream/pipe.js');
  class Step extends StreamPipe {
    processItem(n) {
      return step(n);
    }
  }
  return async () => {
    let stream = (function* () { for (let n = 1; n <= N; n += 1) yield n; })();
    for (let at = 0; at < stages; at += 1) stream = new Step().stream(stream);
    let sum = 0;
    for await (const n of stream) sum += n;
    return sum;
  };
}

const perElement = (make) => async () => ({ run: await make(), operations: N });
const sync = (n) => n + 1;
const slow = async (n) => n + 1;

const first = await compare(import.meta.url, {
  title: '5 synchronous stages, a channel of 16 between each',
  unit: 'element',
  warmupMs: 1500,
  candidates: { sluice: perElement(() => channels(5, sync)), LB: perElement(() => bound(5, sync, false)), whatwg: perElement(() => whatwg(5, sync)) },
  bars: [{ of: 'whatwg', over: 'sluice', atLeast: 20 }, { of: 'sluice', over: 'LB' }],
});
if (first !== undefined) await figure({ title: '5 synchronous stages over channels', value: median(first.times.sluice), unit: 'ns/element', atMost: 1000 });

// S5 asks for the same chain over Go's channels. Go is not a part of this bench, so that only our side is measured.
for (const stages of [1, 20]) {
  await compare(import.meta.url, {
    title: `${stages} synchronous stage${stages === 1 ? '' : 's'}, a channel of 16 between each (Go's channels: not measured here)`,
    unit: 'element',
    warmupMs: 1500,
    candidates: { sluice: perElement(() => channels(stages, sync)), LB: perElement(() => bound(stages, sync, false)) },
    bars: [{ of: 'sluice', over: 'LB' }],
  });
}

for (const stages of [5, 20]) {
  await compare(import.meta.url, {
    title: `${stages} synchronous transforms of one graph, fused, with counts, events and errors per stage`,
    unit: 'element',
    warmupMs: 1500,
    candidates: { sluice: perElement(() => fused(stages)), LB: perElement(() => bound(stages, sync, false)), whatwg: perElement(() => whatwg(stages, sync)) },
    bars: [{ of: 'sluice', over: 'LB', atMost: 3 }, { of: 'whatwg', over: 'sluice', atLeast: 200 }],
  });
}

for (const [stages, overWhatwg, overRxjs] of [[5, 8, 5], [20, 5, 2]]) {
  await compare(import.meta.url, {
    title: `${stages} asynchronous stages, a channel of 16 between each`,
    unit: 'element',
    warmupMs: 1500,
    candidates: { sluice: perElement(() => channels(stages, slow)), LB: perElement(() => bound(stages, slow, true)), whatwg: perElement(() => whatwg(stages, slow)), rxjs: perElement(() => rxjs(stages, slow)) },
    bars: [{ of: 'whatwg', over: 'sluice', atLeast: overWhatwg }, { of: 'rxjs', over: 'sluice', atLeast: overRxjs }, { of: 'sluice', over: 'LB' }],
  });
}

for (const stages of [5, 20]) {
  await compare(import.meta.url, {
    title: `${stages} asynchronous pipes, one pulling from the other`,
    unit: 'element',
    warmupMs: 1500,
    candidates: {
      sluice: perElement(() => pulled(stages, slow)),
      LB: perElement(() => bound(stages, slow, true)),
      generators: perElement(() => async () => {
        let stream = (async function* () { for (let n = 1; n <= N; n += 1) yield n; })();
        for (let at = 0; at < stages; at += 1) { const source = stream; stream = (async function* () { for await (const n of source) yield await slow(n); })(); }
        let sum = 0;
        for await (const n of stream) sum += n;
        return sum;
      }),
    },
    bars: [{ of: 'sluice', over: 'LB', atMost: 3 }, { of: 'sluice', over: 'generators' }],
  });
}

await compare(import.meta.url, {
  title: 'fan-out to 4 asynchronous workers and fan-in',
  unit: 'element',
  warmupMs: 1500,
  candidates: {
    'sluice, as they come': perElement(() => asTheyCome(slow)),
    'sluice, a graph': perElement(() => workers(slow)),
    'sluice, in order': perElement(() => inOrder(slow)),
    'rxjs mergeMap': perElement(async () => {
      const { range, lastValueFrom, mergeMap, reduce } = await import('rxjs');
      return () => lastValueFrom(range(1, N).pipe(mergeMap(slow, 4), reduce((sum, n) => sum + n, 0)));
    }),
    'rxjs concatMap': perElement(async () => {
      const { range, lastValueFrom, concatMap, reduce } = await import('rxjs');
      return () => lastValueFrom(range(1, N).pipe(concatMap(slow), reduce((sum, n) => sum + n, 0)));
    }),
    'streaming-iterables': perElement(async () => {
      const { transform } = await import('streaming-iterables');
      return async () => { let sum = 0; for await (const n of transform(4, slow, (function* () { for (let n = 1; n <= N; n += 1) yield n; })())) sum += n; return sum; };
    }),
  },
  bars: [{ of: 'rxjs mergeMap', over: 'sluice, as they come', atLeast: 5 }, { of: 'rxjs mergeMap', over: 'sluice, a graph', atLeast: 5 }, { of: 'sluice, in order', over: 'rxjs mergeMap', atMost: 0.5 }, { of: 'streaming-iterables', over: 'sluice, as they come' }],
});

await compare(import.meta.url, {
  title: 'broadcast to 4 bounded readers',
  unit: 'element',
  warmupMs: 1500,
  candidates: {
    sluice: perElement(async () => {
      const { Channel } = await lib('stream/channel.js');
      const { Broadcast } = await lib('stream/broadcast.js');
      return async () => {
        const readers = Array.from({ length: 4 }, () => new Channel({ capacity: 16 }));
        const writer = new Broadcast(readers.map((one) => ({ writer: one })));
        const reading = readers.map(async (one) => { let sum = 0; for (;;) { const n = one.tryRead() ?? (await one.read()); if (n === undefined) return sum; sum += n; } });
        for (let n = 1; n <= N; n += 1) if (!writer.tryWrite(n)) await writer.write(n);
        writer.close();
        await Promise.all(reading);
      };
    }),
    tee: perElement(() => async () => {
      const source = new ReadableStream({ pull(c) { this.n = (this.n ?? 0) + 1; if (this.n > N) c.close(); else c.enqueue(this.n); } });
      const [a, b] = source.tee();
      await Promise.all([...a.tee(), ...b.tee()].map(async (one) => { let sum = 0; for await (const n of one) sum += n; return sum; }));
    }),
  },
  bars: [{ of: 'tee', over: 'sluice', atLeast: 5 }],
});

const batched = await compare(import.meta.url, {
  title: 'batches of 32',
  unit: 'element',
  warmupMs: 1500,
  candidates: {
    sluice: perElement(async () => {
      const { BatchStreamPipe } = await lib('stream/batch-pipe.js');
      const source = Array.from({ length: N }, (_, n) => n);
      return async () => { let count = 0; for await (const batch of new BatchStreamPipe(32).stream(source)) count += batch.length; return count; };
    }),
    'streaming-iterables': perElement(async () => {
      const { batch } = await import('streaming-iterables');
      return async () => { let count = 0; for await (const one of batch(32, (async function* () { for (let n = 0; n < N; n += 1) yield n; })())) count += one.length; return count; };
    }),
  },
});
if (batched !== undefined) await figure({ title: 'batches of 32', value: median(batched.times.sluice), unit: 'ns/element', atMost: 500 });

if (!child) {
  // L1: what a million elements leave behind.
  const kept = `
    const { Channel } = await import('${dist}stream/channel.js');
    const hop = new Channel({ capacity: 16 });
    const pass = async (count) => {
      const source = (async () => { for (let n = 0; n < count; n += 1) if (!hop.tryWrite(n)) await hop.write(n); })();
      for (let n = 0; n < count; n += 1) if (hop.tryRead() === undefined) await hop.read();
      await source;
    };
    await pass(50000);
    gc(); gc();
    const before = process.memoryUsage().heapUsed;
    await pass(1000000);
    gc(); gc();
    console.log((process.memoryUsage().heapUsed - before) / 1000000);
  `;
  await figure({ title: 'retained per element through a channel, a million elements', value: Number(execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', kept], { encoding: 'utf8' })), unit: 'B', atMost: 1 });

  // S6: how long an element takes through one idle hop.
  const { Channel } = await lib('stream/channel.js');
  const hop = new Channel();
  const times = [];
  for (let n = 0; n < 20_000; n += 1) {
    const reading = hop.read();
    const begun = performance.now();
    hop.tryWrite(n);
    await reading;
    times.push(performance.now() - begun);
  }
  await figure({ title: 'hop to a parked reader, median', value: median(times) * 1000, unit: 'µs', atMost: 5 });

  // S7: how many elements a critical one that enters five full stages lets through before it.
  const { element, interruptElement } = await lib('stream/element.js');
  const { Pipeline } = await lib('pipeline/pipeline.js');
  let gate;
  const opened = new Promise((resolve) => { gate = resolve; });
  const relay = async (ctx) => { for (let one = await ctx.input.read(); one !== undefined; one = await ctx.input.read()) if (!(await ctx.output.write(one))) return; };
  const order = [];
  const graph = Pipeline.from([
    { name: 's0', stage: async (ctx) => { for (let n = 0; n < 200 && ctx.output.credits > 0; n += 1) { await ctx.output.write(element({ type: 'value', value: n })); await new Promise((resolve) => setTimeout(resolve, 0)); } await ctx.output.write(interruptElement('now')); } },
    ...Array.from({ length: 4 }, (_, n) => ({ name: `s${n + 1}`, stage: relay, streamsFrom: [`s${n}`] })),
    { name: 'sink', stage: async (ctx) => { await opened; for await (const one of ctx.input) order.push(one.type); }, streamsFrom: ['s4'] },
  ]);
  const running = graph.run();
  await new Promise((resolve) => setTimeout(resolve, 600));
  gate();
  await running;
  await figure({ title: 'elements delivered before a critical one that entered five full stages', value: order.indexOf('interrupt'), unit: 'elements', atMost: 5 });
}
