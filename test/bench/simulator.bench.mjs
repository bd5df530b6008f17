// The simulator beside real time, and the voice session beside a turn that is written by hand: processor time of a
// turn on the virtual clock (that of the process, so that a busy machine does not count), and twenty sessions that talk
// at once on one thread of the real clock.
import { figure, spread, quantile } from './harness.mjs';

const dist = process.env.SLUICE_DIST ?? new URL('../../dist/', import.meta.url).href;
const lib = (path) => import(dist + path);
const SESSIONS = 20;
const ROUNDS = Number(process.env.SLUICE_BENCH_ROUNDS ?? 15);
const TURNS = Number(process.env.SLUICE_BENCH_TURNS ?? 5);
const ANSWER = 'The river begins in the hills behind the old town. It runs through the valley, past the mill and the two bridges, and reaches the sea by the evening. Nobody knows how long it has done so. There are many stories about it.';
const FIRST_TOKEN_MS = 250;
const TOKENS_PER_SECOND = 100;
const FIRST_FRAME_MS = 120;
const LATENCY_MS = 20;

const conversation = (audio) => ({
  format: 'sluice.scenario', version: 1, audio,
  user: Array.from({ length: 6 }, (_, n) => ({ do: 'say', text: n % 2 === 0 ? 'Tell me about the river, please.' : 'And the hills?' })),
  llm: { answers: [ANSWER] },
});

