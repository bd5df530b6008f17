/**
 * From syntax to a graph of what may come next (Thompson's construction, built from the end to the
 * front so that every node knows its continuation). The order of a split's branches is the order in
 * which a backtracking matcher would try them.
 *
 * ECMA-262 rejects an iteration of a loop that consumed nothing (RepeatMatcher, step 2.b). Every part
 * is therefore built with two continuations: one for paths that have consumed a character since the
 * iteration began and one for paths that have not. An optional iteration gives the second kind of
 * path nowhere to go, which is the rule, exactly, without rewriting the loop.
 */
import { isNullable, type LookNode, type Node } from './ast.js';
import type { CharSet } from './char-set.js';
import { PatternSyntaxError } from './syntax-error.js';

/** A node of the graph; `next` and `branches` are indexes into the graph. */
export type GraphNode =
  | { readonly kind: 'set'; readonly set: CharSet; readonly next: number }
  | { readonly kind: 'look'; readonly look: LookNode; readonly next: number }
  | { readonly kind: 'split'; readonly branches: number[] }
  | { readonly kind: 'match' };

/** No continuation: the path fails. */
export const DEAD = -1;

// One pattern may fill a third of the 16-bit state numbers of a scanner.
const MAX_NODES = 20_000;

/** The graph of one pattern. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Where matching begins; {@link DEAD} when nothing can match. */
  readonly start: number;
  /** What the nodes read, each set once. */
  readonly sets: Iterable<CharSet>;
  /** All conditions. */
  readonly looks: readonly LookNode[];
  /** Conditions on the previous character, each set and side once. */
  readonly looksBefore: readonly LookNode[];
}

/** Builds the graph of `pattern`. Throws {@link PatternSyntaxError} when counted repetitions make it too large. */
export function buildGraph(pattern: Node): Graph {
  const builder = new GraphBuilder();
  const match = builder.add({ kind: 'match' });
  const start = builder.build(pattern, match, match);
  return { start, nodes: builder.nodes, sets: builder.sets, looks: builder.looks, looksBefore: builder.looksBefore };
}

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly looks: LookNode[] = [];
  readonly looksBefore: LookNode[] = [];
  // Nodes that say the same are one: words share their endings, and the repetitions of a group its branches.
  readonly #sets = new Map<CharSet, Map<number, number>>();
  readonly #splits = new Map<string, number>();
  #position = 0;

  /** What has been read so far, each set once. */
  get sets(): Iterable<CharSet> {
    return this.#sets.keys();
  }

  add(node: GraphNode): number {
    if (this.nodes.length >= MAX_NODES) {
      throw new PatternSyntaxError('a counted repetition that is too large', this.#position, `A pattern may unfold to ${MAX_NODES} parts; lower the bounds.`);
    }
    return this.nodes.push(node) - 1;
  }

  /** Entry of `node`: paths that consume go on at `consumed`, paths that do not at `unconsumed`. */
  build(node: Node, consumed: number, unconsumed: number): number {
    switch (node.kind) {
      case 'empty':
        return unconsumed;
      case 'set':
        return node.set.length === 0 || consumed === DEAD ? DEAD : this.#set(node.set, consumed);
      case 'look':
        return unconsumed === DEAD ? DEAD : this.#look(node, unconsumed);
      case 'choice':
        return this.#split(node.options.map((option) => this.build(option, consumed, unconsumed)));
      case 'sequence':
        return this.#sequence(node.parts, consumed, unconsumed);
      case 'repeat':
        this.#position = node.position;
        return node.max === Infinity ? this.#unbounded(node, consumed, unconsumed) : this.#bounded(node, consumed, unconsumed);
    }
  }

  #set(set: CharSet, next: number): number {
    let known = this.#sets.get(set);
    if (known === undefined) this.#sets.set(set, (known = new Map()));
    let number = known.get(next);
    if (number === undefined) known.set(next, (number = this.add({ kind: 'set', set, next })));
    return number;
  }

  #look(look: LookNode, next: number): number {
    const isNew = look.side !== 'after' && !this.looksBefore.some(({ set, side, edge }) => set === look.set && side === look.side && edge === look.edge);
    if (isNew) this.looksBefore.push(look);
    this.looks.push(look);
    return this.add({ kind: 'look', look, next });
  }

  #split(branches: readonly number[]): number {
    const alive = branches.filter((branch) => branch !== DEAD);
    if (alive.length < 2) return alive[0] ?? DEAD;
    const key = alive.join();
    let number = this.#splits.get(key);
    if (number === undefined) this.#splits.set(key, (number = this.add({ kind: 'split', branches: alive })));
    return number;
  }

  #sequence(parts: readonly Node[], consumed: number, unconsumed: number): number {
    let after = consumed;
    let fresh = unconsumed;
    for (let n = parts.length - 1; n >= 0; n--) {
      const part = parts[n];
      if (part === undefined) continue;
      const one = after === fresh || !isNullable(part);
      const nextFresh = this.build(part, after, fresh);
      // Paths that had consumed before this part; nobody has before the first.
      if (n > 0) after = one ? nextFresh : this.build(part, after, after);
      fresh = nextFresh;
    }
    return fresh;
  }

  #unbounded(node: Node & { kind: 'repeat' }, consumed: number, unconsumed: number): number {
    const loop = this.#loop(node, consumed);
    const entry = consumed === unconsumed ? loop : this.#optional(node, this.#iteration(node, loop), unconsumed);
    return this.#required(node, loop, entry);
  }

  #loop(node: Node & { kind: 'repeat' }, exit: number): number {
    const branches: number[] = [];
    const loop = this.add({ kind: 'split', branches });
    const again = this.#iteration(node, loop);
    branches.push(...(node.greedy ? [again, exit] : [exit, again]).filter((branch) => branch !== DEAD));
    return loop;
  }

  #bounded(node: Node & { kind: 'repeat' }, consumed: number, unconsumed: number): number {
    let after = consumed;
    let fresh = unconsumed;
    for (let n = node.min; n < node.max; n++) {
      const iteration = this.#iteration(node, after);
      const nextAfter = this.#optional(node, iteration, consumed);
      fresh = consumed === unconsumed ? nextAfter : this.#optional(node, iteration, unconsumed);
      after = nextAfter;
    }
    return this.#required(node, after, fresh);
  }

  // One iteration that must consume.
  #iteration(node: Node & { kind: 'repeat' }, next: number): number {
    return this.build(node.body, next, DEAD);
  }

  #optional(node: Node & { kind: 'repeat' }, iteration: number, exit: number): number {
    return this.#split(node.greedy ? [iteration, exit] : [exit, iteration]);
  }

  #required(node: Node & { kind: 'repeat' }, consumed: number, unconsumed: number): number {
    let after = consumed;
    let fresh = unconsumed;
    for (let n = 0; n < node.min; n++) {
      const one = after === fresh || !isNullable(node.body);
      const nextFresh = this.build(node.body, after, fresh);
      if (n < node.min - 1) after = one ? nextFresh : this.build(node.body, after, after);
      fresh = nextFresh;
    }
    return fresh;
  }
}
