/**
 * Makes up audio for gaps. Voices are nearly periodic: the last period or periods before the gap are
 * repeated, joined without a step and fading by 20 dB in 100 ms (pitch-synchronous repetition, as in
 * ITU-T G.711 Appendix I). When the audio behind the gap is already known, the gap is filled from both
 * sides and cross-faded.
 *
 * Contract: `extend` and `bridge` read plain arrays and write `out`; nothing allocates after
 * construction; callable on the audio thread.
 */
import { Matcher } from './matcher.js';

/** Period range: 60 to 400 Hz, the pitch of speech. */
const SHORTEST_MS = 2.5;
const LONGEST_MS = 16.6;
const TEMPLATE_MS = 10;
/** The repeated piece is at least this long: single short periods buzz. */
const PIECE_MS = 15;
/** Length over which the repetition is joined to the last real samples. */
const JOIN_MS = 2;
const FADE_DB_PER_MS = 0.2;

/** Fills gaps in a mono stream. */
export class Concealer {
  /** Samples of context that are used at most. Less is accepted. */
  readonly context: number;
  readonly #matcher: Matcher;
  readonly #shortest: number;
  readonly #longest: number;
  readonly #template: number;
  readonly #piece: number;
  readonly #join: number;
  readonly #decay: number;
  readonly #reversed: Float32Array;
  readonly #backward: Float32Array;

  /** For gaps of up to `longestGap` samples. */
  constructor(sampleRate: number, longestGap: number, module?: WebAssembly.Module) {
    const samples = (ms: number): number => Math.max(4, Math.round((ms * sampleRate) / 1000));
    this.#shortest = samples(SHORTEST_MS);
    this.#longest = samples(LONGEST_MS);
    this.#template = samples(TEMPLATE_MS);
    this.#piece = samples(PIECE_MS);
    this.#join = samples(JOIN_MS);
    this.#decay = 10 ** ((-FADE_DB_PER_MS * 1000) / sampleRate / 20);
    this.context = 2 * this.#longest + this.#template;
    this.#matcher = new Matcher(this.context, sampleRate, module);
    this.#reversed = new Float32Array(this.context);
    this.#backward = new Float32Array(longestGap);
  }

  /** Fills `out[0 … count)` with what may follow `before[0 … held)`, whose last sample is the newest. */
  extend(before: Float32Array, held: number, out: Float32Array, count: number): void {
    const known = Math.min(held, this.context);
    const start = held - known;
    const period = this.#period(before, start, known);
    if (period === 0) {
      out.fill(0, 0, count);
      return;
    }
    const piece = Math.min(known, period * Math.max(1, Math.ceil(this.#piece / period)));
    const length = piece - (piece % period);
    const loop = held - length;
    const last = before[held - 1] as number; // held ≥ period > 0
    const join = Math.min(this.#join, length >> 1);
    let gain = 1;
    for (let n = 0, at = 0; n < count; n++) {
      let value = before[loop + at] as number; // at < length
      if (at < join) {
        // The point reflection continues value and slope; the repetition takes over within the join.
        const weight = (at + 1) / (join + 1);
        value = value * weight + (2 * last - (before[held - 2 - at] as number)) * (1 - weight); // join ≤ length / 2
      }
      out[n] = value * gain;
      gain *= this.#decay;
      at = at + 1 === length ? 0 : at + 1;
    }
  }

  /** Fills a gap of `count` samples between `before[0 … heldBefore)` and `after[from … from + heldAfter)`. */
  bridge(before: Float32Array, heldBefore: number, after: Float32Array, from: number, heldAfter: number, out: Float32Array, count: number): void {
    this.extend(before, heldBefore, out, count);
    const known = Math.min(heldAfter, this.context);
    for (let n = 0; n < known; n++) this.#reversed[known - 1 - n] = after[from + n] as number; // n < heldAfter
    this.extend(this.#reversed, known, this.#backward, Math.min(count, this.#backward.length));
    for (let n = 0; n < count; n++) {
      const weight = (n + 1) / (count + 1);
      out[n] = (out[n] as number) * (1 - weight) + (this.#backward[count - 1 - n] ?? 0) * weight; // n < count
    }
  }

  /** Best period at the end of the context, 0 when there is too little of it. */
  #period(before: Float32Array, start: number, known: number): number {
    const template = Math.min(this.#template, known >> 1);
    const longest = Math.min(this.#longest, known - template);
    if (longest < this.#shortest || template < 8) return 0;
    const { window } = this.#matcher;
    for (let n = 0; n < known; n++) window[n] = before[start + n] as number; // n < known
    const anchor = known - template;
    return anchor - this.#matcher.find(anchor, template, anchor - longest, anchor - this.#shortest);
  }
}
