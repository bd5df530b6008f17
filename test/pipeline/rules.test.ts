// What a stage and a pipeline may be told: every rule and setting with every wrong kind of value, by code, option and a word on how to mend it.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { defaultPipelineConfig, PipelineConfig } from '../../src/pipeline/config.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';

const stage = (): void => undefined;
const secret = 'a user’s words';

/** What was refused: the error, which must be ours and quote nothing. */
function refused(make: () => unknown): InvalidOptionError {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).not.toContain(secret);
    expect((error as Error).message).toMatch(/ must be |Correct its name or leave it out/);
    return error as InvalidOptionError;
  }
  throw new Error('was accepted');
}

const none: readonly unknown[] = [null, secret, Number.NaN, -1, [], {}, Symbol('x'), 5n];
const durations: readonly unknown[] = [null, secret, Number.NaN, -1, Infinity, '5', true, [], {}];
const counts: readonly unknown[] = [...durations, 0, 1.5];
const booleans: readonly unknown[] = [null, secret, 0, 1, 'true', [], {}];
const names: readonly unknown[] = [null, '', 0, true, [], {}];
const functions: readonly unknown[] = [null, secret, 0, true, {}];
const lists: readonly unknown[] = [null, secret, 0, true, {}];

describe('a rule of a stage', () => {
  it.each<[string, readonly unknown[]]>([
    ['kind', [null, '', 'guards', 0, {}]],
    ['dependencies', lists],
    ['streamsFrom', [...lists, [1], [null], [{}]]],
    ['conditional', [null, secret, 0, {}]],
    ['runOnSkip', booleans],
    ['always', booleans],
    ['scope', names],
    ['capacity', counts],
    ['retry', [null, secret, 3, true, { maxAttempts: 0 }, { maxAttempts: 1.5 }, { tries: 3 }, { backoff: 'cubic' }, { jitter: 'some' }, { baseDelayMs: -1 }, { maxDelayMs: Number.NaN }, { retryable: true }]],
    ['timeoutMs', durations],
    ['firstElementTimeoutMs', durations],
    ['idleTimeoutMs', durations],
    ['cancelGraceMs', durations],
    ['maxConcurrency', counts],
    ['priority', [null, secret, Number.NaN, Infinity, '1', {}]],
    ['outputSchema', [null, secret, {}, { '~standard': {} }]],
    ['wrappers', [...lists, [1], [null]]],
    ['timeout', [5]],
    ['constructor', [5]],
  ])('%s is refused when it is wrong, naming the stage and the rule', (rule, values) => {
    for (const value of values) {
      const options = [refused(() => new Pipeline().withStage('s', stage, { [rule]: value } as never)), refused(() => Pipeline.from([{ name: 's', stage, [rule]: value } as never]))].map((error) => [error.code, error.option.split(/[.[]retry/)[0]]);
      for (const [code, option] of options) expect([code, option === `Pipeline.withStage('s').${rule}` || option === "Pipeline.withStage('s')"]).toEqual(['INVALID_OPTION', true]);
    }
  });

  it('may be undefined, which is leaving it out', () => {
    const rules = { dependencies: undefined, timeoutMs: undefined, retry: undefined, kind: undefined, scope: undefined };
    expect(Pipeline.from([{ name: 's', stage, ...rules } as never]).stageNames).toEqual(['s']);
  });

  it.each(names)('has no name %o', (name) => {
    expect(refused(() => new Pipeline().withStage(name as never, stage)).option).toBe('Pipeline.withStage.name');
  });

  it.each([undefined, null, secret, 5, true])('has no stage %o', (nothing) => {
    expect(refused(() => new Pipeline().withStage('s', nothing as never)).option).toBe("Pipeline.withStage('s').stage");
  });

  it.each([secret, 5, true])('is not %o', (edges) => {
    expect(refused(() => new Pipeline().withStage('s', stage, 'work', edges as never)).option).toBe("Pipeline.withStage('s').edges");
  });

  it('is told in one list when the name of a rule is misspelt', () => {
    expect(refused(() => new Pipeline().withStage('s', stage, { dependancies: [] } as never)).message).toMatch(/dependencies.*streamsFrom/);
  });
});

describe('a call of the builder', () => {
  const two = new Pipeline().withStage('a', stage).withStage('b', stage);

  it.each<[string, () => unknown, string]>([
    ['from with null', () => Pipeline.from(null as never), 'Pipeline.from.stages'],
    ['from with a null stage', () => Pipeline.from([null as never]), 'Pipeline.from.stages'],
    ['chain with null', () => new Pipeline().chain(null as never), 'Pipeline.withStage.name'],
    ['chain with a stage without a name', () => new Pipeline().chain({ name: '', kind: 'work', execute: stage } as never), 'Pipeline.withStage.name'],
    ['connect from nothing', () => two.connect('', 'b'), 'Pipeline.connect.from'],
    ['connect to null', () => two.connect('a', null as never), 'Pipeline.connect.to'],
    ['branch from undefined', () => two.branch(undefined as never, ['b']), 'Pipeline.branch.from'],
    ['branch to nobody', () => two.branch('a', []), 'Pipeline.branch.to'],
    ['branch to an empty name', () => two.branch('a', ['']), 'Pipeline.branch.to'],
    ['branch in an unknown mode', () => two.branch('a', ['b'], { mode: 'each' as never }), 'Pipeline.branch.mode'],
    ['branch with an unknown option', () => two.branch('a', ['b'], { modes: 'compete' } as never), 'Pipeline.branch.modes'],
    ['branch with options that are none', () => two.branch('a', ['b'], 5 as never), 'Pipeline.branch'],
    ['compose with what is no pipeline', () => two.compose(two.build() as never), 'Pipeline.compose.other'],
    ['settings that are none', () => new Pipeline(5 as never), 'PipelineConfig'],
    ['withConfig with an unknown setting', () => two.withConfig({ buffers: 3 } as never), 'PipelineConfig.buffers'],
    ['start with input that is none', () => two.build().start({}, 5 as never), 'StageGraph.start.input'],
    ['execute without input', () => two.build().execute(undefined as never), 'StageGraph.execute.input'],
    ['a run with an unknown option', () => two.build().start({}, undefined, { timeout: 5 } as never), 'StageGraph.run.timeout'],
    ['a run with a context that is none', () => two.build().start(secret as never), 'StageGraph.run.context'],
    ['a run with a signal that is none', () => two.build().start({}, undefined, { signal: {} as never }), 'StageGraph.run.signal'],
    ['a run with a session signal that is none', () => two.build().start({}, undefined, { sessionSignal: null as never }), 'StageGraph.run.sessionSignal'],
    ['a run with a sink that is none', () => two.build().start({}, undefined, { eventSink: {} as never }), 'StageGraph.run.eventSink'],
    ['a run with a clock that is none', () => two.build().start({}, undefined, { clock: 5 as never }), 'StageGraph.run.clock'],
    ['a run resumed with what is no output', () => two.build().start({}, undefined, { resume: { a: {} as never } }), 'StageGraph.run.resume.a'],
    ['settled of an unknown stage', () => two.build().start().settled('c' as never), 'PipelineRun.settled.stage'],
    ['cancel with an unknown option', () => two.build().start().cancel({ why: 'x' } as never), 'PipelineRun.cancel.why'],
  ])('refuses %s', (_, make, option) => {
    expect([refused(make).option, refused(make).code]).toEqual([option, 'INVALID_OPTION']);
  });

  it('leaves the pipeline as it was, whatever it refused', () => {
    refused(() => two.branch('a', []));
    expect([two.build().stageNames, Object.isFrozen(two)]).toEqual([['a', 'b'], true]);
  });
});

describe('a setting of a pipeline', () => {
  it.each<[string, readonly unknown[]]>([
    ['topology', ['', 5, true, {}]],
    ['channelBufferSize', counts.filter((value) => value !== null)],
    ['priorityQueue', booleans.filter((value) => value !== null)],
    ['executionTimeoutMs', durations.filter((value) => value !== null)],
    ['idleTimeoutMs', durations.filter((value) => value !== null)],
    ['gracefulShutdownTimeoutMs', durations.filter((value) => value !== null)],
    ['failureMode', ['', 'fast', 5, {}]],
    ['maxConcurrency', counts.filter((value) => value !== null && value !== Infinity)],
    ['metrics', booleans.filter((value) => value !== null)],
    ['tracing', booleans.filter((value) => value !== null)],
    ['dev', booleans.filter((value) => value !== null)],
    ['timeSliceMs', durations.filter((value) => value !== null)],
    ['wrappers', [secret, 5, true, {}, [1], [null]]],
    ['clock', [secret, 5, {}]],
    ['random', [secret, 5, {}]],
    ['toString', [5]],
  ])('%s is refused when it is wrong', (setting, values) => {
    for (const value of values) expect(refused(() => new PipelineConfig({ [setting]: value } as never)).option).toBe(`PipelineConfig.${setting}`);
  });

  it.each(none.filter((value) => typeof value !== 'object' || value === null))('record is not %o', (init) => {
    expect(refused(() => new PipelineConfig(init as never)).option).toBe('PipelineConfig');
  });

  it('has a default, and each fluent form changes one and leaves the original', () => {
    const config = defaultPipelineConfig();
    expect([config.channelBufferSize, config.priorityQueue, config.executionTimeoutMs, config.idleTimeoutMs, config.gracefulShutdownTimeoutMs, config.failureMode, config.maxConcurrency, config.metrics, config.tracing, config.dev, config.timeSliceMs, config.wrappers]).toEqual([16, false, 0, 0, 10_000, 'fail-fast', Infinity, false, false, false, 8, []]);
    const changed = config.withChannelBufferSize(4).withPriorityQueue(true).withExecutionTimeout(5).withIdleTimeout(6).withGracefulShutdownTimeout(7).withMetrics(true).withTracing(true);
    expect([changed.channelBufferSize, changed.priorityQueue, changed.executionTimeoutMs, changed.idleTimeoutMs, changed.gracefulShutdownTimeoutMs, changed.metrics, changed.tracing]).toEqual([4, true, 5, 6, 7, true, true]);
    expect([config.channelBufferSize, config.metrics, Object.isFrozen(changed), config.fixedBufferSize, changed.fixedBufferSize, changed.withMetrics(false).fixedBufferSize, config.withMetrics(true).fixedBufferSize]).toEqual([16, false, true, false, true, true, false]);
  });
});
