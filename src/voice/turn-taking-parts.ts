/** What turn taking is made of, and what it asks of its session. */
import type { Clock } from '../base/clock.js';
import type { IdSource } from '../base/id.js';
import type { STTProvider } from '../providers/stt.js';
import type { Interruption } from './interruption.js';
import type { SessionRecognizer } from './session-recognizer.js';
import type { TurnSettings } from './turn-options.js';
import type { Turn } from './turn.js';
import type { Utterance } from './utterance.js';
import type { VoiceListener } from './voice-event.js';

/** What turn taking needs of its session. */
export interface TurnTakingHooks {
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly language: string;
  readonly emit: VoiceListener;
  /** Takes a turn; one with a `confirmation` may still be taken back. */
  onTurn(turn: Turn): void;
  /** What was understood so far; no guard has seen it. */
  onPartial(text: string): void;
  /** Told when its `hearing` may have changed. */
  onChange(): void;
  /** Whether the next turn may begin before it is sure. */
  mayBeginEarly(): boolean;
  /** Whether the assistant is spoken to; asked once the turn has ended. `true` where it need not be called. */
  addressed(utterance: Utterance): Promise<boolean> | true;
  /** Whether an answer could be heard between two moments. */
  answerHeard(fromMs: number, toMs: number): boolean;
  /** Whether the user speaks while a button is held. */
  pushToTalk(): boolean;
}

/** Settings and partners of turn taking. */
export interface TurnTakingParts {
  readonly settings: TurnSettings;
  readonly hooks: TurnTakingHooks;
  readonly interruption: Interruption;
  /** The recogniser, and its form for turns; absent without one. */
  readonly stt?: { readonly provider: STTProvider; readonly turns: SessionRecognizer } | undefined;
}
