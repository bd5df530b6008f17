/** Twin of the real FFT: the sum of the definition, in f64. */
export function dft(x: ArrayLike<number>): { re: Float64Array; im: Float64Array } {
  const size = x.length;
  const re = new Float64Array(size / 2 + 1);
  const im = new Float64Array(size / 2 + 1);
  for (let k = 0; k <= size / 2; k++) {
    for (let n = 0; n < size; n++) {
      const angle = (-2 * Math.PI * ((k * n) % size)) / size;
      re[k]! += x[n]! * Math.cos(angle); // k and n are inside
      im[k]! += x[n]! * Math.sin(angle);
    }
  }
  return { re, im };
}
