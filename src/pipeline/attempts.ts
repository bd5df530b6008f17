/**
 * The attempts of a run's stages: begins them, takes what they return or throw, ends them when their time is over, and
 * tries again where the policy allows it.
 */
import type { Clock } from '../base/clock.js';
import { toError } from '../base/errors.js';
import { StageContext } from '../stage/context.js';
import { isStageOutput, StageOutput, timedOutput, type StageReturn } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { Attempt, type AttemptHost } from './attempt.js';
import { Deadlines } from './deadlines.js';
import { PipelineTimeoutError } from './errors.js';
import type { EventReporter } from './event-reporter.js';
import type { GraphNode } from './graph-node.js';
import { invalidOutput, isData, runOnce } from './normalize-output.js';
import type { LiveRun } from './parts.js';
import { mayRetry, retryDelayMs } from './retry.js';
import type { ExecutionPlan, Scheduler } from './scheduler.js';
import type { RunAccess } from './spec.js';
import { refusedRetry } from './stage-failure.js';

/** What attempts need of their run. */
export interface AttemptsHost extends AttemptHost, RunAccess {
  readonly clock: Clock;
  readonly reporter: EventReporter | undefined;
  readonly live: LiveRun | undefined;
  /** The stage has settled well with `data`, which is no output. */
  settleData(node: GraphNode, data: object | undefined, attempt: number, durationMs: number): void;
  /** The stage has settled; `imposed`: by a decision of the run, not by itself. */
  settle(node: GraphNode, output: StageOutput, attempt: number, imposed: boolean): void;
}

/** What is known of a stage that is tried more than once. */
interface Tries {
  readonly attempt: number;
  readonly delayMs: number;
}

/** The attempts of one run. */
export class Attempts {
  readonly #host: AttemptsHost;
  readonly #plan: ExecutionPlan;
  readonly #scheduler: Scheduler;
  readonly #underway: (Attempt | undefined)[];
  #instances: Map<number, Stage> | undefined;
  #tries: Map<number, Tries> | undefined;
  #deadlines: Deadlines | undefined;

  constructor(host: AttemptsHost, plan: ExecutionPlan, scheduler: Scheduler) {
    this.#host = host;
    this.#plan = plan;
    this.#scheduler = scheduler;
    this.#underway = new Array<Attempt | undefined>(plan.graph.nodes.length);
  }

