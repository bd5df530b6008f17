/**
 * One run of a graph: a stage starts as soon as its last dependency has settled (a counter per stage, no
 * levels, no promise per edge) from a queue, never from another stage's stack.
 *
 *   waiting ──last dependency──▶ ready ──▶ running ──▶ settled (ok | skip | cancel | fail)
 *                                  ▲          │ retry
 *                                  └──delay───┘
 *
 * A run that is stopped (canceled, failed, out of time) settles what is left as canceled at once, then
 * lets the `always` stages and the clean-ups have their time.
 */
import type { Clock } from '../base/clock.js';
import { AbortedError, toError } from '../base/errors.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { EventSink } from '../event/sink.js';
import { StageContext, type Cleanup, type RunScope } from '../stage/context.js';
import { StageError } from '../stage/errors.js';
import { StageInputs } from '../stage/inputs.js';
import { StageOutput, timedOutput, type StageReturn } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { PipelineTimer } from '../stage/timer.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { swallowingWriter } from '../stream/null-ends.js';
import { Attempt, type AttemptHost } from './attempt.js';
import { runCleanups } from './cleanup.js';
import { Deadlines, watchIdle } from './deadlines.js';
import { PipelineTimeoutError } from './errors.js';
import type { EventReporter } from './event-reporter.js';
import type { GraphNode } from './graph-node.js';
import { LiveWriter, watchLive } from './live-writer.js';
import { invalidOutput, runOnce, toOutput } from './normalize-output.js';
import { pipelineResults, type PipelineResults } from './results.js';
import { mayRetry, retryDelayMs } from './retry.js';
import { RunInputs } from './run-inputs.js';
import type { RunInput } from './run.js';
import type { RunSettings } from './run-settings.js';
import { RunWatch } from './run-watch.js';
import { bindSignals } from './run-signals.js';
import { SegmentRuns, type SegmentHost } from './segment.js';
import { Scheduler, type ExecutionPlan, type SchedulerHost } from './scheduler.js';
import { skipOutput } from './skip.js';
import type { RunAccess } from './spec.js';
import { NotRepeatableError, refusedRetry, stageError } from './stage-failure.js';
import { Wiring } from './wiring.js';

/** Why a run was stopped before its end. */
type Stop = { readonly kind: 'canceled' | 'failed'; readonly reason: string; readonly error?: PipelineTimeoutError };

/** One run. */
export class Execution implements AttemptHost, SchedulerHost, SegmentHost, RunAccess {
  readonly snapshot: ContextSnapshot;
  readonly clock: Clock;
  readonly timer: PipelineTimer;
  readonly sink: EventSink | undefined;
  readonly scope: RunScope;
  readonly sessionSignal: AbortSignal | undefined;
  readonly wiring: Wiring;
  readonly #plan: ExecutionPlan;
  readonly #settings: RunSettings;
  readonly #reporter: EventReporter | undefined;
  readonly #deadlines: Deadlines;
  readonly #outputs: (StageOutput | undefined)[];
  readonly #attempts: (Attempt | undefined)[];
  readonly #open: Int32Array;
  readonly #scheduler: Scheduler;
  readonly #instances: Map<number, Stage> = new Map();
  readonly #tries: Map<number, { readonly attempt: number; readonly delayMs: number }> = new Map();
  readonly #failures: StageError[] = [];
  readonly #watch: RunWatch = new RunWatch();
  #segments: SegmentRuns | undefined;
  #cleanups: Cleanup[] | undefined;
  #left: number;
  #leavesLeft: number;
  #odd = false; // some stage settled otherwise than ok
  #stop: Stop | undefined;
  #closing = false;
  #release: (() => void) | undefined;

