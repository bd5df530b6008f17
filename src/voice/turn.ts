/** A turn: what the user said or typed, and what became of it. */
import type { AudioChunk } from '../audio/chunk.js';
import type { StageStatus } from '../stage/kind.js';
import { valueElement, type ElementOf, type StreamElement } from '../stream/element.js';
import type { TurnConfirmation } from './turn-confirmation.js';
import type { TurnLatency } from './turn-latency.js';
import type { SpeechEndMetadata } from './voice-input.js';

/** Where a turn comes from: the user's voice, the user's keyboard, or the assistant itself. */
export type TurnSource = 'voice' | 'text' | 'say';

/** A turn that waits to be run. */
export interface Turn {
  readonly id: string;
  readonly source: TurnSource;
  /** What was typed, or what the assistant shall say. */
  readonly text?: string;
  /** What was spoken, with its pre-roll, or a recording that the assistant shall play. */
  readonly audio?: AudioChunk;
  /** When the speech ended, for spoken turns. */
  readonly speech?: SpeechEndMetadata;
  /** When the turn was asked for, on the session's clock. */
  readonly requestedMs: number;
  /** Whether the turn counts, where it was begun before that was sure. */
  readonly confirmation?: TurnConfirmation;
  /** Whether speech over the answer may interrupt it. @default true */
  readonly interruptible?: boolean;
}

/** A part of the user's text that a guard replaced, by its place in the text as it is now. */
export interface Redaction {
  readonly start: number;
  readonly end: number;
  /** What was there, for example `credit_card`. */
  readonly label: string;
}

/** Time of one stage within its turn. */
export interface StageTiming {
  /** Milliseconds from the start of the turn. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: StageStatus;
}

/** What became of a turn. */
export interface TurnReport {
  readonly turnId: string;
  readonly source: TurnSource;
  /** What the user said, as the guards left it; empty when nothing was understood. */
  readonly userText: string;
  /** What the model wrote, as far as it was given to the voice. */
  readonly generated: string;
  /** What was heard of it. */
  readonly spoken: string;
  /** True when the answer was cut. */
  readonly interrupted: boolean;
  /** True when a guard refused the turn. */
  readonly refused: boolean;
  /** What broke the turn, if anything did. */
  readonly error: Error | null;
  /** From the end of the user's speech to the first sound of the answer; `null` when there was none. */
  readonly latency: TurnLatency | null;
  /** Milliseconds of the user's last silence in which the answer was made already; 0 for turns that were not begun early. */
  readonly savedMs: number;
  /** Times of the stages, by name. */
  readonly stages: Readonly<Record<string, StageTiming>>;
}

/** Wraps a turn as an element of the session's graph. */
export function turnElement(turn: Turn): ElementOf<'value'> {
  return valueElement(turn, { source: 'turn_detector', turnId: turn.id });
}

/** The turn an element carries, if it carries one. */
export function turnOf(item: StreamElement): Turn | undefined {
  return item.type === 'value' && typeof item.value === 'object' && item.value !== null && 'requestedMs' in item.value ? (item.value as Turn) : undefined;
}
