/**
 * Lowers the sensitivity of voice activity to the assistant's own voice in the microphone.
 *
 * Contract for wiring: one call per 10 ms frame, `process(captured, reference, probability)`, where
 * `reference` is what playout rendered in the same stretch of the output clock (same length, same
 * rate), or `undefined` while nothing plays. The acoustic and device delay between the two (up to
 * `maxDelayMs`) and the loss of the path are learned. The result is the probability to segment on.
 *
 * Method: the level of the echo expected now is the loudest reference level within the delay range
 * minus the learned loss of the path. A captured frame that does not stand out of it by `marginDb`
 * cannot be told from echo and counts as silence; above that the detector decides.
 */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/** How an {@link EchoGate} is made. */
export interface EchoGateOptions {
  /** Longest delay from rendering to capture that is searched. @default 400 */
  readonly maxDelayMs?: number;
  /** Duration of a frame. @default 10 */
  readonly frameMs?: number;
  /** How far speech must stand above the expected echo. @default 4 */
  readonly marginDb?: number;
  /** Loss of the path from reference to capture before anything is learned. @default 10 */
  readonly initialLossDb?: number;
}

const SILENCE_DB = -75;

/** Gate between a detector and a segmenter. */
export class EchoGate {
  readonly #levels: Float32Array;
  readonly #margin: number;
  readonly #initialLoss: number;
  #next = 0;
  #loss: number;

  constructor(options: EchoGateOptions = {}) {
    refuseUnknownOptions('EchoGate', options, ['maxDelayMs', 'frameMs', 'marginDb', 'initialLossDb']);
    const { maxDelayMs = 400, frameMs = 10, marginDb = 4, initialLossDb = 10 } = options;
    const frames = Math.ceil(requireNumber('EchoGate.maxDelayMs', maxDelayMs, { min: 0, max: 2000 }) / requireNumber('EchoGate.frameMs', frameMs, { min: 1, max: 100 })) + 1;
    this.#levels = new Float32Array(frames).fill(SILENCE_DB);
    this.#margin = requireNumber('EchoGate.marginDb', marginDb, { min: 0, max: 40 });
    this.#initialLoss = requireNumber('EchoGate.initialLossDb', initialLossDb, { min: -20, max: 80 });
    this.#loss = initialLossDb;
  }

  /** Learned loss of the path in dB. */
  get lossDb(): number {
    return this.#loss;
  }

  /** The probability to segment on. Never above the one given. */
  process(captured: Float32Array, reference: Float32Array | undefined, probability: number): number {
    this.#levels[this.#next] = reference === undefined ? SILENCE_DB : levelDb(reference);
    this.#next = (this.#next + 1) % this.#levels.length;
    let loudest = SILENCE_DB;
    for (let n = 0; n < this.#levels.length; n++) loudest = Math.max(loudest, this.#levels[n] as number); // n < length
    if (loudest <= SILENCE_DB + 5) return probability;
    const level = levelDb(captured);
    const loss = loudest - level;
    // The loss falls to what was seen at once-in-a-while maxima slowly and rises slower still: speech over echo looks like a smaller loss and must not teach it.
    if (loss < this.#loss && level < loudest - this.#loss + this.#margin) this.#loss += (loss - this.#loss) * 0.2;
    else if (loss > this.#loss) this.#loss += Math.min(0.02, (loss - this.#loss) * 0.01);
    return level < loudest - this.#loss + this.#margin ? 0 : probability;
  }

  /** Forgets what was learned. */
  reset(): void {
    this.#levels.fill(SILENCE_DB);
    this.#loss = this.#initialLoss;
  }
}

function levelDb(frame: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < frame.length; n++) sum += (frame[n] as number) ** 2; // n < length
  return Math.max(SILENCE_DB, 10 * Math.log10(sum / Math.max(1, frame.length) + 1e-10));
}
