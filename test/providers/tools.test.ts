import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import type { StandardSchema } from '../../src/base/standard-schema.js';
import type { Data } from '../../src/base/data.js';
import type { Tool, ToolContext } from '../../src/providers/tool.js';
import type { ToolExecutionOptions, ToolResult } from '../../src/providers/tool-execution.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const openAi = (name: string, args: unknown, id = 'call_1') => ({ id, type: 'function', function: { name, arguments: args } });
const city: StandardSchema<Data> = { '~standard': { version: 1, vendor: 'test', validate: (value) => (typeof (value as Data)['city'] === 'string' ? { value: { city: String((value as Data)['city']).toUpperCase() } } : { issues: [{ message: 'secret', path: ['city'] }] }) } };
const weather = (more: Partial<Tool> = {}): Tool => ({ name: 'weather', execute: (input) => ({ sunny: true, ...input }), ...more });

async function execute(tool: Tool, input: unknown = {}, options: ToolExecutionOptions = {}): Promise<ToolResult> {
  const registry = new ToolRegistry([tool]);
  const [call] = registry.parseAndResolve([openAi(tool.name, input)]).resolved;
  if (call === undefined) throw new Error('not resolved');
  return registry.execute(call, options);
}

describe('ToolRegistry.parseAndResolve', () => {
  it('reads the forms models write', () => {
    const registry = new ToolRegistry([weather()]);
    const inputs = [openAi('weather', '{"city":"Rome"}'), openAi('weather', { city: 'Rome' }), { id: '2', name: 'weather', arguments: '{"city":"Rome"}' }, { id: '3', name: 'weather', input: { city: 'Rome' } }].map((call) => registry.parseAndResolve([call]).resolved[0]?.input);
    expect(inputs).toEqual(Array.from({ length: 4 }, () => ({ city: 'Rome' })));
    expect(registry.parseAndResolve([openAi('weather', ''), openAi('weather', undefined), openAi('weather', null)]).resolved.map(({ input }) => input)).toEqual([{}, {}, {}]);
  });

  it.each([
    [null, 'invalid_call'],
    ['text', 'invalid_call'],
    [[], 'invalid_call'],
    [{ id: '1', function: { arguments: '{}' } }, 'missing_name'],
    [{ id: '1', function: { name: '', arguments: '{}' } }, 'missing_name'],
    [openAi('nope', '{}'), 'unknown_tool'],
    [openAi('weather', '{"city":'), 'invalid_json'],
    [openAi('weather', '[1]'), 'invalid_json'],
    [openAi('weather', '"text"'), 'invalid_json'],
    [openAi('weather', 5), 'invalid_json'],
  ])('says why %o cannot be called, and never throws', (call, reason) => {
    expect(new ToolRegistry([weather()]).parseAndResolve([call, openAi('weather', '{}', 'good')])).toMatchObject({ unresolved: [{ reason }], resolved: [{ id: 'good' }] });
  });
});

describe('ToolRegistry', () => {
  it('tells models the definitions, and refuses what is no tool', () => {
    expect(new ToolRegistry([weather({ description: 'd', inputSchema: { type: 'object' }, timeoutMs: 5 })]).definitions).toEqual([{ name: 'weather', description: 'd', inputSchema: { type: 'object' } }]);
    for (const tool of [{ name: '', execute: () => 1 }, { name: 'x' }, weather({ timeoutMs: -1 }), weather({ maxConcurrency: 0 }), weather({ input: {} as never })]) expect(() => new ToolRegistry([tool as Tool])).toThrow(InvalidOptionError);
    expect(() => new ToolRegistry([weather(), weather()])).toThrow(expect.objectContaining({ code: 'DUPLICATE_TOOL' }));
    const registry = new ToolRegistry([weather()]);
    expect([registry.unregister('weather'), registry.unregister('weather'), registry.get('weather')]).toEqual([true, false, undefined]);
  });
});

