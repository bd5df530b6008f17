/** Makes a voice session from the settings and from what this browser can do. */
import type { EventSink } from 'sluice';
import { connectWorkers, createMicrophone, createSpeaker, IndexedDBClipStore, type BrowserSupport, type Microphone, type Speaker, type SpeakerPlayback } from 'sluice/browser';
import { ContentFilter, GuardrailStage, InjectionDetector, PIIDetector, type GuardrailCheck } from 'sluice/guardrails';
import { CommandRecognizer, OfflineAgent } from 'sluice/offline';
import type { ConversationRecorder } from 'sluice/recording';
import { createVoiceSession, type InputLevel, type VoiceOutput, type VoiceSession, type VoiceSessionOptions } from 'sluice/voice';
import type { AudioChunk } from 'sluice/audio';
import { recognizerOf, storeWords, voiceOf } from './engines.js';
import type { DrawnStage } from './graph-view.js';
import type { PageMemory } from './memory.js';
import type { Settings } from './settings.js';

// Twice the delays that the session takes by itself, for people who pause within a sentence.
const PATIENT = { minDelayMs: 600, usualDelayMs: 1000, maxDelayMs: 5000 };

/** A session with its devices. */
export interface OpenSession {
  readonly session: VoiceSession;
  readonly microphone: Microphone | undefined;
  readonly speaker: Speaker | undefined;
  /** The graph of a turn, for drawing. */
  readonly stages: readonly DrawnStage[];
  readonly canListen: boolean;
  listening: boolean;
  /** The answer that plays. */
  readonly playback: SpeakerPlayback | undefined;
  /** How often an answer ran dry since the page was opened. */
  readonly underruns: number;
  /** Lets sound be heard; call it from a gesture. Never rejects: without sound, answers are text. */
  unlock(): Promise<void>;
  /** Records one utterance of a word; resolves to how many there are. The third one teaches it. */
  teach(word: string): Promise<number>;
  /** Deletes all recordings of spoken notes. */
  forgetRecordings(): Promise<void>;
  close(): Promise<void>;
}

/** What a session is made from. */
export interface SessionParts {
  readonly settings: Settings;
  readonly support: BrowserSupport;
  readonly memory: PageMemory;
  readonly eventSink: EventSink;
  readonly onLevel: (level: InputLevel) => void;
  /** Records the session. */
  readonly recorder?: ConversationRecorder | undefined;
}

/** Opens a session; devices are opened when it is started. */
export function openSession({ settings, support, memory, eventSink, onLevel, recorder }: SessionParts): OpenSession {
  const sound = support.wasm;
  const canListen = sound && support.audioWorklet && support.microphone && support.workers;
  const workers = support.workers ? connectWorkers() : undefined;
  // Scanning costs this thread nothing: it happens in the scan worker, where there can be one.
  const far = support.wasm && workers !== undefined ? { far: workers.scan } : {};
  const speaker = sound ? createSpeaker({ tap: new URLSearchParams(location.search).has('tap') }) : undefined;
  const microphone = canListen && workers !== undefined ? createMicrophone({ workers, ...(speaker === undefined ? {} : { speaker }), bargeIn: settings.interruption === 'immediate' ? 'pause' : 'off', spectrum: true }) : undefined;
  const recognizer = sound ? recognizerOf(settings) : undefined;
  const checks = inputChecks(settings);
  const inputGuard = checks.length === 0 ? undefined : new GuardrailStage({ checks, ...far });
  const outputGuard = settings.output ? new GuardrailStage({ checks: [new PIIDetector({ redact: 'safe' }), new ContentFilter()], ...far }) : undefined;
  const clips = support.indexedDB ? new IndexedDBClipStore({ utterance: () => session.utterance, play: (audio) => void session.play(audio) }) : undefined;
  let playback: SpeakerPlayback | undefined;
  let underruns = 0;
  const options: VoiceSessionOptions = {
    llm: new OfflineAgent({ memory: memory.store, ...(clips === undefined ? {} : { clips }), onTimer: (_timer, announcement) => void session.say(announcement) }),
    ...(recognizer === undefined ? {} : { stt: recognizer }),
    ...(sound ? { tts: voiceOf(settings) } : {}),
    ...(microphone === undefined ? {} : { input: microphone }),
    ...(speaker === undefined ? {} : { output: watched(speaker, (begun) => (playback = begun)) }),
    memory: memory.store,
    sessionId: memory.sessionId,
    guardrails: { ...(inputGuard === undefined ? {} : { input: inputGuard }), ...(outputGuard === undefined ? {} : { output: outputGuard }) },
    interruption: { strategy: settings.interruption },
    ...(settings.pace === 'patient' ? { turns: PATIENT } : {}),
    captions: true,
    eventSink,
  };
  const session: VoiceSession = createVoiceSession(recorder === undefined ? options : recorder.tap(options));
  recorder?.follow(session);
  microphone?.onLevel(onLevel);
  speaker?.onEvent((event) => {
    if (event.type === 'underrun') underruns++;
    if (event.type === 'finished') playback = undefined;
  });
  let samples: { readonly word: string; readonly audio: AudioChunk[] } = { word: '', audio: [] };
  const open: OpenSession = {
    session,
    microphone,
    speaker,
    stages: session.graph.specs.map(({ name, dependencies = [], streamsFrom = [] }) => ({ name, dependencies, streamsFrom: streamsFrom.map((edge) => (typeof edge === 'string' ? edge : edge.from)) })),
    canListen,
    listening: false,
    get playback() {
      return playback;
    },
    get underruns() {
      return underruns;
    },
    async unlock() {
      if (speaker === undefined) return;
      try {
        await speaker.start();
        await speaker.unlock();
      } catch (error) {
        document.documentElement.dataset['silent'] = error instanceof Error ? error.name : 'unknown';
      }
    },
    async teach(word) {
      if (!(recognizer instanceof CommandRecognizer)) throw new Error('Words can be taught to the recogniser in this page only; choose it above.');
      if (samples.word !== word) samples = { word, audio: [] };
      samples.audio.push(await session.nextUtterance({ signal: AbortSignal.timeout(8000) }));
      const count = samples.audio.length;
      if (count < 3) return count;
      await recognizer.teach(word, samples.audio);
      storeWords(recognizer);
      samples = { word: '', audio: [] };
      return count;
    },
    async forgetRecordings() {
      await clips?.deleteAll();
    },
    async close() {
      await session.close();
      inputGuard?.close();
      outputGuard?.close();
      await clips?.close();
      await workers?.close();
    },
  };
  return open;
}

/** The speaker, with a look at each answer that begins. */
function watched(speaker: Speaker, onBegin: (playback: SpeakerPlayback) => void): VoiceOutput {
  return {
    get latencyMs() {
      return speaker.latencyMs;
    },
    start: () => speaker.start(),
    begin() {
      const playback = speaker.begin();
      onBegin(playback);
      return playback;
    },
    close: () => speaker.close(),
  };
}

function inputChecks(settings: Settings): readonly GuardrailCheck[] {
  return [
    ...(settings.redact ? [new PIIDetector({ redact: 'safe' })] : []),
    ...(settings.injection ? [new InjectionDetector()] : []),
    ...(settings.profanity ? [new ContentFilter()] : []),
  ];
}
