import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlayoutProcessor, type PlayoutOptions } from '../../src/audio/playout-processor.js';
import type { PlayoutCommand, PlayoutReport } from '../../src/audio/playout-message.js';
import { audioWasm as module } from './audio-wasm.js';
import { bytesPerCall } from './heap.js';
import { concat, noise, sine } from './signals.js';

const RATE = 48000;
const QUANTUM = 128;

/** Renders quanta and keeps what comes out. */
class Player {
  readonly processor: PlayoutProcessor;
  readonly output: Float32Array[] = [];
  readonly reports: PlayoutReport[] = [];

  constructor(options: Partial<PlayoutOptions> = {}) {
    this.processor = new PlayoutProcessor({ sampleRate: RATE, ...options });
  }

  send(...commands: PlayoutCommand[]): this {
    for (const command of commands) this.processor.receive(command);
    this.take();
    return this;
  }

  audio(generation: number, samples: Float32Array): this {
    return this.send({ type: 'audio', generation, samples });
  }

  render(quanta: number): Float32Array {
    const blocks: Float32Array[] = [];
    for (let n = 0; n < quanta; n++) {
      const block = new Float32Array(QUANTUM).fill(NaN);
      this.processor.process(block);
      blocks.push(block);
      this.take();
    }
    this.output.push(...blocks);
    return concat(blocks);
  }

  take(): void {
    for (let report = this.processor.takeReport(); report !== undefined; report = this.processor.takeReport()) this.reports.push(report);
  }

  of(type: string): PlayoutReport[] {
    return this.reports.filter((report) => report.type === type);
  }

  now(): PlayoutReport {
    this.send({ type: 'report' });
    return this.reports.at(-1)!;
  }
}

const constant = (length: number, value: number): Float32Array => new Float32Array(length).fill(value);
const steepest = (x: Float32Array): number => x.reduce((most, value, n) => (n === 0 ? 0 : Math.max(most, Math.abs(value - x[n - 1]!))), 0);

