/**
 * Records a conversation that really happens, so that it can happen again: what the microphone, the
 * recogniser, the model, the voice and the loudspeaker did when, what the application asked for, and
 * what the session told. The result is a scenario; `replay` runs it on a virtual clock.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { InvalidOptionError, refuseUnknownOptions, requireOneOf } from '../base/option.js';
import type { LLMEvent, LLMProvider } from '../providers/llm.js';
import type { STTEvent, STTProvider, STTSession } from '../providers/stt.js';
import type { TTSEvent, TTSProvider } from '../providers/tts.js';
import { Channel } from '../stream/channel.js';
import type { StreamElement } from '../stream/element.js';
import { createVoiceSession, type VoiceSession } from '../voice/voice-session.js';
import type { VoiceInput } from '../voice/voice-input.js';
import type { Playback, VoiceOutput } from '../voice/voice-output.js';
import type { VoiceSessionOptions } from '../voice/voice-session-options.js';
import { RecordingDraft, type CallDraft } from './recording-draft.js';
import type { RecordedElement, Scenario, ScenarioStep } from './scenario.js';

/** What is kept of texts. */
export interface SessionRecorderOptions {
  /** `shape` keeps lengths and punctuation of what was said, and no words; `full` keeps what was said, which is personal. @default 'shape' */
  readonly texts?: 'shape' | 'full';
}

/** A session that is recorded. */
export interface RecordedSession {
  /** The session; what the application asks of it is recorded. */
  readonly session: VoiceSession;
  /** The conversation so far, as plain data for a file. */
  recording(): Scenario;
}

/**
 * Opens a session as `createVoiceSession` does, and records it. Sound is not kept. Guards, tools and
 * memory are not recorded: a replay is given the same ones. A recording that is played (`play`) and an
 * utterance that is taken (`nextUtterance`) are not repeated.
 *
 * @example
 * ```ts
 * const { session, recording } = recordSession({ llm, stt, tts, input: new VirtualMicrophone(), output: new VirtualSpeaker() });
 * await session.start();
 * await session.send('hello');
 * await session.close();
 * const file = JSON.stringify(recording());
 * ```
 */
export function recordSession(options: VoiceSessionOptions, recorder: SessionRecorderOptions = {}): RecordedSession {
  refuseUnknownOptions('recordSession', recorder, ['texts']);
  const texts = requireOneOf('recordSession.texts', recorder.texts ?? 'shape', ['shape', 'full'] as const);
  const { clock = systemClock, llm, stt, tts, input, output } = options;
  if (tts !== undefined && !('stream' in tts)) throw new InvalidOptionError('recordSession.tts', tts, 'a voice that gives samples: one that plays by itself tells nothing to record');
  const draft = new RecordingDraft(clock, texts);
  const session = createVoiceSession({
    ...options,
    llm: recordedModel(llm, draft),
    ...(stt === undefined ? {} : { stt: recordedRecogniser(stt, draft) }),
    ...(tts === undefined ? {} : { tts: recordedVoice(tts, draft) }),
    ...(input === undefined ? {} : { input: recordedInput(input, draft) }),
    ...(output === undefined ? {} : { output: recordedOutput(output, clock, draft) }),
  });
  session.subscribe((event) => draft.tell(event));
  return { session: watched(session, draft), recording: () => draft.scenario(output?.latencyMs ?? 0, options) };
}

// Calls that a replay makes again.
const STEPS: Readonly<Record<string, (argument: string) => ScenarioStep>> = {
  send: (text) => ({ do: 'type', text }),
  say: (text) => ({ do: 'prompt', text }),
  interrupt: () => ({ do: 'interrupt' }),
  hold: () => ({ do: 'hold' }),
  release: () => ({ do: 'release' }),
  setMode: (mode) => ({ do: 'mode', mode: mode === 'hold' ? 'hold' : 'handsFree' }),
  stop: () => ({ do: 'stop' }),
  start: () => ({ do: 'start' }),
  close: () => ({ do: 'leave' }),
};

/** The session, with an ear at its methods. */
function watched(session: VoiceSession, draft: RecordingDraft): VoiceSession {
  return new Proxy(session, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        const step = typeof name === 'string' && Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
        if (step !== undefined) draft.step(step(String(given[0])));
        return Reflect.apply(value as (...given: unknown[]) => unknown, target, given);
      };
    },
  });
}

function recordedModel(model: LLMProvider, draft: RecordingDraft): LLMProvider {
  return {
    id: model.id,
    ...(model.warmUp === undefined ? {} : { warmUp: () => (model.warmUp as () => Promise<void>)() }), // tested
    complete: (messages, options) => model.complete(messages, options),
    stream: (messages, options) => follow(model.stream(messages, options), draft.call('llm'), (event: LLMEvent, call) => {
      if (event.type === 'text') call.item({ text: event.delta });
      else if (event.type === 'tool-call') call.item({ tool: { id: event.id, name: event.name, input: event.input } });
    }),
  };
}

