// What a voice session costs beside its providers: the CPU of one turn over a hand-fused version of the same walk, and
// twenty sessions on one thread against the ideal critical path.
import { performance } from 'node:perf_hooks';
import { spread } from './harness.mjs';

const ANSWER = 'The weather will stay fine until the evening. Then it will rain a little. Tomorrow the sun is back.';
const TOKENS = ANSWER.match(/\S{1,5}\s?|\s/gu);
const SESSIONS = 20;
const ROUNDS = Number(process.env.SLUICE_BENCH_ROUNDS ?? 15);
const TURNS = Number(process.env.SLUICE_BENCH_TURNS ?? 6);

const voice = async () => {
  const [{ createVoiceSession }, { AudioChunk }, { STTResponse }, { SentenceSplitter }, { spokenForm }, { InMemoryStore }, { HeardText }, { MemoryEntry }, { MemoryConfig }] = await Promise.all([
    import('../../dist/voice/voice-session.js'), import('../../dist/audio/chunk.js'), import('../../dist/providers/stt-response.js'), import('../../dist/voice/sentence-splitter.js'),
    import('../../dist/spoken/spoken-form.js'), import('../../dist/memory/in-memory-store.js'), import('../../dist/voice/heard-text.js'), import('../../dist/memory/entry.js'), import('../../dist/memory/config.js'),
  ]);
  return { createVoiceSession, AudioChunk, STTResponse, SentenceSplitter, spokenForm, InMemoryStore, HeardText, MemoryEntry, MemoryConfig };
};

/** A loudspeaker that is done as soon as everything is written, so that a turn has no waiting in it. */
function instantOutput(onAudio = () => undefined) {
  return {
    latencyMs: 0,
    start: async () => undefined,
    close: async () => undefined,
    begin() {
      let resolve;
      let writtenMs = 0;
      const atMs = performance.now();
      const done = new Promise((settle) => (resolve = settle));
      return {
        done,
        write: (chunk) => {
          writtenMs += chunk.durationMs;
          onAudio(performance.now());
          return true;
        },
        end: () => resolve({ heardMs: writtenMs, renderedMs: writtenMs, writtenMs, interrupted: false, firstHeardAtMs: atMs, underruns: 0 }),
        cut: () => resolve({ heardMs: writtenMs, renderedMs: writtenMs, writtenMs, interrupted: true, firstHeardAtMs: atMs, underruns: 0 }),
        pause: () => undefined, resume: () => undefined, heard: () => ({ heardMs: writtenMs, renderedMs: writtenMs }),
      };
    },
  };
}

async function* tokens(wait) {
  for (const delta of TOKENS) {
    if (wait !== undefined) await wait();
    yield { type: 'text', delta };
  }
  yield { type: 'finish', reason: 'stop' };
}

async function* speech(AudioChunk, samples, wait) {
  if (wait !== undefined) await wait();
  for (let n = 0; n < 5; n++) yield { type: 'audio', chunk: new AudioChunk({ float32: samples, sampleRate: 16000 }) };
  yield { type: 'finish' };
}

const SESSION = '6f1f3d0e-6c1e-4a53-9c4f-0a2f5b8a8f11';

/** A turn of a session. */
async function sessionTurn() {
  const { createVoiceSession, AudioChunk, InMemoryStore } = await voice();
  const samples = new Float32Array(1600);
  const session = createVoiceSession({
    llm: { id: 'instant', complete: () => undefined, stream: () => tokens() },
    tts: { synthesize: () => undefined, stream: () => speech(AudioChunk, samples) },
    output: instantOutput(), memory: new InMemoryStore(), memoryConfig: { maxEntries: 10 }, sessionId: SESSION,
  });
  return () => session.send('how is the weather');
}

