/** How many runs of a graph may be in a stage at once; the others wait in the order in which they came. */
import { RingQueue } from '../base/ring-queue.js';
import type { GraphNode } from './graph-node.js';

interface Limit {
  free: number;
  readonly waiting: RingQueue<() => void>;
}

/** The limits of the stages of one graph, shared by all of its runs. */
export class StageLimits {
  readonly #limits = new Map<number, Limit>();

  constructor(nodes: readonly GraphNode[]) {
    for (const { index, spec } of nodes) if (spec.maxConcurrency !== undefined) this.#limits.set(index, { free: spec.maxConcurrency, waiting: new RingQueue() });
  }

  /** Enters a stage; when it is full gives false and calls `resume`, as entered, as soon as somebody has left. */
  enter(stage: number, resume: () => void): boolean {
    const limit = this.#limits.get(stage);
    if (limit === undefined) return true;
    if (limit.free === 0) {
      limit.waiting.push(resume);
      return false;
    }
    limit.free--;
    return true;
  }

  /** Leaves a stage. */
  leave(stage: number): void {
    const limit = this.#limits.get(stage);
    if (limit === undefined) return;
    const next = limit.waiting.shift();
    if (next === undefined) limit.free++;
    else next();
  }
}
