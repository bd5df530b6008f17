import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer, type JitterBufferStats } from '../../src/audio/jitter-buffer.js';
import { JitterController } from '../../src/audio/jitter-controller.js';
import { seededRandom } from '../../src/base/random.js';
import { audioWasm as module } from './audio-wasm.js';
import { bytesPerCall } from './heap.js';
import { concat, rms } from './signals.js';

const RATE = 16000;
const PACKET = 320;

interface Packet { readonly sequence: number; readonly atMs: number }

const tone = (sequence: number): Float32Array => Float32Array.from({ length: PACKET }, (_, n) => 0.3 * Math.sin((2 * Math.PI * 200 * (sequence * PACKET + n)) / RATE));

/** Plays packets by their arrival on virtual time, until `ms`. */
function play(packets: readonly Packet[], ms: number, options: { quantile?: number } = {}): { y: Float32Array; stats: JitterBufferStats; delays: number[] } {
  const buffer = new JitterBuffer({ sampleRate: RATE, module, ...options });
  const arrivals = [...packets].sort((a, b) => a.atMs - b.atMs);
  const out: Float32Array[] = [];
  const delays: number[] = [];
  let next = 0;
  for (let now = 0; now < ms; now += 8) {
    for (; next < arrivals.length && arrivals[next]!.atMs <= now; next++) buffer.insert(arrivals[next]!.sequence, tone(arrivals[next]!.sequence), arrivals[next]!.atMs);
    const block = new Float32Array(128);
    buffer.pull(block, now);
    out.push(block);
    delays.push(now + 8 - buffer.stats.position / 16);
  }
  return { y: concat(out), stats: buffer.stats, delays };
}

function conserved(stats: JitterBufferStats): void {
  expect(stats.received).toBe(stats.played + stats.held + stats.late + stats.duplicate);
  expect(stats.pulled).toBe(stats.silent + stats.played + stats.concealed - stats.stored + stats.repeated - stats.skipped);
}

const steepest = (x: Float32Array): number => x.reduce((most, value, n) => (n === 0 ? 0 : Math.max(most, Math.abs(value - x[n - 1]!))), 0);
const regular = (count: number, jitter: (n: number) => number = () => 0): Packet[] => Array.from({ length: count }, (_, sequence) => ({ sequence, atMs: sequence * 20 + jitter(sequence) }));

