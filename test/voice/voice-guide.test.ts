// The examples of the voice guide, in TypeScript: they run as they stand there.
import { describe, expect, it } from 'vitest';
import {
  AudioChunk, AudioFormat, ChunkQueue, ContextSnapshot, createAudioPorts, createStageContext, createStageInputs, encodeAudioForLogging, InMemoryStore, MemoryFetchStage, MemoryWriteStage,
  Pipeline, StageKind, StageOutput, StreamingBuffer, STTResponse, ToolRegistry, TTSResponse, AudioPorts, encodeBase64, LLMStage,
  STTStage, StreamingTTSStage, TTSStage, type Stage,
} from '../../src/index.js';
import { MockLLMProvider } from '../../src/testing/mock-llm-provider.js';
import { MockSTTProvider } from '../../src/testing/mock-stt-provider.js';
import { MockTTSProvider } from '../../src/testing/mock-tts-provider.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const SESSION = '6f1f3d0e-6c1e-4a53-9c4f-0a2f5b8a8f11';
const pcm = (ms: number): Uint8Array => new Uint8Array(32 * ms).fill(1);

function context(extensions: Record<string, unknown>, ports?: ReturnType<typeof createAudioPorts>, prior: Record<string, StageOutput> = {}) {
  const snapshot = new ContextSnapshot({ extensions });
  return createStageContext({ snapshot, inputs: createStageInputs(snapshot, { ports, priorOutputs: prior }) });
}

