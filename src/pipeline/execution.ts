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
import { runCleanups, type Cleanup } from '../base/cleanups.js';
import type { Clock } from '../base/clock.js';
import { AbortedError } from '../base/errors.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { EventSink } from '../event/sink.js';
import type { RunScope } from '../stage/context.js';
import type { StageError } from '../stage/errors.js';
import { StageInputs } from '../stage/inputs.js';
import { StageOutput } from '../stage/output.js';
import { PipelineTimer } from '../stage/timer.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import type { Attempt } from './attempt.js';
import { Attempts, type AttemptsHost } from './attempts.js';
import { watchIdle } from './deadlines.js';
import { PipelineTimeoutError } from './errors.js';
import type { EventReporter } from './event-reporter.js';
import type { GraphNode } from './graph-node.js';
import type { LiveHost, LiveRun } from './parts.js';
import { pipelineResults, type PipelineResults } from './results.js';
import { RunInputs } from './run-inputs.js';
import type { RunInput } from './run.js';
import type { RunSettings } from './run-settings.js';
import { RunWatch } from './run-watch.js';
import { bindSignals } from './run-signals.js';
import { Scheduler, type ExecutionPlan, type SchedulerHost } from './scheduler.js';
import { SettledOutputs } from './settled-outputs.js';
import { skipOutput } from './skip.js';
import { NotRepeatableError, stageError } from './stage-failure.js';

/** Why a run was stopped before its end. */
type Stop = { readonly kind: 'canceled' | 'failed'; readonly reason: string; readonly error?: PipelineTimeoutError };

