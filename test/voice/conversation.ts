// A conversation on virtual time: a model that writes token by token, a voice that says each word in 200 ms with
// exact word times, a recogniser that understands what the test says, and everything that happened.
import { afterEach } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { sleep } from '../../src/base/clock.js';
import type { Message } from '../../src/context/message.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { MemoryConfig } from '../../src/memory/config.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../../src/providers/llm.js';
import type { LLMResponse } from '../../src/providers/llm-response.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import type { STTEvent, STTOptions, STTProvider, STTSession } from '../../src/providers/stt.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../../src/providers/tts.js';
import { Channel } from '../../src/stream/channel.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { VirtualMicrophone } from '../../src/testing/virtual-microphone.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';
import type { TurnReport } from '../../src/voice/turn.js';
import type { VoiceEvent } from '../../src/voice/voice-event.js';
import { createVoiceSession, type VoiceSession } from '../../src/voice/voice-session.js';
import type { VoiceSessionOptions } from '../../src/voice/voice-session-options.js';

export const MS_PER_WORD = 200;

/** Answers with the words of `answer`, one token each, every 10 ms, after 100 ms. */
export class ScriptedLLM implements LLMProvider {
  readonly id = 'scripted';
  readonly prompts: (readonly Message[])[] = [];
  readonly #clock: ManualClock;
  readonly #answer: (messages: readonly Message[]) => string;

  constructor(clock: ManualClock, answer: string | ((messages: readonly Message[]) => string)) {
    this.#clock = clock;
    this.#answer = typeof answer === 'string' ? () => answer : answer;
  }

  complete(): Promise<LLMResponse> {
    throw new Error('the session streams');
  }

  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncGenerator<LLMEvent> {
    this.prompts.push(messages);
    await sleep(this.#clock, 100, options.signal);
    for (const token of this.#answer(messages).match(/\S+\s*/gu) ?? []) {
      yield { type: 'text', delta: token };
      await sleep(this.#clock, 10, options.signal);
    }
    yield { type: 'finish', reason: 'stop' };
  }
}

/** Says each word in 200 ms, with word times, 50 ms after it is asked. */
export class MetronomeVoice implements TTSProvider {
  readonly id = 'metronome';
  readonly spoken: string[] = [];
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  synthesize(): Promise<Uint8Array> {
    throw new Error('the session streams');
  }

  async *stream(text: string | AsyncIterable<string>, options: TTSOptions = {}): AsyncGenerator<TTSEvent> {
    if (typeof text !== 'string') throw new Error('the session gives whole pieces');
    this.spoken.push(text);
    await sleep(this.#clock, 50, options.signal);
    let startMs = 0;
    for (const match of text.matchAll(/\S+/gu)) {
      yield { type: 'audio', chunk: new AudioChunk({ float32: new Float32Array(16 * MS_PER_WORD), sampleRate: 16000 }) };
      yield { type: 'word', text: match[0], charStart: match.index, charEnd: match.index + match[0].length, startMs, endMs: startMs + MS_PER_WORD };
      startMs += MS_PER_WORD;
    }
    yield { type: 'finish' };
  }
}

/** Understands "what is up", and nothing of an utterance of exactly 100 ms. */
export const stt: STTProvider = {
  async transcribe(audio) {
    const chunk = audio as AudioChunk;
    return new STTResponse({ text: chunk.frames === 1600 ? '' : 'what is up', confidence: 0.9, durationMs: chunk.durationMs });
  },
};

/** A session with everything around it. */
export interface Conversation {
  readonly clock: ManualClock;
  readonly session: VoiceSession;
  readonly microphone: VirtualMicrophone;
  readonly speaker: VirtualSpeaker;
  readonly voice: MetronomeVoice;
  readonly llm: ScriptedLLM;
  readonly memory: InMemoryStore;
  readonly events: VoiceEvent[];
  readonly pipelineEvents: PipelineEvent[];
  remembered(): Promise<readonly string[]>;
  reports(): readonly TurnReport[];
}

const open: VoiceSession[] = [];

/** Opens a session; it is closed after the test. */
export function converse(answer: string | ((messages: readonly Message[]) => string), options: Partial<VoiceSessionOptions> = {}, clock = new ManualClock()): Conversation {
  const speaker = new VirtualSpeaker({ clock, latencyMs: 20 });
  const microphone = new VirtualMicrophone(clock);
  const memory = new InMemoryStore();
  const llm = new ScriptedLLM(clock, answer);
  const voice = new MetronomeVoice(clock);
  const pipelineEvents: PipelineEvent[] = [];
  const eventSink = { tryEmit: (event: PipelineEvent) => void pipelineEvents.push(event), emit: async (event: PipelineEvent) => void pipelineEvents.push(event) };
  const session = createVoiceSession({ llm, stt, tts: voice, input: microphone, output: speaker, memory, clock, eventSink, ...options });
  open.push(session);
  const events: VoiceEvent[] = [];
  session.subscribe((event) => events.push(event));
  return {
    clock, session, microphone, speaker, voice, llm, memory, events, pipelineEvents,
    remembered: async () => (await memory.fetch(session.sessionId, new MemoryConfig())).map(({ role, content }) => `${role}: ${content}`),
    reports: () => events.flatMap((event) => (event.type === 'turnEnd' ? [event.report] : [])),
  };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.close()));
});


