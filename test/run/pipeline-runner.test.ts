import { describe, expect, it, vi } from 'vitest';
import { sleep } from '../../src/base/clock.js';
import { setupLogging } from '../../src/run/logging.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import { ObservableEventSink } from '../../src/event/observable-sink.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { PipelineRunner } from '../../src/run/pipeline-runner.js';
import { runSimplePipeline } from '../../src/run/run-simple-pipeline.js';
import { StageOutput } from '../../src/stage/output.js';
import { createStageContext } from '../../src/stage/context.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const good = new Pipeline().withStage('upper', (ctx) => StageOutput.ok({ text: (ctx.snapshot.inputText ?? '').toUpperCase() }), 'transform');
const bad = good.withStage('broken', () => { throw new TypeError('my cause'); }, 'work', { dependencies: ['upper'] });
const quitting = good.withStage('quit', () => StageOutput.cancel('enough'), 'guard', { dependencies: ['upper'] }).withStage('never', () => StageOutput.ok({ x: 1 }), 'work', { dependencies: ['quit'] });

describe('PipelineRunner', () => {
  it('gives outputs, data, duration and events of a run that went well', async () => {
    const result = await new PipelineRunner().run(good, { inputText: 'hi' });
    expect(result.success).toBe(true);
    expect(result.results['upper']).toMatchObject({ status: 'ok', data: { text: 'HI' } });
    expect(result.stages).toEqual({ upper: { text: 'HI' } });
    expect([result.getStageData('upper'), result.getStageData('upper', 'text'), result.getStageData('upper', 'no', 7), result.getStageData('toString')]).toEqual([{ text: 'HI' }, 'HI', 7, undefined]);
    expect([result.error, result.errorType, result.cancelled, result.cancelReason]).toEqual([null, null, false, null]);
    expect(result.pipelineRunId).toMatch(/^[0-9a-f-]{36}$/);
    expect(result.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['pipeline.started', 'stage.completed', 'pipeline.completed']));
    expect(result.events.every(({ data }) => data['pipeline_run_id'] === result.pipelineRunId)).toBe(true);
  });

  it('measures on its clock', async () => {
    const clock = new ManualClock();
    const slow = new Pipeline().withStage('slow', async (ctx) => { await sleep(ctx.clock, 30, ctx.signal); return StageOutput.ok({ x: 1 }); }, 'work');
    expect((await clock.settle(new PipelineRunner({ clock }).run(slow, {}))).durationMs).toBe(30);
  });

  it('gives the error of a failed stage as a value, with what had settled before', async () => {
    const result = await new PipelineRunner().run(bad.build(), { inputText: 'hi' });
    expect(result.success).toBe(false);
    expect([result.error?.name, result.errorType, (result.error?.cause as Error).message]).toEqual(['StageError', 'StageError', 'my cause']);
    expect(result.stages['upper']).toEqual({ text: 'HI' });
    expect(result.toDict()).toMatchObject({ success: false, error_type: 'StageError', results: { upper: { status: 'ok' } } });
  });

  it('counts a canceled run as a success that was cancelled', async () => {
    const result = await new PipelineRunner().run(quitting, { inputText: 'hi' });
    expect([result.success, result.cancelled, result.canceled, result.cancelReason]).toEqual([true, true, true, 'enough']);
    expect(result.results['never']?.status).toBe('cancel');
  });

  it('stops a run whose signal aborts', async () => {
    const controller = new AbortController();
    const waiting = new Pipeline().withStage('wait', (ctx) => new Promise<never>((_, reject) => ctx.signal.addEventListener('abort', () => reject(new Error('stopped')))), 'work');
    const running = new PipelineRunner().run(waiting, {}, { signal: controller.signal });
    controller.abort('user left');
    expect(await running).toMatchObject({ success: true, cancelled: true });
  });

  it.each([{ executionTimeoutMs: 50 }, { idleTimeoutMs: 50 }])('keeps what had settled when the run’s own time is over: %o', async (deadline) => {
    const clock = new ManualClock();
    const running = new PipelineRunner({ clock }).run(good.withStage('slow', () => new Promise<never>(() => undefined)).withConfig({ clock, ...deadline }), { inputText: 'hi' });
    await clock.advance(200);
    const result = await running;
    expect([result.success, result.errorType, result.stages['upper'], result.results['slow']?.status]).toEqual([false, 'PipelineTimeoutError', { text: 'HI' }, 'cancel']);
  });

  it.each([undefined, null, 5, {}, [good]])('refuses the pipeline %o', async (nothing) => {
    await expect(new PipelineRunner().run(nothing as never)).rejects.toMatchObject({ code: 'INVALID_OPTION', option: 'PipelineRunner.run.pipeline' });
  });

  it('rejects only for a pipeline that does not build', async () => {
    const wrong = Pipeline.from.bind(Pipeline, [{ name: 'a', runner: () => StageOutput.ok({ x: 1 }), kind: 'work', dependencies: ['missing'] }] as never);
    await expect((async () => new PipelineRunner().run(wrong()))()).rejects.toThrow();
    await expect(new PipelineRunner().run(good, 'text' as never)).rejects.toThrow('StageGraph.run.context');
  });

  it('takes a snapshot or a stage context as it is', async () => {
    const snapshot = new ContextSnapshot({ pipelineRunId: S, inputText: 'a' });
    expect((await new PipelineRunner().run(good, snapshot)).pipelineRunId).toBe(S);
    const eventSink = new ObservableEventSink();
    const result = await new PipelineRunner().run(good, createStageContext({ snapshot, eventSink }));
    expect(result.stages).toEqual({ upper: { text: 'A' } });
    expect(eventSink.getEventsByType('pipeline.completed')).toHaveLength(1);
  });

  it('gives the events to its own sink too, and keeps none where asked', async () => {
    const eventSink = new ObservableEventSink();
    const result = await new PipelineRunner({ eventSink, captureEvents: false }).run(good, { inputText: 'x' });
    expect(result.events).toEqual([]);
    expect(eventSink.getEventsByType('stage.completed')).toHaveLength(1);
  });

  it('prints events while they come only where asked, to the logger it was given', async () => {
    const lines: string[] = [];
    const logger = { debug: () => undefined, warn: () => undefined, error: () => undefined, info: (line: string) => void lines.push(line) };
    await new PipelineRunner({ logger }).run(good, { inputText: 'my secret' });
    expect(lines).toEqual([]);
    await new PipelineRunner({ logger, verbose: true, clock: new ManualClock() }).run(bad, { inputText: 'my secret' });
    expect(lines[0]).toBe('+      0.0 ms  pipeline.started');
    expect(lines.some((line) => line.startsWith('+      0.0 ms  stage.completed  upper'))).toBe(true);
    expect(lines.join('\n')).not.toContain('my secret');
    await new PipelineRunner({ logger, verbose: true, colorize: true }).run(good, { inputText: 'x' });
    expect(lines.at(-1)).toContain('\u001b[32mpipeline.completed\u001b[0m');
  });

  it.each([{ verbose: 'yes' }, { event_sink: null }])('refuses %j', (options) => {
    expect(() => new PipelineRunner(options as object)).toThrow(`PipelineRunner.${Object.keys(options)[0]}`);
  });
});

