import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../src/base/errors.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { MockToolExecutor } from '../../src/testing/mock-tool-executor.js';

describe('MockToolExecutor', () => {
  it('says ok for a tool it was told nothing about', async () => {
    expect(await new MockToolExecutor({ clock: new ManualClock() }).execute('anything')).toEqual({ success: true, output: { status: 'ok' }, error: null, durationMs: 0 });
  });

  it('gives what a tool was told to give, or computes it', async () => {
    const tools = new MockToolExecutor({ tools: { fixed: { temperature: 20 }, none: null } }).registerTool('double', async ({ n }) => (n as number) * 2);
    expect([(await tools.execute('fixed')).output, (await tools.execute('none')).output, (await tools.execute('double', { n: 4 })).output]).toEqual([{ temperature: 20 }, null, 8]);
  });

  it('gives a failure as a result', async () => {
    const tools = new MockToolExecutor({ tools: { broken: () => { throw new Error('no power'); } } });
    expect(await tools.execute('broken')).toMatchObject({ success: false, output: null, error: 'no power' });
    expect(await new MockToolExecutor({ failRate: 1, failError: 'offline' }).execute('x')).toMatchObject({ success: false, error: 'offline' });
  });

  it('rejects when it is aborted, and measures on its clock', async () => {
    const clock = new ManualClock();
    const tools = new MockToolExecutor({ clock, latencyMs: 30 });
    expect((await clock.settle(tools.execute('x'))).durationMs).toBe(30);
    await expect(tools.execute('x', {}, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });

  it('remembers its runs', async () => {
    const tools = new MockToolExecutor();
    await tools.execute('a', { x: 1 });
    expect(tools.history).toMatchObject([{ name: 'a', input: { x: 1 }, result: { success: true } }]);
    tools.reset();
    expect(tools.callCount).toBe(0);
  });

  it('serves a registry as a tool, which throws what the executor reports', async () => {
    const executor = new MockToolExecutor({ tools: { light: { on: true } } });
    const registry = new ToolRegistry([executor.asTool({ name: 'light' }), new MockToolExecutor({ failRate: 1, failError: 'offline' }).asTool({ name: 'door' })]);
    const signal = new AbortController().signal;
    expect(await registry.get('light')?.execute({}, { signal })).toEqual({ on: true });
    await expect(registry.get('door')?.execute({}, { signal })).rejects.toThrow('offline');
  });
});
