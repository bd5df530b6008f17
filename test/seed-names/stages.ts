// The stage README of the live graph: elements, stage types, builder, configuration, ready stages.
import { equal } from './row.js';
import type { Lib, Row } from './row.js';

const pass = (lib: Lib, name: string): Lib => new lib.PassthroughStage(name);
const texts = (elements: readonly Lib[]): string[] => elements.filter((item) => item.type === 'text').map((item) => item.text);
const collect = async (stream: AsyncIterable<Lib>): Promise<Lib[]> => {
  const all = [];
  for await (const item of stream) all.push(item);
  return all;
};
/** Stages that a later phase of that document names; their behaviour is their own tests' matter. */
const named = (name: string): Row => ({ name, kind: 'class' });

export const stages: readonly Row[] = [
  { name: 'StreamElement', kind: 'type' },
  {
    name: 'textElement', kind: 'function',
    does: { 'carries the text with sequence, timestamp, source, priority and metadata': (lib) => {
      const item = lib.textElement('Hello', { metadata: { a: 1 } });
      return equal([item.type, item.text, item.priority, item.metadata], ['text', 'Hello', lib.Priority.NORMAL, { a: 1 }]) && 'sequence' in item && 'timestampMs' in item && 'source' in item;
    } },
  },
  { name: 'messageElement', kind: 'function', does: { 'carries a message': (lib) => equal(lib.messageElement(new lib.Message({ role: 'user', content: 'Hello' })).message.content, 'Hello') } },
  {
    name: 'audioElement', kind: 'function',
    does: { 'carries audio at high priority, made from samples too': (lib) => {
      const item = lib.audioElement(new lib.AudioData({ samples: new Uint8Array(32), sampleRate: 16_000, format: lib.AudioFormat.PCM16 }));
      return equal([item.audio.sampleRate, item.priority], [16_000, lib.Priority.HIGH]);
    } },
  },
  { name: 'errorElement', kind: 'function', does: { 'carries an error at critical priority': (lib) => equal([lib.errorElement(new Error('x')).error.message, lib.errorElement(new Error('x')).priority], ['x', lib.Priority.CRITICAL]) } },
  { name: 'imageElement', kind: 'function' },
  { name: 'videoElement', kind: 'function' },
  { name: 'toolCallElement', kind: 'function' },
  { name: 'partsElement', kind: 'function' },
  { name: 'endOfStreamElement', kind: 'function', does: { 'is control': (lib) => equal([lib.endOfStreamElement().type, lib.endOfStreamElement().priority], ['endOfStream', lib.Priority.CRITICAL]) } },
  { name: 'AudioData', kind: 'class', make: (lib) => new lib.AudioData({ samples: new Uint8Array(4), sampleRate: 16_000, format: lib.AudioFormat.PCM16 }), members: ['samples', 'sampleRate', 'channels', 'format'] },
  { name: 'AudioFormat', kind: 'constants', values: { PCM16: 'pcm_16' } },
  { name: 'Priority', kind: 'constants', values: { LOW: 0, NORMAL: 1, HIGH: 2, CRITICAL: 3 } },
  { name: 'StageType', kind: 'constants', values: { TRANSFORM: 'transform', ACCUMULATE: 'accumulate', GENERATE: 'generate', SINK: 'sink', BIDIRECTIONAL: 'bidirectional' } },
  {
    name: 'BaseStage', kind: 'class',
    does: {
      'is extended with process(ctx, input, output)': async (lib) => {
        class UppercaseStage extends lib.BaseStage {
          constructor() {
            super('uppercase', lib.StageType.TRANSFORM);
          }

          async process(_ctx: Lib, input: AsyncIterable<Lib>, output: Lib): Promise<void> {
            for await (const item of input) await output.write(item.type === 'text' ? { ...item, text: item.text.toUpperCase() } : item);
          }
        }
        equal(texts(await new lib.Pipeline().chain(new UppercaseStage()).build().executeSync([lib.textElement('hello')])), ['HELLO']);
        return equal([new UppercaseStage().name, new UppercaseStage().type], ['uppercase', 'transform']);
      },
    },
  },
  { name: 'PassthroughStage', kind: 'class', make: (lib) => pass(lib, 'input'), members: ['name', 'type'], defaults: { name: 'input' } },
  { name: 'FilterStage', kind: 'class', does: { 'keeps what the function wants': async (lib) => equal(texts(await new lib.Pipeline().chain(new lib.FilterStage('short', (item: Lib) => item.text.length < 3)).build().executeSync([lib.textElement('ab'), lib.textElement('abc')])), ['ab']) } },
  { name: 'MapStage', kind: 'class', does: { 'maps each element': async (lib) => equal(texts(await new lib.Pipeline().chain(new lib.MapStage('twice', (item: Lib) => ({ ...item, text: item.text + item.text }))).build().executeSync([lib.textElement('ab')])), ['abab']) } },
  { name: 'StageFunc', kind: 'function' },
  { name: 'stageFunc', kind: 'function' },
  {
    name: 'Pipeline', kind: 'class', make: (lib) => new lib.Pipeline(), members: ['chain', 'connect', 'branch', 'build'],
    options: (lib) => new lib.Pipeline(lib.defaultPipelineConfig().withChannelBufferSize(32)),
    does: {
      'runs a chain': async (lib) => equal(texts(await new lib.Pipeline().chain(pass(lib, 'input'), pass(lib, 'process'), pass(lib, 'output')).build().executeSync([lib.textElement('Hello')])), ['Hello']),
      'fans out with branch': async (lib) => {
        const graph = new lib.Pipeline().chain(pass(lib, 'stage1'), pass(lib, 'stage2')).chain(pass(lib, 'stage4')).chain(pass(lib, 'stage5')).branch('stage2', ['stage4', 'stage5']).build();
        return equal(texts(await graph.executeSync([lib.textElement('x')])).length, 2);
      },
    },
  },
  { name: 'PipelineBuilder', kind: 'class', make: (lib) => new lib.PipelineBuilder(), members: ['chain', 'connect', 'branch', 'build'] },
  {
    name: 'StreamPipeline', kind: 'class', make: (lib) => new lib.Pipeline().chain(pass(lib, 'a')).build(), members: ['execute', 'executeSync'],
    does: { 'streams what execute gives': async (lib) => equal(texts(await collect(new lib.Pipeline().chain(pass(lib, 'a')).build().execute([lib.textElement('x')]))), ['x']) },
  },
  { name: 'StageGraph', kind: 'class', make: (lib) => new lib.Pipeline().chain(pass(lib, 'a')).build(), members: ['run', 'start', 'execute', 'executeSync'] },
  {
    name: 'PipelineConfig', kind: 'class', make: (lib) => new lib.PipelineConfig(), members: ['withChannelBufferSize', 'withPriorityQueue', 'withExecutionTimeout', 'withMetrics', 'withTracing'], defaults: { channelBufferSize: 16 },
    does: { 'changes by copies': (lib) => {
      const config = lib.defaultPipelineConfig().withChannelBufferSize(32).withPriorityQueue(true).withExecutionTimeout(60_000).withMetrics(true).withTracing(true);
      return equal([config.channelBufferSize, config.executionTimeoutMs, config.metrics, config.tracing, lib.defaultPipelineConfig().channelBufferSize], [32, 60_000, true, true, 16]);
    } },
  },
  { name: 'defaultPipelineConfig', kind: 'function' },
  {
    name: 'wrapMiddleware', kind: 'function',
    does: { 'wraps a middleware as a stage': async (lib) => {
      const seen: unknown[] = [];
      const stage = lib.wrapMiddleware('prompt', async (ctx: Lib, next: () => Promise<unknown>) => { seen.push(ctx); return next(); });
      equal(texts(await new lib.Pipeline().chain(stage).build().executeSync([lib.textElement('Hello')])), ['Hello']);
      return stage instanceof lib.MiddlewareAdapter && equal(seen.length, 1);
    } },
  },
  { name: 'MiddlewareAdapter', kind: 'class' },
  { name: 'StageError', kind: 'class', does: { 'wraps what a stage threw, with the stage\'s name': async (lib) => {
    const cause = new Error('inner');
    return new lib.Pipeline().withStage('bad', () => { throw cause; }, lib.StageKind.WORK).build().run({ inputText: 'x' }).then(
      () => { throw new Error('resolved'); },
      (error: Lib) => error instanceof lib.StageError && /bad/.test(error.message) && error.cause === cause);
  } } },
  {
    name: 'ObservableEventSink', kind: 'class',
    does: { 'sees stage.started, stage.completed and stage.failed': async (lib) => {
      const eventSink = new lib.ObservableEventSink();
      const graph = new lib.Pipeline().withStage('good', () => lib.StageOutput.ok({}), lib.StageKind.WORK).withStage('bad', () => lib.StageOutput.fail('x'), lib.StageKind.WORK, { dependencies: ['good'] }).build();
      await new lib.PipelineRunner({ eventSink }).run(graph, { inputText: 'x' });
      const types = new Set(eventSink.getEvents().map((event: Lib) => event.type));
      return equal(['stage.started', 'stage.completed', 'stage.failed'].filter((type) => !types.has(type)), []);
    } },
  },
  ...['PromptAssemblyStage', 'ValidationStage', 'StateStoreLoadStage', 'StateStoreSaveStage', 'ProviderStage', 'VADAccumulatorStage', 'WebSocketBridgeStage', 'PriorityChannel', 'MetricsStage', 'TracingStage', 'RouterStage', 'MergeStage'].map(named),
];
