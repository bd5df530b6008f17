/**
 * How fast to play packets, and how much to hold, from when they arrive. Pure arithmetic.
 *
 * The delay that counts is how much later a packet came than the earliest of the last half second
 * would have: sudden delay can only be met by what is held already, whereas slow drift is followed by
 * playing slower. A histogram of these delays, with slow forgetting, gives the target at a quantile.
 * The level is then kept at the target by tempo alone, at most 25 % either way, and continuously, so
 * that the buffer empties more slowly as soon as packets fail to come and is brought back as soon as
 * they do. (NetEq, which this follows in outline, adds and removes single periods at thresholds.)
 */
import { requireNumber } from '../base/option.js';

/** How a {@link JitterController} is made. */
export interface JitterControllerOptions {
  /** Part of the packets that must be in time, 0.5 … 0.999: higher holds more. @default 0.97 */
  readonly quantile?: number;
  /** Duration of a packet in milliseconds. @default 20 */
  readonly packetMs?: number;
  /** Least target in milliseconds. @default 10 */
  readonly minTargetMs?: number;
  /** Most target in milliseconds. @default 1000 */
  readonly maxTargetMs?: number;
}

// Forgetting per packet: half of the weight lies in the last 28 s of 20 ms packets.
const FORGET = 0.9995;
const BIN_MS = 5;
const BINS = 200;
// The reference of delay: the quickest packet of this span.
const HISTORY_MS = 500;
const MARGIN_MS = 20;
// No tempo change while the level is this near to the target, and the span over which it becomes full.
const DEAD_BELOW_MS = 2;
const DEAD_ABOVE_MS = 10;
const SPAN_MS = 20;
const SLOWEST = 0.75;
const FASTEST = 1.25;
// Until this many packets have come the target is at least FIRST_TARGET_MS.
const LEARNING_PACKETS = 50;
const FIRST_TARGET_MS = 40;
// What a skipped number loses and a late one gains in the estimate that a gap will yet be filled.
const FILL_STEP = 0.02;
const RECENT = 512;

/** Decides target level and tempo. */
export class JitterController {
  readonly #quantile: number;
  readonly #packetMs: number;
  readonly #minTarget: number;
  readonly #maxTarget: number;
  readonly #histogram: Float64Array = new Float64Array(BINS);
  readonly #times: Float64Array = new Float64Array(RECENT);
  readonly #delays: Float64Array = new Float64Array(RECENT);
  #count = 0;
  #oldest = 0;
  #newest = -1;
  #lastArrivalMs = 0;
  #targetMs = FIRST_TARGET_MS;
  #fill = 0.5;

  constructor(options: JitterControllerOptions = {}) {
    const { quantile = 0.97, packetMs = 20, minTargetMs = 10, maxTargetMs = 1000 } = options;
    this.#quantile = requireNumber('JitterController.quantile', quantile, { min: 0.5, max: 0.999 });
    this.#packetMs = requireNumber('JitterController.packetMs', packetMs, { min: 1, max: 200 });
    this.#minTarget = requireNumber('JitterController.minTargetMs', minTargetMs, { min: 0, max: 1000 });
    this.#maxTarget = requireNumber('JitterController.maxTargetMs', maxTargetMs, { min: minTargetMs, max: 5000 });
  }

  /** Level in milliseconds to be held. */
  get targetMs(): number {
    return this.#targetMs;
  }

  /** Whether a number that was skipped is likely to come after all, because this network reorders. */
  get expectsLate(): boolean {
    return this.#fill > 0.3;
  }

  /** A packet came at `atMs`. */
  arrived(sequence: number, atMs: number): void {
    const delay = atMs - sequence * this.#packetMs;
    const slot = this.#count % RECENT;
    this.#times[slot] = atMs;
    this.#delays[slot] = delay;
    this.#count++;
    this.#learn(delay - this.#quickest(atMs));
    if (sequence > this.#newest) {
      if (this.#newest >= 0) this.#fill *= (1 - FILL_STEP) ** Math.min(100, sequence - this.#newest - 1);
      this.#newest = sequence;
      this.#lastArrivalMs = atMs;
    } else {
      this.#fill += FILL_STEP * (2 - this.#fill);
    }
  }

  /** Source time per output time, 0.75 … 1.25, for `levelMs` held at `nowMs`. */
  tempo(levelMs: number, nowMs: number): number {
    // Between two packets the level falls although nothing is late.
    const level = levelMs + Math.min(Math.max(0, nowMs - this.#lastArrivalMs), this.#packetMs);
    const excess = level - this.#targetMs;
    if (excess > DEAD_ABOVE_MS) return Math.min(FASTEST, 1 + (excess - DEAD_ABOVE_MS) / SPAN_MS);
    if (excess < -DEAD_BELOW_MS) return Math.max(SLOWEST, 1 + (excess + DEAD_BELOW_MS) / SPAN_MS);
    return 1;
  }

  #quickest(nowMs: number): number {
    if (this.#count - this.#oldest > RECENT) this.#oldest = this.#count - RECENT;
    let least = Infinity;
    for (let n = this.#oldest; n < this.#count; n++) {
      const slot = n % RECENT;
      if (n === this.#oldest && n < this.#count - 1 && (this.#times[slot] as number) < nowMs - HISTORY_MS) this.#oldest++; // slot < RECENT
      else least = Math.min(least, this.#delays[slot] as number); // likewise
    }
    return least;
  }

  #learn(delayMs: number): void {
    // The first packets count fully, so that the estimate does not start from nothing.
    const keep = Math.min(FORGET, 1 - 1 / (this.#count + 0.5));
    const histogram = this.#histogram;
    let total = 0;
    for (let n = 0; n < BINS; n++) total += histogram[n] = (histogram[n] as number) * keep; // n < BINS
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(delayMs / BIN_MS)));
    histogram[bin] = (histogram[bin] as number) + 1 - keep;
    const wanted = (total + 1 - keep) * this.#quantile;
    let sum = 0;
    let n = 0;
    while (n < BINS - 1 && (sum += histogram[n] as number) < wanted) n++;
    const target = Math.max(this.#minTarget, (n + 1) * BIN_MS) + MARGIN_MS;
    this.#targetMs = Math.min(this.#maxTarget, this.#count < LEARNING_PACKETS ? Math.max(target, FIRST_TARGET_MS) : target);
  }
}