describe('runSimplePipeline', () => {
  it('runs in the mode practice with ids, metadata and the text', async () => {
    const look = new Pipeline().withStage('look', (ctx) => StageOutput.ok({ mode: ctx.executionMode, session: ctx.sessionId, run: ctx.pipelineRunId, request: ctx.requestId, user: ctx.userId, metadata: ctx.snapshot.metadata, text: ctx.inputs.userText }), 'work');
    const result = await runSimplePipeline(look, 'Hello, world!', { metadata: { a: 1 } });
    expect(result.stages['look']).toMatchObject({ mode: 'practice', user: null, metadata: { a: 1 }, text: 'Hello, world!' });
    const ids = ['session', 'run', 'request'].map((key) => result.getStageData('look', key));
    expect(new Set(ids).size).toBe(3);
    expect((await runSimplePipeline(look.build(), 'x', { executionMode: 'doc_edit', sessionId: S })).stages['look']).toMatchObject({ mode: 'doc_edit', session: S });
  });

  it('gives the error of a failed stage as a value', async () => {
    expect(await runSimplePipeline(bad, 'x')).toMatchObject({ success: false });
  });

  it('refuses a text that is none and unknown options', async () => {
    await expect(runSimplePipeline(good, 5 as never)).rejects.toThrow('runSimplePipeline.inputText');
    await expect(runSimplePipeline(good, 'x', { execution_mode: 'x' } as object)).rejects.toThrow('runSimplePipeline.execution_mode');
  });
});