describe('JitterBuffer', () => {
  it('plays a regular stream without touching it, at a small delay', () => {
    const { y, stats, delays } = play(regular(500), 9900);
    conserved(stats);
    expect([stats.concealed, stats.lostPackets, stats.late]).toEqual([0, 0, 0]);
    expect(delays.at(-1)).toBeLessThan(45);
    expect(rms(y.subarray(16000))).toBeCloseTo(0.3 / Math.SQRT2, 3);
    expect(steepest(y.subarray(2000))).toBeLessThan(0.03);
  });

  it('hides single losses so that a tone goes on', () => {
    const random = seededRandom(3);
    const packets = regular(500).filter(({ sequence }) => sequence < 20 || random() > 0.05);
    const { y, stats } = play(packets, 9900);
    conserved(stats);
    expect(stats.lostPackets).toBe(500 - packets.length);
    expect(Math.abs(stats.concealed - stats.lostPackets * PACKET)).toBeLessThan(PACKET);
    expect(steepest(y.subarray(2000))).toBeLessThan(0.04);
    for (let at = 16000; at < y.length - 1000; at += 320) expect(rms(y.subarray(at, at + 320))).toBeGreaterThan(0.1);
  });

  it('puts reordered packets back in order and drops doubles', () => {
    const packets = regular(400, (n) => (n % 10 === 3 ? 30 : 0)).flatMap((packet) => (packet.sequence % 7 === 0 ? [packet, { ...packet, atMs: packet.atMs + 2 }] : [packet]));
    const { stats } = play(packets, 8200);
    conserved(stats);
    expect(stats.duplicate + stats.late).toBe(58 * PACKET);
    expect(stats.lostPackets).toBe(0);
  });

  it('plays slower into a stall when it holds enough to', () => {
    const stalls = regular(900, (n) => (n % 100 >= 90 ? (100 - (n % 100)) * 12 : 0));
    const { stats } = play(stalls, 17900, { quantile: 0.99 });
    conserved(stats);
    expect(stats.targetMs).toBeGreaterThan(100);
    expect(stats.repeated).toBeGreaterThan(1000);
    // The first stall cannot be known; the later ones are met.
    expect(stats.concealed).toBeLessThan(2 * 120 * 16);
  });

  it('hides a stall and works its delay off within 2 s', () => {
    const { stats, delays, y } = play(regular(500, (n) => (n >= 200 && n < 210 ? (210 - n) * 20 : 0)), 9900);
    conserved(stats);
    expect(stats.skipped).toBeGreaterThan(1000);
    expect(stats.concealed).toBeLessThan(190 * 16);
    expect(Math.max(...delays.slice(526, 560))).toBeGreaterThan(150);
    expect(delays[Math.round(6200 / 8)]).toBeLessThan(60);
    expect(steepest(y.subarray(2000))).toBeLessThan(0.05);
  });

  it('follows a clock that drifts by 300 ppm without a gap', () => {
    const { stats } = play(regular(2000, (n) => n * 0.006), 39800);
    conserved(stats);
    expect(stats.concealed).toBeLessThan(RATE * 0.05);
  });

  it('fades to silence when packets stop, and comes back when they go on', () => {
    const packets = regular(100).concat(regular(200).slice(150));
    const { y, stats } = play(packets, 3900);
    conserved(stats);
    expect(rms(y.subarray(2300 * 16, 2600 * 16))).toBeLessThan(1e-4);
    expect(rms(y.subarray(3300 * 16, 3600 * 16))).toBeCloseTo(0.3 / Math.SQRT2, 2);
  });

  it('skips over a gap that is longer than it can hold', () => {
    const packets = [...regular(50), ...Array.from({ length: 50 }, (_, n) => ({ sequence: 1000 + n, atMs: 1000 + n * 20 }))];
    const { stats } = play(packets, 1900);
    conserved(stats);
    expect(stats.position).toBeGreaterThan(1000 * PACKET);
  });

  it('conserves samples for any arrivals', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 1500 })), { maxLength: 90 }), fc.constantFrom(0.8, 0.97, 0.99), (arrivals, quantile) => {
        const { stats, y } = play(arrivals.map(([sequence, atMs]) => ({ sequence, atMs })), 1800, { quantile });
        conserved(stats);
        expect(y.every((value) => Math.abs(value) < 1)).toBe(true);
      }),
      { numRuns: 60, seed: 9 },
    );
  });

  it('is level with a NetEq-like controller on a stall-ridden trace, at less delay', () => {
    const random = seededRandom(12);
    let stall = 0;
    const packets = regular(3000, () => {
      stall = Math.max(0, stall - 20);
      if (random() < 0.004) stall = 60 + 120 * random();
      return stall + 8 * random();
    });
    const { stats, delays } = play(packets, 59000, { quantile: 0.97 });
    const late = (stats.concealed / PACKET - stats.lostPackets) / 3000;
    const mean = delays.slice(100).reduce((sum, value) => sum + value, 0) / (delays.length - 100);
    expect(late).toBeLessThan(0.02);
    expect(mean).toBeLessThan(140);
  });

  it('does not allocate in pull', () => {
    const buffer = new JitterBuffer({ sampleRate: RATE, module });
    const packet = tone(0);
    const block = new Float32Array(PACKET);
    let sequence = 0;
    // Every 50th packet is lost, so that concealment is measured too.
    const bytes = bytesPerCall(() => {
      if (sequence % 50 !== 49) buffer.insert(sequence, packet, sequence * 20);
      sequence++;
      buffer.pull(block, sequence * 20);
    });
    // Floats that pass between functions may be boxed by the engine: a few words per call, no arrays.
    expect(bytes).toBeLessThan(400);
  });

  it.each([
    [() => new JitterBuffer({ sampleRate: 11025, module }), /packetMs/],
    [() => new JitterBuffer({ sampleRate: RATE, quantile: 2, module }), /quantile/],
    [() => new JitterBuffer({ sampleRate: RATE, module }).insert(-1, new Float32Array(PACKET)), /sequence/],
    [() => new JitterBuffer({ sampleRate: RATE, module }).insert(0, new Float32Array(10)), /samples length/],
  ])('refuses wrong use %#', (use, message) => {
    expect(use).toThrow(message);
  });
});

describe('JitterController', () => {
  const feed = (controller: JitterController, count: number, delay: (n: number) => number, start = 0): void => {
    for (let n = start; n < start + count; n++) controller.arrived(n, n * 20 + delay(n));
  };

  it('aims low on a calm network and higher on a jittery one, more so for a higher quantile', () => {
    const random = seededRandom(5);
    const jitter = (): number => 60 * random() ** 3;
    const targets = [[0.97, () => 1], [0.9, jitter], [0.99, jitter]].map(([quantile, delay]) => {
      const controller = new JitterController({ quantile: quantile as number });
      feed(controller, 1000, delay as () => number);
      return controller.targetMs;
    });
    expect(targets[0]).toBeLessThan(40);
    expect(targets[1]).toBeGreaterThan(targets[0]!);
    expect(targets[2]).toBeGreaterThan(targets[1]!);
  });

  it('does not take slow drift for jitter', () => {
    const controller = new JitterController();
    feed(controller, 2000, (n) => n * 0.05);
    expect(controller.targetMs).toBeLessThan(45);
  });

  it('plays faster above its target, slower below, at most by a quarter', () => {
    const controller = new JitterController();
    feed(controller, 200, () => 0);
    const now = 199 * 20;
    const { targetMs } = controller;
    expect(controller.tempo(targetMs, now)).toBe(1);
    expect(controller.tempo(targetMs + 500, now)).toBe(1.25);
    expect(controller.tempo(0, now)).toBe(0.75);
    expect(controller.tempo(targetMs + 15, now)).toBeGreaterThan(1);
  });

  it('learns whether gaps fill', () => {
    const lossy = new JitterController();
    for (let n = 0; n < 500; n++) if (n % 9 !== 0) lossy.arrived(n, n * 20);
    const reordering = new JitterController();
    for (let n = 0; n < 500; n++) reordering.arrived(n % 2 === 0 ? n + 1 : n - 1, n * 20);
    expect([lossy.expectsLate, reordering.expectsLate]).toEqual([false, true]);
  });
});
