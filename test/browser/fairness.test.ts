// A large run must not freeze the page: no long task, frames and timers keep coming.
import { expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { transformStage } from '../../src/stage/common-stages.js';
import { valueElement, type StreamElement } from '../../src/stream/element.js';

const spin = (): void => {
  const end = performance.now() + 0.02;
  while (performance.now() < end);
};
const spinning = (element: StreamElement): StreamElement => {
  spin();
  return element;
};

it.each([
  ['10,000 stages of 20 µs', Pipeline.from(Array.from({ length: 10_000 }, (_, n) => ({ name: `s${n}`, stage: spin, dependencies: n < 10 ? [] : [`s${n - 10}`] })))],
  ['5,000 elements through two fused stages of 20 µs', Pipeline.from([
    {
      name: 'source',
      stage: async ({ output }) => {
        const element = valueElement(1);
        for (let n = 0; n < 5000; n++) if (!output.tryWrite(element) && !(await output.write(element))) return;
      },
    },
    { name: 'a', stage: transformStage('a', spinning), streamsFrom: ['source'] },
    { name: 'b', stage: transformStage('b', spinning), streamsFrom: ['a'] },
  ])],
])('runs %s without a long task', async (_, graph) => {
  await graph.run();
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  let worst = 0;
  let frames = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last);
    last = now;
  }, 1);
  let counting = true;
  const frame = (): void => {
    frames++;
    if (counting) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const started = performance.now();
  await graph.run();
  const took = performance.now() - started;
  counting = false;
  clearInterval(timer);
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  expect(took).toBeGreaterThan(150);
  expect(frames).toBeGreaterThan(2);
  // A busy machine may take the page's turn away; a run that never yields is one task of the whole length.
  expect(Math.max(0, ...tasks)).toBeLessThan(took / 2);
  expect(worst).toBeLessThan(took / 2);
});
