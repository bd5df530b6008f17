/** When the user's turn begins and ends. */
import { InvalidOptionError, refuseUnknownOptions, requireBoolean, requireNumber, requireOneOf } from '../base/option.js';
import type { TurnDetector } from '../providers/turn-detector.js';
import { Endpointer, type EndpointerOptions } from './endpointer.js';
import { TextTurnDetector } from './text-turn-detector.js';

/** Options of turn taking; times in milliseconds of audio, counted from the last speech sample. */
export interface TurnOptions extends EndpointerOptions {
  /** `manual` ends a turn only at `commit()`, at the end of push-to-talk or at `maxTurnMs`. @default 'auto' */
  readonly endpointing?: 'auto' | 'manual';
  /**
   * Begin the answer at the first silence, and take it back without a trace when the user goes on; the
   * recogniser and the model are then asked again. Tools, models with `sideEffects`, memory and the
   * loudspeaker wait until the turn is sure. @default true
   */
  readonly eager?: boolean;
  /** Longest turn; longer speech is answered, and goes on as the next turn. @default 30000 */
  readonly maxTurnMs?: number;
  /** Silence after which the input reports the end of a stretch of speech, where it can be set: the earliest moment for an eager answer. @default 200 */
  readonly endSilenceMs?: number;
  /** Longest wait for a recogniser's last words, and for an input that stops in the middle of speech. @default 5000 */
  readonly stopTimeoutMs?: number;
  /** Judges whether the user has finished. @default rules on the text: {@link TextTurnDetector} */
  readonly detector?: TurnDetector;
}

/** The options with their defaults. */
export interface TurnSettings {
  readonly manual: boolean;
  readonly eager: boolean;
  readonly maxTurnMs: number;
  readonly endSilenceMs: number;
  readonly stopTimeoutMs: number;
  readonly detector: TurnDetector;
  /** True when the application gave the detector. */
  readonly ownDetector: boolean;
  readonly endpointer: Endpointer;
}

const OPTIONS = ['minDelayMs', 'maxDelayMs', 'usualDelayMs', 'adaptive', 'endpointing', 'eager', 'maxTurnMs', 'endSilenceMs', 'stopTimeoutMs', 'detector'];

/** Checks the options. Throws `InvalidOptionError`. */
export function turnSettings(options: TurnOptions): TurnSettings {
  const at = 'createVoiceSession.turns';
  refuseUnknownOptions(at, options, OPTIONS);
  const { endpointing = 'auto', eager = true, maxTurnMs = 30000, endSilenceMs = 200, stopTimeoutMs = 5000, detector, minDelayMs, maxDelayMs, usualDelayMs, adaptive } = options;
  if (detector !== undefined && typeof detector.predict !== 'function') throw new InvalidOptionError(`${at}.detector`, detector, 'a TurnDetector');
  return {
    manual: requireOneOf(`${at}.endpointing`, endpointing, ['auto', 'manual']) === 'manual',
    eager: requireBoolean(`${at}.eager`, eager),
    maxTurnMs: requireNumber(`${at}.maxTurnMs`, maxTurnMs, { min: 500, max: 600000 }),
    endSilenceMs: requireNumber(`${at}.endSilenceMs`, endSilenceMs, { min: 10, max: 60000 }),
    stopTimeoutMs: requireNumber(`${at}.stopTimeoutMs`, stopTimeoutMs, { min: 100, max: 600000 }),
    detector: detector ?? new TextTurnDetector(),
    ownDetector: detector !== undefined,
    endpointer: new Endpointer({
      ...(minDelayMs === undefined ? {} : { minDelayMs }),
      ...(maxDelayMs === undefined ? {} : { maxDelayMs }),
      ...(usualDelayMs === undefined ? {} : { usualDelayMs }),
      ...(adaptive === undefined ? {} : { adaptive }),
    }),
  };
}
