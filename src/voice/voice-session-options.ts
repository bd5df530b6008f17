/** What a voice session is made of: devices, providers, guards, memory, and what it says when things go wrong. */
import type { Clock } from '../base/clock.js';
import type { IdSource } from '../base/id.js';
import type { EventSink } from '../event/sink.js';
import type { MemoryConfigInit } from '../memory/config.js';
import type { MemoryStore } from '../memory/store.js';
import type { LLMProvider } from '../providers/llm.js';
import type { STTProvider } from '../providers/stt.js';
import type { ToolRegistry } from '../providers/tools.js';
import type { SpeakerProvider, TTSProvider } from '../providers/tts.js';
import type { Stage } from '../stage/stage.js';
import type { VoiceInput } from './voice-input.js';
import type { VoiceOutput } from './voice-output.js';

/** Guards of a session: on what the user says, and on what the assistant answers. */
export interface VoiceGuardrails {
  /** Checks the user's text before anything else sees it; a failure refuses the turn. */
  readonly input?: Stage<object>;
  /** Checks the answer while it is written, before it is spoken. */
  readonly output?: Stage<object>;
}

/** Options of {@link createVoiceSession}. */
export interface VoiceSessionOptions {
  /** The model, or anything that answers. */
  readonly llm: LLMProvider;
  /** Speech recognition; without it only typed turns are answered. */
  readonly stt?: STTProvider;
  /** The voice: one that gives samples (with `output`), or one that plays by itself. Without it answers are text. */
  readonly tts?: TTSProvider | SpeakerProvider;
  /** The microphone. */
  readonly input?: VoiceInput;
  /** The loudspeaker; needed with a voice that gives samples. */
  readonly output?: VoiceOutput;
  /** Where the conversation is kept. @default nowhere */
  readonly memory?: MemoryStore;
  /** How much of the past the model is given. */
  readonly memoryConfig?: MemoryConfigInit;
  readonly guardrails?: VoiceGuardrails;
  /** Tools that the model may call. */
  readonly tools?: ToolRegistry;
  readonly systemPrompt?: string;
  /** Conversation to go on with. @default a new one */
  readonly sessionId?: string;
  readonly userId?: string;
  /** BCP 47 tag for recognition and voice. @default 'en' */
  readonly language?: string;
  /** Name of the voice. */
  readonly voice?: string;
  /** Said when a guard refuses a turn; `null` says nothing. @default 'Sorry, I cannot help with that.' */
  readonly refusal?: string | null;
  /** Said when speech was not understood; `null` asks the model with an empty text. @default 'Sorry, I did not catch that.' */
  readonly notUnderstood?: string | null;
  /** Said when a turn breaks; `null` says nothing. @default 'Sorry, something went wrong.' */
  readonly failure?: string | null;
  /** Whether speech over an answer interrupts it. @default true */
  readonly interruptible?: boolean;
  /** Receives the events of all runs. */
  readonly eventSink?: EventSink;
  readonly clock?: Clock;
  readonly ids?: IdSource;
}

/** Names of the options, for validation. */
export const VOICE_SESSION_OPTIONS: readonly string[] = ['llm', 'stt', 'tts', 'input', 'output', 'memory', 'memoryConfig', 'guardrails', 'tools', 'systemPrompt', 'sessionId', 'userId', 'language', 'voice', 'refusal', 'notUnderstood', 'failure', 'interruptible', 'eventSink', 'clock', 'ids'];
