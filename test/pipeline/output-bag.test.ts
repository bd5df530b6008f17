import { describe, expect, it } from 'vitest';
import { OutputBag, OutputEntry } from '../../src/pipeline/output-bag.js';
import { OutputConflictError } from '../../src/pipeline/errors.js';
import { StageOutput } from '../../src/stage/output.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const ok = (n: number) => StageOutput.ok({ n });

describe('OutputBag', () => {
  it('takes one output per stage and refuses a second, also when both are written at once', async () => {
    const bag = new OutputBag();
    const both = await Promise.allSettled([bag.write('a', ok(1)), bag.write('a', ok(2))]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((both[1] as PromiseRejectedResult).reason).toBeInstanceOf(OutputConflictError);
    expect(() => bag.writeSync('a', ok(3))).toThrow("The bag already holds an output of stage 'a'. Write each stage once, or pass { allowOverwrite: true } for a further attempt.");
    expect(bag.getOutput('a')?.data).toEqual({ n: 1 });
  });

  it('lets a further attempt take the place of the one before, in its place, and counts', async () => {
    const bag = new OutputBag();
    await bag.write('a', ok(1));
    await bag.write('b', ok(2));
    await bag.write('a', ok(3), { allowOverwrite: true });
    await bag.write('c', ok(4), { attempt: 5 });
    expect([bag.keys(), bag.size, bag.getValue('a', 'n'), ['a', 'b', 'c', 'd'].map((name) => bag.getAttemptCount(name)), bag.getRetryStages()]).toEqual([['a', 'b', 'c'], 3, 3, [2, 1, 5, 0], ['a', 'c']]);
    expect(Object.entries(bag.outputs()).map(([name, output]) => [name, output.data])).toEqual([['a', { n: 3 }], ['b', { n: 2 }], ['c', { n: 4 }]]);
  });

  it('gives entries that cannot be changed, stamped by the clock', () => {
    const clock = new ManualClock({ epochMs: 1000 });
    const entry = new OutputBag(clock).writeSync('a', ok(1));
    entry.timestamp.setTime(0);
    expect([entry instanceof OutputEntry, Object.isFrozen(entry), entry.timestamp.getTime(), entry.attempt]).toEqual([true, true, 1000, 1]);
    expect(entry.toDict()).toMatchObject({ stage_name: 'a', attempt: 1, timestamp: '1970-01-01T00:00:01.000Z', output: { status: 'ok', data: { n: 1 } } });
  });

  it('has fallbacks for what is not there, and no inherited keys', () => {
    const bag = new OutputBag();
    bag.writeSync('a', ok(1));
    expect([bag.get('b'), bag.getOutput('b'), bag.has('b'), bag.getValue('b', 'n', 7), bag.getValue('a', 'm', 8), bag.getValue('a', 'constructor', 9)]).toEqual([undefined, undefined, false, 7, 8, 9]);
  });

  it('gives its outputs as they are now: later writes do not show', () => {
    const bag = new OutputBag();
    bag.writeSync('a', ok(1));
    const before = bag.outputs();
    bag.writeSync('b', ok(2));
    expect([Object.keys(before), Object.isFrozen(before)]).toEqual([['a'], true]);
  });

  it('has a wire form', () => {
    const bag = new OutputBag();
    bag.writeSync('a', ok(1));
    bag.writeSync('a', ok(2), { allowOverwrite: true });
    bag.writeSync('b', ok(3));
    expect(JSON.parse(JSON.stringify(bag))).toMatchObject({ stage_count: 2, total_attempts: 3, entries: { a: { attempt: 2 }, b: { attempt: 1 } } });
  });

  it.each([
    ['an empty name', (bag: OutputBag) => bag.writeSync('', ok(1)), 'OutputBag.write.stageName'],
    ['what is no output', (bag: OutputBag) => bag.writeSync('a', { status: 'ok' } as never), 'OutputBag.write.output'],
    ['an unknown option', (bag: OutputBag) => bag.writeSync('a', ok(1), { overwrite: true } as never), 'OutputBag.write.overwrite'],
  ])('refuses %s', (_, write, option) => {
    const bag = new OutputBag();
    expect(() => write(bag)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option }));
    expect(bag.size).toBe(0);
  });
});
