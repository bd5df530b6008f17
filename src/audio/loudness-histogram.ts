/** Blocks of a loudness measurement by loudness, in steps of 0.01 LU, with their exact energy. */

const STEP = 0.01;
const HIGHEST = 20;

/** Constant-memory record of block loudness. */
export class LoudnessHistogram {
  readonly #lowest: number;
  readonly #counts: Uint32Array;
  readonly #energies: Float64Array;

  /** Blocks below `lowest` are left out: the absolute gate. */
  constructor(lowest: number) {
    this.#lowest = lowest;
    const bins = Math.ceil((HIGHEST - lowest) / STEP) + 1;
    this.#counts = new Uint32Array(bins);
    this.#energies = new Float64Array(bins);
  }

  /** Records a block. */
  add(loudness: number, energy: number): void {
    if (!(loudness > this.#lowest)) return;
    const bin = this.#bin(loudness);
    this.#counts[bin] = (this.#counts[bin] as number) + 1; // bin is clamped
    this.#energies[bin] = (this.#energies[bin] as number) + energy;
  }

  /** Mean energy of the blocks at or above `gate`; 0 when there are none. */
  meanEnergyAbove(gate: number): number {
    let count = 0;
    let energy = 0;
    for (let bin = this.#bin(gate); bin < this.#counts.length; bin++) {
      count += this.#counts[bin] as number; // bin < length
      energy += this.#energies[bin] as number;
    }
    return count === 0 ? 0 : energy / count;
  }

  /** Loudness below which `part` of the blocks at or above `gate` lie; 0 when there are none. */
  percentileAbove(gate: number, part: number): number {
    const first = this.#bin(gate);
    let count = 0;
    for (let bin = first; bin < this.#counts.length; bin++) count += this.#counts[bin] as number; // bin < length
    let left = Math.round((count - 1) * part) + 1;
    for (let bin = first; bin < this.#counts.length && count > 0; bin++) {
      left -= this.#counts[bin] as number; // bin < length
      if (left <= 0) return this.#lowest + (bin + 0.5) * STEP;
    }
    return 0;
  }

  /** Forgets all blocks. */
  reset(): void {
    this.#counts.fill(0);
    this.#energies.fill(0);
  }

  #bin(loudness: number): number {
    if (!(loudness > this.#lowest)) return 0;
    return Math.min(this.#counts.length - 1, Math.floor((loudness - this.#lowest) / STEP));
  }
}
