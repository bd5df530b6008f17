import { describe, expect, it } from 'vitest';
import { SettledOutputs } from '../../src/pipeline/settled-outputs.js';
import { StageOutput } from '../../src/stage/output.js';

describe('SettledOutputs', () => {
  it('make an output of data once, with its duration', () => {
    const outputs = new SettledOutputs(3, true);
    const data = { n: 1 };
    outputs.setData(0, data, 2.5);
    outputs.setData(1, undefined, 0);
    expect([outputs.has(0), outputs.has(1), outputs.has(2), outputs.get(2)]).toEqual([true, true, false, undefined]);
    const output = outputs.get(0);
    expect([output instanceof StageOutput, output?.data === data, output?.durationMs, outputs.get(0) === output]).toEqual([true, true, 2.5, true]);
    expect([outputs.get(1)?.data, outputs.get(1)?.durationMs]).toEqual([{}, 0]);
  });

  it('keep outputs as they are, and may replace one', () => {
    const outputs = new SettledOutputs(1, true);
    const [first, second] = [StageOutput.skip('s'), StageOutput.ok({ n: 2 })];
    outputs.set(0, first);
    expect(outputs.get(0)).toBe(first);
    outputs.set(0, second);
    expect(outputs.get(0)).toBe(second);
  });

  it('know no duration where stages are not timed', () => {
    const outputs = new SettledOutputs(1, false);
    outputs.setData(0, { n: 1 }, 5);
    expect(outputs.get(0)?.durationMs).toBeNull();
  });

  it('take any record for data, also one that looks like an output', () => {
    const outputs = new SettledOutputs(1, true);
    outputs.setData(0, { status: 'fail', error: 'no' }, 1);
    expect([outputs.get(0)?.status, outputs.get(0)?.data]).toEqual(['ok', { status: 'fail', error: 'no' }]);
  });
});
