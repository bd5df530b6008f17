/**
 * The assistant's voice at the ear: an `AudioContext` with the playout worklet, or scheduled buffers
 * where a worklet cannot be had. Implements `VoiceOutput`; chunks of any rate are converted to the
 * context's rate by our own resampler (the browser's aliases), positions count samples that were
 * really rendered, and nothing of a playback that was cut is heard again.
 */
import type { Clock } from '../base/clock.js';
import type { Playback, PlaybackReport, VoiceOutput } from '../voice/voice-output.js';
import type { WasmSource, WorkletSource } from './entry.js';

/** How a speaker renders. */
export type SpeakerRenderer = 'worklet' | 'scheduled';

/** Options of {@link createSpeaker}. */
export interface SpeakerOptions {
  /** Context to play in; it is not closed with the speaker. @default an own one */
  readonly context?: AudioContext;
  /** Output device of an own context, where the browser allows (`AudioContext.setSinkId`). @default the system's default */
  readonly sinkId?: string;
  /** Audio that may be queued ahead, in milliseconds; `write` waits beyond it. @default 3000 */
  readonly maxQueuedMs?: number;
  /** Audio that is queued before the first sample plays, in milliseconds. @default 60 */
  readonly prebufferMs?: number;
  /** Loudness, 0 to 1. @default 1 */
  readonly volume?: number;
  /** `scheduled` does without the worklet. @default 'auto' */
  readonly renderer?: 'auto' | 'scheduled';
  /** Where the playout worklet comes from. @default the file beside this module, then a Blob */
  readonly worklet?: WorkletSource;
  /** Where audio.wasm comes from. @default the bytes that travel with the library */
  readonly audioWasm?: WasmSource;
  /** Gives everything that is played as a stream too, for recording. @default false */
  readonly tap?: boolean;
  /** Time source; also the clock of `firstHeardAtMs`. @default systemClock */
  readonly clock?: Clock;
}

/** What a speaker tells. */
export type SpeakerEvent =
  | { readonly type: 'started'; readonly generation: number; readonly atMs: number }
  | { readonly type: 'underrun'; readonly generation: number }
  | { readonly type: 'paused'; readonly generation: number; readonly by: 'session' | 'bargeIn' }
  | { readonly type: 'resumed'; readonly generation: number }
  | { readonly type: 'finished'; readonly generation: number; readonly report: PlaybackReport }
  | { readonly type: 'state'; readonly state: SpeakerState; readonly error?: Error };

/** Whether sound can be heard. `blocked` waits for a gesture: call `unlock` from one. */
export type SpeakerState = 'stopped' | 'starting' | 'ready' | 'blocked' | 'recovering' | 'failed' | 'closed';

/** One answer on its way to the ear. */
export interface SpeakerPlayback extends Playback {
  /** Number of this playback, from 1; grows. */
  readonly generation: number;
  /** Milliseconds of audio that are queued and not yet rendered. */
  readonly queuedMs: number;
}

/** A loudspeaker. */
export interface Speaker extends VoiceOutput {
  readonly state: SpeakerState;
  /** How it renders; `null` before `start`. */
  readonly renderer: SpeakerRenderer | null;
  /** Rate of the context in Hz; 0 before `start`. */
  readonly sampleRate: number;
  begin(): SpeakerPlayback;
  /** Resumes a context that the browser keeps suspended; call it from a gesture. True when sound can be heard now. */
  unlock(): Promise<boolean>;
  /** Loudness from now on, 0 to 1. */
  setVolume(volume: number): void;
  /** Calls `listener` with what happens; the returned function ends that. */
  onEvent(listener: (event: SpeakerEvent) => void): () => void;
  /** Everything that is played, when `tap` is set; `null` otherwise. */
  readonly recording: MediaStream | null;
  /** A port on which another thread may pause or cut the voice and hears what is played (see playout-messages). */
  openControlPort(): MessagePort;
}
