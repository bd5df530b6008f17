/** Twin of the resampler: every output as one sum over a windowed sinc in f64, straight from the definition. */
export interface SincDesign {
  readonly span: number;
  readonly cutoff: number;
  readonly beta: number;
  /** The filter's length is a multiple of this: eight, times the factor of a first stage. */
  readonly multiple: number;
}

function bessel0(x: number): number {
  let sum = 1;
  for (let n = 1, term = 1; term > 1e-18 * sum; n++) sum += term *= (x * x) / (4 * n * n);
  return sum;
}

/** Converts the whole of `x`. */
export function resampleDirectly(x: ArrayLike<number>, from: number, to: number, { span, cutoff, beta, multiple }: SincDesign): Float64Array {
  const shrink = Math.min(1, to / from);
  const taps = Math.ceil(span / shrink / multiple) * multiple;
  const half = taps / 2;
  const out = new Float64Array(Math.ceil((x.length * to) / from));
  for (let k = 0; k < out.length; k++) {
    const centre = (k * from) / to;
    const first = Math.floor(centre) - half + 1;
    let sum = 0;
    let norm = 0;
    for (let n = first; n < first + taps; n++) {
      const t = centre - n;
      if (Math.abs(t) >= half) continue;
      const angle = Math.PI * cutoff * shrink * t;
      const h = (angle === 0 ? 1 : Math.sin(angle) / angle) * bessel0(beta * Math.sqrt(1 - (t / half) ** 2));
      sum += h * (x[n] ?? 0);
      norm += h;
    }
    out[k] = sum / norm;
  }
  return out;
}
