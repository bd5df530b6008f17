/** What a voice session is made of: devices, providers, guards, memory, and what it says when things go wrong. */
import type { Clock } from '../base/clock.js';
import type { IdSource } from '../base/id.js';
import { InvalidOptionError, refuseUnknownOptions, requireMethods } from '../base/option.js';
import type { EventSink } from '../event/sink.js';
import type { MemoryConfigInit } from '../memory/config.js';
import { requireMemoryStore, type MemoryStore } from '../memory/store.js';
import type { LLMProvider } from '../providers/llm.js';
import type { STTProvider } from '../providers/stt.js';
import type { ToolExecutionOptions } from '../providers/tool-execution.js';
import type { ToolRegistry } from '../providers/tools.js';
import type { SpeakerProvider, TTSProvider } from '../providers/tts.js';
import type { Stage } from '../stage/stage.js';
import type { InterruptionOptions } from './interruption.js';
import type { ModelDeadlines } from './model-call.js';
import type { TurnOptions } from './turn-options.js';
import type { VoiceInput } from './voice-input.js';
import type { VoiceOutput } from './voice-output.js';
import type { VoiceTracing } from './voice-telemetry.js';
import type { WakeOptions } from './wake-phrase.js';

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
  /**
   * Milliseconds between the checkpoints of an answer that plays. After a reload or a crash in the middle
   * of a turn, a session with the same `sessionId` and memory goes on: the history has what was asked and
   * what was heard until the last checkpoint, marked with `unfinished: true` in the metadata, nothing
   * unheard and nothing twice; what was heard after it is lost. `null` writes to memory only when a turn has
   * ended. @default 1000
   */
  readonly journalMs?: number | null;
  /** How much of the past the model is given. */
  readonly memoryConfig?: MemoryConfigInit;
  readonly guardrails?: VoiceGuardrails;
  /**
   * How long the model, once it is loaded (`warmUp`), may take for each of its answers before the turn is given up with
   * `ModelTimeoutError` (in an `error` event and in the report) and `failure` is said. What was heard of
   * the answer by then is remembered. @default 30 s to the first token, 15 s of silence, 5 minutes in all
   */
  readonly modelDeadlines?: ModelDeadlines;
  /** Tools that the model may call. */
  readonly tools?: ToolRegistry;
  /** Asked for tools that need approval. @default they are denied */
  readonly approve?: ToolExecutionOptions['approve'];
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
  /** Whether speech over an answer interrupts it; `false` is short for the strategy `ignore`. @default true */
  readonly interruptible?: boolean;
  /** When the user's turn ends. */
  readonly turns?: TurnOptions;
  /** How speech over an answer is taken. */
  readonly interruption?: InterruptionOptions;
  /** The name by which the assistant must be called; needs a recogniser. @default it listens to everything */
  readonly wake?: WakeOptions;
  /** Milliseconds of silence on both sides after which the user counts as away. @default 15000 */
  readonly awayMs?: number;
  /** Said one after the other while the user is away, each after another `awayMs`. @default [] */
  readonly idlePrompts?: readonly string[];
  /** Begin to speak with the first clause of an answer instead of its first sentence. @default true */
  readonly firstClause?: boolean;
  /** Put behind an answer that was cut, in prompts only, so that the model knows. @default null: nothing */
  readonly interruptedMarker?: string | null;
  /** Tell partial transcripts as they come (`partialText`); no guard has seen them. @default false */
  readonly partialText?: boolean;
  /** Tell the answer word by word as it is heard (`caption`). @default false */
  readonly captions?: boolean;
  /** Spans for OpenTelemetry. @default none */
  readonly tracing?: VoiceTracing;
  /** Receives the events of all runs. */
  readonly eventSink?: EventSink;
  readonly clock?: Clock;
  readonly ids?: IdSource;
}

const OPTIONS: readonly string[] = ['llm', 'stt', 'tts', 'input', 'output', 'memory', 'journalMs', 'memoryConfig', 'guardrails', 'modelDeadlines', 'tools', 'approve', 'systemPrompt', 'sessionId', 'userId', 'language', 'voice', 'refusal', 'notUnderstood', 'failure', 'interruptible', 'turns', 'interruption', 'wake', 'awayMs', 'idlePrompts', 'firstClause', 'interruptedMarker', 'partialText', 'captions', 'tracing', 'eventSink', 'clock', 'ids'];

/** Throws `InvalidOptionError` for options that a session cannot be made of. Providers are checked by the methods that a session calls first. */
export function requireSessionOptions(options: VoiceSessionOptions): void {
  const owner = 'createVoiceSession';
  refuseUnknownOptions(owner, options, OPTIONS);
  const { llm, stt, tts, input, output, memory } = options;
  requireMethods(`${owner}.llm`, llm, 'an LLMProvider', 'stream');
  if (stt !== undefined) requireMethods(`${owner}.stt`, stt, 'an STTProvider', 'transcribe');
  if (tts !== undefined && typeof (tts as Partial<SpeakerProvider> | null)?.speak !== 'function') requireMethods(`${owner}.tts`, tts, 'a TTSProvider, or a SpeakerProvider', 'stream');
  if (input !== undefined) requireMethods(`${owner}.input`, input, 'a VoiceInput', 'start', 'stop', 'close');
  if (output !== undefined) requireMethods(`${owner}.output`, output, 'a VoiceOutput', 'start', 'begin', 'close');
  if (memory !== undefined) requireMemoryStore(`${owner}.memory`, memory);
  if (tts !== undefined && 'stream' in tts && output === undefined) throw new InvalidOptionError(`${owner}.output`, undefined, 'a VoiceOutput, because `tts` gives samples that something must play');
}
