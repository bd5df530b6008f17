/** The microphone's spectrum over time: one column per level that carries a spectrum. */
import type { InputLevel } from 'sluice/voice';
import { byId, drawing } from './dom.js';

/** Draws a column per call; only while its panel is shown. */
export function createSpectrogram(): { add(level: InputLevel): void } {
  const canvas = byId<HTMLCanvasElement>('spectrum');
  const { context, fit } = drawing(canvas);
  const column = 2;
  return {
    add({ spectrum }) {
      if (spectrum === undefined || canvas.clientWidth === 0) return;
      fit();
      const { width, height } = canvas;
      context.drawImage(canvas, -column, 0);
      for (let y = 0; y < height; y++) {
        const bin = Math.floor(((height - 1 - y) / height) * spectrum.length);
        // -90 dB is black, -20 dB is full.
        const power = Math.min(1, Math.max(0, ((spectrum[bin] ?? -120) + 90) / 70));
        context.fillStyle = `hsl(${185 - power * 130} 75% ${4 + power * 62}%)`;
        context.fillRect(width - column, y, column, 1);
      }
    },
  };
}
