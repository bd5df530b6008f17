/**
 * What the application injects into stages: databases and status callbacks (`CorePorts`), the model
 * (`LLMPorts`), the audio services (`AudioPorts`).
 *
 * Each is a frozen class with every field optional. `instanceof` asks for a mark instead of the
 * prototype, so that one merged object (`mergePorts`) can satisfy several of them.
 */
import type { AudioFormat } from '../audio/format.js';
import { refuseUnknownOptions } from '../base/option.js';
import type { LLMProvider } from '../providers/llm.js';
import type { STTProvider } from '../providers/stt.js';
import type { TTSProvider } from '../providers/tts.js';

const CORE: symbol = Symbol.for('sluice.ports.core');
const LLM: symbol = Symbol.for('sluice.ports.llm');
const AUDIO: symbol = Symbol.for('sluice.ports.audio');

/** Reports the progress of a stage to the user interface. */
export type SendStatus = (stage: string, status: string, data?: unknown) => void | Promise<void>;
/** Takes one token of an answer. */
export type SendToken = (token: string) => void | Promise<void>;
/** Takes one chunk of audio; `index` counts from 0. */
export type SendAudioChunk = (audio: Uint8Array, format: AudioFormat | string, index: number, isFinal: boolean) => void | Promise<void>;
/** Takes one transcript; `confidence` is in [0, 1]. */
export type SendTranscript = (id: string, text: string, confidence: number, durationMs: number) => void | Promise<void>;

/** Fields of {@link CorePorts}. */
export interface CorePortsInit {
  /** The application's database. */
  readonly db?: unknown;
  /** Guards `db` where it needs that. */
  readonly dbLock?: unknown;
  /** Database of the call log. */
  readonly callLoggerDb?: unknown;
  readonly sendStatus?: SendStatus | undefined;
  readonly callLogger?: unknown;
  /** The application's way to run something again. */
  readonly retryFn?: ((...args: readonly unknown[]) => unknown) | undefined;
  readonly realtimeBus?: unknown;
}

/** Fields of {@link LLMPorts}. */
export interface LLMPortsInit {
  readonly llmProvider?: LLMProvider | undefined;
  readonly chatService?: unknown;
  /** Queue of the answer's pieces. */
  readonly llmChunkQueue?: unknown;
  readonly sendToken?: SendToken | undefined;
}

/** Fields of {@link AudioPorts}. */
export interface AudioPortsInit {
  readonly ttsProvider?: TTSProvider | undefined;
  readonly sttProvider?: STTProvider | undefined;
  readonly sendAudioChunk?: SendAudioChunk | undefined;
  readonly sendTranscript?: SendTranscript | undefined;
  /** Audio of the turn. */
  readonly audioData?: Uint8Array | undefined;
  readonly audioFormat?: AudioFormat | string | undefined;
  /** Queue of text to be spoken. */
  readonly ttsTextQueue?: unknown;
  readonly recording?: unknown;
  /** The voice guide's name of `sttProvider`, which wins. */
  readonly sttClient?: STTProvider | undefined;
  /** The voice guide's name of `ttsProvider`, which wins. */
  readonly ttsClient?: TTSProvider | undefined;
  /** The voice guide's name of `sendAudioChunk`, which wins. */
  readonly audioCallback?: SendAudioChunk | undefined;
}

/** Ports that any stage may use. */
export class CorePorts {
  readonly db: unknown;
  readonly dbLock: unknown;
  readonly callLoggerDb: unknown;
  readonly sendStatus: SendStatus | undefined;
  readonly callLogger: unknown;
  readonly retryFn: ((...args: readonly unknown[]) => unknown) | undefined;
  readonly realtimeBus: unknown;

  constructor(init: CorePortsInit = {}) {
    refuseUnknownOptions('CorePorts', init, CORE_FIELDS);
    ({ db: this.db, dbLock: this.dbLock, callLoggerDb: this.callLoggerDb, sendStatus: this.sendStatus, callLogger: this.callLogger, retryFn: this.retryFn, realtimeBus: this.realtimeBus } = init);
    Object.freeze(this);
  }

  /** True for core ports, also as part of merged ones. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return hasMark(value, CORE);
  }
}

/** Ports of stages that call a model. */
export class LLMPorts {
  readonly llmProvider: LLMProvider | undefined;
  readonly chatService: unknown;
  readonly llmChunkQueue: unknown;
  readonly sendToken: SendToken | undefined;

