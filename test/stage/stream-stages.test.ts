// The stages of streams: bases, filters, maps, merge, router, validation, metrics, tracing, middleware, pipes, prompt, state.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import type { StandardSchema } from '../../src/base/standard-schema.js';
import { Message } from '../../src/context/message.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { BaseStage } from '../../src/stage/base-stage.js';
import { FilterStage, MapStage, PassthroughStage, stageFunc, transformStage } from '../../src/stage/common-stages.js';
import { MergeStage } from '../../src/stage/merge-stage.js';
import { MetricsStage } from '../../src/stage/metrics-stage.js';
import { wrapMiddleware, MiddlewareAdapter } from '../../src/stage/middleware-adapter.js';
import { StageOutput } from '../../src/stage/output.js';
import { pipeStage } from '../../src/stage/pipe-stage.js';
import { PromptAssemblyStage } from '../../src/stage/prompt-assembly-stage.js';
import { RouterStage } from '../../src/stage/router-stage.js';
import { InMemoryStateStore, StateStoreLoadStage, StateStoreSaveStage } from '../../src/stage/state-store-stages.js';
import { TokenBudgetStage } from '../../src/stage/token-budget-stage.js';
import { TracingStage } from '../../src/stage/tracing-stage.js';
import { ValidationStage } from '../../src/stage/validation-stage.js';
import { messageElement, textElement, valueElement, type StreamElement } from '../../src/stream/element.js';
import { BatchStreamPipe } from '../../src/stream/batch-pipe.js';
import type { Stage } from '../../src/stage/stage.js';
import { seededRandom } from '../../src/base/random.js';

const SESSION = '550e8400-e29b-41d4-a716-446655440000';
const texts = (elements: readonly StreamElement[]): string[] => elements.map((one) => (one.type === 'text' ? one.text : one.type === 'value' ? String(one.value) : one.type === 'message' ? `${one.message.role}: ${one.message.content}` : one.type));
/** A stage for `chain`, which does not take data of a closed interface. */
const chainable = (stage: Stage<object>): Stage => stage as Stage;
const run = async (stages: readonly Stage<object>[], input: readonly StreamElement[], options = {}): Promise<string[]> => texts(await new Pipeline().chain(...stages.map(chainable)).build().executeSync(input, options));
const words = (...list: string[]): StreamElement[] => list.map((text) => textElement(text));
const nonEmpty: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: async (value) => (typeof value === 'string' && value !== '' ? { value } : { issues: [{ message: `not good: ${String(value)}`, path: ['text'] }] }) } };

describe('BaseStage', () => {
  it('runs process, or transform and flush', async () => {
    class Upper extends BaseStage {
      constructor() {
        super('upper');
      }
      override transform(element: StreamElement): StreamElement {
        return element.type === 'text' ? { ...element, text: element.text.toUpperCase() } : element;
      }
      override flush(): readonly StreamElement[] {
        return [textElement('END')];
      }
    }
    expect(await run([new Upper()], words('a', 'b'))).toEqual(['A', 'B', 'END']);
    expect(await run([stageFunc('twice', 'transform', async (_ctx, input, output) => { for await (const one of input) { await output.write(one); await output.write(one); } })], words('a'))).toEqual(['a', 'a']);
  });

  it('says what is missing when it has neither, and checks its own name and type', async () => {
    class Empty extends BaseStage {}
    await expect(new Pipeline().chain(new (Empty as never as new (name: string) => BaseStage)('empty')).build().run()).rejects.toMatchObject({ code: 'UNIMPLEMENTED_STAGE' });
    expect(() => new PassthroughStage('')).toThrow(InvalidOptionError);
    expect(() => stageFunc('x', 'sideways' as never, () => undefined)).toThrow(InvalidOptionError);
  });

  it('settles transforms with what came in and went out', async () => {
    const results = await new Pipeline().withStage('src', async (ctx) => { for (const one of words('a', 'b')) await ctx.output.write(one); }).withStage('dup', transformStage('dup', (one) => [one, one]), 'transform', { streamsFrom: ['src'] }).build().run();
    expect(results.require('dup').data).toEqual({ elementsIn: 2, elementsOut: 4 });
  });
});

