/** Twin of the detector's network: one step of a gated recurrent unit in f64, written by the equations. */
const FEATURES = 24;
const HIDDEN = 28;
const GATE = HIDDEN * (FEATURES + HIDDEN + 1);

const tanhLike = (x: number): number => {
  const c = Math.max(-3, Math.min(3, x));
  return (c * (27 + c * c)) / (27 + 9 * c * c);
};
const sigmoidLike = (x: number): number => 0.5 + 0.5 * tanhLike(x / 2);

/** The network with its state. */
export class ReferenceGru {
  #h: number[] = new Array<number>(HIDDEN).fill(0);
  readonly #w: Float32Array;

  constructor(weights: Float32Array) {
    this.#w = weights;
  }

  step(x: ArrayLike<number>): number {
    const gate = (g: number, hidden: readonly number[]): number[] =>
      hidden.map((_, row) => {
        let sum = this.#w[g * GATE + row]!; // inside the gate
        for (let c = 0; c < FEATURES; c++) sum += x[c]! * this.#w[g * GATE + HIDDEN * (1 + c) + row]!;
        for (let c = 0; c < HIDDEN; c++) sum += hidden[c]! * this.#w[g * GATE + HIDDEN * (1 + FEATURES + c) + row]!;
        return sum;
      });
    const z = gate(0, this.#h).map(sigmoidLike);
    const r = gate(1, this.#h).map(sigmoidLike);
    const candidate = gate(2, this.#h.map((h, n) => h * r[n]!)).map(tanhLike);
    this.#h = this.#h.map((h, n) => h + z[n]! * (candidate[n]! - h));
    const y = this.#h.reduce((sum, h, n) => sum + h * this.#w[3 * GATE + 4 + n]!, this.#w[3 * GATE]!);
    return 1 / (1 + Math.exp(-y));
  }
}
