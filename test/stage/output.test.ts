import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { StageArtifact } from '../../src/context/artifact.js';
import { isStageOutput, StageOutput, timedOutput } from '../../src/stage/output.js';

describe('StageOutput', () => {
  it('has the status, data and error of each constructor', () => {
    const shapes = [
      StageOutput.ok({ a: 1 }),
      StageOutput.ok(),
      StageOutput.skip('no audio', { reason: 'overridden', x: 1 }),
      StageOutput.cancel('over'),
      StageOutput.fail('broken', { partial: 1 }),
      StageOutput.fail(),
      StageOutput.fail({ response: 'as response', data: { y: 1 } }),
      StageOutput.fail({ error: 'wins', response: 'loses' }),
      StageOutput.retry('again'),
    ].map(({ status, data, error }) => ({ status, data, error }));
    expect(shapes).toEqual([
      { status: 'ok', data: { a: 1 }, error: null },
      { status: 'ok', data: {}, error: null },
      { status: 'skip', data: { reason: 'no audio', x: 1 }, error: null },
      { status: 'cancel', data: { cancelReason: 'over' }, error: null },
      { status: 'fail', data: { partial: 1 }, error: 'broken' },
      { status: 'fail', data: {}, error: 'Unknown error' },
      { status: 'fail', data: { y: 1 }, error: 'as response' },
      { status: 'fail', data: {}, error: 'wins' },
      { status: 'retry', data: {}, error: 'again' },
    ]);
  });

  it('keeps an Error as the cause', () => {
    const cause = new RangeError('x');
    expect(StageOutput.fail(cause)).toMatchObject({ error: 'x', cause });
    expect(StageOutput.fail(new RangeError())).toMatchObject({ error: 'RangeError' });
    expect(StageOutput.fail({ error: cause }).cause).toBe(cause);
  });

  it('is one class with a frozen shell; its copies change one thing', () => {
    const artifact = new StageArtifact({ type: 'card' });
    const output = StageOutput.ok({ a: 1 }, { version: '1', artifacts: [artifact], events: [{ type: 'x', data: {} }] });
    expect([output instanceof StageOutput, isStageOutput(output), isStageOutput({ status: 'ok' }), Object.isFrozen(output)]).toEqual([true, true, false, true]);
    const copy = output.withVersion('2').withDuration(5);
    expect([copy.version, copy.durationMs, copy.data, copy.artifacts, copy.events.length, output.version, output.durationMs]).toEqual(['2', 5, { a: 1 }, [artifact], 1, '1', null]);
  });

  it('is stamped in place once, and copied when a stage returns it again', () => {
    const output = StageOutput.ok();
    expect(timedOutput(output, 3)).toBe(output);
    const second = timedOutput(output, 4);
    expect([output.durationMs, second.durationMs, second === output]).toEqual([3, 4, false]);
  });

  it('writes bytes as base64, dates as ISO and big integers so that they come back', () => {
    const output = StageOutput.ok({ audio: new Uint8Array([1, 2]), at: new Date(0), big: 10n ** 40n }).withDuration(2);
    expect(output.toDict()).toMatchObject({ status: 'ok', duration_ms: 2, data: { audio: 'AQI=', at: '1970-01-01T00:00:00.000Z' } });
    const back = StageOutput.fromDict(JSON.parse(JSON.stringify(StageOutput.fail('x', { n: 1 }).withDuration(7))) as Record<string, unknown>);
    expect(back).toMatchObject({ status: 'fail', error: 'x', data: { n: 1 }, durationMs: 7 });
  });

  it.each([[() => StageOutput.ok(5 as never)], [() => StageOutput.ok([1] as never)], [() => StageOutput.ok({}, { verison: '1' } as never)], [() => StageOutput.fail(5 as never)], [() => StageOutput.fromDict({ status: 'fine' })], [() => StageOutput.fromDict(null as never)]])('refuses what it cannot hold (%s)', (make) => {
    expect(make).toThrow(InvalidOptionError);
  });
});
