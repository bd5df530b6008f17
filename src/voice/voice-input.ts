/**
 * Where the user's voice comes from: a microphone in a browser, a socket at the edge, a script in a
 * test. The session reads one stream of elements and gives a few commands; detection of speech
 * happens on the far side, so that audio reaches this thread only when somebody speaks.
 *
 * Order of elements of one utterance:
 *
 *     speechStart  audio audio audio …  [interrupt]  audio …  speechEnd
 *
 * `speechStart` comes with the first confident frames; the first `audio` elements are the pre-roll.
 * `interrupt` (reason `speech`) comes once the speech is long enough to count as meant. `speechEnd`
 * comes after the end silence, or at once with `misfire` when the sound was too short to be speech.
 * The session decides whether the turn has ended: it counts from `endMs`, the last speech sample, so the
 * end silence should be short.
 */
import type { ChannelReader } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';

/** `metadata` of a `speechStart` element. */
export interface SpeechStartMetadata {
  /** When the onset was at the microphone, milliseconds on the session's clock. */
  readonly onsetMs: number;
  /** When it was detected, on the same clock. */
  readonly detectedMs: number;
  /** When the first sample that follows, which is that of the pre-roll, was at the microphone. @default onsetMs */
  readonly audioStartMs?: number;
}

/** `metadata` of a `speechEnd` element. */
export interface SpeechEndMetadata {
  /** When the last speech sample was at the microphone, milliseconds on the session's clock. */
  readonly endMs: number;
  /** Milliseconds of speech. */
  readonly speechMs: number;
  /** True when the sound was too short to be speech: it starts no turn. */
  readonly misfire: boolean;
  /** True when the maximum length of a turn ended it. */
  readonly truncated: boolean;
}

/** Level and voice activity for drawing, at most 60 times a second. */
export interface InputLevel {
  /** Root mean square of the last block, 0 to 1. */
  readonly rms: number;
  /** Highest magnitude of the last block, 0 to 1. */
  readonly peak: number;
  /** Probability of speech, 0 to 1. */
  readonly speech: number;
  /** Magnitudes in decibels, low to high frequency, when a spectrum was asked for. Valid during the call only. */
  readonly spectrum?: Float32Array;
}

/** What happens to the input beside speech. */
export type InputState = 'stopped' | 'starting' | 'listening' | 'muted' | 'recovering' | 'failed';

/** How the input tells what is speech: by voice activity, or while the user holds a button. */
export type InputMode = 'handsFree' | 'hold';

/** The user's voice. */
export interface VoiceInput {
  /** Opens the device and begins to listen. Rejects with a typed error that says what is missing. */
  start(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Stops listening and releases the device; `start` may follow. */
  stop(): Promise<void>;
  /** Stops for good and releases everything; `elements` ends. */
  close(): Promise<void>;
  /** Elements of all utterances. Ends after `close`. */
  readonly elements: ChannelReader<StreamElement>;
  /** @default 'handsFree' */
  setMode(mode: InputMode): void;
  /** In mode `hold`: an utterance begins now. */
  hold(): void;
  /** In mode `hold`: the utterance ends now, without end silence. */
  release(): void;
  /** What a sound over the voice that plays does at once on the far side, before the session knows of it. Inputs that do nothing by themselves leave it out. */
  setBargeIn?(action: 'pause' | 'cut' | 'off'): void;
  /** What {@link VoiceInput.setBargeIn} set last. */
  readonly bargeIn?: 'pause' | 'cut' | 'off';
  /** Silence, in milliseconds, after which `speechEnd` comes, from the next `start` on, unless the input was made with another one. */
  setEndSilence?(silenceMs: number): void;
  readonly state: InputState;
  /** Calls `listener` on every change of state, with the error when there is one; the returned function ends that. */
  onState(listener: (state: InputState, error?: Error) => void): () => void;
  /** Calls `listener` with levels for drawing; the returned function ends that. */
  onLevel(listener: (level: InputLevel) => void): () => void;
}
