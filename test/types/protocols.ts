// The protocols of the seeds, implemented as their documents show: this file must compile. `sluice` is the main entry.
import { AnalyticsEvent, AudioChunk, BaseStage, GuardrailResult, GuardrailStage, InMemoryStore, MemoryFetchStage, MemoryWriteStage, Pipeline, PolicyViolation, runSimplePipeline, StageKind, StageOutput, StageType, StreamPipe, ViolationType, WindowedStreamPipe, BatchStreamPipe, BufferedExporter, LLMResponse, STTResponse } from 'sluice';
import { STTStage, TTSStage } from 'sluice/voice';
import type { VAD } from 'sluice/audio';
import type { AnalyticsExporter, ChannelReader, ChannelWriter, EventMap, EventSink, GuardrailCheck, LLMEvent, LLMProvider, MemoryConfig, MemoryEntry, MemoryStore, Message, OutputEntry, PipelineEvent, RunResult, Stage, StageContext, StreamElement, STTProvider, TTSEvent, TTSProvider } from 'sluice';

// A store of one's own.
class MapStore implements MemoryStore {
  readonly #entries: MemoryEntry[] = [];

  async fetch(sessionId: string, config: MemoryConfig): Promise<MemoryEntry[]> {
    return this.#entries.filter((entry) => entry.sessionId === sessionId).slice(-config.maxEntries);
  }

  async write(entry: MemoryEntry | readonly MemoryEntry[]): Promise<void> {
    this.#entries.push(...(Array.isArray(entry) ? entry as readonly MemoryEntry[] : [entry as MemoryEntry]));
  }

  async clear(_sessionId: string): Promise<number> {
    return this.#entries.splice(0).length;
  }
}

// Checks of one's own, synchronous and asynchronous.
class CustomCheck implements GuardrailCheck {
  check(content: string, _context?: Readonly<Record<string, unknown>>): GuardrailResult {
    if (!content.toLowerCase().includes('forbidden_word')) return new GuardrailResult({ passed: true });
    return new GuardrailResult({ passed: false, violations: [new PolicyViolation({ type: ViolationType.CUSTOM, message: 'Forbidden word detected', severity: 0.7 })] });
  }
}
const remote: GuardrailCheck = { check: async (content) => new GuardrailResult({ passed: content.length < 10 }) };
export const guard: GuardrailStage = new GuardrailStage([new CustomCheck(), remote]);

// An exporter, a sink.
const exporter: AnalyticsExporter = { export: async (_events: AnalyticsEvent | readonly AnalyticsEvent[]) => {} };
export const buffered: BufferedExporter = new BufferedExporter(exporter, { batchSize: 50, flushInterval: 2, highWaterMark: 0.8, onOverflow: (dropped: number, size: number) => void (dropped + size) });
export const sink: EventSink = { emit: async (_event: PipelineEvent) => {}, tryEmit: () => {} };

// A stage as an object, as a class with an asynchronous execute, as a function.
class MyStage implements Stage<{ result: string }> {
  readonly name = 'mine';
  readonly kind = StageKind.TRANSFORM;
  readonly execute = async (ctx: StageContext): Promise<StageOutput<{ result: string }>> => {
    ctx.tryEmitEvent('my_stage.processed', { route: ctx.inputs.getFrom('router', 'route', 'general') });
    return StageOutput.ok({ result: 'processed' });
  };
}
export const mine: Stage<{ result: string }> = new MyStage();

class UppercaseStage extends BaseStage {
  constructor() {
    super('uppercase', StageType.TRANSFORM);
  }

  override async process(_ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<void> {
    for await (const element of input) await output.write(element.type === 'text' ? { ...element, text: element.text.toUpperCase() } : element);
  }
}
export const upper: Stage = new UppercaseStage();

// Providers.
class Model implements LLMProvider {
  readonly id = 'mine';

  async complete(messages: readonly Message[]): Promise<LLMResponse> {
    return new LLMResponse({ content: messages.at(-1)?.content ?? '', model: 'm', provider: 'p' });
  }

  async *stream(): AsyncIterable<LLMEvent> {
    yield { type: 'text', delta: 'Hello' };
    yield { type: 'finish', reason: 'stop' };
  }
}
const ears: STTProvider = { transcribe: async (audio: AudioChunk | Uint8Array) => new STTResponse({ text: String(audio instanceof AudioChunk), confidence: 1 }) };
class Voice implements TTSProvider {
  async synthesize(text: string): Promise<Uint8Array> {
    return new Uint8Array(text.length);
  }

  async *stream(_text: string | AsyncIterable<string>): AsyncIterable<TTSEvent> {
    yield { type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(2) }) };
  }
}
export const detector: VAD = { process: (frame: Float32Array) => frame[0] ?? 0, reset: () => {} };

// The guide's pipeline, and what comes out of it.
const store = new MapStore();
export const pipeline: Pipeline<object> = new Pipeline()
  .withStage('stt', new STTStage(ears), StageKind.TRANSFORM)
  .withStage('memory', new MemoryFetchStage(store), StageKind.ENRICH, { dependencies: ['stt'] })
  .withStage('guard_input', guard, StageKind.GUARD, { dependencies: ['stt'] })
  .withStage('llm', async (ctx) => StageOutput.ok({ response: (await new Model().complete([])).content, transcript: ctx.inputs.getFrom('stt', 'transcript') }), StageKind.AGENT, { dependencies: ['stt', 'memory', 'guard_input'] })
  .withStage('tts', new TTSStage(new Voice()), StageKind.TRANSFORM, { dependencies: ['llm'] })
  .withStage('save_memory', new MemoryWriteStage(new InMemoryStore()), StageKind.WORK, { dependencies: ['llm'] });
export const result: Promise<RunResult> = runSimplePipeline(pipeline, 'Hello, world!', { executionMode: 'practice' });
export const attempts = (entry: OutputEntry): [StageOutput, number, Date, string] => [entry.output, entry.attempt, entry.timestamp, entry.stageName];

// Pipes with types of their own.
export class Doubling extends StreamPipe<number, string> {
  override async processItem(item: number): Promise<string> {
    return String(item * 2);
  }
}
export class Sums extends WindowedStreamPipe<number, number> {
  override async processWindow(window: readonly number[]): Promise<number> {
    return window.length;
  }
}
export class Batches extends BatchStreamPipe<number, number> {
  override async processBatch(batch: readonly number[]): Promise<number> {
    return batch.length;
  }
}

// The event names of the seeds, verbatim.
export const events: readonly (keyof EventMap)[] = [
  'stage.started', 'stage.completed', 'stage.failed', 'pipeline.started', 'pipeline.completed', 'pipeline.failed',
  'stream.chunk_dropped', 'stream.producer_blocked', 'stream.throttle_started', 'stream.throttle_ended', 'stream.queue_closed',
  'stream.buffer_overflow', 'stream.buffer_underrun', 'stream.buffer_recovered', 'guardrail.fail_open', 'guardrail.violations_detected',
];
export const payload = (event: EventMap['stream.chunk_dropped']): number => event.queue_size + event.max_size;
