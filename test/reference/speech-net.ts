// The acoustic network by its definition, and a writer of its table. The twin of assembly/speech/net.ts.

/** A layer of int8 weights: `weights[output][input]`, one scale and one bias per output. */
export interface Layer {
  readonly weights: readonly (readonly number[])[];
  readonly scales: readonly number[];
  readonly biases: readonly number[];
}

/** Log-softmax scores of each row with `context` rows on both sides; beyond the edges the edge rows are repeated. */
export function runNet(rows: readonly (readonly number[])[], context: number, layers: readonly Layer[]): number[][] {
  return rows.map((_, t) => {
    let values = Array.from({ length: 2 * context + 1 }, (_, n) => rows[Math.min(rows.length - 1, Math.max(0, t + n - context))] as readonly number[]).flat();
    layers.forEach(({ weights, scales, biases }, n) => {
      values = weights.map((row, output) => (biases[output] as number) + (scales[output] as number) * row.reduce((sum, w, input) => sum + w * (values[input] as number), 0));
      if (n < layers.length - 1) values = values.map((x) => Math.max(0, x));
    });
    const top = Math.max(...values);
    const total = top + Math.log(values.reduce((sum, x) => sum + Math.exp(x - top), 0));
    return values.map((x) => x - total);
  });
}

/** The table that the kernel reads: mean and scale of the cepstra, then the network. */
export function modelTable(prior: readonly number[], scale: readonly number[], context: number, perFrame: number, layers: readonly Layer[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const floats = (values: readonly number[]): void => void parts.push(new Uint8Array(Float32Array.from(values).buffer));
  const ints = (...values: number[]): void => void parts.push(new Uint8Array(Int32Array.from(values).buffer));
  floats(prior);
  floats(scale);
  ints(layers.length, context, perFrame);
  for (const { weights, scales, biases } of layers) {
    ints(weights[0]?.length ?? 0, weights.length);
    floats(scales);
    floats(biases);
    parts.push(new Uint8Array(Int8Array.from(weights.flat()).buffer));
  }
  const table = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    table.set(part, at);
    at += part.length;
  }
  return table;
}