function recordedVoice(voice: TTSProvider, draft: RecordingDraft): TTSProvider {
  return {
    ...(voice.id === undefined ? {} : { id: voice.id }),
    ...(voice.capabilities === undefined ? {} : { capabilities: voice.capabilities }),
    ...(voice.sampleRate === undefined ? {} : { sampleRate: voice.sampleRate }),
    ...(voice.warmUp === undefined ? {} : { warmUp: () => (voice.warmUp as () => Promise<void>)() }), // tested
    synthesize: (text, options) => voice.synthesize(text, options),
    stream: (text, options) => follow(voice.stream(text, options), draft.call('tts'), (event: TTSEvent, call) => {
      if (event.type === 'audio') call.item({ audioMs: event.chunk.durationMs });
      else if (event.type === 'word') call.item({ word: { text: event.text, charStart: event.charStart, charEnd: event.charEnd, startMs: event.startMs, endMs: event.endMs } });
    }),
  };
}

/** Passes a stream on, and writes down what comes when and how it ends. */
async function* follow<E>(events: AsyncIterable<E>, call: CallDraft, write: (event: E, call: CallDraft) => void): AsyncGenerator<E, void, undefined> {
  try {
    for await (const event of events) {
      write(event, call);
      yield event;
    }
    call.end('finish');
  } catch (error) {
    call.end('error');
    throw error;
  } finally {
    call.end('hang'); // whoever read it has left; what would have come is not known
  }
}

function recordedRecogniser(recogniser: STTProvider, draft: RecordingDraft): STTProvider {
  const { open } = recogniser;
  return {
    ...(recogniser.id === undefined ? {} : { id: recogniser.id }),
    ...(recogniser.capabilities === undefined ? {} : { capabilities: recogniser.capabilities }),
    ...(recogniser.warmUp === undefined ? {} : { warmUp: () => (recogniser.warmUp as () => Promise<void>)() }), // tested
    async transcribe(audio, options) {
      const done = draft.transcription();
      try {
        const response = await recogniser.transcribe(audio, options);
        done(response.text);
        return response;
      } catch (error) {
        done(undefined);
        throw error;
      }
    },
    ...(open === undefined ? {} : {
      async open(options) {
        const write = draft.recognition();
        const session = await open.call(recogniser, options);
        return recordedRecognition(session, write);
      },
    }),
  };
}

function recordedRecognition(session: STTSession, write: (event: STTEvent) => void): STTSession {
  return {
    push: (audio) => session.push(audio),
    finalize: () => session.finalize(),
    get desiredSize() {
      return session.desiredSize;
    },
    close: () => session.close(),
    events: (async function* events(): AsyncGenerator<STTEvent> {
      for await (const event of session.events) {
        write(event);
        yield event;
      }
    })(),
  };
}

function recordedInput(input: VoiceInput, draft: RecordingDraft): VoiceInput {
  const elements = new Channel<StreamElement>({ capacity: 1024 });
  const pump = async (): Promise<void> => {
    for await (const item of input.elements) {
      const recorded = elementOf(item, draft);
      if (recorded !== undefined) draft.element(recorded);
      if (!(await elements.write(item))) return;
    }
    elements.close();
  };
  pump().catch((error: unknown) => elements.abort(error as Error)); // whoever reads gets it
  return new Proxy(input, {
    get(target, name) {
      if (name === 'elements') return elements;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
    },
  });
}

function elementOf(item: StreamElement, draft: RecordingDraft): RecordedElement | undefined {
  const at = draft.now();
  const facts = item.metadata ?? {};
  const time = (key: string): number => draft.since(Number(facts[key] ?? 0));
  if (item.type === 'speechStart') return { at, element: 'speechStart', onsetMs: time('onsetMs'), detectedMs: time('detectedMs') };
  if (item.type === 'audio') return { at, element: 'audio', ms: item.audio.durationMs };
  if (item.type === 'interrupt') return { at, element: 'interrupt' };
  if (item.type !== 'speechEnd') return undefined;
  return { at, element: 'speechEnd', endMs: time('endMs'), speechMs: Number(facts['speechMs'] ?? 0), misfire: facts['misfire'] === true, truncated: facts['truncated'] === true };
}

function recordedOutput(output: VoiceOutput, clock: Clock, draft: RecordingDraft): VoiceOutput {
  return new Proxy(output, {
    get(target, name) {
      if (name === 'begin') return (): Playback => recordedPlayback(target.begin(), () => target.latencyMs, clock, draft);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
    },
  });
}

function recordedPlayback(playback: Playback, latencyMs: () => number, clock: Clock, draft: RecordingDraft): Playback {
  const done = draft.playback();
  let firstMs: number | undefined;
  playback.done.then((report) => {
    const delay = report.firstHeardAtMs === null || firstMs === undefined ? 0 : report.firstHeardAtMs - latencyMs() - firstMs;
    done(Math.max(0, delay), report.interrupted ? report.heardMs : undefined);
  }, () => done(0, 0)); // a device that broke has played nothing that counts
  return new Proxy(playback, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (name === 'write') firstMs ??= clock.now();
        return Reflect.apply(value as (...given: unknown[]) => unknown, target, given);
      };
    },
  });
}
