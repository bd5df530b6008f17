// The usage examples of the helper and context documents, as a user of this library writes them.
import { describe, expect, it } from 'vitest';
import {
  AnalyticsEvent, BackpressureMonitor, BufferedExporter, ChunkQueue, ContentFilter, ContextSnapshot, createStageContext, GuardrailConfig, GuardrailStage, InMemoryStore, JSONLinesExporter, LLMResponse, MemoryFetchStage, MemoryWriteStage,
  ObservableEventSink, OutputBag, PIIDetector, Pipeline, PipelineContext, RunIdentity, StageKind, StageOutput, StreamingBuffer, type Stage, type StageContext,
} from '../../src/index.js';

const uuid = (): string => crypto.randomUUID();

class LLMStage implements Stage<{ response: string; llm: object }> {
  readonly name = 'llm';
  readonly kind = StageKind.TRANSFORM;
  readonly execute = (ctx: StageContext): StageOutput<{ response: string; llm: object }> => {
    const llm = new LLMResponse({ content: `Stored: ${ctx.inputs.userText}`, model: 'gpt-4', provider: 'openai', inputTokens: 10, outputTokens: 5, latencyMs: 1500 });
    return StageOutput.ok({ response: llm.content, llm: llm.toDict() });
  };
}

describe('complete chat pipeline with memory and guardrails', () => {
  const store = new InMemoryStore();
  const guardrail = new GuardrailStage([new PIIDetector({ redact: true }), new ContentFilter({ blockProfanity: true })], new GuardrailConfig({ failOnViolation: true }));
  const pipeline = new Pipeline()
    .withStage('fetch_memory', new MemoryFetchStage(store), StageKind.ENRICH)
    .withStage('guard_input', guardrail, StageKind.GUARD, { dependencies: ['fetch_memory'] })
    .withStage('llm', new LLMStage(), StageKind.TRANSFORM, { dependencies: ['guard_input'] })
    .withStage('write_memory', new MemoryWriteStage(store), StageKind.WORK, { dependencies: ['llm'] });

  it('answers, and neither the model nor the memory ever sees the address', async () => {
    const sessionId = uuid();
    const context = createStageContext({ snapshot: new ContextSnapshot({ sessionId, inputText: "What's my email? It's user@example.com" }) });
    const results = await pipeline.build().run(context);
    expect(results.require('llm').data.response).toContain("What's my email? It's ");
    expect(results.require('write_memory').data).toEqual({ entriesWritten: 2, sessionId });
    const remembered = (await store.fetch(sessionId)).map(({ content }) => content);
    expect(remembered).toHaveLength(2);
    expect(JSON.stringify([remembered, results])).not.toContain('user@example.com');
  });

  it('remembers the turn before', async () => {
    const sessionId = uuid();
    for (const inputText of ['My name is Ada.', 'What is my name?']) await pipeline.build().run({ sessionId, inputText });
    const { fetch_memory: memory } = await pipeline.build().run({ sessionId, inputText: 'And now?' });
    expect(memory.data).toMatchObject({ memoryCount: 4, memoryTokens: expect.any(Number) });
  });

  it('refuses what the filter blocks, and remembers nothing of it', async () => {
    const sessionId = uuid();
    await expect(pipeline.build().run({ sessionId, inputText: 'what the hell' })).rejects.toMatchObject({ stage: 'guard_input' });
    expect(await store.fetch(sessionId)).toEqual([]);
  });
});

describe('analytics with overflow handling', () => {
  it('exports what fits and tells what did not', async () => {
    const warnings: string[] = [];
    let written = '';
    const exporter = new BufferedExporter(new JSONLinesExporter(async () => ({ write: async (text) => void (written += text), close: async () => undefined })), {
      batchSize: 50,
      flushInterval: 2,
      maxBuffer: 60,
      onOverflow: (droppedCount, bufferSize) => void warnings.push(`dropped ${droppedCount} at ${bufferSize}`),
      highWaterMark: 0.8,
    });
    await exporter.export(Array.from({ length: 70 }, (_, n) => new AnalyticsEvent({ eventType: 'stage.completed', timestamp: new Date(), data: { stage: 'llm', duration_ms: n } })));
    await exporter.close();
    expect(warnings).toEqual(['dropped 10 at 60', 'dropped -1 at 60']);
    expect(written.trim().split('\n').map((line) => (JSON.parse(line) as { data: { duration_ms: number } }).data.duration_ms)).toEqual(Array.from({ length: 60 }, (_, n) => n + 10));
  });
});

describe('streaming audio processing', () => {
  it('puts chunks while there is no pressure, and reports when there is', async () => {
    const eventSink = new ObservableEventSink();
    const ctx = createStageContext({ snapshot: new ContextSnapshot(), eventSink });
    const queue = new ChunkQueue<Uint8Array>({ maxSize: 10, eventEmitter: ctx.tryEmitEvent });
    const buffer = new StreamingBuffer({ maxSize: 10000, eventEmitter: ctx.tryEmitEvent });
    const monitor = new BackpressureMonitor({ threshold: 0.8 });
    for (let n = 0; n < 12; n++) {
      if (!monitor.checkPressure(queue.size(), queue.maxSize)) await queue.put(new Uint8Array(100).fill(n));
      else ctx.tryEmitEvent('stream.backpressure', { queue_size: queue.size() });
    }
    queue.close();
    for await (const chunk of queue) buffer.write(chunk);
    const taken = buffer.available() / 100;
    expect(taken).toBeGreaterThanOrEqual(8);
    expect(taken).toBeLessThan(12);
    expect(eventSink.getEventsByType('stream.backpressure')).toHaveLength(12 - taken);
    expect(buffer.read(100)).toEqual(new Uint8Array(100).fill(0));
  });
});

describe('context usage', () => {
  it('derives a stage’s context from the coordinator and the bag', async () => {
    const runId = new RunIdentity({ pipelineRunId: uuid() });
    const snapshot = new ContextSnapshot({ runId, inputText: 'hello' });
    const outputBag = new OutputBag();
    const pipelineCtx = new PipelineContext({ pipelineRunId: runId.pipelineRunId, requestId: runId.requestId, sessionId: null, userId: null, orgId: null, interactionId: null, topology: 'chat_fast' });
    await outputBag.write('uppercase', StageOutput.ok({ text: 'HELLO' }));
    const stageCtx = pipelineCtx.deriveForStage({ stageName: 'exclaim', snapshot, outputBag, declaredDeps: ['uppercase'] });
    const exclaim = (ctx: StageContext): StageOutput<{ text: string }> => StageOutput.ok({ text: `${String(ctx.inputs.requireFrom('uppercase', 'text'))}!` });
    await outputBag.write('exclaim', exclaim(stageCtx));
    expect([outputBag.getOutput('exclaim')?.data, stageCtx.pipelineRunId, stageCtx.topology]).toEqual([{ text: 'HELLO!' }, runId.pipelineRunId, 'chat_fast']);
  });
});