/** A recogniser that understands while one speaks: the test says what it has understood so far. */
export class LiveRecognizer implements STTProvider {
  readonly capabilities = { interim: true, words: false, endOfTurn: true, local: true, continues: true };
  /** Utterances that were recognised in one go. */
  readonly whole: number[] = [];
  opened = 0;
  closed = 0;
  readonly #clock: ManualClock;
  readonly #finalMs: number;
  #text = '';
  #id = 0;
  #events: Channel<STTEvent> | undefined;

  constructor(clock: ManualClock, finalMs = 20) {
    this.#clock = clock;
    this.#finalMs = finalMs;
  }

  async transcribe(audio: AudioChunk | Uint8Array): Promise<STTResponse> {
    this.whole.push((audio as AudioChunk).durationMs);
    return new STTResponse({ text: this.#text });
  }

  async open(_options: STTOptions = {}): Promise<STTSession> {
    const events = new Channel<STTEvent>({ capacity: 100 });
    this.#events = events;
    this.#text = '';
    this.opened++;
    const finalMs = this.#finalMs;
    const clock = this.#clock;
    let cancel = (): void => undefined;
    return {
      desiredSize: 1000,
      events,
      push: () => undefined,
      finalize: () => void (cancel = clock.after(finalMs, () => this.#final(events))),
      close: async () => {
        if (!events.closed) this.closed++;
        cancel();
        events.close();
      },
    };
  }

  /** What was understood of the utterance since its last final. */
  hears(text: string): void {
    this.#text = text;
    this.tells({ type: 'partial', id: String(this.#id), text });
  }

  /** Something else that a recogniser tells. */
  tells(event: STTEvent): void {
    this.#events?.tryWrite(event);
  }

  #final(events: Channel<STTEvent>): void {
    events.tryWrite({ type: 'final', id: String(this.#id++), text: this.#text, finalized: true });
    this.#text = '';
  }
}

/** The steps of events of one type, for comparing orders. */
export function steps(events: readonly VoiceEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'interruption' || event.type === 'early') return [`${event.type} ${event.step}`];
    if (event.type === 'state') return [`state ${event.state}`];
    if (event.type === 'released') return [`released ${event.reason}`];
    if (event.type === 'turnEnd') return [event.report.interrupted ? 'turnEnd interrupted' : 'turnEnd'];
    return event.type === 'stageStart' || event.type === 'stageEnd' || event.type === 'answerText' ? [] : [event.type];
  });
}

/** A conversation with a recogniser that understands while one speaks. */
export function live(answer: Parameters<typeof converse>[0] = 'Fine.', options: Parameters<typeof converse>[1] = {}, clock = new ManualClock()): Conversation & { readonly recognizer: LiveRecognizer } {
  const recognizer = new LiveRecognizer(clock);
  return { ...converse(answer, { stt: recognizer, ...options }, clock), recognizer };
}

/** Half a second of speech by default that is understood as `text`, and the silence of 200 ms after which it is told. */
export async function say({ clock, microphone, recognizer }: ReturnType<typeof live>, text: string, ms = 500): Promise<void> {
  microphone.onset();
  const halfMs = ms / 2;
  microphone.audio(new Float32Array(16 * halfMs));
  await clock.advance(halfMs);
  if (ms >= 250) microphone.confirm();
  recognizer.hears(text);
  recognizer.hears(text); // a guess counts once it has come twice
  microphone.audio(new Float32Array(16 * halfMs));
  await clock.advance(halfMs);
  const endMs = clock.now();
  await clock.advance(200);
  microphone.end({ endMs, speechMs: ms });
  await clock.advance(0);
}
