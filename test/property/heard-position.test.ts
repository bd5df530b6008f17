// @realm node
// What a playback says was heard, against what a loudspeaker gave out: across underruns, pauses, devices that stall and
// devices that change, never further off than what is rendered at once and the latency of the output.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';
import { scale, seed } from '../tools/scale.js';
import { codedChunk, CodeReader } from './coded-audio.js';
import { QUANTUM_MS, RATE, WorkletDevice } from './worklet-device.js';

const MS = RATE / 1000;

interface Trouble {
  readonly atMs: number;
  readonly kind: 'pause' | 'resume' | 'stall' | 'switch';
  readonly ms: number;
}

/** Chunks that come late now and then, pauses, stalls and switches. */
function trouble(random: () => number): readonly Trouble[] {
  const found: Trouble[] = [];
  for (let atMs = random() * 400; atMs < 4000; atMs += 50 + random() * 900) {
    const kind = (['pause', 'stall', 'switch', 'stall'] as const)[Math.floor(random() * 4)] ?? 'stall';
    const ms = 10 + random() * 300;
    found.push({ atMs, kind, ms });
    if (kind === 'pause') found.push({ atMs: atMs + ms, kind: 'resume', ms: 0 });
  }
  return found.sort((a, b) => a.atMs - b.atMs);
}

describe('the position heard', () => {
  it('of a playback over the playout of a browser is off by no more than a callback and the latency of the output', async () => {
    let worstMs = 0;
    for (let run = 0; run < scale(12, 400); run++) {
      const random = seededRandom(seed * 1000 + run);
      const clock = new ManualClock();
      let longestLatencyMs = 5 + random() * 150;
      const device = new WorkletDevice(clock, longestLatencyMs);
      device.quantaPerCallback = 1 + Math.floor(random() * 4);
      const callbackMs = device.quantaPerCallback * QUANTUM_MS;
      await device.start();
      const playback = device.begin();
      // 40 ms of audio every 20 to 60 ms, with a stall of the network now and then.
      let written = 0;
      const write = (): void => {
        if (written > RATE * 6) return;
        void playback.write(codedChunk(1, written, 40 * MS, RATE));
        written += 40 * MS;
        clock.after(20 + random() * 40 + (random() < 0.05 ? 400 : 0), write);
      };
      write();
      for (const { atMs, kind, ms } of trouble(random)) {
        clock.after(atMs, () => {
          if (kind === 'pause') playback.pause();
          else if (kind === 'resume') playback.resume();
          else if (kind === 'stall') device.stall(ms);
          else {
            const latencyMs = 5 + random() * 150;
            longestLatencyMs = Math.max(longestLatencyMs, latencyMs);
            device.switchTo(latencyMs, ms);
          }
        });
      }
      const looks: { readonly atMs: number; readonly heardMs: number }[] = [];
      const endMs = 1500 + random() * 3000;
      for (let atMs = 100; atMs < endMs; atMs += 73) clock.after(atMs, () => looks.push({ atMs: clock.now(), heardMs: playback.heard().heardMs }));
      let cutAtMs = 0;
      clock.after(endMs, () => {
        cutAtMs = clock.now();
        playback.cut();
      });
      await clock.advance(endMs + 400);
      const report = await playback.done;
      looks.push({ atMs: cutAtMs, heardMs: report.heardMs });
      const reader = new CodeReader(1);
      const heard: { readonly atMs: number; readonly position: number }[] = [];
      for (const { heardAtMs, samples } of device.given) {
        const upTo = reader.read(samples);
        heard.push({ atMs: heardAtMs + upTo / MS, position: reader.position });
      }
      const truthMs = (atMs: number): number => heard.reduce((most, one) => (one.atMs <= atMs ? Math.max(most, one.position) : most), 0) / MS;
      for (const look of looks) {
        const errorMs = Math.abs(look.heardMs - truthMs(look.atMs));
        worstMs = Math.max(worstMs, errorMs - longestLatencyMs - callbackMs);
        expect(errorMs, `run ${run} at ${look.atMs}`).toBeLessThanOrEqual(longestLatencyMs + callbackMs + 1e-6);
      }
      await device.close();
    }
    expect(worstMs).toBeLessThanOrEqual(1e-6);
  });

  it('of the simulated loudspeaker is off by no more than a quantum and the latency of the output', async () => {
    for (let run = 0; run < scale(60, 2000); run++) {
      const random = seededRandom(seed * 1000 + run);
      const clock = new ManualClock();
      const quantumMs = [0, QUANTUM_MS, 4 * QUANTUM_MS][run % 3] ?? 0;
      let longestLatencyMs = random() * 200;
      const speaker = new VirtualSpeaker({ clock, latencyMs: longestLatencyMs, quantumMs });
      const playback = speaker.begin();
      let chunks = 0;
      const write = (): void => {
        if (++chunks > 120) return;
        void playback.write(codedChunk(1, 0, 40, 1000));
        clock.after(20 + random() * 40 + (random() < 0.05 ? 400 : 0), write);
      };
      write();
      for (const { atMs, kind, ms } of trouble(random)) {
        clock.after(atMs, () => {
          if (kind === 'pause') playback.pause();
          else if (kind === 'resume') playback.resume();
          else if (kind === 'stall') speaker.stall(ms);
          else {
            const latencyMs = random() * 200;
            longestLatencyMs = Math.max(longestLatencyMs, latencyMs);
            speaker.switchTo(latencyMs, ms);
          }
        });
      }
      for (let look = 0; look < 50; look++) {
        await clock.advance(73);
        const errorMs = Math.abs(playback.heard().heardMs - (speaker.playbacks[0]?.heardBy(clock.now()) ?? 0));
        expect(errorMs, `run ${run} at ${clock.now()}`).toBeLessThanOrEqual(longestLatencyMs + quantumMs + 1e-6);
      }
      await speaker.close();
    }
  });
});
