// Scheduling on a clock of the test's own and a context that only writes down what it is asked for.
import { describe, expect, it } from 'vitest';
import type { PlayoutNotice } from '../../src/browser/playout-link.js';
import { scheduledRenderer } from '../../src/browser/scheduled-renderer.js';
import type { Renderer } from '../../src/browser/renderer.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { sine } from './sounds.js';

const RATE = 48000;

interface Piece {
  readonly samples: Float32Array;
  readonly frame: number;
  /** Frame of the clock when it was scheduled. */
  readonly asked: number;
  stopped: number | undefined;
}

/** A renderer without sound: time passes in steps of `stepMs`, timers and the clock of the context together. */
function bench(): { renderer: Renderer; pieces: Piece[]; notices: PlayoutNotice[]; pass(ms: number, stepMs?: number): Promise<void>; busy(ms: number): void; frame(): number } {
  const clock = new ManualClock();
  const begun = clock.now();
  let blocked = 0;
  const frame = (): number => Math.floor(((clock.now() - begun + blocked) * RATE) / 1000 / 128) * 128;
  const pieces: Piece[] = [];
  const notices: PlayoutNotice[] = [];
  const param = { setValueAtTime: () => param, linearRampToValueAtTime: () => param };
  const context = {
    sampleRate: RATE,
    baseLatency: 0.01,
    get currentTime() {
      return frame() / RATE;
    },
    createGain: () => ({ gain: param, disconnect: () => undefined }),
    createBuffer: () => ({ copyToChannel(samples: Float32Array) { Object.assign(this, { samples: samples.slice() }); } }),
    createBufferSource() {
      let piece: Piece | undefined;
      return {
        buffer: { samples: new Float32Array(0) },
        connect: () => undefined,
        start(this: { buffer: { samples: Float32Array } }, at: number) {
          piece = { samples: this.buffer.samples, frame: Math.round(at * RATE), asked: frame(), stopped: undefined };
          pieces.push(piece);
        },
        stop(at = 0) {
          if (piece !== undefined) piece.stopped = Math.round(at * RATE);
        },
      };
    },
  } as unknown as AudioContext;
  const renderer = scheduledRenderer({ context, module: null, capacityMs: 5000, prebufferMs: 60, slowBelowMs: 0, onNotice: (notice) => notices.push(notice), onFailure: () => undefined }, clock);
  const pass = async (ms: number, stepMs = 5): Promise<void> => {
    for (let n = 0; n < ms; n += stepMs) await clock.advance(stepMs);
  };
  // The device goes on while no timer of this thread runs.
  const busy = (ms: number): void => {
    blocked += ms;
  };
  return { renderer, pieces, notices, pass, busy, frame };
}

const tone = (ms: number): Float32Array => sine(220, ms, RATE, 0.5);
const kinds = (notices: readonly PlayoutNotice[]): string[] => notices.map(({ type }) => type).filter((type) => type !== 'position');

