import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { turnLatency } from '../../src/voice/turn-latency.js';

describe('turnLatency', () => {
  it('splits the time into its parts', () => {
    expect(turnLatency({ speechEnd: 100, turnStart: 600, sttEnd: 650, guardEnd: 652, firstToken: 700, firstPiece: 720, firstAudio: 740, firstRendered: 775, firstHeard: 800 })).toEqual({
      totalMs: 700,
      parts: { endpoint: 500, stt: 50, guard: 2, llm: 48, chunking: 20, tts: 20, prebuffer: 35, device: 25 },
    });
  });

  it('gives parts that are never negative and sum to the total, whatever is missing or out of order', () => {
    const moment = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.record({ speechEnd: fc.double({ min: 0, max: 1e6, noNaN: true }), turnStart: fc.double({ min: 0, max: 1e6, noNaN: true }), firstHeard: fc.double({ min: 0, max: 1e6, noNaN: true }), sttEnd: moment, guardEnd: moment, firstToken: moment, firstPiece: moment, firstAudio: moment }), (moments) => {
        const { totalMs, parts } = turnLatency(moments);
        for (const part of Object.values(parts)) expect(part).toBeGreaterThanOrEqual(0);
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(totalMs, 6);
      }),
    );
  });
});