  constructor(plan: ExecutionPlan, settings: RunSettings, reporter: EventReporter | undefined, input: RunInput | undefined) {
    const { graph } = plan;
    this.#plan = plan;
    this.#settings = settings;
    this.#reporter = reporter;
    this.snapshot = settings.snapshot;
    this.clock = settings.clock;
    this.sink = settings.sink;
    this.scope = settings.scope;
    this.sessionSignal = settings.sessionSignal;
    this.timer = new PipelineTimer(settings.clock);
    this.#deadlines = new Deadlines(settings.clock);
    this.wiring = new Wiring(graph, plan.config, input, settings.clock);
    this.#outputs = new Array<StageOutput | undefined>(graph.nodes.length);
    this.#attempts = new Array<Attempt | undefined>(graph.nodes.length);
    this.#open = graph.indegrees.slice();
    this.#left = graph.nodes.length;
    this.#leavesLeft = graph.leaves;
    this.#scheduler = new Scheduler(this, plan);
  }

  /** Why the run was canceled; null while it was not. */
  get cancelReason(): string | null {
    return this.#stop?.kind === 'canceled' ? this.#stop.reason : null;
  }

  /** Starts the stages without dependencies, now. */
  start(): void {
    if (this.#closing) return; // canceled before its first turn
    const { graph, config } = this.#plan;
    this.#reporter?.pipeline('started', { stage_count: graph.nodes.length });
    this.#release = bindSignals(this.#settings, (reason) => this.cancel(reason), (reason) => this.#giveUp(reason));
    if (this.#left === 0) return this.#release?.(); // a signal had aborted already
    if (config.executionTimeoutMs > 0) this.#deadlines.add(this.#scheduler.nowMs + config.executionTimeoutMs, () => this.#timeout('executionTimeoutMs', config.executionTimeoutMs, 'RUN_TIMEOUT'));
    if (config.idleTimeoutMs > 0) watchIdle(this.#deadlines, this.clock, config.idleTimeoutMs, () => this.wiring.moved - this.#left, () => this.#timeout('idleTimeoutMs', config.idleTimeoutMs, 'RUN_IDLE_TIMEOUT'));
    for (const root of graph.roots) this.#scheduler.push(root);
    this.#scheduler.drain();
  }

  /** Calls `then` when the run has finished. */
  onFinished(then: () => void): void {
    this.#watch.onFinished(then);
  }

  /** Calls `then` with the output of a stage, as soon as it has settled. */
  onSettled(stage: number, then: (output: StageOutput) => void): void {
    const output = this.#outputs[stage];
    if (output === undefined) this.#watch.onSettled(stage, then);
    else then(output);
  }

  /** What the run gives, or throws what it failed with. */
  results(): PipelineResults {
    const results = pipelineResults(this.#plan.graph.names, this.#outputs);
    const error = this.#stop?.error;
    if (error !== undefined) throw error.withResults(results);
    const [first, ...others] = this.#failures;
    if (first === undefined || this.#plan.config.failureMode === 'best-effort') return results;
    throw first.withResults(results, others);
  }

  /** Stops the run, or the stages of a scope. */
  cancel(reason: string, scope?: string): void {
    if (this.#left === 0) return;
    this.#scheduler.tick();
    if (scope === undefined) this.#halt({ kind: 'canceled', reason });
    else for (const node of this.#plan.graph.nodes) if (node.spec.scope === scope) this.#cancelStage(node, reason);
    this.#scheduler.drain();
  }

  inputsOf(node: GraphNode): StageInputs {
    return new StageInputs({ snapshot: this.snapshot, ports: this.#settings.ports, declaredDeps: node.declared, stageName: node.name, source: new RunInputs(this.#plan.graph, this.#outputs, node) });
  }

  readerOf(node: GraphNode): ChannelReader<StreamElement> | undefined {
    return this.wiring.reader(node);
  }

  writerOf(node: GraphNode, attempt: Attempt): ChannelWriter<StreamElement> | undefined {
    const writer = this.wiring.writer(node);
    if (!node.watched) return writer;
    const reporter = this.#plan.config.tracing ? this.#reporter : undefined;
    return (attempt.live = new LiveWriter(writer ?? swallowingWriter, attempt, this.clock, reporter === undefined ? undefined : (element) => reporter.element(node, element, this.clock.epochMs())));
  }

  addCleanup(cleanup: Cleanup): void {
    (this.#cleanups ??= []).push(cleanup);
  }

  /** Begins a stage whose dependencies have settled; called by the scheduler. */
  begin(node: GraphNode): void {
    const { index, spec } = node;
    if (this.#outputs[index] !== undefined) return;
    const resumed = this.#settings.resume?.[node.name];
    if (resumed !== undefined) return this.#settle(node, resumed, 1);
    if (this.#odd || node.conditional) {
      const skipped = skipOutput(this.#plan.graph, node, this.#outputs, () => this.inputsOf(node));
      if (skipped !== undefined) return this.#settle(node, skipped, 1);
    }
    if (node.limited && !this.#scheduler.enter(node)) return;
    this.#launch(node, this.#tries.get(index)?.attempt ?? 1, spec.timeoutMs ?? 0);
  }

  /** The output of a stage, for wrappers. */
  output(stage: string): StageOutput | undefined {
    const index = this.#plan.graph.index.get(stage);
    return index === undefined ? undefined : this.#outputs[index];
  }

  /** Runs a settled stage once more, for wrappers. */
  async rerun(stage: string): Promise<StageOutput> {
    const node = this.#plan.graph.nodes[this.#plan.graph.index.get(stage) ?? -1];
    if (node === undefined || node.isLive || this.#outputs[node.index] === undefined) throw new NotRepeatableError(stage);
    const attempt = new Attempt(this, node, (this.#tries.get(node.index)?.attempt ?? 1) + 1, this.#scheduler.tick());
    this.#tries.set(node.index, { attempt: attempt.attempt, delayMs: 0 });
    this.#reporter?.started(attempt);
    const again = node.make === undefined ? node.stage : this.#instance(node);
    const output = await runOnce(node.name, () => (node.wrap === undefined ? again.execute(new StageContext(attempt)) : node.wrap(again, new StageContext(attempt), this)));
    const timed = timedOutput(output, this.#scheduler.tick() - attempt.startedMs);
    if (this.#left > 0) this.#outputs[node.index] = timed;
    this.#reporter?.settled(node, timed, attempt.attempt);
    return timed;
  }

  /** Settles a member of a segment. */
  end(attempt: Attempt, output: StageOutput): void {
    this.#scheduler.tick();
    if (output.status === 'fail') this.#failed(attempt, output);
    else this.#end(attempt, output);
    this.#scheduler.drain();
  }

  isSettled(node: GraphNode): boolean {
    return this.#outputs[node.index] !== undefined;
  }

  #launch(node: GraphNode, number: number, timeoutMs: number): void {
    const attempt = new Attempt(this, node, number, this.#scheduler.nowMs);
    this.#attempts[node.index] = attempt;
    this.#reporter?.started(attempt);
    if (node.segment !== undefined) return (this.#segments ??= new SegmentRuns(this)).join(node.segment, attempt);
    let returned: Promise<StageReturn> | StageReturn;
    try {
      const stage = node.make === undefined ? node.stage : this.#instance(node);
      const ctx = new StageContext(attempt);
      returned = node.wrap === undefined ? stage.execute(ctx) : node.wrap(stage, ctx, this);
    } catch (error) {
      return this.#threw(attempt, error);
    }
    if (!isThenable(returned)) return this.#returned(attempt, returned);
    if (timeoutMs > 0) {
      attempt.dueMs = this.#scheduler.nowMs + timeoutMs;
      this.#deadlines.enter(attempt);
    }
    if (node.watched) watchLive(attempt, this.#deadlines, (option, timeoutMs) => this.expired(attempt, option, timeoutMs));
    returned.then(
      (value) => {
        this.#returned(attempt, value);
        this.#scheduler.drain();
      },
      (error: unknown) => {
        this.#threw(attempt, error);
        this.#scheduler.drain();
      },
    );
  }

  #instance(node: GraphNode): Stage {
    const stage = this.#instances.get(node.index) ?? (node.make === undefined ? node.stage : new node.make());
    this.#instances.set(node.index, stage);
    return stage;
  }

  #returned(attempt: Attempt, value: StageReturn): void {
    if (attempt.over) return;
    this.#scheduler.tick();
    const output = toOutput(value);
    if (output === undefined) this.#failed(attempt, StageOutput.fail(invalidOutput(attempt.node.name, value)));
    else if (output.status === 'fail' || output.status === 'retry') this.#failed(attempt, output);
    else this.#end(attempt, output);
  }

  #threw(attempt: Attempt, error: unknown): void {
    if (attempt.over) return;
    this.#scheduler.tick();
    this.#failed(attempt, StageOutput.fail(toError(error)));
  }

  /** The time of an attempt is over; `option` says which. */
  expired(attempt: Attempt, option = 'timeoutMs', timeoutMs: number = attempt.node.spec.timeoutMs ?? 0): void {
    if (attempt.over) return;
    this.#scheduler.tick();
    const error = new PipelineTimeoutError(`Stage '${attempt.node.name}'`, option, timeoutMs, 'STAGE_TIMEOUT');
    this.#failed(attempt, StageOutput.fail(error));
    attempt.stop(error, 'timeout');
    this.#scheduler.drain();
  }

  #failed(attempt: Attempt, output: StageOutput): void {
    const { node } = attempt;
    const { retry } = node.spec;
    if (attempt.stopped !== undefined) return this.#end(attempt, StageOutput.cancel(attempt.stopped.why));
    if (retry === undefined) return this.#end(attempt, output.status === 'retry' ? refusedRetry(node, output, 'RETRY_WITHOUT_POLICY') : output);
    if (!mayRetry(retry, attempt.attempt, output.cause)) return this.#end(attempt, output.status === 'retry' ? StageOutput.fail(output.cause ?? output.error, output.data) : output);
    if (attempt.live !== undefined && attempt.live.emitted > 0) return this.#end(attempt, refusedRetry(node, output, 'RETRY_AFTER_EMIT'));
    const delayMs = retryDelayMs(retry, attempt.attempt, this.#tries.get(node.index)?.delayMs, output.cause, this.#plan.config.random);
    this.#forget(attempt);
    this.#scheduler.leave(node);
    this.#tries.set(node.index, { attempt: attempt.attempt + 1, delayMs });
    this.#reporter?.retrying(attempt, output, delayMs);
    if (delayMs <= 0) this.#scheduler.push(node.index);
    else this.#deadlines.add(this.#scheduler.nowMs + delayMs, () => this.#later(() => this.#scheduler.push(node.index)));
  }

  /** Does something from a timer. */
  #later(run: () => void): void {
    this.#scheduler.tick();
    run();
    this.#scheduler.drain();
  }

  #forget(attempt: Attempt): void {
    attempt.over = true;
    if (attempt.dueMs !== 0) this.#deadlines.leave(attempt);
    this.#attempts[attempt.node.index] = undefined;
  }

  #end(attempt: Attempt, output: StageOutput): void {
    this.#forget(attempt);
    this.#scheduler.leave(attempt.node);
    this.#settle(attempt.node, timedOutput(output, this.#scheduler.nowMs - attempt.startedMs), attempt.attempt, attempt.stopped !== undefined);
  }

  /** `imposed`: the run has decided this outcome, not the stage. */
  #settle(node: GraphNode, output: StageOutput, attempt: number, imposed = false): void {
    const { index } = node;
    const { status } = output;
    this.#outputs[index] = output;
    this.#left--;
    let error: StageError | undefined;
    if (status !== 'ok') {
      this.#odd = true;
      if (status === 'fail' || status === 'retry') this.#failures.push((error = stageError(node, output)));
    }
    if (node.isLive || this.wiring.isOpen) this.wiring.settle(node, error, status === 'cancel');
    this.#reporter?.settled(node, output, attempt);
    this.#settings.coordinator?.settled(node.name, output, attempt);
    this.#watch.settle(index, output);
    const { dependents } = node;
    for (let n = 0; n < dependents.length; n++) {
      const dependent = dependents[n] as number; // n < length
      const open = (this.#open[dependent] as number) - 1; // dependents hold indices of nodes
      this.#open[dependent] = open;
      if (open === 0) this.#scheduler.push(dependent);
    }
    if (error !== undefined && this.#plan.config.failureMode === 'fail-fast') this.#halt({ kind: 'failed', reason: `stage '${node.name}' failed` });
    else if (output.status === 'cancel' && !imposed) this.#halt({ kind: 'canceled', reason: output.data.cancelReason });
    if (node.isLeaf && --this.#leavesLeft === 0) this.wiring.endOutput(this.#stop?.error ?? this.#failures[0], this.#stop?.kind === 'canceled');
    if (this.#left === 0) this.#close();
  }

  /** Stops everything but the `always` stages. */
  #halt(stop: Stop): void {
    if (this.#stop !== undefined) return;
    this.#stop = stop;
    for (const node of this.#plan.graph.nodes) if (node.spec.always !== true) this.#cancelStage(node, stop.reason);
    const patience = this.#plan.config.gracefulShutdownTimeoutMs;
    if (this.#left > 0 && patience > 0) this.#deadlines.add(this.#scheduler.nowMs + patience, () => this.#giveUp('gracefulShutdownTimeoutMs passed'));
  }

  /** Settles what is left as canceled, `always` stages too. */
  #giveUp(why: string): void {
    this.#scheduler.tick();
    for (const node of this.#plan.graph.nodes) this.#cancelStage(node, why, true);
    this.#scheduler.drain();
  }

  #cancelStage(node: GraphNode, why: string, now = false): void {
    if (this.#outputs[node.index] !== undefined) return;
    const attempt = this.#attempts[node.index];
    if (attempt === undefined) {
      this.#scheduler.leave(node);
      return this.#settle(node, StageOutput.cancel(why), 1, true);
    }
    attempt.stop(new AbortedError(`Stage '${node.name}'`, why), why);
    const graceMs = now ? 0 : (node.spec.cancelGraceMs ?? node.stage.cancelGraceMs ?? 0);
    const end = (): void => {
      if (!attempt.over) this.#end(attempt, StageOutput.cancel(why));
    };
    if (graceMs === 0) end();
    else this.#deadlines.add(this.#scheduler.nowMs + graceMs, () => this.#later(end));
  }

  #timeout(option: string, timeoutMs: number, code: string): void {
    if (this.#stop !== undefined) return;
    this.#scheduler.tick();
    this.#halt({ kind: 'failed', reason: `${option} passed`, error: new PipelineTimeoutError('The run', option, timeoutMs, code) });
    this.#scheduler.drain();
  }

  #close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#deadlines.clear();
    this.#release?.();
    this.wiring.close();
    if (this.#cleanups === undefined) this.#finish();
    else void runCleanups(this.#cleanups, this.clock, this.#plan.config.gracefulShutdownTimeoutMs).then(() => this.#finish());
  }

  #finish(): void {
    this.#reporter?.ended(this.timer.elapsedMs(), this.#stop?.kind === 'canceled' ? this.#stop.reason : undefined, this.#plan.config.failureMode === 'best-effort' ? undefined : (this.#stop?.error ?? this.#failures[0]));
    this.#watch.finish();
  }
}

function isThenable(value: unknown): value is Promise<StageReturn> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
