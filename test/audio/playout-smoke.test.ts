import { describe, expect, it } from 'vitest';
import { CaptureProcessor } from '../../src/audio/capture-processor.js';
import { PlayoutProcessor } from '../../src/audio/playout-processor.js';
import type { SegmentEvent } from '../../src/audio/segmenter.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise, sine } from './signals.js';

describe('PlayoutProcessor', () => {
  it('plays an answer to its last sample', () => {
    const p = new PlayoutProcessor({ sampleRate: 16000 });
    p.receive({ type: 'open', generation: 1 });
    const x = sine(16000, 200, 16000);
    p.receive({ type: 'audio', generation: 1, samples: x });
    p.receive({ type: 'end', generation: 1 });
    const q = new Float32Array(128);
    let n = 0;
    for (let k = 0; k < 125; k++) { p.process(q); for (let i = 0; i < 128; i++) expect(q[i]).toBe(x[n++]); }
    p.process(q);
    const types = [];
    while (p.reportDue) types.push(p.takeReport()!.type);
    expect(types.filter((t) => t !== 'position')).toEqual(['started', 'ended']);
  });
});
describe('CaptureProcessor', () => {
  it('finds a turn', () => {
    const events: SegmentEvent[] = [];
    const c = new CaptureProcessor({ inputRate: 48000, module, onEvent: (e) => events.push(e) });
    const x = noise(48000 * 4, 1, 0.001);
    const s = sine(48000, 300, 48000, 0.5);
    for (let n = 0; n < s.length; n++) x[48000 + n]! += s[n]!;
    for (let n = 0; n < x.length; n += 128) c.push(x.subarray(n, n + 128));
    c.flush();
    expect(events.map((e) => e.type)).toEqual(['speechStart', 'speechConfirmed', 'speechEnd']);
    const end = events[2]!;
    if (end.type === 'speechEnd') { expect(Math.abs(end.startMs - 1000)).toBeLessThan(40); expect(end.audio.length).toBeGreaterThan(16000); }
  });
});
