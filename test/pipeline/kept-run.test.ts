import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

it('building the first graph asks the host for nothing: no timer, no turn, no random number', async () => {
  vi.resetModules(); // a run is kept once
  const { CorePipeline } = await import('../../src/pipeline/core-pipeline.js');
  const { Pipeline } = await import('../../src/pipeline/pipeline.js');
  const asked: string[] = [];
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'MessageChannel', 'fetch'] as const) {
    if (typeof (globalThis as Record<string, unknown>)[name] === 'function') vi.spyOn(globalThis as unknown as Record<string, () => void>, name).mockImplementation(() => void asked.push(name));
  }
  vi.spyOn(Math, 'random').mockImplementation(() => (asked.push('Math.random'), 0));
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => (asked.push('getRandomValues'), array));
  vi.spyOn(crypto, 'randomUUID').mockImplementation(() => (asked.push('randomUUID'), '0-0-0-0-0'));
  new CorePipeline().withStage('a', () => ({}), { timeoutMs: 5 }).build();
  new Pipeline().withStage('a', () => ({}), { timeoutMs: 5 }).build();
  const seen = [...asked];
  vi.restoreAllMocks();
  expect(seen).toEqual([]);
});
