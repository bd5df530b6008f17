/** The microphone's level as it goes by, shaded where speech is heard. */
import type { InputLevel } from 'sluice/voice';
import { byId, colour, drawing } from './dom.js';

interface Sample {
  readonly level: number;
  readonly speech: number;
}

/** Draws levels; `reset` clears them. */
export function createWaveform(): { add(level: InputLevel): void; reset(): void; redraw(): void } {
  const canvas = byId<HTMLCanvasElement>('wave');
  const { context, fit } = drawing(canvas);
  const samples: Sample[] = [];
  let due = false;

  const draw = (): void => {
    due = false;
    fit();
    const { width, height } = canvas;
    const step = 3 * window.devicePixelRatio;
    const room = Math.ceil(width / step);
    if (samples.length > room) samples.splice(0, samples.length - room);
    context.clearRect(0, 0, width, height);
    const ink = colour('--water');
    const shade = colour('--speech');
    samples.forEach(({ level, speech }, index) => {
      const x = width - (samples.length - index) * step;
      if (speech > 0.5) {
        context.globalAlpha = 0.28;
        context.fillStyle = shade;
        context.fillRect(x, 0, step, height);
      }
      context.globalAlpha = 1;
      context.fillStyle = ink;
      const half = Math.max(1, (level * height) / 2);
      context.fillRect(x, height / 2 - half, step * 0.6, half * 2);
    });
  };
  const schedule = (): void => {
    if (due) return;
    due = true;
    requestAnimationFrame(draw);
  };
  return {
    add({ rms, speech }) {
      samples.push({ level: loudness(rms), speech });
      byId('talk-ring').style.setProperty('--level', loudness(rms).toFixed(2));
      schedule();
    },
    reset() {
      samples.length = 0;
      byId('talk-ring').style.setProperty('--level', '0');
      schedule();
    },
    redraw: schedule,
  };
}

/** A level from -60 dB to 0 dB as 0 to 1. */
function loudness(rms: number): number {
  return Math.min(1, Math.max(0, 1 + Math.log10(rms + 1e-6) / 3));
}