/** One run. */
export class Execution implements AttemptsHost, SchedulerHost, LiveHost {
  readonly snapshot: ContextSnapshot;
  readonly clock: Clock;
  readonly sink: EventSink | undefined;
  readonly scope: RunScope;
  readonly sessionSignal: AbortSignal | undefined;
  readonly #plan: ExecutionPlan;
  readonly #settings: RunSettings;
  readonly reporter: EventReporter | undefined;
  readonly #outputs: SettledOutputs;
  readonly #attempts: Attempts;
  readonly #open: number[];
  readonly #scheduler: Scheduler;
  readonly #input: RunInput | undefined;
  #failures: StageError[] | undefined;
  readonly #watch: RunWatch = new RunWatch();
  readonly #startedMs: number;
  #timer: PipelineTimer | undefined;
  #live: LiveRun | undefined;
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
    this.reporter = reporter;
    this.snapshot = settings.snapshot;
    this.clock = settings.clock;
    this.sink = settings.sink;
    this.scope = settings.scope;
    this.sessionSignal = settings.sessionSignal;
    this.#input = input;
    const timed = plan.config.timing || reporter !== undefined;
    this.#outputs = new SettledOutputs(graph.nodes.length, timed);
    this.#open = graph.indegrees.slice();
    this.#left = graph.nodes.length;
    this.#leavesLeft = graph.leaves;
    this.#startedMs = settings.clock.now();
    this.#scheduler = new Scheduler(this, plan, this.#startedMs, timed);
    this.#attempts = new Attempts(this, plan, this.#scheduler);
    if (graph.hasLiveEdges || input !== undefined) void this.live;
  }

  /** Why the run was canceled; null while it was not. */
  get cancelReason(): string | null {
    return this.#stop?.kind === 'canceled' ? this.#stop.reason : null;
  }

  /** Time since the run was made; itself made for the first who asks. */
  get timer(): PipelineTimer {
    return (this.#timer ??= new PipelineTimer(this.clock, this.#startedMs));
  }

  /** The live side; made for graphs with live edges or input, and else for the first who asks for it. */
  get live(): LiveRun | undefined {
    return (this.#live ??= this.#plan.parts.live?.open(this.#plan.graph, this.#plan.config, this.#input, this));
  }

  /** Starts the stages without dependencies, now. */
  start(): void {
    if (this.#closing) return; // canceled before its first turn
    const { graph, config } = this.#plan;
    this.reporter?.runStarted(graph.nodes.length);
    this.#release = bindSignals(this.#settings, (reason) => this.cancel(reason), (reason) => this.#giveUp(reason));
    if (this.#left === 0) return this.#release?.(); // a signal had aborted already
    if (config.executionTimeoutMs > 0) this.#attempts.deadlines.add(this.#scheduler.nowMs + config.executionTimeoutMs, () => this.#timeout('executionTimeoutMs', config.executionTimeoutMs, 'RUN_TIMEOUT'));
    if (config.idleTimeoutMs > 0) watchIdle(this.#attempts.deadlines, this.clock, config.idleTimeoutMs, () => (this.#live?.moved ?? 0) - this.#left, () => this.#timeout('idleTimeoutMs', config.idleTimeoutMs, 'RUN_IDLE_TIMEOUT'));
    for (const root of graph.roots) this.#scheduler.push(root);
    this.#scheduler.drain();
  }

  /** Calls `then` when the run has finished. */
  onFinished(then: () => void): void {
    this.#watch.onFinished(then);
  }

  /** Calls `then` with the output of a stage, as soon as it has settled. */
  onSettled(stage: number, then: (output: StageOutput) => void): void {
    const output = this.#outputs.get(stage);
    if (output === undefined) this.#watch.onSettled(stage, then);
    else then(output);
  }

  /** What the run gives, or throws what it failed with. */
  results(): PipelineResults {
    const results = pipelineResults(this.#plan.graph, this.#outputs);
    const error = this.#stop?.error;
    if (error !== undefined) throw error.withResults(results);
    const [first, ...others] = this.#failures ?? [];
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
    return this.live?.reader(node);
  }

  writerOf(attempt: Attempt): ChannelWriter<StreamElement> | undefined {
    return this.live?.writer(attempt);
  }

  addCleanup(cleanup: Cleanup): void {
    if (this.#closing) void runCleanups([cleanup], this.clock, this.#plan.config.gracefulShutdownTimeoutMs); // of a stage that goes on after its run
    else (this.#cleanups ??= []).push(cleanup);
  }

  /** Begins a stage whose dependencies have settled; called by the scheduler. */
  begin(node: GraphNode): void {
    const { index } = node;
    if (this.#outputs.has(index)) return;
    const resumed = this.#settings.resume?.[node.name];
    if (resumed !== undefined) return this.settle(node, resumed, 1, false);
    if (this.#odd || node.conditional) {
      const skipped = skipOutput(this.#plan.graph, node, this.#outputs, () => this.inputsOf(node));
      if (skipped !== undefined) return this.settle(node, skipped, 1, false);
    }
    if (node.limited && !this.#scheduler.enter(node)) return;
    this.#attempts.begin(node);
  }

  /** The output of a stage, for wrappers. */
  output(stage: string): StageOutput | undefined {
    const index = this.#plan.graph.index.get(stage);
    return index === undefined ? undefined : this.#outputs.get(index);
  }

  /** Runs a settled stage once more, for wrappers. */
  async rerun(stage: string): Promise<StageOutput> {
    const node = this.#plan.graph.nodes[this.#plan.graph.index.get(stage) ?? -1];
    if (node === undefined || node.isLive || !this.#outputs.has(node.index)) throw new NotRepeatableError(stage);
    const output = await this.#attempts.repeat(node);
    if (this.#left > 0) this.#outputs.set(node.index, output);
    return output;
  }

  /** Settles a member of a segment. */
  end(attempt: Attempt, output: StageOutput): void {
    this.#attempts.later(() => this.#attempts.settle(attempt, output));
  }

  isSettled(node: GraphNode): boolean {
    return this.#outputs.has(node.index);
  }

  /** A stage has settled well with `data`, which is no output: nearly all do, so that only who listens makes it one. */
  settleData(node: GraphNode, data: object | undefined, attempt: number, durationMs: number): void {
    const { index } = node;
    const outputs = this.#outputs;
    outputs.setData(index, data, durationMs);
    this.#left--;
    this.#live?.settle(node, undefined, false);
    this.reporter?.completed(node, attempt, durationMs, outputs);
    this.#settings.coordinator?.settled(node.name, outputs.get(index) as StageOutput, attempt); // set above
    this.#watch.settle(index, outputs);
    this.#readyAfter(node);
    this.#settled(node);
  }

  /** A stage has settled; `imposed`: the run has decided this outcome, not the stage. */
  settle(node: GraphNode, output: StageOutput, attempt: number, imposed: boolean): void {
    const { status } = output;
    this.#outputs.set(node.index, output);
    this.#left--;
    let error: StageError | undefined;
    if (status !== 'ok') {
      this.#odd = true;
      if (status === 'fail' || status === 'retry') (this.#failures ??= []).push((error = stageError(node, output)));
    }
    this.#live?.settle(node, error, status === 'cancel');
    this.reporter?.settled(node, output, attempt);
    this.#settings.coordinator?.settled(node.name, output, attempt);
    this.#watch.settle(node.index, this.#outputs);
    this.#readyAfter(node);
    if (error !== undefined && this.#plan.config.failureMode === 'fail-fast') this.#halt({ kind: 'failed', reason: `stage '${node.name}' failed` });
    else if (output.status === 'cancel' && !imposed) this.#halt({ kind: 'canceled', reason: output.data.cancelReason });
    this.#settled(node);
  }

  /** Those whose last dependency this was are ready. */
  #readyAfter({ dependents }: GraphNode): void {
    const open = this.#open;
    for (let n = 0; n < dependents.length; n++) {
      const dependent = dependents[n] as number; // n < length
      if ((open[dependent] = (open[dependent] as number) - 1) === 0) this.#scheduler.push(dependent); // dependents hold indices of nodes
    }
  }

  /** Ends what ends with this stage. */
  #settled(node: GraphNode): void {
    if (node.isLeaf && --this.#leavesLeft === 0) this.#live?.endOutput(this.#stop?.error ?? this.#failures?.[0], this.#stop?.kind === 'canceled');
    if (this.#left === 0) this.#close();
  }

  /** Stops everything but the `always` stages. */
  #halt(stop: Stop): void {
    if (this.#stop !== undefined) return;
    this.#stop = stop;
    for (const node of this.#plan.graph.nodes) if (node.spec.always !== true) this.#cancelStage(node, stop.reason);
    const patience = this.#plan.config.gracefulShutdownTimeoutMs;
    if (this.#left > 0 && patience > 0) this.#attempts.deadlines.add(this.#scheduler.nowMs + patience, () => this.#giveUp('gracefulShutdownTimeoutMs passed'));
  }

  /** Settles what is left as canceled, `always` stages too. */
  #giveUp(why: string): void {
    this.#scheduler.tick();
    for (const node of this.#plan.graph.nodes) this.#cancelStage(node, why, true);
    this.#scheduler.drain();
  }

  #cancelStage(node: GraphNode, why: string, now = false): void {
    if (this.#outputs.has(node.index)) return;
    const attempt = this.#attempts.of(node);
    if (attempt === undefined) {
      this.#scheduler.leave(node);
      return this.settle(node, StageOutput.cancel(why), 1, true);
    }
    attempt.stop(new AbortedError(`Stage '${node.name}'`, why), why);
    const graceMs = now ? 0 : (node.spec.cancelGraceMs ?? node.stage.cancelGraceMs ?? 0);
    const end = (): void => {
      if (!attempt.over) this.#attempts.end(attempt, StageOutput.cancel(why));
    };
    if (graceMs === 0) end();
    else this.#attempts.deadlines.add(this.#scheduler.nowMs + graceMs, () => this.#attempts.later(end));
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
    this.#attempts.close();
    this.#release?.();
    this.#live?.close();
    if (this.#cleanups === undefined) this.#finish();
    else void runCleanups(this.#cleanups, this.clock, this.#plan.config.gracefulShutdownTimeoutMs).then(() => this.#finish());
  }

  #finish(): void {
    this.reporter?.ended(this.clock.now() - this.#startedMs, this.#stop?.kind === 'canceled' ? this.#stop.reason : undefined, this.#plan.config.failureMode === 'best-effort' ? undefined : (this.#stop?.error ?? this.#failures?.[0]));
    this.#watch.finish();
  }
}
