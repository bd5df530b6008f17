/** What a speaker is: `VoiceOutput`, and what only a loudspeaker behind a browser has. */
import type { Clock } from '../base/clock.js';
import type { PlaybackReport, VoiceOutput } from '../voice/voice-output.js';
import type { KernelSource } from '../wasm/kernel.js';
import type { WorkletSource } from './entry.js';
import type { SampleSource } from './sample-transport.js';
import type { SpeakerPlayback } from './speaker-playback.js';

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
  readonly audioWasm?: KernelSource;
  /** Gives everything that is played as a stream too, for recording. @default false */
  readonly tap?: boolean;
  /** Time source; also the clock of `firstHeardAtMs`. @default systemClock */
  readonly clock?: Clock;
}

/** What a speaker tells. */
export type SpeakerEvent =
  | { readonly type: 'started'; readonly generation: number; readonly atMs: number }
  | { readonly type: 'underrun'; readonly generation: number }
  | { readonly type: 'paused'; readonly generation: number }
  | { readonly type: 'resumed'; readonly generation: number }
  | { readonly type: 'finished'; readonly generation: number; readonly report: PlaybackReport }
  | { readonly type: 'state'; readonly state: SpeakerState; readonly error?: Error }
  /** The renderer failed and was replaced; controls that were open are dead. */
  | { readonly type: 'rebuilt' };

/** Whether sound can be heard. `blocked` waits for a gesture: call `unlock` from one. */
export type SpeakerState = 'stopped' | 'starting' | 'ready' | 'blocked' | 'recovering' | 'failed' | 'closed';

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
  /**
   * A way for another thread to pause or cut the voice and to hear what is rendered. Starts the
   * speaker if needed. `null` where it cannot be started.
   */
  openControl(sharedMemory: boolean): Promise<SpeakerControl | null>;
}

/** See {@link Speaker.openControl}; both ends are the receiver's to transfer and to close. */
export interface SpeakerControl {
  /** Takes `PlayoutControlCommand`, gives `PlayoutNotice`. */
  readonly port: MessagePort;
  /** What is rendered, at `sampleRate`. */
  readonly reference: SampleSource;
  readonly sampleRate: number;
  /** Everything that must be transferred with it. */
  readonly transfer: readonly Transferable[];
}
