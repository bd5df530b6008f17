/** The loudspeaker over the last seconds: how much sound is buffered, where it ran dry, and how much of the answer was heard. */
import { byId, colour, drawing } from './dom.js';
import type { OpenSession } from './session.js';

const EVERY_MS = 50;
const COLUMN = 2;
// The height of the chart; answers that a fast voice has ready are buffered further ahead, and fill it.
const FULL_MS = 2000;

interface Sample {
  readonly queuedMs: number;
  readonly gap: boolean;
  readonly playing: boolean;
}

/** Draws while its panel is shown; `current` gives the session whose loudspeaker is shown. */
export function setUpBufferChart(current: () => OpenSession): void {
  const canvas = byId<HTMLCanvasElement>('buffer');
  const heard = byId('heard');
  const { context, fit } = drawing(canvas);
  const samples: Sample[] = [];
  let underruns = 0;

  const draw = (): void => {
    fit();
    const { width, height } = canvas;
    const step = COLUMN * window.devicePixelRatio;
    const room = Math.ceil(width / step);
    if (samples.length > room) samples.splice(0, samples.length - room);
    context.clearRect(0, 0, width, height);
    const fill = colour('--water');
    const gapColour = colour('--bad');
    samples.forEach(({ queuedMs, gap, playing }, index) => {
      const x = width - (samples.length - index) * step;
      const tall = gap ? height : playing ? Math.max(2, Math.min(1, queuedMs / FULL_MS) * height) : 1;
      context.fillStyle = gap ? gapColour : fill;
      context.fillRect(x, height - tall, step, tall);
    });
  };
  setInterval(() => {
    if (byId('panel-audio').hidden) return;
    const session = current();
    const { playback } = session;
    samples.push({ queuedMs: playback?.queuedMs ?? 0, gap: session.underruns > underruns, playing: playback !== undefined });
    underruns = session.underruns;
    const heardMs = playback?.heard().heardMs ?? 0;
    heard.style.width = playback === undefined ? '0' : `${(100 * heardMs) / Math.max(1, heardMs + playback.queuedMs)}%`;
    draw();
  }, EVERY_MS);
}
