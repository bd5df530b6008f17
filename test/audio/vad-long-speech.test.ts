// @realm node
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { Resampler } from '../../src/audio/resampler.js';
import { Vad } from '../../src/audio/vad.js';
import { decodeWav } from '../../src/audio/wav.js';
import { loadAudio } from '../../src/wasm/audio-load.js';

beforeAll(async () => {
  await loadAudio();
});

/** Share of frames taken for speech between two moments of a recording. */
function activity(file: string, fromMs: number, toMs: number): number {
  const wav = decodeWav(readFileSync(fileURLToPath(new URL(`../fixtures/speech/${file}.wav`, import.meta.url))));
  const resampler = new Resampler({ from: wav.sampleRate, to: 16000, maxBlock: 1024 });
  const heard: number[] = [];
  for (let at = 0; at < wav.samples.length; at += 1024) heard.push(...resampler.process(wav.samples.subarray(at, at + 1024)));
  const vad = new Vad();
  let speech = 0;
  let frames = 0;
  for (let at = 0; at + 160 <= heard.length; at += 160) {
    const active = vad.process(Float32Array.from(heard.slice(at, at + 160))) > 0.5;
    if (at < fromMs * 16 || at >= toMs * 16) continue;
    frames++;
    if (active) speech++;
  }
  return speech / frames;
}

describe('Vad', () => {
  it('follows six seconds of digits spoken without a pause to their end, and the silence after them', () => {
    expect(activity('card-number', 1800, 7200)).toBeGreaterThan(0.98);
    expect(activity('card-number', 8200, 10400)).toBeLessThan(0.02);
  });

  it('hears a short question, and nothing before and after it', () => {
    expect(activity('what-time', 1700, 2600)).toBeGreaterThan(0.95);
    expect(activity('what-time', 0, 1400)).toBeLessThan(0.02);
    expect(activity('what-time', 3600, 5800)).toBeLessThan(0.02);
  });
});
