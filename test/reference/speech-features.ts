// Log-mel energies and cepstra in the plainest form: a discrete Fourier transform by its definition,
// bands by their triangles. The twin of assembly/speech/mel.ts.

export const BANDS = 26;
export const CEPSTRA = 16;

const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);

/** Log energies of the 26 bands of each complete 25 ms window, every 10 ms, of 16 kHz samples. */
export function melRows(samples: Float32Array): number[][] {
  const emphasised = Array.from(samples, (x, n) => x - 0.97 * (samples[n - 1] ?? 0));
  const rows: number[][] = [];
  for (let start = 0; start + 400 <= samples.length; start += 160) rows.push(melRow(emphasised.slice(start, start + 400)));
  return rows;
}

function melRow(frame: readonly number[]): number[] {
  const windowed = frame.map((x, n) => x * (0.54 - 0.46 * Math.cos((2 * Math.PI * n) / 399)));
  const power: number[] = [];
  for (let bin = 0; bin <= 256; bin++) {
    let [re, im] = [0, 0];
    windowed.forEach((x, n) => {
      re += x * Math.cos((-2 * Math.PI * bin * n) / 512);
      im += x * Math.sin((-2 * Math.PI * bin * n) / 512);
    });
    power.push(re * re + im * im);
  }
  const [low, high] = [mel(100), mel(7600)];
  const centre = (index: number): number => low + ((high - low) * index) / (BANDS + 1);
  return Array.from({ length: BANDS }, (_, band) => {
    let sum = 0;
    power.forEach((energy, bin) => {
      const place = mel((bin * 16000) / 512);
      const rise = (place - centre(band)) / (centre(band + 1) - centre(band));
      const fall = (centre(band + 2) - place) / (centre(band + 2) - centre(band + 1));
      sum += energy * Math.max(0, Math.min(rise, fall));
    });
    return Math.log(sum + 1e-10);
  });
}

/** Cepstra of an utterance with level and channel taken out. */
export function cepstra(rows: readonly (readonly number[])[], prior: readonly number[], scale: readonly number[]): number[][] {
  const loudest = Math.max(...rows.flat());
  const floored = rows.map((row) => row.map((x) => Math.max(x, loudest - 13.8)));
  const level = floored.map((row) => row.reduce((a, b) => a + b, 0) / BANDS);
  const top = Math.max(...level);
  const raw = floored.map((row) => Array.from({ length: CEPSTRA }, (_, k) => Math.sqrt((k === 0 ? 1 : 2) / BANDS) * row.reduce((sum, x, band) => sum + x * Math.cos((Math.PI * k * (band + 0.5)) / BANDS), 0)));
  const mean = Array.from({ length: CEPSTRA }, (_, k) => {
    if (k === 0) return top * Math.sqrt(BANDS);
    const speech = raw.filter((_, t) => (level[t] as number) > top - 6.9).map((row) => row[k] as number);
    return ((prior[k] as number) * 30 + speech.reduce((a, b) => a + b, 0)) / (30 + speech.length);
  });
  return raw.map((row) => row.map((x, k) => (x - (mean[k] as number)) * (scale[k] as number)));
}