describe('filter and map', () => {
  it('keep, drop, change and multiply', async () => {
    expect(await run([new FilterStage('short', (one) => one.type === 'text' && one.text.length < 3)], words('ab', 'abc'))).toEqual(['ab']);
    expect(await run([new MapStage('m', async (one) => (one.type === 'text' && one.text === 'no' ? undefined : [one, one]))], words('a', 'no'))).toEqual(['a', 'a']);
  });

  it('write an error element and fail when the function throws', async () => {
    const graph = new Pipeline({ failureMode: 'continue' }).chain(new MapStage('m', () => { throw new RangeError('x'); })).build();
    const run = graph.start({}, words('a'));
    const first = await run.output.read();
    expect(first?.type).toBe('error');
    await expect(run.results).rejects.toMatchObject({ stage: 'm' });
  });
});

describe('merge', () => {
  const source = (name: string, count: number): Stage => ({ name, kind: 'transform', async execute(ctx) { for (let n = 0; n < count; n++) await ctx.output.write(textElement(`${name}${n}`)); } });

  it('refuses two producers by connect without a MergeStage, and names what to do', () => {
    const two = new Pipeline().chain(source('a', 1)).chain(source('b', 1)).chain(new PassthroughStage('c')).connect('a', 'c').connect('b', 'c');
    expect(() => two.build()).toThrow(expect.objectContaining({ code: 'CONTRACT-004-FAN_IN' }));
  });

  it('joins in order of arrival with the place of the producer, or one after the other', async () => {
    const graph = (order: 'arrival' | 'ordered') => new Pipeline({ channelBufferSize: 2 }).chain(source('a', 5)).chain(source('b', 5)).chain(new MergeStage('m', { order })).connect('a', 'm').connect('b', 'm').build();
    const ordered = await graph('ordered').executeSync([]);
    expect(texts(ordered)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3', 'b4']);
    const mixed = await graph('arrival').executeSync([]);
    expect(texts(mixed).sort()).toEqual(texts(ordered).sort());
    expect(mixed.every((one) => one.metadata?.['inputIndex'] === (texts([one])[0]?.startsWith('a') === true ? 0 : 1))).toBe(true);
  });
});

describe('branch', () => {
  const sink = (name: string, types?: readonly 'text'[]): Stage & { seen: string[] } => {
    const seen: string[] = [];
    return { name, kind: 'work', seen, ...(types === undefined ? {} : { capabilities: { input: { types } } }), async execute(ctx) { for await (const one of ctx.input) { seen.push(texts([one])[0] as string); await Promise.resolve(); } } };
  };
  const input = [textElement('a'), valueElement(1), textElement('b'), valueElement(2)];

  it('broadcasts by default, competes when asked, and feeds by type or condition', async () => {
    const build = (options?: object, types?: readonly 'text'[]) => {
      const [x, y] = [sink('x', types), sink('y')];
      return { graph: new Pipeline().chain(new PassthroughStage('p')).chain(x).chain(y).branch('p', ['x', 'y'], options as never).build(), x, y };
    };
    const broadcast = build();
    await broadcast.graph.executeSync(input);
    expect([broadcast.x.seen, broadcast.y.seen]).toEqual([['a', '1', 'b', '2'], ['a', '1', 'b', '2']]);
    const compete = build({ mode: 'compete' });
    await compete.graph.executeSync(input);
    expect([...compete.x.seen, ...compete.y.seen].sort()).toEqual(['1', '2', 'a', 'b']);
    const byType = build({ mode: 'byType', types: { x: ['text'], y: ['value'] } });
    await byType.graph.executeSync(input);
    expect([byType.x.seen, byType.y.seen]).toEqual([['a', 'b'], ['1', '2']]);
    const when = build({ when: (one: StreamElement, to: string) => (one.type === 'text') === (to === 'x') });
    await when.graph.executeSync(input);
    expect([when.x.seen, when.y.seen]).toEqual([['a', 'b'], ['1', '2']]);
  });

  it('refuses byType for a stage that does not say what it takes', () => {
    expect(() => new Pipeline().chain(new PassthroughStage('p')).chain(sink('x')).branch('p', ['x'], { mode: 'byType' }).build()).toThrow(expect.objectContaining({ code: 'CONTRACT-004-CAPABILITY' }));
  });
});

describe('RouterStage', () => {
  const settledBy = async (router: RouterStage, text = ''): Promise<string[]> => {
    const results = await new Pipeline()
      .withStage('router', router)
      .withStage('a', () => ({ ran: true }), 'work', { dependencies: ['router'] })
      .withStage('b', () => ({ ran: true }), 'work', { dependencies: ['router'] })
      .withStage('log', () => ({ ran: true }), 'work', { dependencies: ['router'] })
      .withStage('afterB', () => undefined, 'work', { dependencies: ['b'] })
      .build()
      .run({ inputText: text });
    return (Object.entries(results) as [string, StageOutput][]).map(([name, output]) => `${name}:${output.status}`);
  };

  it('chooses which dependents run; the others, and what depends on them, are skipped', async () => {
    const router = new RouterStage('router', { routes: { a: (_element, ctx) => ctx.inputs.userText.includes('x'), b: () => true } });
    expect(await settledBy(router, 'x')).toEqual(['router:ok', 'a:ok', 'b:skip', 'log:ok', 'afterB:skip']);
    expect(await settledBy(router, 'y')).toEqual(['router:ok', 'a:skip', 'b:ok', 'log:ok', 'afterB:ok']);
  });

  it('takes turns over runs, weighs, hashes and draws', async () => {
    const router = new RouterStage('router', { routes: ['a', 'b'], strategy: 'roundRobin' });
    const graph = new Pipeline().withStage('router', router).build();
    const routes = [];
    for (let n = 0; n < 4; n++) routes.push((await graph.run()).require('router').data.route);
    expect(routes).toEqual(['a', 'b', 'a', 'b']);
    const weighted = new RouterStage('w', { routes: { a: 3, b: 1 }, random: seededRandom(7) });
    const drawn = { a: 0, b: 0 };
    for (let n = 0; n < 400; n++) drawn[(await new Pipeline().withStage('w', weighted).build().run()).require('w').data.route as 'a' | 'b']++;
    expect(drawn.a / 400).toBeGreaterThan(0.65);
    const hashed = new RouterStage('h', { routes: ['a', 'b', 'c'], strategy: 'hash' });
    const first = (await new Pipeline().withStage('h', hashed).build().run({ sessionId: SESSION })).require('h').data.route;
    expect((await new Pipeline().withStage('h', hashed).build().run({ sessionId: SESSION })).require('h').data.route).toBe(first);
  });

  it('sends each element to the readers it chose, and drops what matches none', async () => {
    const seen: Record<string, string[]> = { a: [], b: [] };
    const sink = (name: string): Stage => ({ name, kind: 'work', async execute(ctx) { for await (const one of ctx.input) seen[name]?.push(texts([one])[0] as string); } });
    const router = new RouterStage('router', { routes: { a: (one) => one?.type === 'text', b: (one) => one?.type === 'value' && one.value !== 0 } });
    await new Pipeline().chain(router).chain(sink('a')).chain(sink('b')).branch('router', ['a', 'b']).build().executeSync([textElement('x'), valueElement(1), valueElement(0)]);
    expect(seen).toEqual({ a: ['x'], b: ['1'] });
  });

  it('fails a turn that matches nothing unless it has a fallback, and refuses empty or wrong routes', async () => {
    await expect(new Pipeline().withStage('r', new RouterStage('r', { routes: { a: () => false } })).build().run()).rejects.toMatchObject({ code: 'NO_ROUTE' });
    expect((await new Pipeline().withStage('r', new RouterStage('r', { routes: { a: () => false }, fallback: 'b' })).build().run()).require('r').data.route).toBe('b');
    for (const options of [{ routes: [] }, { routes: { a: 'x' } }, { routes: { a: 0 } }, { routes: ['a'], strategy: 'best' }, { route: ['a'] }]) expect(() => new RouterStage('r', options as never)).toThrow(InvalidOptionError);
  });
});

describe('ValidationStage', () => {
  it('passes what fits; fails, drops or marks what does not, without quoting it', async () => {
    expect(await run([new ValidationStage('v', { schema: nonEmpty, onInvalid: 'drop' })], words('a', '', 'b'))).toEqual(['a', 'b']);
    expect(await run([new ValidationStage('v', { schema: nonEmpty, onInvalid: 'error' })], words('a', ''))).toEqual(['a', 'error']);
    await expect(run([new ValidationStage('v', { schema: nonEmpty, select: () => 'secret'.slice(6) })], words('x'))).rejects.toMatchObject({ code: 'ELEMENT_SCHEMA', cause: { paths: ['text'], message: expect.not.stringContaining('not good') } });
    expect(() => new ValidationStage('v', { schema: {} as never })).toThrow(InvalidOptionError);
  });
});

describe('metrics and tracing', () => {
  it('count and report without content', async () => {
    const events: PipelineEvent[] = [];
    const eventSink = { emit: async () => undefined, tryEmit: (event: PipelineEvent) => void events.push(event) };
    const graph = new Pipeline().chain(chainable(new MetricsStage())).chain(new TracingStage()).connect('metrics', 'tracing').build();
    await graph.executeSync([textElement('secret'), valueElement(1)], { eventSink });
    const metrics = events.find(({ type }) => type === 'stream.metrics');
    expect(metrics?.data).toMatchObject({ elements: 2, by_type: { text: 1, value: 1 }, errors: 0 });
    const traced = events.filter(({ type }) => type === 'stream.element').map(({ data }) => data['element_type']);
    expect(traced).toEqual(['text', 'value']);
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('middleware and pipes', () => {
  it('wrap a function around what was collected', async () => {
    const stage = wrapMiddleware('m', async (ctx, next) => { ctx.elements = ctx.elements.reverse(); ctx.elements.push(textElement('end')); await next(); });
    expect(stage).toBeInstanceOf(MiddlewareAdapter);
    expect(await run([stage], words('a', 'b'))).toEqual(['b', 'a', 'end']);
    expect(await run([wrapMiddleware('stop', async () => undefined)], words('a'))).toEqual([]);
  });

  it('run a pipe as a stage', async () => {
    class Sums extends BatchStreamPipe<number, number> {
      override processBatch(batch: readonly number[]): number {
        return batch.reduce((sum, n) => sum + n, 0);
      }
    }
    expect(await run([pipeStage('sums', new Sums(2))], [1, 2, 3].map((n) => valueElement(n)))).toEqual(['3', '3']);
  });
});

describe('PromptAssemblyStage', () => {
  it('builds the prompt from template, history and the text of the turn', async () => {
    const graph = new Pipeline()
      .withStage('memory', () => ({ memoryEntries: [{ role: 'user', content: 'before' }, { role: 'robot', content: 'ignored' }] }))
      .withStage('prompt', new PromptAssemblyStage({ template: 'You are {{name}}, {{ facts }}.', variables: () => ({ name: 'Ada', facts: { n: 1 } }) }), 'transform', { dependencies: ['memory'] })
      .build();
    const { data } = (await graph.run({ inputText: 'now' })).require('prompt');
    expect([data.systemPrompt, data.messages.map(({ role, content }) => `${role}: ${content}`)]).toEqual(['You are Ada, {"n":1}.', ['system: You are Ada, {"n":1}.', 'user: before', 'user: now']]);
  });

  it('sends the messages before what flows in, and fails on a variable without a value', async () => {
    expect(await run([new PromptAssemblyStage({ template: 'Be kind.', userText: false })], words('x'))).toEqual(['system: Be kind.', 'x']);
    await expect(run([new PromptAssemblyStage({ template: '{{constructor}}' })], [])).rejects.toMatchObject({ code: 'PROMPT_VARIABLE' });
  });
});

describe('state store stages', () => {
  it('load the history first, and save it with what flowed past', async () => {
    const store = new InMemoryStateStore();
    const turn = (text: string) => new Pipeline().chain(new StateStoreLoadStage(store), new StateStoreSaveStage(store)).build().executeSync([messageElement(new Message({ role: 'user', content: text }))], { context: { sessionId: SESSION } });
    await turn('one');
    expect(texts(await turn('two'))).toEqual(['user: one', 'user: two']);
    expect((await store.load(SESSION))?.messages.map(({ content }) => content)).toEqual(['one', 'two']);
  });

  it('add what is new only, whatever the prompt holds and however the history was cut for it', async () => {
    const store = new InMemoryStateStore();
    const graph = new Pipeline()
      .chain(new StateStoreLoadStage(store), new PromptAssemblyStage({ template: 'Be brief.' }), new TokenBudgetStage({ maxTokens: 30, countTokens: (text) => text.length }), new StateStoreSaveStage(store))
      .build();
    const seen: string[][] = [];
    for (const inputText of ['first', 'second', 'third', 'fourth']) {
      const run = graph.start({ inputText, sessionId: SESSION });
      const given: StreamElement[] = [];
      for await (const element of run.output) given.push(element);
      await run.results;
      seen.push([...texts(given)]);
    }
    expect(seen[0]).toEqual(['system: Be brief.', 'user: first']);
    expect(seen[3]).toEqual(['system: Be brief.', 'user: fourth']); // the older ones did not fit
    expect((await store.load(SESSION))?.messages.map(({ content }) => content)).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('send the history before the text of the turn through a prompt', async () => {
    const store = new InMemoryStateStore();
    await store.save(SESSION, { messages: [new Message({ role: 'user', content: 'before' })] });
    const graph = new Pipeline().chain(new StateStoreLoadStage(store), new PromptAssemblyStage({ template: 'Be kind.' })).build();
    const given = await graph.executeSync(words('later'), { context: { sessionId: SESSION, inputText: 'now' } });
    expect(texts(given)).toEqual(['system: Be kind.', 'user: before', 'user: now', 'later']);
  });

  it('save a summary never as something that was said', async () => {
    const store = new InMemoryStateStore();
    await store.save(SESSION, { messages: ['one', 'two', 'three'].map((content) => new Message({ role: 'user', content })) });
    const summarise = (): Message => new Message({ role: 'system', content: 'so far' });
    const graph = new Pipeline().chain(new StateStoreLoadStage(store), new TokenBudgetStage({ maxTokens: 24, countTokens: (text) => text.length, strategy: 'summarise', summarise }), new StateStoreSaveStage(store)).build();
    const given = await graph.executeSync([messageElement(new Message({ role: 'user', content: 'four' }))], { context: { sessionId: SESSION } });
    expect(texts(given)).toContain('system: so far');
    expect((await store.load(SESSION))?.messages.map(({ content }) => content)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('save everything although who reads their output leaves', async () => {
    const store = new InMemoryStateStore();
    const messages = Array.from({ length: 40 }, (_, n) => new Message({ role: 'user', content: `${n}` }));
    const graph = new Pipeline()
      .withStage('source', async ({ output }) => { for (const message of messages) await output.write(messageElement(message)); })
      .withStage('save', new StateStoreSaveStage(store), { streamsFrom: ['source'] })
      .withStage('first', async ({ input }) => { await input.read(); }, { streamsFrom: ['save'] })
      .build();
    expect((await graph.run({ sessionId: SESSION })).save.data).toEqual({ messagesSaved: 40 });
    expect((await store.load(SESSION))?.messages).toHaveLength(40);
  });

  it('skip without a session and pass everything on', async () => {
    const graph = new Pipeline().withStage('load', new StateStoreLoadStage(new InMemoryStateStore())).withStage('save', new StateStoreSaveStage(new InMemoryStateStore()), { streamsFrom: ['load'] }).build();
    const results = await graph.run();
    expect([results.load.status, results.save.status]).toEqual(['skip', 'skip']);
    expect(() => new StateStoreLoadStage({} as never)).toThrow(InvalidOptionError);
  });
});

describe('capabilities', () => {
  const audio = (name: string, side: 'input' | 'output', sampleRates: readonly number[]): Stage => ({ name, kind: 'transform', capabilities: { [side]: { sampleRates } }, execute: () => StageOutput.ok() });

  it.each([[[16000], [16000, 48000], true], [[44100], [16000], false], [[], [16000], true]])('%o into %o fits: %s', (given, taken, fits) => {
    const build = () => new Pipeline().chain(audio('a', 'output', given)).chain(audio('b', 'input', taken)).connect('a', 'b').build();
    if (fits) expect(build).not.toThrow();
    else expect(build).toThrow("Stage 'a' gives sampleRates 44100, but 'b' takes only 16000.");
  });
});
