/**
 * How long a silence must last until the user's turn counts as ended.
 *
 * All times are audio times counted from the last speech sample, never from the arrival of an event,
 * so a recogniser or a thread that is late does not lengthen the silence; where the input reports
 * silence only after `s` milliseconds, a turn ends after the greater of `s` and the delay, not their
 * sum. The delay follows the pauses that this user makes inside turns, and what the words say:
 *
 * | probability that the user has finished | delay                                          |
 * |----------------------------------------|------------------------------------------------|
 * | 1                                      | `minDelayMs`                                   |
 * | 0.5, or nothing known                  | the usual one: 1.25 × the user's average pause |
 * | 0                                      | `maxDelayMs`                                   |
 *
 * and linear between. The average is exponential with α = 0.9 (the share of the past), the value that
 * the agents framework of LiveKit uses for its dynamic endpointing.
 */
import { InvalidOptionError, refuseUnknownOptions, requireBoolean, requireNumber } from '../base/option.js';

/** Options of an {@link Endpointer}; times in milliseconds of silence. */
export interface EndpointerOptions {
  /** Shortest silence that ends a turn. @default 300 */
  readonly minDelayMs?: number;
  /** Longest silence inside a turn. @default 2500 */
  readonly maxDelayMs?: number;
  /** The usual delay before any pause of this user was heard. @default 500, within the bounds */
  readonly usualDelayMs?: number;
  /** Follow the user's pauses. @default true */
  readonly adaptive?: boolean;
}

// Share of the past in the average; see the head of this file.
const ALPHA = 0.9;
// Half of all pauses are longer than the average one: this much more lets most of them pass.
const HEADROOM = 1.25;

/** Decides the silence that ends a turn. */
export class Endpointer {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #adaptive: boolean;
  #pauseMs: number;

  /** Throws `InvalidOptionError`. */
  constructor(options: EndpointerOptions = {}) {
    refuseUnknownOptions('Endpointer', options, ['minDelayMs', 'maxDelayMs', 'usualDelayMs', 'adaptive']);
    const { minDelayMs = 300, maxDelayMs = 2500, adaptive = true } = options;
    this.#minMs = requireNumber('Endpointer.minDelayMs', minDelayMs, { min: 0, max: 60000 });
    this.#maxMs = requireNumber('Endpointer.maxDelayMs', maxDelayMs, { min: 0, max: 60000 });
    if (maxDelayMs < minDelayMs) throw new InvalidOptionError('Endpointer.maxDelayMs', maxDelayMs, `a number of at least minDelayMs (${minDelayMs})`);
    const usual = requireNumber('Endpointer.usualDelayMs', options.usualDelayMs ?? Math.min(maxDelayMs, Math.max(minDelayMs, 500)), { min: minDelayMs, max: maxDelayMs });
    this.#adaptive = requireBoolean('Endpointer.adaptive', adaptive);
    this.#pauseMs = usual / HEADROOM;
  }

  /** Longest silence inside a turn. */
  get maxDelayMs(): number {
    return this.#maxMs;
  }

  /** The delay where the words say nothing. */
  get usualDelayMs(): number {
    return Math.min(this.#maxMs, Math.max(this.#minMs, this.#pauseMs * HEADROOM));
  }

  /** The delay for a probability in [0, 1] that the user has finished. */
  delayMs(endProbability = 0.5): number {
    const usual = this.usualDelayMs;
    const sure = Math.min(1, Math.max(0, endProbability)) * 2 - 1;
    return sure >= 0 ? usual + (this.#minMs - usual) * sure : usual + (usual - this.#maxMs) * sure;
  }

  /** Learns a pause after which the same turn went on. Silence in which the assistant was heard is none. */
  learn(pauseMs: number): void {
    if (!this.#adaptive || !(pauseMs > 0)) return;
    this.#pauseMs = ALPHA * this.#pauseMs + (1 - ALPHA) * pauseMs;
  }
}