describe('PlayoutProcessor', () => {
  it.each([undefined, module])('plays an answer bit for bit to its last sample (wasm: %s)', (wasm) => {
    const player = new Player(wasm === undefined ? {} : { module: wasm });
    const x = noise(RATE, 1, 0.5);
    x[0] = 0;
    x[RATE - 1] = 0;
    player.send({ type: 'open', generation: 1 });
    for (let n = 0; n < RATE; n += 1000) player.audio(1, x.subarray(n, n + 1000));
    player.send({ type: 'end', generation: 1 });
    expect(player.render(375)).toEqual(x);
    expect(player.reports.filter(({ type }) => type !== 'position').map(({ type, frame, position }) => [type, frame, position])).toEqual([['started', 0, 0]]);
    expect(player.render(1).every((value) => value === 0)).toBe(true);
    expect(player.reports.at(-1)).toMatchObject({ type: 'ended', position: RATE, frame: RATE, buffered: 0, released: RATE, playing: false });
  });

  it('waits for its start level, unless the answer is complete', () => {
    const player = new Player({ initialStartMs: 100 });
    player.send({ type: 'open', generation: 1 }).audio(1, constant(4799, 0.001));
    expect(player.render(1)[0]).toBe(0);
    player.audio(1, constant(1, 0.001));
    expect(player.render(1)[0]).toBeCloseTo(0.001);
    const short = new Player({ initialStartMs: 100 }).send({ type: 'open', generation: 1 }).audio(1, constant(64, 0.001)).send({ type: 'end', generation: 1 });
    expect(short.render(1)[0]).toBeCloseTo(0.001);
    expect(short.of('ended')).toHaveLength(1);
  });

  it('reports the end of an answer without audio', () => {
    const player = new Player().send({ type: 'open', generation: 3 }, { type: 'end', generation: 3 });
    player.render(1);
    expect(player.of('ended')).toMatchObject([{ generation: 3, position: 0 }]);
  });

  describe('cut', () => {
    it('fades within its fade time without a step, and reports the position at the cut', () => {
      const player = new Player({ fadeMs: 8, initialStartMs: 0, minStartMs: 0 });
      player.send({ type: 'open', generation: 1 }).audio(1, sine(RATE, 440, RATE, 0.8));
      player.render(50);
      player.send({ type: 'cut' });
      expect(player.of('cut')).toMatchObject([{ generation: 1, position: 6400, dropped: RATE - 6400 }]);
      const after = player.render(20);
      expect(after.subarray(384).every((value) => value === 0)).toBe(true);
      expect(after.subarray(0, 300).some((value) => Math.abs(value) > 0.05)).toBe(true);
      // A 440 Hz sine of 0.8 moves 0.046 per sample by itself; the fade adds next to nothing.
      expect(steepest(concat(player.output))).toBeLessThan(0.05);
    });

    it.each([0.01, 0.1, 0.5, 1])('never jumps by more than 0.02 at a cut of a slow wave of %f', (amplitude) => {
      const player = new Player({ fadeMs: 5, initialStartMs: 0, minStartMs: 0 });
      player.send({ type: 'open', generation: 1 }).audio(1, sine(RATE, 50, RATE, amplitude, 1.2));
      player.render(37);
      player.send({ type: 'cut' });
      player.render(10);
      expect(steepest(concat(player.output.slice(10)))).toBeLessThan(0.02);
    });

    it('plays nothing of a cancelled answer later, whatever comes in which order', () => {
      const command = fc.oneof(
        fc.record({ type: fc.constant('audio' as const), generation: fc.integer({ min: 1, max: 6 }) }),
        fc.record({ type: fc.constantFrom('open' as const, 'end' as const, 'cut' as const), generation: fc.integer({ min: 1, max: 6 }) }),
        fc.record({ type: fc.constantFrom('cut' as const, 'pause' as const, 'resume' as const) }),
        fc.record({ type: fc.constant('render' as const), quanta: fc.integer({ min: 1, max: 12 }) }),
      );
      fc.assert(
        fc.property(fc.array(command, { maxLength: 60 }), fc.boolean(), (commands, wasm) => {
          const player = new Player({ initialStartMs: 10, minStartMs: 0, fadeMs: 5, slowBelowMs: 0, ...(wasm ? { module } : {}) });
          let cut = 0;
          let newest = 0;
          let sinceCut = 1e9;
          for (const one of commands) {
            if (one.type === 'render') {
              for (let n = 0; n < one.quanta; n++) {
                const block = player.render(1);
                sinceCut += QUANTUM;
                // Each generation has its own level, so what sounds tells whose it is.
                const loudest = Math.max(...block);
                if (sinceCut > 4096) expect(loudest).toBeLessThanOrEqual(newest / 10 + 1e-6);
                if (sinceCut > 4096 && cut === newest) expect(loudest).toBe(0);
              }
              continue;
            }
            const generation = 'generation' in one ? one.generation : undefined;
            if (one.type === 'audio') player.audio(one.generation, constant(1500, one.generation / 10));
            else player.send(one as PlayoutCommand);
            if ((one.type === 'audio' || one.type === 'open') && generation! > Math.max(newest, cut)) {
              cut = Math.max(cut, newest);
              newest = generation!;
              sinceCut = 0;
            }
            if (one.type === 'cut' && (generation ?? newest) > cut) {
              cut = generation ?? newest;
              newest = Math.max(newest, cut);
              sinceCut = 0;
            }
          }
        }),
        { numRuns: 300, seed: 11 },
      );
    });

    it('counts commands of answers that are over as stale', () => {
      const player = new Player().send({ type: 'open', generation: 2 }, { type: 'cut', generation: 2 }).audio(2, constant(100, 1)).audio(1, constant(50, 1)).send({ type: 'open', generation: 1 }, { type: 'end', generation: 2 });
      expect(player.now()).toMatchObject({ stale: 4, released: 150, buffered: 0 });
      expect(player.render(4).every((value) => value === 0)).toBe(true);
    });

    it('refuses an answer that was cut before it began', () => {
      const player = new Player({ initialStartMs: 0, minStartMs: 0 }).send({ type: 'cut', generation: 5 }, { type: 'open', generation: 5 }).audio(5, constant(1000, 1));
      expect(player.render(4).every((value) => value === 0)).toBe(true);
      player.audio(6, constant(1000, 0.5));
      expect(player.render(8).some((value) => value === 0.5)).toBe(true);
    });

    it('lets the next answer begin under the fade of the one before', () => {
      const player = new Player({ initialStartMs: 0, minStartMs: 0 }).send({ type: 'open', generation: 1 }).audio(1, constant(9600, 0.5));
      player.render(10);
      player.send({ type: 'open', generation: 2 }).audio(2, constant(9600, 0.25)).send({ type: 'end', generation: 2 });
      const after = player.render(40);
      expect(player.of('cut')).toMatchObject([{ generation: 1, position: 1280 }]);
      expect(steepest(after)).toBeLessThan(0.01);
      expect(after[1000]).toBeCloseTo(0.25);
      expect(player.now()).toMatchObject({ generation: 2, position: 40 * 128 });
    });
  });

  describe('pause and resume', () => {
    it('goes on at the exact sample, so that every sample is heard in full', () => {
      const player = new Player({ initialStartMs: 0, minStartMs: 0 });
      const x = sine(RATE, 300, RATE, 0.5);
      player.send({ type: 'open', generation: 1 }).audio(1, x);
      player.render(20);
      player.send({ type: 'pause' });
      expect(player.of('paused')).toMatchObject([{ position: 2560 }]);
      const during = player.render(30);
      expect(during.subarray(400).every((value) => value === 0)).toBe(true);
      player.send({ type: 'resume' });
      const resumed = player.render(10);
      expect(resumed.subarray(384)).toEqual(x.subarray(2560 + 384, 2560 + 1280));
      // Fade-out and fade-in complement each other: together every sample sounded at full level.
      for (let n = 0; n < 384; n++) expect(during[n]! + resumed[n]!).toBeCloseTo(x[2560 + n]!, 2);
      expect(steepest(concat(player.output))).toBeLessThan(0.03);
    });

    it('takes audio while paused and obeys a cut', () => {
      const player = new Player({ initialStartMs: 0, minStartMs: 0 }).send({ type: 'open', generation: 1 }).audio(1, constant(1280, 0.1));
      player.render(5);
      player.send({ type: 'pause' }).audio(1, constant(5000, 0.1));
      player.render(50);
      expect(player.now()).toMatchObject({ position: 640, buffered: 5640, playing: false });
      player.send({ type: 'cut' });
      expect(player.render(10).every((value) => value === 0)).toBe(true);
      expect(player.of('cut')).toMatchObject([{ position: 640 }]);
    });

    it('ignores pause and resume of another generation', () => {
      const player = new Player({ initialStartMs: 0, minStartMs: 0 }).send({ type: 'open', generation: 2 }).audio(2, constant(9600, 0.1));
      player.send({ type: 'pause', generation: 1 });
      expect(player.render(4)[500]).toBeCloseTo(0.1);
      player.send({ type: 'pause', generation: 2 }, { type: 'resume', generation: 1 });
      expect(player.render(4)[511]).toBe(0);
    });
  });

  describe('gaps', () => {
    it.each([undefined, module])('reports underrun and recovery, never clicks and loses nothing (wasm: %s)', (wasm) => {
      const player = new Player({ initialStartMs: 20, minStartMs: 20, slowBelowMs: 0, ...(wasm === undefined ? {} : { module: wasm }) });
      const x = sine(9600, 200, RATE, 0.5);
      player.send({ type: 'open', generation: 1 }).audio(1, x.subarray(0, 4800));
      player.render(60);
      expect(player.of('underrun')).toMatchObject([{ position: 4800, frame: 4800 }]);
      player.audio(1, x.subarray(4800)).send({ type: 'end', generation: 1 });
      player.render(60);
      expect(player.of('recovered')).toHaveLength(1);
      expect(player.of('ended')).toMatchObject([{ position: 9600, gapFrames: 60 * 128 - 4800, underruns: 1 }]);
      // 200 Hz at 0.5 moves 0.013 per sample.
      expect(steepest(concat(player.output))).toBeLessThan(0.035);
    });

    it('hides the beginning of a gap with more of the same tone', () => {
      const player = new Player({ initialStartMs: 20, slowBelowMs: 0, module });
      player.send({ type: 'open', generation: 1 }).audio(1, sine(4800, 200, RATE, 0.5));
      const y = player.render(80);
      const gap = y.subarray(4800, 4800 + 960);
      const wanted = sine(4800 + 960, 200, RATE, 0.5).subarray(4800);
      const dot = gap.reduce((sum, value, n) => sum + value * wanted[n]!, 0) / Math.sqrt(gap.reduce((sum, value) => sum + value * value, 0) * wanted.reduce((sum, value) => sum + value * value, 0));
      expect(dot).toBeGreaterThan(0.97);
      expect(y.subarray(4800 + 2880 + QUANTUM).every((value) => value === 0)).toBe(true);
      expect(player.now().concealed).toBe(2880);
    });

    // 20 ms chunks: 960 samples, 7.5 quanta.
    const spoken = sine(RATE, 180, RATE, 0.3);
    const chunks = (player: Player, from: number, to: number, quantaEach: readonly number[]): void => {
      for (let n = from; n < to; n++) {
        player.audio(1, spoken.subarray(n * 960, (n + 1) * 960));
        const quanta = quantaEach[n % quantaEach.length]!;
        if (quanta > 0) player.render(quanta);
      }
    };

    it('plays slower while little is held of a source that speaks in real time, so that a late chunk still comes in time', () => {
      const gaps = [0, 160].map((slowBelowMs) => {
        const player = new Player({ initialStartMs: 60, slowBelowMs, module });
        player.send({ type: 'open', generation: 1 });
        chunks(player, 0, 25, [7, 8]);
        player.render(19);
        chunks(player, 25, 50, [7, 8]);
        player.send({ type: 'end', generation: 1 });
        player.render(100);
        expect(player.of('ended')).toMatchObject([{ position: RATE }]);
        return player.of('underrun').length;
      });
      expect(gaps).toEqual([1, 0]);
    });

    it('plays a source that is ahead of real time as it is, however little is held', () => {
      const player = new Player({ initialStartMs: 20, slowBelowMs: 160, module });
      player.send({ type: 'open', generation: 1 });
      // Every chunk comes in a third of the time it lasts, until room is left for no more; then in real time, as room appears.
      chunks(player, 0, 30, [2, 3]);
      chunks(player, 30, 40, [7, 8]);
      // A pause of the source, and the last sentence just before nothing is left.
      player.render(110);
      expect(player.now().buffered).toBeLessThan(0.16 * RATE);
      chunks(player, 40, 50, [1]);
      player.send({ type: 'end', generation: 1 });
      player.render(140);
      expect(player.now()).toMatchObject({ repeated: 0, skipped: 0, underruns: 0, position: RATE });
      const y = concat(player.output);
      const start = y.findIndex((value) => value !== 0) - 1;
      expect(y.subarray(start, start + RATE)).toEqual(spoken);
    });

    it('takes a source for slow again after it was ahead, when it begins to come in real time', () => {
      const player = new Player({ initialStartMs: 60, slowBelowMs: 160, module });
      player.send({ type: 'open', generation: 1 });
      chunks(player, 0, 6, [0]);
      expect(player.now().repeated).toBe(0);
      chunks(player, 6, 50, [7, 8]);
      expect(player.now().repeated).toBeGreaterThan(0);
      expect(player.now().underruns).toBe(0);
    });

    it('learns from late chunks to start later, and from calm ones to start earlier again', () => {
      const player = new Player({ initialStartMs: 60 });
      const targets: number[] = [];
      const speak = (generation: number, stallQuanta: number): void => {
        player.send({ type: 'open', generation });
        for (let n = 0; n < 10; n++) {
          player.audio(generation, constant(960, 0));
          player.render(n === 4 ? stallQuanta : 7);
        }
        player.send({ type: 'end', generation });
        player.render(40);
        targets.push(player.now().target);
      };
      for (let n = 1; n <= 5; n++) speak(n, 120);
      const afterStalls = targets.at(-1)!;
      expect(afterStalls).toBeGreaterThan(9600);
      for (let n = 6; n <= 60; n++) speak(n, 7);
      expect(targets.at(-1)!).toBeLessThan(afterStalls / 2);
    });

    it('works delay off when the source is live', () => {
      const player = new Player({ initialStartMs: 40, minStartMs: 40, live: true, slowBelowMs: 40, module });
      player.send({ type: 'open', generation: 1 }).audio(1, sine(RATE / 2, 150, RATE, 0.3));
      player.render(190);
      expect(player.now().skipped).toBeGreaterThan(1500);
      const patient = new Player({ initialStartMs: 40, minStartMs: 40, slowBelowMs: 40, module });
      patient.send({ type: 'open', generation: 1 }).audio(1, sine(RATE / 2, 150, RATE, 0.3));
      patient.render(150);
      expect(patient.now().skipped).toBe(0);
    });
  });

  it('drops what does not fit and counts it', () => {
    const player = new Player({ capacityMs: 100, maxStartMs: 50, initialStartMs: 50 });
    const { capacity } = player.processor;
    player.send({ type: 'open', generation: 1 }).audio(1, constant(capacity + 77, 0.1));
    expect(player.now()).toMatchObject({ buffered: capacity, dropped: 77, released: 77 });
  });

  it('keeps its promise on credits: sent − released never exceeds what is held', () => {
    const player = new Player({ capacityMs: 200, maxStartMs: 100, module, initialStartMs: 20 });
    player.send({ type: 'open', generation: 1 });
    let sent = 0;
    for (let n = 0; n < 400; n++) {
      const { released, dropped } = player.now();
      expect(dropped).toBe(0);
      const room = player.processor.capacity - (sent - released);
      const count = Math.min(room, 40 + ((n * 97) % 300));
      player.audio(1, noise(count, n, 0.2));
      sent += count;
      player.render(1 + (n % 3));
    }
  });

  it('approaches a gain linearly', () => {
    const player = new Player({ initialStartMs: 0, minStartMs: 0 }).send({ type: 'open', generation: 1 }).audio(1, constant(RATE, 0.5));
    player.render(4);
    player.send({ type: 'gain', gain: 0.2, rampMs: 20 });
    const y = player.render(10);
    expect(y[479]).toBeCloseTo(0.3, 2);
    expect(y[959]).toBeCloseTo(0.1, 2);
    expect(y[1279]).toBeCloseTo(0.1, 6);
    expect(steepest(y)).toBeLessThan(0.001);
    player.send({ type: 'gain', gain: 1, rampMs: 0 });
    expect(player.render(1)[1]).toBeCloseTo(0.5);
  });

  it('reports its position every reportEveryMs while an answer is open, and only then', () => {
    const player = new Player({ reportEveryMs: 20 });
    player.render(100);
    expect(player.reports).toEqual([]);
    player.send({ type: 'open', generation: 1 }).audio(1, constant(RATE, 0.1));
    player.render(150);
    // 20 ms are 7.5 quanta, so a report comes with every eighth.
    expect(player.of('position').map(({ position }) => position)).toEqual(Array.from({ length: 18 }, (_, n) => (n + 1) * 1024));
  });

  it('conserves samples and frames exactly under any arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 40 }), fc.boolean(), (steps, wasm) => {
        const player = new Player({ initialStartMs: 20, minStartMs: 5, slowBelowMs: 60, ...(wasm ? { module } : {}) });
        player.send({ type: 'open', generation: 1 });
        let sent = 0;
        for (const [samples, quanta] of steps) {
          player.audio(1, noise(samples, samples, 0.3));
          sent += samples;
          player.render(quanta);
        }
        player.send({ type: 'end', generation: 1 });
        player.render(400);
        const { position, skipped, repeated, gapFrames, dropped, released, frame } = player.of('ended')[0]!;
        const started = player.of('started')[0]?.frame ?? frame;
        expect([position, released, dropped]).toEqual([sent, sent, 0]);
        // Every output frame since the start is a source sample, a repeated one, or inside a gap.
        expect(frame - started).toBe(position - skipped + repeated + gapFrames);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it('does not allocate per quantum', () => {
    const player = new PlayoutProcessor({ sampleRate: RATE, module, reportEveryMs: 60000 });
    player.receive({ type: 'open', generation: 1 });
    player.receive({ type: 'audio', generation: 1, samples: noise(player.capacity - 6000, 1, 0.2) });
    const block = new Float32Array(QUANTUM);
    const refill = noise(QUANTUM, 2, 0.2);
    // A small object is 16 bytes; what remains is the measurement's own.
    const command: PlayoutCommand = { type: 'audio', generation: 1, samples: refill };
    expect(bytesPerCall(() => {
      player.receive(command);
      player.process(block);
    })).toBeLessThan(20); // an engine may box one number; the smallest object of ours would be more
  });

  it.each([{ sampleRate: 0 }, { sampleRate: 48000, fadeMs: 0.5 }, { sampleRate: 48000, minStartMs: 300, maxStartMs: 200 }, { sampleRate: 48000, capacityMs: 1 }, { sampleRate: 48000, prebuffer: 3 } as unknown as PlayoutOptions])('refuses %o', (options) => {
    expect(() => new PlayoutProcessor(options)).toThrow(/PlayoutProcessor\./);
  });
});