  constructor(init: LLMPortsInit = {}) {
    refuseUnknownOptions('LLMPorts', init, LLM_FIELDS);
    ({ llmProvider: this.llmProvider, chatService: this.chatService, llmChunkQueue: this.llmChunkQueue, sendToken: this.sendToken } = init);
    Object.freeze(this);
  }

  /** True for model ports, also as part of merged ones. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return hasMark(value, LLM);
  }
}

/** Ports of stages that hear or speak. */
export class AudioPorts {
  readonly ttsProvider: TTSProvider | undefined;
  readonly sttProvider: STTProvider | undefined;
  readonly sendAudioChunk: SendAudioChunk | undefined;
  readonly sendTranscript: SendTranscript | undefined;
  readonly audioData: Uint8Array | undefined;
  readonly audioFormat: AudioFormat | string | undefined;
  readonly ttsTextQueue: unknown;
  readonly recording: unknown;

  constructor(init: AudioPortsInit = {}) {
    refuseUnknownOptions('AudioPorts', init, AUDIO_FIELDS);
    ({ sendTranscript: this.sendTranscript, audioData: this.audioData, audioFormat: this.audioFormat, ttsTextQueue: this.ttsTextQueue, recording: this.recording } = init);
    this.ttsProvider = init.ttsProvider ?? init.ttsClient;
    this.sttProvider = init.sttProvider ?? init.sttClient;
    this.sendAudioChunk = init.sendAudioChunk ?? init.audioCallback;
    Object.freeze(this);
  }

  /** The voice guide's name of `sttProvider`. */
  get sttClient(): STTProvider | undefined {
    return this.sttProvider;
  }

  /** The voice guide's name of `ttsProvider`. */
  get ttsClient(): TTSProvider | undefined {
    return this.ttsProvider;
  }

  /** The voice guide's name of `sendAudioChunk`. */
  get audioCallback(): SendAudioChunk | undefined {
    return this.sendAudioChunk;
  }

  /** True for audio ports, also as part of merged ones. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return hasMark(value, AUDIO);
  }
}

/** What a stage may find in `ctx.inputs.ports`. */
export type Ports = CorePorts | LLMPorts | AudioPorts;

const CORE_FIELDS = ['db', 'dbLock', 'callLoggerDb', 'sendStatus', 'callLogger', 'retryFn', 'realtimeBus'];
const LLM_FIELDS = ['llmProvider', 'chatService', 'llmChunkQueue', 'sendToken'];
const AUDIO_FIELDS = ['ttsProvider', 'sttProvider', 'sendAudioChunk', 'sendTranscript', 'audioData', 'audioFormat', 'ttsTextQueue', 'recording', 'sttClient', 'ttsClient', 'audioCallback'];
const KINDS = [CORE, LLM, AUDIO];

Object.defineProperty(CorePorts.prototype, CORE, { value: true });
Object.defineProperty(LLMPorts.prototype, LLM, { value: true });
Object.defineProperty(AudioPorts.prototype, AUDIO, { value: true });

/** Makes {@link CorePorts}. */
export function createCorePorts(init?: CorePortsInit): CorePorts {
  return new CorePorts(init);
}

/** Makes {@link LLMPorts}. */
export function createLLMPorts(init?: LLMPortsInit): LLMPorts {
  return new LLMPorts(init);
}

/** Makes {@link AudioPorts}. */
export function createAudioPorts(init?: AudioPortsInit): AudioPorts {
  return new AudioPorts(init);
}

/** One frozen object that is an instance of the classes of all parts; where two give the same field, the later wins. */
export function mergePorts<const P extends readonly Ports[]>(...parts: P): Merged<P> {
  const merged = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) if (value !== undefined) Object.defineProperty(merged, key, { value, enumerable: true, configurable: true });
    for (const kind of KINDS) if (hasMark(part, kind)) Object.defineProperty(merged, kind, { value: true, configurable: true });
  }
  if (hasMark(merged, AUDIO)) {
    for (const alias of ['sttClient', 'ttsClient', 'audioCallback']) {
      const getter = Object.getOwnPropertyDescriptor(AudioPorts.prototype, alias);
      if (getter !== undefined) Object.defineProperty(merged, alias, getter);
    }
  }
  return Object.freeze(merged) as Merged<P>;
}

/** The type of {@link mergePorts}: all parts at once. */
export type Merged<P extends readonly unknown[]> = P extends readonly [infer First, ...infer Rest] ? First & Merged<Rest> : unknown;

function hasMark(value: unknown, mark: symbol): boolean {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[mark] === true;
}
