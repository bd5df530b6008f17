// A resampler for tests by the definition: a windowed sinc around each sample of the output.

/** Samples at 16 kHz. */
export function toEarRate(samples: Float32Array, rate: number): Float32Array {
  const ratio = rate / 16000;
  const cut = Math.min(1, 1 / ratio) * 0.95;
  const half = 24;
  return Float32Array.from({ length: Math.floor(samples.length / ratio) }, (_, n) => {
    const centre = n * ratio;
    let sum = 0;
    for (let i = Math.max(0, Math.ceil(centre - half)); i <= Math.min(samples.length - 1, centre + half); i++) {
      const y = Math.PI * (i - centre) * cut;
      sum += (samples[i] as number) * (0.5 + 0.5 * Math.cos((Math.PI * (i - centre)) / half)) * (Math.abs(y) < 1e-6 ? 1 : Math.sin(y) / y);
    }
    return sum * cut;
  });
}
