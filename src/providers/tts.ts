/** The contract of a voice: one-shot bytes, a stream of audio with word times, and speakers that play by themselves. */
import type { AudioChunk } from '../audio/chunk.js';

/** What a voice's stream yields. Times are milliseconds from the first sample of this synthesis. */
export type TTSEvent =
  | { readonly type: 'audio'; readonly chunk: AudioChunk }
  | { readonly type: 'word'; readonly text: string; readonly charStart: number; readonly charEnd: number; readonly startMs: number; readonly endMs: number }
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'finish'; readonly characters?: number };

/** Options of synthesis; everything is optional. */
export interface TTSOptions {
  readonly signal?: AbortSignal;
  /** Name of a voice of this provider. */
  readonly voice?: string;
  /** Rate of speech, 1 is normal. @default 1 */
  readonly speed?: number;
  readonly language?: string;
  /** What was said just before, for prosody. */
  readonly previousText?: string;
}

/** What a voice can do. */
export interface TTSCapabilities {
  readonly streamingInput: boolean;
  /** Word times are reported. */
  readonly words: boolean;
  readonly pcm: boolean;
  readonly voices?: readonly string[];
  /** True when text does not leave the device. */
  readonly local: boolean;
}

/** A voice. */
export interface TTSProvider {
  /** Short stable name for telemetry. */
  readonly id?: string;
  readonly capabilities?: TTSCapabilities;
  /** Frames per second of `synthesize`. @default 16000 */
  readonly sampleRate?: number;
  /** Loads what the first word would wait for. */
  warmUp?(): Promise<void>;
  /** The whole utterance as PCM, 16 bits, mono, at `sampleRate`. */
  synthesize(text: string, options?: TTSOptions): Promise<Uint8Array>;
  /** Audio as it is made; the last event is `finish`. */
  stream(text: string | AsyncIterable<string>, options?: TTSOptions): AsyncIterable<TTSEvent>;
}

/** How far a speaker got. */
export interface SpokenReport {
  /** UTF-16 units of the text that were spoken. */
  readonly spokenChars: number;
  readonly interrupted: boolean;
}

/** A voice that cannot give its samples, such as the browser's `speechSynthesis`. */
export interface SpeakerProvider {
  readonly id?: string;
  /** Speaks until the end or until `signal` aborts; an abort is a normal end that reports how far it got. */
  speak(text: string, options?: TTSOptions & { readonly onBoundary?: (charIndex: number, timeMs: number) => void }): Promise<SpokenReport>;
}