describe('scheduled buffers', () => {
  it('begin a safe time ahead, follow each other without a gap, and are what was written', async () => {
    const { renderer, pieces, notices, pass } = bench();
    renderer.command({ type: 'open', generation: 1 });
    await pass(300);
    // Waiting is not scheduled.
    expect(pieces).toEqual([]);
    const sound = tone(500);
    renderer.command({ type: 'audio', generation: 1, samples: sound.slice() });
    renderer.command({ type: 'end', generation: 1 });
    await pass(1000);
    expect(pieces[0]!.frame - pieces[0]!.asked).toBeGreaterThanOrEqual(0.03 * RATE);
    for (let n = 1; n < pieces.length; n++) expect(pieces[n]!.frame).toBe(pieces[n - 1]!.frame + pieces[n - 1]!.samples.length);
    for (const { frame, asked } of pieces) expect(frame).toBeGreaterThan(asked);
    const whole = Float32Array.from(pieces.flatMap(({ samples }) => [...samples]));
    expect(whole.subarray(0, sound.length)).toEqual(sound);
    expect(kinds(notices)).toEqual(['started', 'ended']);
    expect(notices.at(-1)).toMatchObject({ type: 'ended', position: sound.length, contextFrame: pieces[0]!.frame + sound.length });
  });

  it('leave a gap and never lie over each other when this thread was busy for longer than the lead', async () => {
    const { renderer, pieces, notices, pass, busy } = bench();
    renderer.command({ type: 'open', generation: 1 });
    renderer.command({ type: 'audio', generation: 1, samples: tone(1500) });
    renderer.command({ type: 'end', generation: 1 });
    await pass(200);
    busy(600);
    await pass(2000);
    const gaps = pieces.slice(1).map(({ frame }, n) => frame - pieces[n]!.frame - pieces[n]!.samples.length);
    expect(gaps.filter((gap) => gap !== 0)).toHaveLength(1);
    expect(Math.min(...gaps)).toBe(0);
    for (const { frame, asked } of pieces) expect(frame).toBeGreaterThan(asked);
    expect(notices.at(-1)).toMatchObject({ type: 'ended', position: 1.5 * RATE });
  });

  it('go on after a pause at the sample that was heard last, also when everything was scheduled', async () => {
    const { renderer, pieces, notices, pass, frame } = bench();
    const sound = tone(300);
    renderer.command({ type: 'open', generation: 1 });
    renderer.command({ type: 'audio', generation: 1, samples: sound.slice() });
    renderer.command({ type: 'end', generation: 1 });
    await pass(280);
    const heard = frame() - pieces[0]!.frame;
    const before = pieces.length;
    renderer.command({ type: 'pause', generation: 1 });
    expect(notices.at(-1)).toMatchObject({ type: 'paused', position: heard, playing: false });
    await pass(500);
    expect(pieces).toHaveLength(before);
    expect(kinds(notices)).toEqual(['started', 'paused']);
    renderer.command({ type: 'resume', generation: 1 });
    await pass(600);
    const rest = Float32Array.from(pieces.slice(before).flatMap(({ samples }) => [...samples]));
    expect(rest.subarray(0, sound.length - heard)).toEqual(sound.subarray(heard));
    expect(kinds(notices)).toEqual(['started', 'paused', 'resumed', 'ended']);
  });

  it('are stopped by a cut, which tells what was heard, and nothing of them is scheduled later', async () => {
    const { renderer, pieces, notices, pass, frame } = bench();
    renderer.command({ type: 'open', generation: 1 });
    renderer.command({ type: 'audio', generation: 1, samples: tone(2000) });
    await pass(400);
    const now = frame();
    const before = pieces.length;
    renderer.command({ type: 'cut', generation: 1 });
    expect(notices.at(-1)).toMatchObject({ type: 'cut', position: now - pieces[0]!.frame, playing: false });
    for (const piece of pieces) if (piece.frame + piece.samples.length > now) expect(piece.stopped).toBeLessThanOrEqual(now + 0.008 * RATE + 1);
    renderer.command({ type: 'audio', generation: 1, samples: tone(100) });
    await pass(500);
    expect(pieces).toHaveLength(before);
  });

  it('obey no command of an answer that is over', async () => {
    const { renderer, pieces, notices, pass } = bench();
    renderer.command({ type: 'open', generation: 1 });
    renderer.command({ type: 'open', generation: 2 });
    renderer.command({ type: 'audio', generation: 2, samples: tone(300) });
    renderer.command({ type: 'end', generation: 2 });
    await pass(150);
    for (const type of ['cut', 'pause', 'resume'] as const) renderer.command({ type, generation: 1 });
    await pass(600);
    expect(notices.filter(({ generation }) => generation === 2).map(({ type }) => type).filter((type) => type !== 'position')).toEqual(['started', 'ended']);
    expect(pieces.every(({ stopped }) => stopped === undefined)).toBe(true);
  });
});