describe('setupLogging', () => {
  const capture = (): { lines: [string, string][] } => {
    const lines: [string, string][] = [];
    for (const level of ['debug', 'info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation((line: string) => void lines.push([level, line]));
    return { lines };
  };

  it('writes text lines from INFO on, DEBUG too where asked', async () => {
    const { lines } = capture();
    const clock = new ManualClock();
    const plain = setupLogging({ clock });
    plain.logger.debug('quiet');
    plain.logger.info('stage.completed', { stage: 'llm', duration_ms: 3 });
    await plain.close();
    const verbose = setupLogging({ verbose: true, clock });
    verbose.logger.debug('loud');
    await verbose.close();
    vi.restoreAllMocks();
    expect(lines).toEqual([['info', '2023-11-14T22:13:20.000Z INFO  sluice stage.completed stage=llm duration_ms=3'], ['debug', '2023-11-14T22:13:20.000Z DEBUG sluice loud']]);
  });

  it('writes JSON lines with the seeds’ fields', async () => {
    const { lines } = capture();
    const logging = setupLogging({ jsonFormat: true, clock: new ManualClock() });
    logging.eventSink.tryEmit({ type: 'stage.failed', data: { stage: 'llm', duration_ms: 3 } });
    logging.logger.error('went wrong', new RangeError('deep'));
    await logging.close();
    vi.restoreAllMocks();
    expect(JSON.parse(lines[0]?.[1] ?? '')).toEqual({ timestamp: '2023-11-14T22:13:20.000Z', level: 'ERROR', logger: 'sluice', message: 'stage.failed', event: 'stage.failed', stage: 'llm', duration_ms: 3 });
    expect(JSON.parse(lines[1]?.[1] ?? '')).toMatchObject({ message: 'went wrong', exception: { type: 'RangeError', code: null } });
  });

  it('writes to a stream beside the console, and tells once that the stream failed', async () => {
    const { lines } = capture();
    let text = '';
    const good = setupLogging({ logFile: new WritableStream<Uint8Array>({ write: (chunk) => void (text += new TextDecoder().decode(chunk)) }) });
    good.logger.info('one');
    await good.close();
    expect(text.endsWith(' sluice one\n')).toBe(true);
    const broken = setupLogging({ logFile: new WritableStream<Uint8Array>({ write: () => { throw new Error('disk'); } }) });
    broken.logger.info('two');
    broken.logger.info('three');
    await broken.close();
    vi.restoreAllMocks();
    expect(lines.filter(([level]) => level === 'error')).toHaveLength(1);
    expect(lines.filter(([level]) => level === 'info')).toHaveLength(3);
  });

  it('serves the runner until it is closed, and leaves the host’s console as it is', async () => {
    const { lines } = capture();
    const logging = setupLogging();
    await new PipelineRunner({ verbose: true }).run(good, { inputText: 'x' });
    const logged = lines.length;
    await logging.close();
    expect(logged).toBeGreaterThan(2);
    expect(lines[0]?.[1]).toContain('INFO  sluice +');
    console.info('the host’s own line');
    expect(lines.slice(logged)).toEqual([['info', 'the host’s own line']]);
  });

  it('refuses a path where there are no files', () => {
    expect(() => setupLogging({ logFile: 'pipeline.log' })).toThrow('this platform has no files');
  });
});