/** Milliseconds of processor time that `work` takes. */
async function cpuMs(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function realTimes(audio) {
  const { simulate } = await lib('testing/simulator.js');
  const times = [];
  for (let n = 0; n < 10; n += 1) {
    let durationMs = 0;
    const before = performance.now();
    const spentMs = await cpuMs(async () => {
      const { durationMs: virtualMs, end } = await simulate(conversation(audio));
      if (end !== 'done') throw new Error(`The conversation ended as '${end}'.`);
      durationMs = virtualMs;
    });
    if (n > 3) times.push([durationMs / (performance.now() - before), durationMs / spentMs]); // the first ones warm up
  }
  return [quantile(times.map(([wall]) => wall), 0.5), quantile(times.map(([, cpu]) => cpu), 0.5)];
}

/** Providers and devices of one conversation on a clock. */
async function parts(clock) {
  const [{ SimulatedLLM }, { SimulatedTTS }, { VirtualSpeaker }] = await Promise.all([lib('testing/simulated-llm.js'), lib('testing/simulated-tts.js'), lib('testing/virtual-speaker.js')]);
  return {
    llm: new SimulatedLLM({ answers: [ANSWER], firstTokenMs: FIRST_TOKEN_MS, tokensPerSecond: TOKENS_PER_SECOND }, { clock }),
    tts: new SimulatedTTS({ firstFrameMs: FIRST_FRAME_MS }, { clock }),
    output: new VirtualSpeaker({ clock, latencyMs: LATENCY_MS }),
  };
}

/**
 * A turn as it would be written for this one case, with the same outcome: what memory holds is in the prompt, pieces are
 * said as a person says them, one signal ends model, voice and playback, and memory gets what was asked and heard. It has
 * no stages, no events, no checkpoints, no reports, and no interruption that is judged.
 */
async function handFused(clock, { llm, tts, output }) {
  const [{ SentenceSplitter }, { Message }, { HeardText }, { spokenForm }, { InMemoryStore }, { MemoryConfig }, { MemoryEntry }] = await Promise.all([
    lib('voice/sentence-splitter.js'), lib('context/message.js'), lib('voice/heard-text.js'), lib('spoken/spoken-form.js'), lib('memory/in-memory-store.js'), lib('memory/config.js'), lib('memory/entry.js'),
  ]);
  const sessionId = '6f1f3d0e-6c1e-4a53-9c4f-0a2f5b8a8f11';
  const memory = new InMemoryStore();
  const config = new MemoryConfig();
  return async (text) => {
    const past = await memory.fetch(sessionId, config);
    const ending = new AbortController();
    const { signal } = ending;
    const splitter = new SentenceSplitter({ firstClause: true });
    const heard = new HeardText();
    const playback = output.begin();
    const cut = () => playback.cut();
    signal.addEventListener('abort', cut, { once: true });
    let chain = Promise.resolve();
    let writtenMs = 0;
    let given = '';
    const say = (piece) => {
      const form = spokenForm(piece, { previousText: given.slice(-200) });
      given += piece;
      const events = [];
      let wake;
      let over = false;
      void (async () => {
        for await (const event of tts.stream(form.text, { signal })) {
          events.push(event);
          wake?.();
        }
        over = true;
        wake?.();
      })();
      chain = chain.then(async () => {
        const startMs = writtenMs;
        heard.beginPiece(piece, startMs);
        for (;;) {
          const event = events.shift();
          if (event === undefined) {
            if (over) return heard.endPiece(writtenMs);
            await new Promise((resolve) => { wake = resolve; });
          } else if (event.type === 'audio') {
            await playback.write(event.chunk);
            writtenMs += event.chunk.durationMs;
          } else if (event.type === 'word') heard.addWord(form.sourceEnd(event.charEnd), startMs + event.endMs);
        }
      });
    };
    const prompt = [...past.map(({ role, content, metadata }) => new Message({ role, content, metadata })), new Message({ role: 'user', content: text })];
    for await (const event of llm.stream(prompt, { signal })) if (event.type === 'text') for (const piece of splitter.push(event.delta)) say(piece);
    for (const piece of splitter.flush()) say(piece);
    await chain;
    playback.end();
    const { heardMs, interrupted } = await playback.done;
    signal.removeEventListener('abort', cut);
    const answer = interrupted ? heard.at(heardMs) : heard.text;
    await memory.write([new MemoryEntry({ sessionId, role: 'user', content: text }, clock), new MemoryEntry({ sessionId, role: 'assistant', content: answer }, clock)]);
    return answer;
  };
}

console.log('\nSimulator against real time');
for (const [audio, what] of [['events', 'speech as events'], ['real', 'real samples through detector and segmenter']]) {
  const [wall, cpu] = await realTimes(audio);
  await figure({ title: `six turns, ${what}: virtual time over time`, value: wall, unit: '×', atLeast: 100 });
  await figure({ title: `  virtual time over processor time`, value: cpu, unit: '×' });
}

{
  const [{ ManualClock }, { createVoiceSession }, { sequentialIds }, { InMemoryStore }] = await Promise.all([lib('testing/manual-clock.js'), lib('voice/voice-session.js'), lib('testing/builders.js'), lib('memory/in-memory-store.js')]);
  const BLOCK = 20;
  const ofSession = async () => {
    const clock = new ManualClock();
    const session = createVoiceSession({ ...(await parts(clock)), memory: new InMemoryStore(), clock, ids: sequentialIds() });
    const ms = await cpuMs(async () => {
      for (let n = 0; n < BLOCK; n += 1) await clock.settle(session.send('more?'));
    });
    await clock.settle(session.close());
    return ms / BLOCK;
  };
  const byHand = async () => {
    const clock = new ManualClock();
    const run = await handFused(clock, await parts(clock));
    const ms = await cpuMs(async () => {
      for (let n = 0; n < BLOCK; n += 1) await clock.settle(run('more?'));
    });
    return ms / BLOCK;
  };
  const times = { session: [], hand: [] };
  for (let n = 0; n < ROUNDS + 3; n += 1) {
    const session = await ofSession();
    const hand = await byHand();
    if (n < 3) continue;
    times.session.push(session);
    times.hand.push(hand);
  }
  await spread({ title: 'processor time of a turn, session', values: times.session, unit: 'ms' });
  await spread({ title: 'processor time of a turn, hand-fused', values: times.hand, unit: 'ms' });
  await figure({ title: 'processor time of a turn over the hand-fused one', value: quantile(times.session.map((ms, n) => ms - times.hand[n]), 0.5), unit: 'ms', atMost: 1 });
}

{
  // Twenty sessions on one thread, each asked again and again at moments of its own.
  const [{ systemClock, sleep }, { createVoiceSession }, { SentenceSplitter }, { seededRandom }] = await Promise.all([lib('base/clock.js'), lib('voice/voice-session.js'), lib('voice/sentence-splitter.js'), lib('base/random.js')]);
  const splitter = new SentenceSplitter({ firstClause: true });
  const tokens = (ANSWER.match(/\s*\S+\s*/gu) ?? []).findIndex((token) => splitter.push(token).length > 0);
  const idealMs = FIRST_TOKEN_MS + (tokens * 1000) / TOKENS_PER_SECOND + FIRST_FRAME_MS + LATENCY_MS;
  const random = seededRandom(1);
  const excess = [];
  const talk = async () => {
    const session = createVoiceSession({ ...(await parts(systemClock)), clock: systemClock });
    await sleep(systemClock, random() * 1000);
    for (let n = 0; n < TURNS; n += 1) {
      const done = session.send('more?');
      await sleep(systemClock, 1500 + random() * 500);
      session.interrupt();
      const { latency } = await done;
      if (latency !== null) excess.push(latency.totalMs - idealMs);
    }
    await session.close();
  };
  // The bare timers of this machine at this moment: what nobody can be faster than.
  const timers = [];
  const lag = async () => {
    for (let n = 0; n < 100; n += 1) {
      const before = systemClock.now();
      await sleep(systemClock, 50);
      timers.push(systemClock.now() - before - 50);
    }
  };
  await Promise.all([...Array.from({ length: SESSIONS }, talk), lag()]);
  await spread({ title: `first sound over the ideal, ${SESSIONS} sessions on one thread`, values: excess, unit: 'ms', atMost: { p50: 5, p95: 15 } });
  await spread({ title: '  lateness of a bare timer on the same thread', values: timers, unit: 'ms' });
}
