/** The time from the user's last word to the first sound, split into its parts. */
import type { TurnLatency } from 'sluice/voice';
import { byId, make } from './dom.js';

const PARTS: readonly (readonly [keyof TurnLatency['parts'], string, string])[] = [
  ['endpoint', 'end of speech', '#7d8f94'],
  ['stt', 'recognition', '#2b8c86'],
  ['guard', 'guard', '#d08b2a'],
  ['llm', 'thinking', '#4a6fa5'],
  ['chunking', 'first clause', '#8a6fb0'],
  ['tts', 'voice', '#b3567b'],
  ['prebuffer', 'buffer', '#6b9a3e'],
  ['device', 'loudspeaker', '#4f7d3a'],
];

/** Shows a latency. `savedMs` is how much of the answer was made while it was still open whether the user had finished. */
export function showLatency(latency: TurnLatency, spoken: boolean, savedMs: number): void {
  const box = byId('latency');
  const total = make('p', { className: 'total', text: `${Math.round(latency.totalMs)} ms ` });
  total.append(make('small', { text: spoken ? 'by voice' : 'by keyboard' }));
  const bar = make('div', { className: 'bar' });
  bar.setAttribute('role', 'img');
  bar.setAttribute('aria-label', PARTS.map(([key, name]) => `${name} ${Math.round(latency.parts[key])} milliseconds`).join(', '));
  const legend = make('ul', { className: 'legend' });
  for (const [key, name, shade] of PARTS) {
    const ms = latency.parts[key];
    const part = make('span');
    part.style.flex = `${ms} 0 0`;
    part.style.background = shade;
    part.title = `${name}: ${ms.toFixed(1)} ms`;
    bar.append(part);
    const item = make('li');
    const swatch = make('span', { className: 'swatch' });
    swatch.style.background = shade;
    item.append(swatch, name, make('b', { text: ms < 10 ? ms.toFixed(1) : String(Math.round(ms)) }));
    legend.append(item);
  }
  const early = savedMs < 0.5 ? [] : [make('p', { className: 'summary', text: `The answer was begun early, while you might have gone on: ${Math.round(savedMs)} ms saved.` })];
  box.replaceChildren(total, bar, legend, ...early);
  box.dataset['total'] = latency.totalMs.toFixed(1);
}
