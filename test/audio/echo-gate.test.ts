import { describe, expect, it } from 'vitest';
import { EchoGate } from '../../src/audio/echo-gate.js';
import { seededRandom } from '../../src/base/random.js';

const FRAME = 160;

/** Speech-like level changes: bursts of 100 to 400 ms with pauses. */
function bursts(frames: number, seed: number): number[] {
  const random = seededRandom(seed);
  const levels: number[] = [];
  while (levels.length < frames) {
    const level = 0.05 + 0.25 * random();
    for (let n = 10 + random() * 30; n > 0; n--) levels.push(level * (0.5 + random()));
    for (let n = 3 + random() * 20; n > 0; n--) levels.push(0.0003);
  }
  return levels.slice(0, frames);
}

function block(level: number, random: () => number): Float32Array {
  return Float32Array.from({ length: FRAME }, () => level * (2 * random() - 1) * Math.sqrt(3));
}

/** Frames that pass the gate when the microphone hears the reference delayed and weaker, plus `own` speech. */
function passed(options: { erlDb: number; delay: number; frames?: number; ring?: number; own?: (frame: number) => number; playing?: (frame: number) => boolean; gate?: EchoGate }): boolean[] {
  const { erlDb, delay, frames = 1500, ring = 0.6, own = () => 0, playing = () => true, gate = new EchoGate() } = options;
  const random = seededRandom(7);
  const levels = bursts(frames, 3).map((level, n) => (playing(n) ? level : 0));
  const gain = 10 ** (-erlDb / 20);
  let tail = 0;
  return levels.map((level, n) => {
    // The room rings on: energy decays from frame to frame.
    tail = Math.max(levels[n - delay] ?? 0, tail * ring);
    const captured = block(Math.hypot(tail * gain, own(n), 0.0002), random);
    // A detector that takes everything that is not silence for voice: the gate must do the rest.
    const loud = captured.reduce((sum, value) => sum + value * value, 0) / FRAME > 0.0005 ** 2;
    return gate.process(captured, playing(n) ? block(level, random) : undefined, loud ? 0.9 : 0) > 0;
  });
}

const longestRun = (flags: readonly boolean[]): number => flags.reduce<readonly [number, number]>(([most, run], flag) => [Math.max(most, flag ? run + 1 : 0), flag ? run + 1 : 0], [0, 0])[0];

describe('EchoGate', () => {
  it.each([[20, 8], [30, 8], [20, 25], [25, 38], [6, 15], [0, 20]])('never lets echo at −%i dB and %i frames delay pass long enough to confirm an onset', (erlDb, delay) => {
    // 60 ms of frames confirm an onset.
    expect(longestRun(passed({ erlDb, delay }))).toBeLessThan(6);
  });

  it.each([[20, 8], [25, 25], [12, 15]])('lets speech 6 dB above the echo at −%i dB pass within 200 ms', (erlDb, delay) => {
    const gain = 10 ** (-erlDb / 20);
    const speech = bursts(1500, 3).reduce((most, level) => Math.max(most, level), 0) * gain * 0.6 * 2;
    const flags = passed({ erlDb, delay, own: (frame) => (frame >= 1000 ? speech : 0) });
    expect(longestRun(flags.slice(0, 1000))).toBeLessThan(6);
    expect(longestRun(flags.slice(1000, 1020))).toBeGreaterThanOrEqual(6);
  });

  it('passes everything while nothing plays', () => {
    expect(passed({ erlDb: 20, delay: 8, playing: () => false, own: () => 0.001 }).every(Boolean)).toBe(true);
  });

  it('passes quiet speech again as soon as the echo has died away', () => {
    const flags = passed({ erlDb: 20, delay: 8, playing: (frame) => frame < 800, own: (frame) => (frame >= 870 ? 0.004 : 0) });
    expect(flags.slice(880).every(Boolean)).toBe(true);
  });

  it('learns delay and loss', () => {
    const gate = new EchoGate();
    passed({ erlDb: 25, delay: 20, ring: 0.3, gate });
    expect(Math.abs(gate.delayMs - 200)).toBeLessThanOrEqual(20);
    expect(Math.abs(gate.lossDb - 25)).toBeLessThan(6);
    gate.reset();
    expect([gate.delayMs, gate.lossDb]).toEqual([-1, 0]);
  });

  it('opens when the echo is cancelled elsewhere, so that quiet speech passes during playback', () => {
    const flags = passed({ erlDb: 70, delay: 8, frames: 4000, own: (frame) => (frame >= 3900 ? 0.01 : 0) });
    expect(flags.slice(3910).filter(Boolean).length).toBeGreaterThan(80);
  });

  it('never raises a probability', () => {
    const gate = new EchoGate();
    const random = seededRandom(1);
    for (let n = 0; n < 300; n++) {
      const p = random();
      expect(gate.process(block(random(), random), random() < 0.5 ? block(random(), random) : undefined, p)).toBeLessThanOrEqual(p);
    }
  });

  it.each([{ maxDelayMs: -1 }, { frameMs: 0 }, { marginDb: 50 }, { delay: 3 } as object])('refuses %o', (options) => {
    expect(() => new EchoGate(options)).toThrow(/EchoGate\./);
  });
});
