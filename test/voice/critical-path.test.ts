// The session adds nothing to the time that its providers take: the first sound comes at exactly the moment at which
// the ideal pipeline would give it, counted on virtual time.
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { sleep } from '../../src/base/clock.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../../src/providers/llm.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import type { STTProvider } from '../../src/providers/stt.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../../src/providers/tts.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { VirtualMicrophone } from '../../src/testing/virtual-microphone.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';
import { SentenceSplitter } from '../../src/voice/sentence-splitter.js';
import type { TurnLatency } from '../../src/voice/turn-latency.js';
import { createVoiceSession } from '../../src/voice/voice-session.js';

const ANSWER = 'As far as I can see from here, the weather will stay fine until the evening. Then it will rain a little, and tomorrow the sun is back.';
const TOKENS = ANSWER.match(/\S{1,5}\s?|\s/gu) as readonly string[];
const STT_MS = 60;
const FIRST_TOKEN_MS = 120;
const FIRST_AUDIO_MS = 80;
const DEVICE_MS = 25;
const ENDPOINT_MS = 500;
const END_SILENCE_MS = 200;

const stt = (clock: ManualClock): STTProvider => ({ transcribe: async (_audio, { signal } = {}) => (await sleep(clock, STT_MS, signal), new STTResponse({ text: 'how is the weather' })) });

const llm = (clock: ManualClock, perSecond: number): LLMProvider => ({
  id: 'paced',
  complete: () => Promise.reject(new Error('the session streams')),
  async *stream(_messages, { signal }: LLMOptions = {}): AsyncGenerator<LLMEvent> {
    await sleep(clock, FIRST_TOKEN_MS, signal);
    for (const [n, delta] of TOKENS.entries()) {
      if (n > 0) await sleep(clock, 1000 / perSecond, signal);
      yield { type: 'text', delta };
    }
    yield { type: 'finish', reason: 'stop' };
  },
});

const tts = (clock: ManualClock): TTSProvider => ({
  synthesize: () => Promise.reject(new Error('the session streams')),
  async *stream(_text, { signal }: TTSOptions = {}): AsyncGenerator<TTSEvent> {
    await sleep(clock, FIRST_AUDIO_MS, signal);
    yield { type: 'audio', chunk: new AudioChunk({ float32: new Float32Array(1600), sampleRate: 16000 }) };
  },
});

/** How many tokens must have come until the first piece can be spoken. */
function tokensOfFirstPiece(firstClause: boolean): number {
  const splitter = new SentenceSplitter({ firstClause });
  return TOKENS.findIndex((token) => splitter.push(token).length > 0) + 1;
}

async function latencyOf(perSecond: number, firstClause: boolean, eager: boolean): Promise<TurnLatency | null | undefined> {
  const clock = new ManualClock();
  const microphone = new VirtualMicrophone(clock);
  const session = createVoiceSession({ llm: llm(clock, perSecond), stt: stt(clock), tts: tts(clock), input: microphone, output: new VirtualSpeaker({ clock, latencyMs: DEVICE_MS }), memory: new InMemoryStore(), clock, firstClause, turns: { eager } });
  let latency: TurnLatency | null | undefined;
  session.subscribe((event) => {
    if (event.type === 'turnEnd') latency = event.report.latency;
  });
  await session.start();
  microphone.onset();
  microphone.audio(new Float32Array(8000));
  await clock.advance(500);
  const endMs = clock.now();
  await clock.advance(END_SILENCE_MS);
  microphone.end({ endMs });
  await clock.advance(10000);
  await clock.settle(session.close());
  return latency;
}

describe.each([50, 100, 200])('the first sound at %i tokens a second', (perSecond) => {
  it.each([['the first clause', true], ['the first sentence', false]] as const)('comes with %s exactly when the ideal path gives it', async (_what, firstClause) => {
    const tokens = tokensOfFirstPiece(firstClause);
    expect(tokens).toBeGreaterThan(3);
    const work = STT_MS + FIRST_TOKEN_MS + ((tokens - 1) * 1000) / perSecond + FIRST_AUDIO_MS;
    const late = await latencyOf(perSecond, firstClause, false);
    expect(late?.totalMs).toBeCloseTo(ENDPOINT_MS + work + DEVICE_MS, 6);
    expect(late?.parts).toMatchObject({ endpoint: ENDPOINT_MS, stt: STT_MS, guard: 0, prebuffer: 0 });
    const early = await latencyOf(perSecond, firstClause, true);
    expect(early?.totalMs).toBeCloseTo(Math.max(ENDPOINT_MS, END_SILENCE_MS + work) + DEVICE_MS, 6);
    for (const latency of [late, early]) expect(Object.values(latency?.parts ?? {}).reduce((sum, part) => sum + part, 0)).toBeCloseTo(latency?.totalMs ?? NaN, 6);
  });
});