/** The same walk without a graph, events, interruption, cancellation or reports. */
async function fusedTurn() {
  const { AudioChunk, SentenceSplitter, spokenForm, InMemoryStore, HeardText, MemoryEntry, MemoryConfig } = await voice();
  const samples = new Float32Array(1600);
  const memory = new InMemoryStore();
  const config = new MemoryConfig({ maxEntries: 10 });
  const output = instantOutput();
  return async () => {
    await memory.fetch(SESSION, config);
    const splitter = new SentenceSplitter({ firstClause: true });
    const heard = new HeardText();
    let playback;
    let atMs = 0;
    const speak = async (piece) => {
      const { text } = spokenForm(piece);
      heard.beginPiece(piece, atMs);
      for await (const event of text === '' ? [] : speech(AudioChunk, samples)) {
        if (event.type !== 'audio') continue;
        playback ??= output.begin();
        playback.write(event.chunk);
        atMs += event.chunk.durationMs;
      }
      heard.endPiece(atMs);
    };
    for await (const event of tokens()) if (event.type === 'text') for (const piece of splitter.push(event.delta)) await speak(piece);
    for (const piece of splitter.flush()) await speak(piece);
    playback.end();
    const { heardMs } = await playback.done;
    await memory.write([new MemoryEntry({ sessionId: SESSION, role: 'user', content: 'how is the weather' }), new MemoryEntry({ sessionId: SESSION, role: 'assistant', content: heard.at(heardMs) })]);
  };
}

/** Processor time of `count` turns in ms each: other processes on a busy machine do not count. */
async function cpu(turn, count) {
  const before = process.cpuUsage();
  for (let n = 0; n < count; n++) await turn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}

{
  const [session, fused] = [await sessionTurn(), await fusedTurn()];
  await cpu(session, 600);
  await cpu(fused, 600);
  const [ofSession, ofFused] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ofSession.push(await cpu(session, 60));
    ofFused.push(await cpu(fused, 60));
  }
  await spread({ title: 'CPU of a turn, session', values: ofSession, unit: 'ms' });
  await spread({ title: 'CPU of a turn, hand-fused', values: ofFused, unit: 'ms' });
  await spread({ title: 'CPU of a turn beyond the hand-fused version', values: ofSession.map((ms, n) => ms - ofFused[n]), unit: 'ms', atMost: { p50: 1 } });
  await manySessions();
}

/** Twenty sessions on one thread, each in a conversation of its own, against the moments at which an ideal pipeline would give the first sound. */
async function manySessions() {
  const { createVoiceSession, AudioChunk, InMemoryStore, SentenceSplitter } = await voice();
  const FIRST_TOKEN_MS = 150;
  const TOKEN_MS = 20;
  const FIRST_AUDIO_MS = 70;
  const splitter = new SentenceSplitter({ firstClause: true });
  const tokensOfFirstPiece = TOKENS.findIndex((token) => splitter.push(token).length > 0) + 1;
  const idealMs = FIRST_TOKEN_MS + (tokensOfFirstPiece - 1) * TOKEN_MS + FIRST_AUDIO_MS;
  const until = (atMs) => new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
  const late = [];
  const converse = async (n) => {
    const samples = new Float32Array(1600);
    let beganMs = 0;
    let firstMs;
    const session = createVoiceSession({
      // Tokens come at fixed moments: a timer that is late does not put off the next ones.
      llm: { id: 'paced', complete: () => undefined, stream: async function* () {
        for (const [index, delta] of TOKENS.entries()) {
          await until(beganMs + FIRST_TOKEN_MS + index * TOKEN_MS);
          yield { type: 'text', delta };
        }
        yield { type: 'finish', reason: 'stop' };
      } },
      tts: { synthesize: () => undefined, stream: async function* () {
        await until(performance.now() + FIRST_AUDIO_MS);
        yield { type: 'audio', chunk: new AudioChunk({ float32: samples, sampleRate: 16000 }) };
        yield { type: 'finish' };
      } },
      output: instantOutput((atMs) => (firstMs ??= atMs)),
      memory: new InMemoryStore(),
    });
    await until(performance.now() + n * 37); // conversations do not begin at one moment
    for (let turn = 0; turn < TURNS; turn++) {
      firstMs = undefined;
      beganMs = performance.now();
      await session.send('how is the weather');
      late.push(firstMs - beganMs - idealMs);
    }
    await session.close();
  };
  // How late a timer is by itself while all this goes on: what the machine, not the session, adds.
  const timers = [];
  let over = false;
  const watch = async () => {
    while (!over) {
      const dueMs = performance.now() + 10;
      await until(dueMs);
      timers.push(performance.now() - dueMs);
    }
  };
  const watching = watch();
  await Promise.all(Array.from({ length: SESSIONS }, (_, n) => converse(n)));
  over = true;
  await watching;
  await spread({ title: 'a bare timer of 10 ms meanwhile: late by', values: timers, unit: 'ms' });
  await spread({ title: `${SESSIONS} sessions on one thread: first sound after the ideal moment`, values: late, unit: 'ms', atMost: { p50: 5, p95: 15 } });
}