describe('ToolRegistry.execute', () => {
  it('gives the output', async () => {
    expect(await execute(weather(), { city: 'Rome' })).toMatchObject({ id: 'call_1', name: 'weather', success: true, status: 'ok', output: { sunny: true, city: 'Rome' }, error: null, partial: [] });
  });

  it('checks and converts input and output, without quoting them', async () => {
    expect((await execute(weather({ input: city }), { city: 'Rome' })).output).toEqual({ sunny: true, city: 'ROME' });
    const input = await execute(weather({ input: city }), { town: 'secret' });
    expect([input.status, input.error?.message]).toEqual(['invalid_input', "The input of tool 'weather' does not fit its schema at city. Change the data or the schema."]);
    expect(await execute(weather({ output: city }), {})).toMatchObject({ status: 'invalid_output', success: false, output: null });
  });

  it('turns what a tool throws into a result, keeps what it had reported, and always cleans up', async () => {
    const cleaned: string[] = [];
    const tool = weather({
      execute: (_input, { report, onCleanup }) => {
        onCleanup?.(() => void cleaned.push('first'));
        onCleanup?.(async () => { cleaned.push('second'); throw new Error('ignored'); });
        report?.(1);
        report?.(2);
        throw new RangeError('x');
      },
    });
    expect(await execute(tool)).toMatchObject({ status: 'failed', success: false, error: { name: 'RangeError' }, partial: [1, 2] });
    expect(cleaned).toEqual(['second', 'first']);
  });

  it('reads a tool that streams, piece by piece', async () => {
    const stream = weather({ execute: async function* () { yield 'a'; yield 'b'; } });
    expect(await execute(stream)).toMatchObject({ output: ['a', 'b'], partial: ['a', 'b'] });
    const broken = weather({ execute: async function* () { yield 'a'; throw new Error('x'); } });
    expect(await execute(broken)).toMatchObject({ status: 'failed', partial: ['a'] });
  });

  it('ends a tool that takes too long: its signal aborts, partial results stay, clean-ups run', async () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    const tool = weather({ timeoutMs: 100, execute: (_input: Data, { signal, report, onCleanup }: ToolContext) => { report?.('half'); onCleanup?.(() => void seen.push('cleaned')); signal.addEventListener('abort', () => seen.push('aborted')); return new Promise(() => undefined); } });
    const running = execute(tool, {}, { clock });
    await clock.advance(100);
    expect(await running).toMatchObject({ status: 'timeout', error: { code: 'TOOL_TIMEOUT' }, partial: ['half'], durationMs: 100 });
    expect([seen, clock.pending]).toEqual([['aborted', 'cleaned'], 0]);
  });

  it('ends when it is canceled, before, while and waiting', async () => {
    const controller = new AbortController();
    let cleaned = 0;
    const registry = new ToolRegistry([weather({ maxConcurrency: 1, execute: (_input, { onCleanup }) => { onCleanup?.(() => void cleaned++); return new Promise(() => undefined); } })]);
    const { resolved } = registry.parseAndResolve([openAi('weather', {}, '1'), openAi('weather', {}, '2')]);
    const all = registry.executeAll(resolved, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort('enough');
    expect((await all).map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    expect([cleaned, (await execute(weather(), {}, { signal: AbortSignal.abort() })).status]).toEqual([1, 'canceled']);
  });

  it('asks a person where the tool wants it', async () => {
    const events: string[] = [];
    const eventEmitter = (type: string, data?: Data): void => void events.push(`${type} ${JSON.stringify(data)}`);
    const tool = weather({ approval: (input) => input['city'] === 'Rome' });
    expect((await execute(tool, { city: 'Oslo' })).status).toBe('ok');
    expect(await execute(tool, { city: 'Rome' })).toMatchObject({ status: 'denied', error: { code: 'TOOL_DENIED' } });
    expect((await execute(tool, { city: 'Rome' }, { approve: () => true, eventEmitter })).status).toBe('ok');
    expect((await execute(tool, { city: 'Rome' }, { approve: async () => false })).status).toBe('denied');
    expect((await execute(tool, { city: 'Rome' }, { approve: async () => { throw new Error('x'); } })).status).toBe('denied');
    expect(events.join(' ')).toContain('approval.granted');
    expect(events.join(' ')).not.toContain('Rome');
    const clock = new ManualClock();
    const waiting = execute(tool, { city: 'Rome' }, { clock, approve: () => new Promise(() => undefined) });
    await clock.advance(60_000);
    expect((await waiting).status).toBe('denied');
  });

  it('asks a person too when the tool’s own rule fails or gives a promise', async () => {
    const fails = weather({ approval: () => { throw new Error('x'); } });
    expect((await execute(fails)).status).toBe('denied');
    expect((await execute(fails, {}, { approve: () => true })).status).toBe('ok');
    expect((await execute(weather({ approval: (async () => false) as never }), {})).status).toBe('denied');
  });

  it('is not disturbed by a listener that throws', async () => {
    expect((await execute(weather({ approval: true }), {}, { approve: () => true, eventEmitter: () => { throw new Error('x'); } })).status).toBe('ok');
  });

  it('cleans up also what a tool registers after its time, and does not wait for a clean-up for ever', async () => {
    const clock = new ManualClock();
    let late: ((cleanup: () => void) => void) | undefined;
    let cleaned = 0;
    const registry = new ToolRegistry([weather({ timeoutMs: 10, maxConcurrency: 1, execute: (_input, { onCleanup }) => { late = onCleanup; onCleanup?.(() => void cleaned++); onCleanup?.(() => new Promise(() => undefined)); return new Promise(() => undefined); } })]);
    const { resolved } = registry.parseAndResolve([openAi('weather', {})]);
    const running = registry.executeAll(resolved, { clock });
    await clock.advance(10);
    await clock.advance(10_000);
    expect([(await running)[0]?.status, cleaned]).toEqual(['timeout', 1]);
    late?.(() => void cleaned++);
    await Promise.resolve();
    expect([cleaned, clock.pending]).toEqual([2, 0]);
  });

  it.each<[string, () => unknown, string]>([
    ['an unknown option', () => new ToolRegistry([weather()]).execute(new ToolRegistry([weather()]).parseAndResolve([openAi('weather', {})]).resolved[0] as never, { retries: 3 } as never), 'ToolRegistry.execute.retries'],
    ['an approval that is no function', () => execute(weather(), {}, { approve: true as never }), 'ToolRegistry.execute.approve'],
    ['a negative time for approval', () => execute(weather(), {}, { approvalTimeoutMs: -1 }), 'ToolRegistry.execute.approvalTimeoutMs'],
    ['a listener that is no function', () => execute(weather(), {}, { eventEmitter: {} as never }), 'ToolRegistry.execute.eventEmitter'],
    ['a call that was not resolved', () => new ToolRegistry([weather()]).execute(openAi('weather', {}) as never), 'ToolRegistry.execute.call'],
    ['no call at all', () => new ToolRegistry().execute(null as never), 'ToolRegistry.execute.call'],
    ['a tool that is none', () => new ToolRegistry([null as never]), 'ToolRegistry.register.tool'],
    ['an approval rule that would never be asked', () => new ToolRegistry([weather({ approval: 'yes' as never })]), "Tool 'weather'.approval"],
    ['calls that are no list', () => new ToolRegistry().parseAndResolve({} as never), 'ToolRegistry.parseAndResolve.calls'],
  ])('refuses %s', async (_, make, option) => {
    await expect((async () => make())()).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
  });

  it('runs as many at once as the tool allows, results in the order of the calls', async () => {
    const clock = new ManualClock();
    let inside = 0;
    let most = 0;
    const registry = new ToolRegistry([weather({ maxConcurrency: 2, execute: async (input) => { most = Math.max(most, ++inside); await new Promise<void>((resolve) => void clock.after(10, resolve)); inside--; return input['n']; } })]);
    const { resolved } = registry.parseAndResolve([0, 1, 2, 3, 4].map((n) => openAi('weather', { n }, `${n}`)));
    const all = registry.executeAll(resolved, { clock });
    await clock.runAll();
    expect([(await all).map(({ output }) => output), most]).toEqual([[0, 1, 2, 3, 4], 2]);
  });
});