describe('the voice guide', () => {
  it('injects audio services with ports, and reads them in a stage', async () => {
    const heard: Uint8Array[] = [];
    const ports = createAudioPorts({ sttClient: new MockSTTProvider({ transcriptions: ['Hello'], latencyMs: 0 }), ttsClient: new MockTTSProvider({ latencyMs: 0 }), audioCallback: (bytes) => void heard.push(bytes) });
    const stage: Stage<{ transcript: string; confidence: number }> = {
      name: 'stt',
      kind: StageKind.TRANSFORM,
      async execute(ctx) {
        const given = ctx.inputs.ports;
        if (!(given instanceof AudioPorts)) return StageOutput.fail('AudioPorts required');
        const audioData = ctx.snapshot.extensions.get('audio_input') as Uint8Array;
        const transcript = await (given.sttClient as MockSTTProvider).transcribe(audioData);
        return StageOutput.ok({ transcript: transcript.text, confidence: transcript.confidence });
      },
    };
    expect(await stage.execute(context({ audio_input: pcm(100) }, ports))).toMatchObject({ status: 'ok', data: { transcript: 'Hello' } });
    expect(await stage.execute(context({ audio_input: pcm(100) }))).toMatchObject({ status: 'fail', error: 'AudioPorts required' });
    expect(ports.ttsClient).toBeInstanceOf(MockTTSProvider);
  });

  it('handles streams of chunks with backpressure', async () => {
    const events: string[] = [];
    const queue = new ChunkQueue<AudioChunk>({ maxSize: 100, eventEmitter: (event) => void events.push(event) });
    const producer = async (): Promise<void> => {
      for (let n = 0; n < 5; n++) await queue.put(new AudioChunk({ data: pcm(20), sampleRate: 16000, timestampMs: n * 20 }));
      await queue.close();
    };
    const times: number[] = [];
    const consumer = async (): Promise<void> => {
      for await (const chunk of queue) times.push(chunk.timestampMs);
    };
    await Promise.all([producer(), consumer()]);
    expect(times).toEqual([0, 20, 40, 60, 80]);
    expect(queue.monitor.shouldThrottle()).toBe(false);
    expect(queue.monitor.stats.toDict()).toMatchObject({ total_items: 5, dropped_items: 0 });
    expect(events).toContain('stream.queue_closed');
  });

  it('smooths jitter with a buffer', () => {
    const buffer = new StreamingBuffer({ targetDurationMs: 200, maxDurationMs: 2000, sampleRate: 16000 });
    let dropped = 0;
    for (let n = 0; n < 3; n++) dropped += buffer.addChunk(new AudioChunk({ data: pcm(100) }));
    expect(dropped).toBe(0);
    expect(buffer.isReady()).toBe(true);
    expect(buffer.read({ durationMs: 20 }).byteLength).toBe(640);
    expect(buffer.stats).toMatchObject({ isReady: true });
  });

  it('manages chunks', () => {
    const chunk = new AudioChunk({ data: pcm(100), sampleRate: 16000, channels: 1, format: AudioFormat.PCM_16, timestampMs: 150.5, sequence: 42, isFinal: false });
    expect(chunk.durationMs).toBe(100);
    expect(AudioChunk.fromDict(chunk.toDict())).toMatchObject({ sequence: 42, timestampMs: 150.5 });
  });

  it('runs the pipeline of a voice chat', async () => {
    const store = new InMemoryStore();
    const pipeline = new Pipeline()
      .withStage('stt', new STTStage(new MockSTTProvider({ transcriptions: ['How are you?'], latencyMs: 0 })), StageKind.TRANSFORM)
      .withStage('memory', new MemoryFetchStage(store), StageKind.ENRICH, { dependencies: ['stt'] })
      .withStage('llm', new LLMStage(new MockLLMProvider('Fine, and you?')), StageKind.TRANSFORM, { dependencies: ['stt', 'memory'] })
      .withStage('tts', new TTSStage(new MockTTSProvider({ latencyMs: 0 })), StageKind.TRANSFORM, { dependencies: ['llm'] })
      .withStage('save_memory', new MemoryWriteStage(store), StageKind.WORK, { dependencies: ['llm'] });
    const results = await pipeline.build().run(new ContextSnapshot({ sessionId: SESSION, extensions: { audio_input: encodeBase64(pcm(200)), language: 'en', voice: 'default' } }));
    expect(results.require('stt').data.transcript).toBe('How are you?');
    expect(results.require('tts').data).toMatchObject({ text: 'Fine, and you?', durationMs: ('Fine, and you?'.length * 100) / 32 });
    expect(results.require('save_memory').status).toBe('ok');
  });

  it('transcribes audio, base64 or not, in the language of the snapshot; none is skipped, and a failure fails', async () => {
    const languages: unknown[] = [];
    const stt = {
      id: 'own', transcribe: (audio: AudioChunk | Uint8Array, options: { language?: string } = {}) => {
        languages.push(options.language);
        return Promise.resolve(new STTResponse({ text: `${(audio as Uint8Array).byteLength}`, confidence: 0.9, durationMs: 100, provider: 'own', model: 'm' }));
      },
    };
    expect(await new STTStage(stt).execute(context({}))).toMatchObject({ status: 'skip', data: { reason: 'No audio input' } });
    expect(await new STTStage(stt).execute(context({ audio_input: encodeBase64(pcm(100)), language: 'fr' }))).toMatchObject({ status: 'ok', data: { transcript: '3200', stt: { text: '3200', confidence: 0.9, provider: 'own', model: 'm' } } });
    expect(await new STTStage(stt).execute(context({ audio_input: pcm(100) }))).toMatchObject({ data: { transcript: '3200' } });
    expect(languages).toEqual(['fr', 'en']);
    const failing = { transcribe: () => Promise.reject(new Error('STT failed: no line')) };
    expect(await new STTStage({ provider: failing, maxAttempts: 1 }).execute(context({ audio_input: pcm(100) }))).toMatchObject({ status: 'fail', error: 'STT failed: no line' });
  });

  it('speaks a response in the voice of the snapshot; none is skipped', async () => {
    const tts = new MockTTSProvider({ latencyMs: 0 });
    const output = await new TTSStage(tts).execute(context({ voice: 'amy' }, undefined, { llm: StageOutput.ok({ response: 'Hi' }) }));
    expect(output).toMatchObject({ status: 'ok', data: { text: 'Hi', tts: { provider: 'mock', model: 'amy', byte_count: 200 } } });
    expect(output.data).not.toHaveProperty('tts.audio');
    expect(tts.callHistory[0]?.voice).toBe('amy');
    expect(new TTSResponse({ audio: pcm(10), durationMs: 10 }).byteCount).toBe(320);
    expect(await new TTSStage(tts).execute(context({}, undefined, { llm: StageOutput.ok({ response: '' }) }))).toMatchObject({ status: 'skip', data: { reason: 'No response text' } });
  });

  it('streams speech into a callback, chunk by chunk', async () => {
    const clock = new ManualClock();
    const chunks: number[] = [];
    const stage = new StreamingTTSStage(new MockTTSProvider({ latencyMs: 0, clock }), (chunk) => void chunks.push(chunk.data.byteLength));
    expect(stage.name).toBe('streaming_tts');
    const text = 'A rather long response, in several chunks.';
    const output = await clock.settle(Promise.resolve(stage.execute(context({}, undefined, { llm: StageOutput.ok({ response: text }) }))));
    expect(output).toMatchObject({ status: 'ok', data: { chunksSent: chunks.length, totalBytes: text.length * 100, text } });
    expect(chunks.length).toBeGreaterThan(1);
    expect(await stage.execute(context({}, undefined, { llm: StageOutput.ok({ response: '' }) }))).toMatchObject({ status: 'skip', data: { reason: 'No response text' } });
  });

  it('validates the tool calls of a voice agent before anything runs', () => {
    const tools = new ToolRegistry([{ name: 'lights', execute: () => 'on' }]);
    const { resolved, unresolved } = tools.parseAndResolve([{ id: '1', function: { name: 'lights', arguments: '{"on":true}' } }, { id: '2', function: { name: 'doors', arguments: '{}' } }]);
    expect([resolved.map(({ input }) => input), unresolved.map(({ reason }) => reason)]).toEqual([[{ on: true }], ['unknown_tool']]);
  });

  it('logs audio without bytes', () => {
    expect(encodeAudioForLogging(pcm(1000), 100)).toMatch(/^<audio:32000B,sample:[\w+/=]+\.\.\.>$/);
  });

  it('tests without services: transcriptions in order, by hash, and drops that are counted', async () => {
    const stt = new MockSTTProvider({ transcriptions: ['Hello', 'How are you?', 'Goodbye'], latencyMs: 0 });
    expect((await stt.transcribe(pcm(10))).text).toBe('Hello');
    expect((await new MockTTSProvider({ sampleRate: 16000, latencyMs: 0 }).synthesize('Hello back!')).length).toBeGreaterThan(0);
    const queue = new ChunkQueue<AudioChunk>({ maxSize: 10, dropOnOverflow: true });
    for (let n = 0; n < 15; n++) await queue.put(new AudioChunk({ data: pcm(1), sequence: n }));
    expect([queue.monitor.stats.droppedItems, queue.length]).toEqual([5, 10]);
  });

  it('degrades gracefully: a recogniser that takes too long gives an empty transcript, and the run goes on', async () => {
    const clock = new ManualClock();
    const never = { transcribe: () => new Promise<STTResponse>(() => undefined) };
    const graph = new Pipeline()
      .withStage('stt', new STTStage({ provider: never, timeoutMs: 1000, onTimeout: 'empty' }), StageKind.TRANSFORM)
      .withStage('after', { name: 'after', kind: StageKind.WORK, execute: (ctx) => StageOutput.ok({ got: ctx.inputs.getFrom('stt', 'transcript') }) }, StageKind.WORK, { dependencies: ['stt'] })
      .build();
    const results = await clock.settle(graph.run(new ContextSnapshot({ extensions: { audio_input: pcm(100) } }), { clock }));
    expect(results.require('stt').data).toMatchObject({ transcript: '', sttTimeout: true });
    expect(results.require('after').data).toEqual({ got: '' });
  });

  it('tries again with growing pauses', async () => {
    const clock = new ManualClock();
    const at: number[] = [];
    const flaky = { transcribe: () => (at.push(clock.now()), at.length < 3 ? Promise.reject(new Error('busy')) : Promise.resolve(new STTResponse({ text: 'there' }))) };
    const graph = new Pipeline().withStage('stt', new STTStage({ provider: flaky, maxAttempts: 3, retryDelayMs: 1000 }), StageKind.TRANSFORM).build();
    const results = await clock.settle(graph.run(new ContextSnapshot({ extensions: { audio_input: pcm(100) } }), { clock }));
    expect(results.require('stt').data.transcript).toBe('there');
    expect(at).toEqual([0, 1000, 3000]);
  });
});