  /** The deadlines of the run and of its attempts. */
  get deadlines(): Deadlines {
    return (this.#deadlines ??= new Deadlines(this.#host.clock, (nowMs) => this.#sweep(nowMs)));
  }

  /** The attempt of a stage that is under way. */
  of(node: GraphNode): Attempt | undefined {
    return this.#underway[node.index];
  }

  /** Begins the next attempt of a stage. */
  begin(node: GraphNode): void {
    const attempt = this.#attempt(node);
    if (node.segment !== undefined) return this.#host.live?.join(attempt);
    let returned: Promise<StageReturn> | StageReturn;
    try {
      returned = node.plain ? node.stage.execute(new StageContext(attempt)) : this.#execute(attempt);
    } catch (error) {
      return this.#threw(attempt, error);
    }
    if (isThenable(returned)) this.#follow(attempt, returned);
    else this.#returned(attempt, returned);
  }

  /** Runs a stage that has settled once more, outside the order of the graph. */
  async repeat(node: GraphNode): Promise<StageOutput> {
    const host = this.#host;
    const attempt = new Attempt(host, node, (this.#tries?.get(node.index)?.attempt ?? 1) + 1, this.#scheduler.tick());
    (this.#tries ??= new Map()).set(node.index, { attempt: attempt.attempt, delayMs: 0 });
    host.reporter?.started(attempt);
    const output = await runOnce(node.name, () => this.#execute(attempt, NEVER));
    const timed = timedOutput(output, this.#scheduler.tick() - attempt.startedMs);
    host.reporter?.settled(node, timed, attempt.attempt);
    return timed;
  }

  /** Settles the stage of an attempt with what it gave, or tries again. */
  settle(attempt: Attempt, output: StageOutput): void {
    if (output.status === 'fail' || output.status === 'retry') this.#failed(attempt, output);
    else this.end(attempt, output);
  }

  /** Settles the stage of an attempt. */
  end(attempt: Attempt, output: StageOutput): void {
    this.#forget(attempt);
    const { timed, nowMs } = this.#scheduler;
    this.#host.settle(attempt.node, timed ? timedOutput(output, nowMs - attempt.startedMs) : output, attempt.attempt, attempt.stopped !== undefined);
  }

  /** Forgets all deadlines. */
  close(): void {
    this.#deadlines?.clear();
  }

  /** Does something from a timer. */
  later(run: () => void): void {
    this.#scheduler.tick();
    run();
    this.#scheduler.drain();
  }

  #attempt(node: GraphNode): Attempt {
    const scheduler = this.#scheduler;
    if (!scheduler.timed && (node.timeoutMs > 0 || node.watched)) scheduler.tick(); // its deadlines count from here
    const attempt = new Attempt(this.#host, node, this.#tries?.get(node.index)?.attempt ?? 1, scheduler.nowMs);
    this.#underway[node.index] = attempt;
    this.#host.reporter?.started(attempt);
    return attempt;
  }

  /** Runs a stage inside its wrappers, a class of stages as the one that the run has of it; `over` resolves when the run takes no more from it: by itself when the attempt is over. */
  #execute(attempt: Attempt, over?: Promise<void>): Promise<StageReturn> | StageReturn {
    const { node } = attempt;
    const stage = node.make === undefined ? node.stage : this.#instance(node);
    const ctx = new StageContext(attempt);
    return node.wrap === undefined ? stage.execute(ctx) : node.wrap(stage, ctx, this.#host, over ?? attempt.whenOver());
  }

  /** Takes what a promise of a stage gives, unless one of its deadlines passes before. */
  #follow(attempt: Attempt, returned: Promise<StageReturn>): void {
    const { node } = attempt;
    if (node.timeoutMs > 0) this.deadlines.due(attempt.startedMs + node.timeoutMs);
    if (node.watched) this.#host.live?.watch(attempt, this.deadlines, (option, timeoutMs) => this.#expired(attempt, option, timeoutMs));
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
    const instances = (this.#instances ??= new Map());
    const stage = instances.get(node.index) ?? (node.make === undefined ? node.stage : new node.make());
    instances.set(node.index, stage);
    return stage;
  }

  #returned(attempt: Attempt, value: StageReturn): void {
    if (attempt.over) return;
    const nowMs = this.#scheduler.glance();
    if (isStageOutput(value)) return this.settle(attempt, value);
    if (!isData(value)) return this.#failed(attempt, StageOutput.fail(invalidOutput(attempt.node.name, value)));
    this.#forget(attempt);
    this.#host.settleData(attempt.node, value ?? undefined, attempt.attempt, nowMs - attempt.startedMs);
  }

  #threw(attempt: Attempt, error: unknown): void {
    if (!attempt.over) this.#failed(attempt, StageOutput.fail(toError(error)));
  }

  /** Ends the attempts whose time is over; gives the time at which the next one's is. */
  #sweep(nowMs: number): number {
    let nextMs = Infinity;
    for (const attempt of this.#underway) {
      if (attempt === undefined || attempt.node.timeoutMs === 0) continue;
      const dueMs = attempt.startedMs + attempt.node.timeoutMs;
      if (dueMs <= nowMs) this.#expired(attempt, 'timeoutMs', attempt.node.timeoutMs);
      else if (dueMs < nextMs) nextMs = dueMs;
    }
    return nextMs;
  }

  /** The time of an attempt is over; `option` says which. */
  #expired(attempt: Attempt, option: string, timeoutMs: number): void {
    if (attempt.over) return;
    this.later(() => {
      const error = new PipelineTimeoutError(`Stage '${attempt.node.name}'`, option, timeoutMs, 'STAGE_TIMEOUT');
      this.#failed(attempt, StageOutput.fail(error));
      attempt.stop(error, 'timeout');
    });
  }

  #failed(attempt: Attempt, output: StageOutput): void {
    this.#scheduler.tick();
    const { node } = attempt;
    const { retry } = node.spec;
    const { cause } = output;
    if (attempt.stopped !== undefined) return this.end(attempt, StageOutput.cancel(attempt.stopped.why));
    if (retry === undefined) return this.end(attempt, output.status === 'retry' ? refusedRetry(node, output, 'RETRY_WITHOUT_POLICY') : output);
    if (!mayRetry(retry, attempt.attempt, cause)) return this.end(attempt, output.status === 'retry' ? StageOutput.fail(cause ?? output.error, output.data) : output);
    if ((attempt.live?.emitted ?? 0) > 0) return this.end(attempt, refusedRetry(node, output, 'RETRY_AFTER_EMIT'));
    const tries = (this.#tries ??= new Map());
    const delayMs = retryDelayMs(retry, attempt.attempt, tries.get(node.index)?.delayMs, cause, this.#plan.config.random);
    this.#forget(attempt);
    tries.set(node.index, { attempt: attempt.attempt + 1, delayMs });
    this.#host.reporter?.retrying(attempt, output, delayMs);
    const again = (): void => this.#scheduler.push(node.index);
    if (delayMs <= 0) again();
    else this.deadlines.add(this.#scheduler.nowMs + delayMs, () => this.later(again));
  }

  #forget(attempt: Attempt): void {
    attempt.over = true;
    attempt.ended?.();
    this.#underway[attempt.node.index] = undefined;
    if (attempt.node.limited) this.#scheduler.leave(attempt.node);
  }
}

// A repeated attempt is not the run's to end.
const NEVER: Promise<never> = new Promise(() => undefined);

function isThenable(value: unknown): value is Promise<StageReturn> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
