/**
 * Lowers the sensitivity of voice activity to the assistant's own voice in the microphone.
 *
 * Contract for wiring: one call per frame, `process(captured, reference, probability)`, where
 * `reference` is what playout rendered in the same stretch of the output clock, or `undefined` while
 * nothing plays. The result is the probability to segment on. Allocates nothing after construction.
 *
 * Method, on levels in dB per frame: the delay from rendering to capture is where the two level curves
 * correlate best; until that is clear the whole delay range counts. The level of the echo expected now
 * is the loudest reference around that delay less the loss of the path. The loss is learned as a low
 * quantile of what is seen, so that speech over echo, which looks like less loss, teaches little. A
 * frame that does not stand out of the expected echo counts as silence; above it the detector decides.
 */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/** How an {@link EchoGate} is made. */
export interface EchoGateOptions {
  /** Longest delay from rendering to capture that is searched. @default 400 */
  readonly maxDelayMs?: number;
  /** Duration of a frame. @default 10 */
  readonly frameMs?: number;
  /** How far speech must stand above the expected echo, in dB. @default 4 */
  readonly marginDb?: number;
  /** Loss of the path from reference to capture before anything is learned, in dB; learning takes about a second. @default 0 */
  readonly initialLossDb?: number;
}

const SILENCE_DB = -75;
// Reference frames quieter than this teach nothing.
const AUDIBLE_DB = -55;
// Correlation from which the delay found is trusted.
const SURE = 0.6;
// Half of what the correlations know is from the last 1.4 s of 10 ms frames.
const MEMORY = 0.005;
// The room rings on: this much before and after the delay found belongs to the echo.
const BEFORE_MS = 20;
const AFTER_MS = 80;
// Behind that it dies away at least as fast as in a room with 0.4 s of reverberation.
const DECAY_DB_PER_MS = 0.15;
const DECAY_MS = 300;
// Quantile tracking: steps in dB per frame whose ratio sets the quantile (a quarter), larger while the path is new.
const STEP_UP = 0.04;
const STEP_DOWN = 0.12;
const LEARNING_FRAMES = 100;
const LEARNING_FACTOR = 5;
const MOST_LOSS = 70;

/** Gate between a detector and a segmenter. */
export class EchoGate {
  readonly #frameMs: number;
  readonly #margin: number;
  readonly #initialLoss: number;
  readonly #levels: Float32Array;
  readonly #products: Float64Array;
  readonly #squares: Float64Array;
  #next = 0;
  #meanReference = SILENCE_DB;
  #meanCaptured = SILENCE_DB;
  #squareCaptured = 0;
  #loss: number;
  #heard = 0;
  #delay = -1;

  /** Throws `InvalidOptionError` for values out of range. */
  constructor(options: EchoGateOptions = {}) {
    refuseUnknownOptions('EchoGate', options, ['maxDelayMs', 'frameMs', 'marginDb', 'initialLossDb']);
    const { maxDelayMs = 400, frameMs = 10, marginDb = 4, initialLossDb = 0 } = options;
    this.#frameMs = requireNumber('EchoGate.frameMs', frameMs, { min: 1, max: 100 });
    const delays = Math.ceil(requireNumber('EchoGate.maxDelayMs', maxDelayMs, { min: 0, max: 2000 }) / frameMs) + 1;
    this.#levels = new Float32Array(delays + Math.ceil((AFTER_MS + DECAY_MS) / frameMs));
    this.#products = new Float64Array(delays);
    this.#squares = new Float64Array(delays);
    this.#margin = requireNumber('EchoGate.marginDb', marginDb, { min: 0, max: 40 });
    this.#initialLoss = requireNumber('EchoGate.initialLossDb', initialLossDb, { min: -20, max: MOST_LOSS });
    this.#loss = initialLossDb;
    this.#levels.fill(SILENCE_DB);
  }

  /** Learned loss of the path in dB. */
  get lossDb(): number {
    return this.#loss;
  }

  /** Learned delay in milliseconds, or −1 while it is not clear. */
  get delayMs(): number {
    return this.#delay < 0 ? -1 : this.#delay * this.#frameMs;
  }

  /** The probability to segment on: the one given, or 0. */
  process(captured: Float32Array, reference: Float32Array | undefined, probability: number): number {
    const level = levelDb(captured);
    this.#next = (this.#next + 1) % this.#levels.length;
    this.#levels[this.#next] = reference === undefined ? SILENCE_DB : levelDb(reference);
    const loudest = this.#loudest();
    if (loudest <= AUDIBLE_DB) return probability;
    this.#correlate(level);
    this.#learn(loudest - level);
    return level < loudest - this.#loss + this.#margin ? 0 : probability;
  }

  /** Forgets what was learned. */
  reset(): void {
    this.#levels.fill(SILENCE_DB);
    this.#products.fill(0);
    this.#squares.fill(0);
    this.#squareCaptured = 0;
    this.#meanReference = SILENCE_DB;
    this.#meanCaptured = SILENCE_DB;
    this.#loss = this.#initialLoss;
    this.#heard = 0;
    this.#delay = -1;
  }

  /** Level of the reference `frames` ago. */
  #ago(frames: number): number {
    const size = this.#levels.length;
    return this.#levels[(this.#next - frames + size) % size] as number; // frames < size
  }

  /** Loudest reference that may be heard now, with what rings on of what came before. */
  #loudest(): number {
    const from = this.#delay < 0 ? 0 : Math.max(0, this.#delay - Math.ceil(BEFORE_MS / this.#frameMs));
    const to = this.#delay < 0 ? this.#products.length - 1 : this.#delay + Math.ceil(AFTER_MS / this.#frameMs);
    let loudest = SILENCE_DB;
    for (let frames = from; frames < this.#levels.length; frames++) {
      loudest = Math.max(loudest, this.#ago(frames) - Math.max(0, frames - to) * this.#frameMs * DECAY_DB_PER_MS);
    }
    return loudest;
  }

  #correlate(level: number): void {
    const memory = Math.max(MEMORY, 1 / (this.#heard + 1));
    this.#meanReference += (this.#ago(0) - this.#meanReference) * memory;
    this.#meanCaptured += (level - this.#meanCaptured) * memory;
    const captured = level - this.#meanCaptured;
    this.#squareCaptured += (captured * captured - this.#squareCaptured) * memory;
    let best = 0;
    let bestDelay = -1;
    for (let delay = 0; delay < this.#products.length; delay++) {
      const reference = this.#ago(delay) - this.#meanReference;
      const product = (this.#products[delay] as number) * (1 - memory) + reference * captured * memory; // delay < length
      const square = (this.#squares[delay] as number) * (1 - memory) + reference * reference * memory; // likewise
      this.#products[delay] = product;
      this.#squares[delay] = square;
      const score = product / Math.sqrt(square * this.#squareCaptured + 1e-9);
      if (score > best) {
        best = score;
        bestDelay = delay;
      }
    }
    this.#heard++;
    this.#delay = best >= SURE && this.#heard >= LEARNING_FRAMES ? bestDelay : -1;
  }

  #learn(loss: number): void {
    const factor = this.#heard < LEARNING_FRAMES ? LEARNING_FACTOR : 1;
    const step = loss > this.#loss ? STEP_UP : -STEP_DOWN;
    this.#loss = Math.min(MOST_LOSS, this.#loss + step * factor);
  }
}

function levelDb(frame: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < frame.length; n++) sum += (frame[n] as number) ** 2; // n < length
  return Math.max(SILENCE_DB, 10 * Math.log10(sum / Math.max(1, frame.length) + 1e-10));
}
