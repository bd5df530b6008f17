// The voice guide: ports, queue, buffer, chunk, the voice stages, mocks.
import { contextFor, equal, hasKeys } from './row.js';
import type { Lib, Row } from './row.js';

const chunk = (lib: Lib, rest: object = {}): Lib => new lib.AudioChunk({ data: new Uint8Array(3200), sampleRate: 16_000, channels: 1, format: lib.AudioFormat.PCM_16, timestampMs: 150.5, sequence: 42, isFinal: false, ...rest });
const stt = (lib: Lib, rest: object = {}): Lib => new lib.MockSTTProvider({ transcriptions: ['Hello', 'How are you?', 'Goodbye'], latencyMs: 0, ...rest });
const tts = (lib: Lib): Lib => new lib.MockTTSProvider({ sampleRate: 16_000, latencyMs: 0 });
const answered = (lib: Lib): Lib => contextFor(lib, { outputs: { llm: lib.StageOutput.ok({ response: 'Hello back!' }) } });
const duration = (lib: Lib, rest: object = {}): Lib => new lib.StreamingBuffer({ targetDurationMs: 200, maxDurationMs: 2000, sampleRate: 16_000, ...rest });

export const voice: readonly Row[] = [
  {
    name: 'AudioPorts', kind: 'class', make: (lib) => new lib.AudioPorts({ sttProvider: stt(lib), ttsProvider: tts(lib) }), members: ['sttProvider', 'ttsProvider', 'sttClient', 'ttsClient'],
    does: { 'is what createAudioPorts gives, readable by the guide\'s names': (lib) => {
      const client = stt(lib);
      const ports = lib.createAudioPorts({ sttClient: client, ttsClient: tts(lib), audioCallback: () => {} });
      return ports instanceof lib.AudioPorts && ports.sttClient === client && ports.audioCallback !== undefined;
    } },
  },
  { name: 'createAudioPorts', kind: 'function' },
  {
    name: 'ChunkQueue', kind: 'class', make: (lib) => new lib.ChunkQueue({ maxSize: 100 }), members: ['monitor', 'close', 'length'],
    options: (lib) => new lib.ChunkQueue({ maxSize: 10, dropOnOverflow: true, eventEmitter: () => {} }),
    does: {
      'drops the oldest on overflow and counts it': async (lib) => {
        const queue = new lib.ChunkQueue({ maxSize: 10, dropOnOverflow: true });
        for (let i = 0; i < 15; i += 1) await queue.put(new lib.AudioChunk({ data: new Uint8Array(100), sequence: i }));
        return equal([queue.monitor.stats.droppedItems, queue.length, (await queue.get()).sequence], [5, 10, 5]);
      },
      'is iterated until it is closed': async (lib) => {
        const queue = new lib.ChunkQueue({ maxSize: 10 });
        for (const value of [1, 2]) await queue.put(value);
        await queue.close();
        const got = [];
        for await (const value of queue) got.push(value);
        return equal(got, [1, 2]);
      },
      'has a monitor that says when to throttle, with stats': (lib) => {
        const { monitor } = new lib.ChunkQueue();
        return equal(monitor.shouldThrottle(), false) && hasKeys(monitor.stats.toDict(), 'total_items', 'dropped_items', 'blocked_puts', 'max_queue_size', 'total_blocked_ms', 'drop_rate');
      },
    },
  },
  {
    name: 'BackpressureMonitor', kind: 'class', make: (lib) => new lib.BackpressureMonitor(), members: ['shouldThrottle', 'stats', 'recordPut', 'recordGet'],
    options: (lib) => new lib.BackpressureMonitor({ highWaterMark: 80, lowWaterMark: 20 }),
  },
  {
    name: 'StreamingBuffer', kind: 'class', make: (lib) => duration(lib), members: ['addChunk', 'isReady', 'read', 'stats'], options: (lib) => duration(lib, { eventEmitter: () => {} }),
    does: {
      'is ready from the target on and reads by duration': (lib) => {
        const buffer = duration(lib);
        equal([buffer.addChunk(chunk(lib)), buffer.isReady()], [0, false]);
        buffer.addChunk(chunk(lib, { sequence: 43 }));
        return equal([buffer.isReady(), buffer.read({ durationMs: 20 }).length], [true, 640]);
      },
      'reports dropped bytes': (lib) => {
        const buffer = duration(lib, { targetDurationMs: 100, maxDurationMs: 500 });
        return buffer.addChunk(chunk(lib, { data: new Uint8Array(32_000) })) > 0;
      },
    },
  },
  {
    name: 'AudioChunk', kind: 'class', make: (lib) => chunk(lib), options: (lib) => chunk(lib), members: ['data', 'sampleRate', 'channels', 'format', 'timestampMs', 'sequence', 'isFinal', 'durationMs', 'toDict'], statics: ['fromDict'],
    defaults: { durationMs: 100, timestampMs: 150.5 },
    does: {
      'has the defaults of the reference': (lib) => {
        const { sampleRate, channels, format, timestampMs, sequence, isFinal } = new lib.AudioChunk({ data: new Uint8Array(2) });
        return equal([sampleRate, channels, format, timestampMs, sequence, isFinal], [16_000, 1, 'pcm_16', 0, 0, false]);
      },
      'goes through toDict as base64 and back': (lib) => {
        const dict = chunk(lib, { data: Uint8Array.of(1, 2, 3, 4) }).toDict();
        return equal(dict.data, 'AQIDBA==') && equal([...lib.AudioChunk.fromDict(dict).data], [1, 2, 3, 4]) && hasKeys(dict, 'sample_rate', 'timestamp_ms', 'is_final');
      },
    },
  },
  { name: 'AudioFormat', kind: 'constants', values: { PCM_16: 'pcm_16', PCM_24: 'pcm_24', PCM_32: 'pcm_32', FLOAT_32: 'float_32', MP3: 'mp3', OGG_OPUS: 'ogg_opus', WAV: 'wav', WEBM: 'webm', OPUS: 'opus', AAC: 'aac' } },
  {
    name: 'encodeAudioForLogging', kind: 'function', options: (lib) => lib.encodeAudioForLogging(new Uint8Array(10), { maxBytes: 100 }),
    does: { 'samples long audio': (lib) => /^<audio:32000B,sample:[A-Za-z0-9+/=]+\.\.\.>$/.test(lib.encodeAudioForLogging(new Uint8Array(32_000))) },
  },
  {
    name: 'STTStage', kind: 'class', make: (lib) => new lib.STTStage(stt(lib)), members: ['execute'], defaults: { name: 'stt', kind: 'transform' },
    does: {
      'gives transcript and stt': async (lib) => {
        const { data } = await new lib.STTStage(stt(lib)).execute(contextFor(lib, { extensions: { audio_input: new Uint8Array(3200), language: 'en' } }));
        return equal(data.transcript, 'Hello') && hasKeys(data.stt, 'text', 'confidence', 'duration_ms');
      },
      'skips without audio': async (lib) => {
        const output = await new lib.STTStage(stt(lib)).execute(contextFor(lib));
        return equal([output.status, output.data.reason], ['skip', 'No audio input']);
      },
      'takes audio in base64': async (lib) => equal((await new lib.STTStage(stt(lib)).execute(contextFor(lib, { extensions: { audio_input: btoa('\0'.repeat(3200)) } }))).data.transcript, 'Hello'),
    },
  },
  { name: 'LLMStage', kind: 'class', make: (lib) => new lib.LLMStage(new lib.MockLLMProvider()), members: ['execute'], defaults: { name: 'llm' } },
  {
    name: 'TTSStage', kind: 'class', make: (lib) => new lib.TTSStage(tts(lib)), members: ['execute'], defaults: { name: 'tts', kind: 'transform' },
    does: {
      'gives audio, durationMs, text and tts': async (lib) => {
        const { data } = await new lib.TTSStage(tts(lib)).execute(answered(lib));
        return hasKeys(data, 'audio', 'durationMs', 'text', 'tts') && equal([typeof data.audio, data.text], ['string', 'Hello back!']);
      },
      'skips without a text': async (lib) => equal((await new lib.TTSStage(tts(lib)).execute(contextFor(lib, { outputs: { llm: lib.StageOutput.ok({ response: '' }) } }))).data.reason, 'No response text'),
    },
  },
  {
    name: 'StreamingTTSStage', kind: 'class', make: (lib) => new lib.StreamingTTSStage(tts(lib), () => {}), members: ['execute'], defaults: { name: 'streaming_tts', kind: 'transform' },
    does: {
      'hands each chunk to the callback': async (lib) => {
        const chunks: Lib[] = [];
        const { data } = await new lib.StreamingTTSStage(tts(lib), (one: Lib) => { chunks.push(one); }).execute(answered(lib));
        return equal([data.chunksSent, data.text], [chunks.length, 'Hello back!']) && data.totalBytes > 0;
      },
    },
  },
  {
    name: 'ToolRegistry', kind: 'class', make: (lib) => new lib.ToolRegistry(), members: ['parseAndResolve'],
    does: {
      'resolves what it knows and says why it does not know the rest': (lib) => {
        const result = new lib.ToolRegistry().parseAndResolve([{ id: '1', function: { name: 'nope', arguments: '{}' } }]);
        const { resolved, unresolved } = Array.isArray(result) ? { resolved: result[0], unresolved: result[1] } : result;
        return equal([resolved.length, unresolved.length], [0, 1]);
      },
    },
  },
  {
    name: 'MockSTTProvider', kind: 'class', make: (lib) => stt(lib), options: (lib) => new lib.MockSTTProvider({ transcriptions: ['Hello'], latencyMs: 100, audioMap: { abc123: 'Hello world', def456: 'Goodbye' } }),
    does: {
      'gives its transcriptions in turn': async (lib) => {
        const provider = stt(lib);
        const texts = [];
        for (let i = 0; i < 3; i += 1) texts.push((await provider.transcribe(new Uint8Array(32))).text);
        return equal(texts, ['Hello', 'How are you?', 'Goodbye']);
      },
    },
  },
  {
    name: 'MockTTSProvider', kind: 'class', make: (lib) => tts(lib), options: (lib) => new lib.MockTTSProvider({ sampleRate: 16_000, latencyMs: 50 }),
    does: {
      'speaks': async (lib) => (await tts(lib).synthesize('Hello back!')).length > 0,
      'takes a voice': async (lib) => (await tts(lib).synthesize('Hello back!', { voice: 'default' })).length > 0,
    },
  },
  {
    name: 'Pipeline', kind: 'class', make: (lib) => new lib.Pipeline(), members: ['withStage', 'build'],
    does: {
      'builds the guide\'s voice chat pipeline, stages without a kind too': (lib) => {
        const store = new lib.InMemoryStore();
        return new lib.Pipeline()
          .withStage('stt', new lib.STTStage(stt(lib)), lib.StageKind.TRANSFORM)
          .withStage('memory', new lib.MemoryFetchStage(store), lib.StageKind.ENRICH, { dependencies: ['stt'] })
          .withStage('llm', new lib.LLMStage(new lib.MockLLMProvider()), { dependencies: ['stt', 'memory'] })
          .withStage('tts', new lib.TTSStage(tts(lib)), { dependencies: ['llm'] })
          .withStage('save_memory', new lib.MemoryWriteStage(store), lib.StageKind.WORK, { dependencies: ['llm'] })
          .build() !== undefined;
      },
    },
  },
  { name: 'StageKind', kind: 'constants', values: { TRANSFORM: 'transform', ENRICH: 'enrich', ROUTE: 'route', GUARD: 'guard', WORK: 'work', AGENT: 'agent' } },
];
