import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Segmenter, type SegmentEvent, type SegmenterOptions } from '../../src/audio/segmenter.js';

const FRAME = 160;

/** Runs frames given as [probability, frames] pairs; sample n of the stream has the value n. */
function run(pattern: readonly (readonly [number, number])[], options: SegmenterOptions = {}, flush = false): SegmentEvent[] {
  const segmenter = new Segmenter(options);
  const events: SegmentEvent[] = [];
  let at = 0;
  for (const [probability, frames] of pattern) {
    for (let n = 0; n < frames; n++, at += FRAME) events.push(...segmenter.push(Float32Array.from({ length: FRAME }, (_, k) => at + k), probability));
  }
  if (flush) events.push(...segmenter.flush());
  return events;
}

const types = (events: readonly SegmentEvent[]): string[] => events.map(({ type }) => type);
const ends = (events: readonly SegmentEvent[]): Extract<SegmentEvent, { type: 'speechEnd' }>[] => events.filter((event) => event.type === 'speechEnd');

describe('Segmenter', () => {
  it('reports start at once, confirmation after 60 ms and the end after 500 ms of silence', () => {
    const events = run([[0, 100], [0.9, 30], [0, 60]]);
    expect(events.map(({ type, atMs }) => [type, atMs])).toEqual([['speechStart', 1010], ['speechConfirmed', 1060], ['speechEnd', 1800]]);
    expect(ends(events)[0]).toMatchObject({ startMs: 1000, endMs: 1300, audioStartMs: 600, reason: 'silence' });
  });

  it('hands out pre-roll and post-roll, sample for sample', () => {
    const [end] = ends(run([[0, 100], [0.9, 30], [0, 60]]));
    expect(end!.audio.length).toBe((1500 - 600) * 16);
    expect([end!.audio[0], end!.audio.at(-1)]).toEqual([600 * 16, 1500 * 16 - 1]);
  });

  const cases: readonly [string, readonly (readonly [number, number])[], SegmenterOptions, readonly string[]][] = [
    ['ignores a click of 30 ms', [[0, 50], [0.9, 3], [0, 60]], {}, ['speechStart', 'misfire']],
    ['ignores a single frame', [[0, 50], [1, 1], [0, 60]], {}, ['speechStart', 'misfire']],
    ['keeps a word of 70 ms', [[0, 50], [0.9, 7], [0, 60]], {}, ['speechStart', 'speechConfirmed', 'speechEnd']],
    ['joins words over a pause below the redemption time', [[0.9, 20], [0, 49], [0.9, 20], [0, 60]], {}, ['speechStart', 'speechConfirmed', 'speechEnd']],
    ['splits at a pause of the redemption time', [[0.9, 20], [0, 50], [0.9, 20], [0, 60]], {}, ['speechStart', 'speechConfirmed', 'speechEnd', 'speechStart', 'speechConfirmed', 'speechEnd']],
    ['does not start between the thresholds', [[0.4, 100]], {}, []],
    ['does not end between the thresholds', [[0.9, 20], [0.4, 100], [0, 60]], {}, ['speechStart', 'speechConfirmed', 'speechEnd']],
    ['drops a turn with too little voice', [[0.9, 20], [0, 60]], { minSpeechMs: 400 }, ['speechStart', 'speechConfirmed', 'misfire']],
    ['confirms later when asked to', [[0.9, 20], [0, 60]], { confirmMs: 210 }, ['speechStart', 'misfire']],
    ['counts a failed detector as speech', [[NaN, 20], [0, 60]], {}, ['speechStart', 'speechConfirmed', 'speechEnd']],
  ];
  it.each(cases)('%s', (_, pattern, options, expected) => {
    expect(types(run(pattern, options))).toEqual(expected);
  });

  it('cuts speech that goes on at the longest turn, loses no sample and gives none twice', () => {
    const events = run([[0.9, 250], [0, 60]], { maxTurnMs: 1000, preRollMs: 200 });
    expect(types(events).filter((type) => type === 'maxTurn')).toHaveLength(2);
    const turns = ends(events);
    expect(turns.map(({ reason }) => reason)).toEqual(['maxTurn', 'maxTurn', 'silence']);
    let next = 0;
    for (const { audio } of turns) expect(audio.every((value) => value === next++)).toBe(true);
    expect(next).toBeGreaterThan(250 * FRAME);
  });

  it('never hands out audio of the turn before as pre-roll', () => {
    const [first, second] = ends(run([[0.9, 20], [0, 50], [0.9, 20], [0, 60]], { preRollMs: 1000 }));
    expect(second!.audioStartMs).toBe(first!.audioStartMs + first!.audio.length / 16);
  });

  it('gives the same turns however fast the audio comes and however it is framed', () => {
    const probability = (ms: number): number => (ms >= 1000 && ms < 1600 ? 0.9 : 0);
    const turns = [80, 160, 320].map((size) => {
      const segmenter = new Segmenter();
      const events: SegmentEvent[] = [];
      for (let at = 0; at < 16000 * 3; at += size) events.push(...segmenter.push(new Float32Array(size), probability((at + size - 1) / 16)));
      return ends(events).map(({ startMs, endMs, audio }) => [startMs, endMs, audio.length]);
    });
    expect(turns[0]).toEqual(turns[1]);
    expect(turns[1]).toEqual(turns[2]);
  });

  it('keeps its times at another sample rate', () => {
    const segmenter = new Segmenter({ sampleRate: 48000 });
    const events: SegmentEvent[] = [];
    for (let n = 0; n < 200; n++) events.push(...segmenter.push(new Float32Array(480), n >= 50 && n < 80 ? 1 : 0));
    expect(ends(events)[0]).toMatchObject({ startMs: 500, endMs: 800, audioStartMs: 100 });
  });

  it('completes the open turn on flush, also one that is not confirmed but long enough', () => {
    expect(types(run([[0, 10], [0.9, 30]], {}, true))).toEqual(['speechStart', 'speechConfirmed', 'speechEnd']);
    expect(types(run([[0, 10], [0.9, 5]], {}, true))).toEqual(['speechStart', 'speechEnd']);
    expect(types(run([[0, 10], [0.9, 2]], {}, true))).toEqual(['speechStart', 'misfire']);
  });

  it('fails open: what was never detected is handed out on flush, at most one longest turn of it', () => {
    const [end] = ends(run([[0, 300]], { maxTurnMs: 1000, preRollMs: 100 }, true));
    expect(end!.reason).toBe('undetected');
    expect(end!.audio.length).toBe(1000 * 16);
    expect(end!.audio.at(-1)).toBe(300 * FRAME - 1);
    expect(run([[0, 4]], {}, true)).toEqual([]);
    expect(run([[0, 300]], { failOpen: false }, true)).toEqual([]);
    expect(types(run([[0.9, 20], [0, 300]], {}, true))).toEqual(['speechStart', 'speechConfirmed', 'speechEnd']);
  });

  it('starts anew after reset', () => {
    const segmenter = new Segmenter();
    for (let n = 0; n < 10; n++) segmenter.push(new Float32Array(FRAME), 0.9);
    segmenter.reset();
    expect([segmenter.positionMs, segmenter.inSpeech, segmenter.voicedMs]).toEqual([0, false, 0]);
    expect(types([...segmenter.push(new Float32Array(FRAME), 0.9)])).toEqual(['speechStart']);
  });

  it('keeps order and completeness for any sequence of probabilities', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(0, 0.4, 0.6, 1), fc.integer({ min: 1, max: 80 })), { maxLength: 25 }), (pattern) => {
        const events = run(pattern, { maxTurnMs: 1500, redemptionMs: 200 }, true);
        let open = false;
        let handedOut = -1;
        let lastMs = -1;
        for (const event of events) {
          expect(event.atMs).toBeGreaterThanOrEqual(lastMs);
          lastMs = event.atMs;
          if (event.type === 'speechStart') {
            expect(open).toBe(false);
            open = true;
          } else if (event.type === 'misfire') open = false;
          else if (event.type === 'speechEnd') {
            expect(open || event.reason === 'undetected').toBe(true);
            open = false;
            expect(event.audio.every((value, n) => value === event.audio[0]! + n)).toBe(true);
            expect(event.audio[0]!).toBeGreaterThan(handedOut);
            handedOut = event.audio.at(-1)!;
          }
        }
        expect(open).toBe(false);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it.each([{ positiveThreshold: 1.1 }, { positiveThreshold: 0.3, negativeThreshold: 0.4 }, { redemptionMs: 0 }, { maxTurnMs: 10 }, { postRollMs: 600 }, { sampleRate: 0 }, { endSilenceMs: 5 } as SegmenterOptions])('refuses %o', (options) => {
    expect(() => new Segmenter(options)).toThrow(/Segmenter\./);
  });
});
