import { describe, expect, it } from 'vitest';
import { CaptureProcessor } from '../../src/audio/capture-processor.js';
import { PlayoutProcessor } from '../../src/audio/playout-processor.js';
import { StreamingBuffer } from '../../src/audio/streaming-buffer.js';
import { AudioChunk } from '../../src/audio/chunk.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise, sine } from './signals.js';
import { heapAfter } from './heap.js';

const HOUR_S = 3600;

describe('an hour of audio', () => {
  it('through capture leaves the heap flat, turns and all', () => {
    const talk = noise(16000 * 2, 1, 0.001);
    sine(16000, 220, 16000, 0.3).forEach((value, n) => (talk[n]! += value * Math.abs(Math.sin(n / 700))));
    let turns = 0;
    const capture = new CaptureProcessor({ inputRate: 16000, module, onEvent: ({ type }) => (turns += type === 'speechEnd' ? 1 : 0) });
    const run = (seconds: number): void => {
      for (let at = 0; at < seconds * 16000; at += 160) capture.push(talk.subarray(at % 32000, (at % 32000) + 160));
    };
    run(120);
    const before = heapAfter();
    run(HOUR_S);
    expect(turns).toBeGreaterThan(100);
    expect(heapAfter() - before).toBeLessThan(1_000_000);
  }, 60_000);

  it('through playout and a streaming buffer leaves the heap flat', () => {
    const player = new PlayoutProcessor({ sampleRate: 48000, module });
    const buffer = StreamingBuffer.voiceChat();
    const samples = sine(960, 200, 48000, 0.2);
    const chunk = new AudioChunk({ data: new Uint8Array(640) });
    const quantum = new Float32Array(128);
    let generation = 0;
    const run = (seconds: number): void => {
      for (let n = 0; n < seconds * 50; n++) {
        if (n % 400 === 0) player.receive({ type: 'open', generation: ++generation });
        player.receive({ type: 'audio', generation, samples });
        for (let k = 0; k < 7 + (n % 2); k++) player.process(quantum);
        while (player.reportDue) player.takeReport();
        buffer.addChunk(chunk);
        if (buffer.isReady()) buffer.read({ durationMs: 20 });
      }
    };
    run(120);
    const before = heapAfter();
    run(HOUR_S);
    expect(heapAfter() - before).toBeLessThan(1_000_000);
  }, 60_000);
});
