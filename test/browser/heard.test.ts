import { describe, expect, it } from 'vitest';
import { heardDecoder, heardTransfer, isUrgent, SPEECH_RATE, type Heard } from '../../src/browser/heard.js';
import { Priority } from '../../src/stream/element.js';

// What goes over a port comes out as the same values in other objects.
const posted = (item: Heard): unknown => structuredClone(item);

describe('what the worker heard', () => {
  const start: Heard = { type: 'speechStart', onsetMs: 1000, detectedMs: 1060, audioStartMs: 600 };
  const audio: Heard = { type: 'audio', samples: Float32Array.of(0.5, -0.25, 0), timestampMs: 620 };
  const interrupt: Heard = { type: 'interrupt', atMs: 1250, silenced: true };
  const end: Heard = { type: 'speechEnd', endMs: 2000, speechMs: 940, misfire: false, truncated: true };

  it('becomes elements with times on the clock of the session, numbered from 0', () => {
    const decode = heardDecoder('microphone', (ms) => ms - 400, () => 1_700_000_000_000);
    const elements = [start, audio, interrupt, end].map((item) => decode(posted(item)));
    expect(elements.map(({ sequence, source, timestampMs }) => [sequence, source, timestampMs])).toEqual([0, 1, 2, 3].map((n) => [n, 'microphone', 1_700_000_000_000]));
    expect(elements.map(({ type, metadata }) => [type, metadata])).toEqual([
      ['speechStart', { onsetMs: 600, detectedMs: 660, audioStartMs: 200 }],
      ['audio', undefined],
      ['interrupt', { atMs: 850, silenced: true }],
      ['speechEnd', { endMs: 1600, speechMs: 940, misfire: false, truncated: true }],
    ]);
  });

  it('carries the samples themselves, with their place in the audio and numbers of their own', () => {
    const decode = heardDecoder('microphone', (ms) => ms, () => 0);
    decode(posted(start));
    for (const sequence of [0, 1]) {
      const item = decode(posted(audio));
      if (item.type !== 'audio') throw new Error(`got ${item.type}`);
      expect(item.audio).toMatchObject({ sampleRate: SPEECH_RATE, channels: 1, frames: 3, timestampMs: 620, sequence });
      expect([...new Float32Array(item.audio.data.buffer, item.audio.data.byteOffset, 3)]).toEqual([0.5, -0.25, 0]);
    }
  });

  it('lets only an interrupt overtake, at the highest priority', () => {
    expect([start, audio, interrupt, end].map(isUrgent)).toEqual([false, false, true, false]);
    expect(heardDecoder('microphone', (ms) => ms, () => 0)(posted(interrupt)).priority).toBe(Priority.CRITICAL);
  });

  it('moves the samples of audio and copies the rest', () => {
    expect(heardTransfer(audio)).toEqual([audio.samples.buffer]);
    for (const item of [start, interrupt, end]) expect(heardTransfer(item)).toEqual([]);
  });
});
