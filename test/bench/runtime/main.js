// The page in which the runner is measured: cost per node with everything on, and whether a large run holds the page up.
import { ContextSnapshot } from '/dist/context/snapshot.js';
import { Pipeline } from '/dist/pipeline/pipeline.js';

const snapshot = new ContextSnapshot({ inputText: 'x' });
const layers = (n, stage, rules) => Array.from({ length: n }, (_, i) => ({ name: `s${i}`, stage, dependencies: i < 10 ? [] : [0, 1, 2].map((k) => `s${(Math.floor(i / 10) - 1) * 10 + ((i + k) % 10)}`), ...rules }));

/** Milliseconds of each of some runs of `n` stages with events, timing and a deadline per stage. */
window.measureRuns = async (n, runs) => {
  const graph = Pipeline.from(layers(n, async () => undefined, { timeoutMs: 30_000 }));
  let events = 0;
  const eventSink = { emit: async () => undefined, tryEmit: () => { events += 1; } };
  for (let done = 0; done < 20_000; done += n) await graph.run(snapshot, { eventSink });
  const times = [];
  for (let k = 0; k < runs; k += 1) {
    await new Promise((resolve) => setTimeout(resolve));
    const begun = performance.now();
    await graph.run(snapshot, { eventSink });
    times.push(performance.now() - begun);
  }
  return times;
};

/** Long tasks (over 50 ms) while 10,000 stages run that take `spinMs` each; and how long that took. */
window.measureTasks = async (spinMs) => {
  const stage = () => { const end = performance.now() + spinMs; while (performance.now() < end); };
  const graph = Pipeline.from(layers(10_000, stage, {}));
  await graph.run(snapshot);
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['longtask'] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const begun = performance.now();
  await graph.run(snapshot);
  const tookMs = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return { tasks: tasks.length, tookMs };
};

window.ready = true;
