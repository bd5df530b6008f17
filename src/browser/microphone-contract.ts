/** What a microphone is: `VoiceInput`, and what only a device behind a browser has. */
import type { Clock } from '../base/clock.js';
import type { VoiceInput } from '../voice/voice-input.js';
import type { Speaker } from './speaker-contract.js';
import type { WorkletSource } from './entry.js';
import type { BargeIn, ListeningThresholds } from './listener.js';
import type { Workers } from './workers.js';

/** Options of {@link createMicrophone}. */
export interface MicrophoneOptions {
  /** Workers of the session. @default own ones, closed with the microphone */
  readonly workers?: Workers;
  /** The loudspeaker whose voice an interruption silences, and whose sound is the echo to ignore. @default none */
  readonly speaker?: Speaker;
  /** What an interruption does at once, without this thread: hold the voice, or end it. @default 'pause' */
  readonly bargeIn?: BargeIn;
  /** Device to open, an id from `navigator.mediaDevices.enumerateDevices()`. @default the system's default, followed when it changes */
  readonly deviceId?: string;
  /** @default true */
  readonly echoCancellation?: boolean;
  /** @default true */
  readonly noiseSuppression?: boolean;
  /** @default true */
  readonly autoGainControl?: boolean;
  /** Thresholds of voice activity and segmentation. */
  readonly thresholds?: ListeningThresholds;
  /** Magnitudes with every level, for drawing. @default false */
  readonly spectrum?: boolean;
  /** Where isolation allows, samples go through shared memory; `never` takes the port. @default 'auto' */
  readonly sharedMemory?: 'auto' | 'never';
  /** Where the capture worklet comes from. @default the file beside this module, then a Blob */
  readonly worklet?: WorkletSource;
  /** Time source; also the clock of the times in elements. @default systemClock */
  readonly clock?: Clock;
  /** Where the stream comes from. @default navigator.mediaDevices.getUserMedia */
  readonly openStream?: (constraints: MediaStreamConstraints) => Promise<MediaStream>;
}

/** Figures of a microphone since `start`. */
export interface MicrophoneStats {
  /** Rate of the device in Hz; 0 before the first start. */
  readonly deviceSampleRate: number;
  /** How samples travel to the worker. */
  readonly transport: 'sharedMemory' | 'port' | 'none';
  /** Samples that the worker has taken, at the device's rate. */
  readonly framesReceived: number;
  /** Samples that were lost because the worker was too slow. */
  readonly framesDropped: number;
  /** Elements that were lost because nobody read them. */
  readonly elementsDropped: number;
  /** How often listening was restored after a failure. */
  readonly recoveries: number;
}

/** A microphone. */
export interface Microphone extends VoiceInput {
  /** Why the state is `failed`; `null` in any other state. */
  readonly error: Error | null;
  /** Name that the browser gives the device; empty before the first start and where the user hides it. */
  readonly deviceLabel: string;
  /** Changes what an interruption does. */
  setBargeIn(action: BargeIn): void;
  /** Silences the microphone without releasing it: the state becomes `muted`. */
  mute(): void;
  /** Undoes {@link Microphone.mute}. */
  unmute(): void;
  /** Opens another device; `null` is the system's default. Resolves when it is heard. */
  useDevice(deviceId: string | null): Promise<void>;
  /** Figures so far. */
  stats(): Promise<MicrophoneStats>;
}
