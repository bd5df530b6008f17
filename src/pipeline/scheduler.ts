/**
 * The ready queue of a run: stages begin one after another from a loop, never from one another, and the
 * host gets a turn after each time slice, so that neither a long chain nor a large graph blocks it.
 */
import type { Clock } from '../base/clock.js';
import { RingQueue } from '../base/ring-queue.js';
import { nextTurn } from '../base/turn.js';
import type { PipelineConfig } from './config.js';
import type { Graph, GraphNode } from './graph-node.js';
import type { GraphParts } from './parts.js';
import type { StageLimits } from './stage-limits.js';

/** What a run has in common with the other runs of its graph. */
export interface ExecutionPlan {
  readonly graph: Graph;
  readonly config: PipelineConfig;
  readonly limits: StageLimits;
  readonly parts: GraphParts;
}

/** What the scheduler needs of its run. */
export interface SchedulerHost {
  readonly clock: Clock;
  begin(node: GraphNode): void;
  isSettled(node: GraphNode): boolean;
}

// Stages of five milliseconds then overrun a time slice by no more than a long task may last (50 ms).
const UNTIMED_GLANCES = 8;

/** Decides when a stage whose dependencies have settled begins. */
export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #plan: ExecutionPlan;
  readonly #timeSliceMs: number;
  // From the head to the tail of a list that begins anew whenever it is empty.
  readonly #ready: number[] = [];
  #head = 0;
  #tail = 0;
  #blocked: RingQueue<number> | undefined;
  #slots: Set<number> | undefined;
  #draining = false;
  #sliceStartMs: number;
  #glances = 0;
  /** Whether somebody wants to know how long each stage takes. */
  readonly timed: boolean;
  /** The time of the last look at the clock. */
  nowMs: number;

  constructor(host: SchedulerHost, plan: ExecutionPlan, nowMs: number, timed: boolean) {
    this.#host = host;
    this.#plan = plan;
    this.timed = timed;
    this.#timeSliceMs = plan.config.timeSliceMs;
    this.#sliceStartMs = this.nowMs = nowMs;
  }

  /** Looks at the clock where stages are timed, else at every few stages only, for the sake of time slices. */
  glance(): number {
    return this.timed || (this.#glances = (this.#glances + 1) % UNTIMED_GLANCES) === 0 ? this.tick() : this.nowMs;
  }

  /** Looks at the clock. A pause between stages that is longer than a time slice was a turn of the host, if stages are timed: else it may have been some of them. */
  tick(): number {
    const now = this.#host.clock.now();
    if (this.timed && !this.#draining && now - this.nowMs > this.#timeSliceMs) this.#sliceStartMs = now;
    return (this.nowMs = now);
  }

  /** The stage begins at the next {@link drain}, or in the one under way. */
  push(index: number): void {
    this.#ready[this.#tail++] = index;
  }

  /** Begins what is ready. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    const timeSliceMs = this.#timeSliceMs;
    const ready = this.#ready;
    const { nodes } = this.#plan.graph;
    while (this.#head < this.#tail) {
      if (timeSliceMs > 0 && this.nowMs - this.#sliceStartMs > timeSliceMs) {
        nextTurn(() => this.#resume());
        return;
      }
      const node = nodes[ready[this.#head++] as number] as GraphNode; // the list holds indices of nodes
      if (this.#head === this.#tail) this.#head = this.#tail = 0;
      this.#host.begin(node);
    }
    this.#draining = false;
  }

  /** Takes a place in the run and in the stage; `false` when the stage has to wait, and is begun again later. */
  enter(node: GraphNode): boolean {
    const { index } = node;
    const slots = (this.#slots ??= new Set());
    if (slots.has(index)) return true;
    if (slots.size >= this.#plan.config.maxConcurrency && !node.isLive && node.spec.always !== true) {
      (this.#blocked ??= new RingQueue()).push(index);
      return false;
    }
    const entered = this.#plan.limits.enter(index, () => {
      slots.add(index);
      if (this.#host.isSettled(node)) return this.leave(node);
      this.push(index);
      this.drain();
    });
    if (entered) slots.add(index);
    return entered;
  }

  /** Gives the place back, if the stage has one. */
  leave(node: GraphNode): void {
    if (this.#slots?.delete(node.index) !== true) return;
    this.#plan.limits.leave(node.index);
    for (let next = this.#blocked?.shift(); next !== undefined; next = this.#blocked?.shift()) {
      if (this.#host.isSettled(this.#plan.graph.nodes[next] as GraphNode)) continue; // the queue holds indices of nodes
      return this.push(next);
    }
  }

  #resume(): void {
    this.#sliceStartMs = this.nowMs = this.#host.clock.now();
    this.#draining = false;
    this.drain();
  }
}
