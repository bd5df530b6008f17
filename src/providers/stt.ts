/** The contract of a speech recogniser: one-shot, and a session that takes audio while it is spoken. */
import type { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import type { STTResponse } from './stt-response.js';
import type { Word } from './word.js';

/** A phrase that is likely to be said, with an optional weight. */
export interface Phrase {
  readonly phrase: string;
  readonly boost?: number;
}

/** What a recognition session yields. */
export type STTEvent =
  | { readonly type: 'speech-start'; readonly timeMs: number }
  | { readonly type: 'partial'; readonly id: string; readonly text: string; readonly stability?: number; readonly words?: readonly Word[] }
  | { readonly type: 'final'; readonly id: string; readonly text: string; readonly words?: readonly Word[]; readonly confidence?: number; readonly language?: string; /** True on the final that answers `finalize`; its text is empty when nothing more was said. */ readonly finalized?: boolean }
  | { readonly type: 'eager-end-of-turn'; readonly probability: number }
  | { readonly type: 'turn-resumed' }
  | { readonly type: 'end-of-turn'; readonly probability: number }
  | { readonly type: 'error'; readonly error: Error; readonly fatal: boolean };

/** Options of recognition; everything is optional. */
export interface STTOptions {
  readonly signal?: AbortSignal;
  /** BCP 47 tag. @default 'en' */
  readonly language?: string;
  readonly phrases?: readonly Phrase[];
  /** Time source of a session. */
  readonly clock?: Clock;
}

/** What a recogniser can do. */
export interface STTCapabilities {
  readonly interim: boolean;
  readonly words: boolean;
  readonly endOfTurn: boolean;
  /** True when audio does not leave the device. */
  readonly local: boolean;
  /** True when `finalize` only flushes: speech that goes on afterwards is read together with what came before. Else an utterance that goes on is recognised anew as a whole. @default false */
  readonly continues?: boolean;
}

/** One open recognition. */
export interface STTSession {
  /** Takes audio as it comes. */
  push(audio: AudioChunk): void;
  /** Says that speech has ended: a final answers as soon as it can. More audio may follow. */
  finalize(): void;
  /** Milliseconds of audio the session would take now without queueing; zero or less asks to slow down. */
  readonly desiredSize: number;
  /** Partials and finals; ends after `close` or a fatal error. */
  readonly events: AsyncIterable<STTEvent>;
  close(): Promise<void>;
}

/** A speech recogniser. */
export interface STTProvider {
  /** Short stable name for telemetry. */
  readonly id?: string;
  readonly capabilities?: STTCapabilities;
  /** Loads what the first recognition would wait for. */
  warmUp?(): Promise<void>;
  /** Recognises a whole utterance. Unknown or empty speech gives an empty `text`, not an error. */
  transcribe(audio: AudioChunk | Uint8Array, options?: STTOptions): Promise<STTResponse>;
  /** Opens a session for audio that is still being spoken. */
  open?(options?: STTOptions): Promise<STTSession>;
}
