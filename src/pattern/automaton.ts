/**
 * From graphs to one automaton without empty transitions: a state is "what may come next at a
 * position", as a list of items in the order of a backtracking matcher's preference.
 *
 * An item is a set of symbols with the state behind them, or ACCEPT. Look-around is compiled away.
 * What the previous character must be is known when a state is entered: where it matters, a graph
 * node becomes one state per *kind* of previous character. What the next character must be narrows the
 * sets of the items behind it; at the end of a pattern it becomes an item that reads that character,
 * or the end of the text, into the pattern's `delayed` state: the match ended one symbol earlier.
 *
 * `!` stands where an index lies within its list by construction: nodes, states and kinds are numbered
 * here, and the stack holds pairs.
 */
import type { LookNode } from './ast.js';
import type { Kinds } from './kinds.js';
import { DEAD, type Graph, type GraphNode } from './nfa.js';
import { ALL_SYMBOLS, NO_SYMBOLS, type SymbolSets } from './symbol-sets.js';

/** In the place of an item's set: the match ends here. */
export const ACCEPT = 0xffff;
/** In the place of a state: there is none. */
export const NO_STATE = 0xffff;

// State key of nodes whose items do not depend on the previous character.
const ANY_KIND = 0;

/** Collects the states of one pattern after another; states of one pattern are numbered without gaps. */
export class Automaton {
  /** Index into `items` of each state's first item, and the length of `items`. */
  readonly itemStart: number[] = [0];
  /** Set in the low half, state in the high half; or {@link ACCEPT} and 0. */
  readonly items: number[] = [];
  /** States that some item leads to, by number. */
  readonly isTarget: boolean[] = [];
  /** First state of each pattern, and the number of all states. */
  readonly firstState: number[] = [0];
  /** Start state of each pattern for each kind, pattern by pattern. */
  readonly starts: number[] = [];
  /** The delayed state of each pattern, or {@link NO_STATE}. */
  readonly delayed: number[] = [];
  readonly #symbols: SymbolSets;
  readonly #kinds: Kinds;
  // Of the pattern at hand.
  #graph: Graph = { nodes: [], start: DEAD, sets: [], looks: [], looksBefore: [] };
  #first = 0;
  // Kinds that the pattern cannot tell apart share their first one; absent where it asks none.
  #groups: readonly number[] | undefined;
  #asksBefore: Uint8Array = new Uint8Array();
  #numbers: Int32Array = new Int32Array();
  #nodeOf: number[] = [];
  #kindOf: number[] = [];
  #visited: Int32Array = new Int32Array();
  // Pairs of node and symbols; grows, and is never emptied.
  readonly #stack: number[] = [];

  constructor(symbols: SymbolSets, kinds: Kinds) {
    this.#symbols = symbols;
    this.#kinds = kinds;
  }

  /** How many states there are. */
  get stateCount(): number {
    return this.itemStart.length - 1;
  }

  /** Adds a pattern. */
  add(graph: Graph): void {
    this.#graph = graph;
    this.#first = this.stateCount;
    this.#groups = this.#groupKinds();
    this.#makeRoom(graph.nodes.length);
    if (this.#groups !== undefined) this.#findAsking();
    this.#nodeOf = [];
    this.#kindOf = [];
    this.delayed.push(NO_STATE);
    for (let kind = 0; kind < this.#kinds.count; kind++) this.starts.push(graph.start === DEAD ? NO_STATE : this.#state(graph.start, kind));
    // States found on the way are appended, so that the items of all lie in one list, in order.
    for (let state = 0; state < this.#nodeOf.length; state++) {
      const node = this.#nodeOf[state]!; // made together
      if (node >= 0) this.#fill(this.#first + state, node, this.#kindOf[state]!);
      this.itemStart.push(this.items.length);
    }
    this.firstState.push(this.stateCount);
  }

  // The tables grow with the largest pattern; those that must be empty are emptied as far as they were used.
  #makeRoom(nodes: number): void {
    const keys = nodes * (this.#groups === undefined ? 1 : this.#kinds.count + 1);
    if (this.#numbers.length < keys) this.#numbers = new Int32Array(keys * 2);
    if (this.#asksBefore.length < nodes) {
      this.#asksBefore = new Uint8Array(nodes * 2);
      // States are numbered over all patterns: what an earlier pattern left names none of this one's.
      this.#visited = new Int32Array(nodes * 2).fill(-1);
    }
    this.#numbers.fill(-1, 0, keys);
    this.#asksBefore.fill(0, 0, nodes);
  }

  #state(node: number, kind: number): number {
    const key = node + this.#graph.nodes.length * (this.#asksBefore[node] === 1 ? 1 + (this.#groups?.[kind] ?? 0) : ANY_KIND);
    const known = this.#numbers[key]!;
    if (known >= 0) return this.#first + known;
    const number = this.#newState(node, kind);
    this.#numbers[key] = number - this.#first;
    return number;
  }

  #newState(node: number, kind: number): number {
    this.#kindOf.push(kind);
    this.isTarget.push(false);
    return this.#first + this.#nodeOf.push(node) - 1;
  }

  // Items of `start` for a previous character of `kind`, in order of preference.
  #fill(state: number, start: number, kind: number): void {
    const { nodes } = this.#graph;
    const only = nodes[start]!;
    if (only.kind === 'set') {
      this.#addItems(this.#symbols.of(only.set), only.next);
      return;
    }
    // Where conditions on the next character are pending, a node may be reached again with weaker ones.
    let narrowed: Map<number, number[]> | undefined;
    // Symbols on which no ending was preferred yet.
    let free = ALL_SYMBOLS;
    const stack = this.#stack;
    stack[0] = start;
    stack[1] = ALL_SYMBOLS;
    let top = 2;
    while (top > 0) {
      const narrowing = stack[--top]!; // pairs
      const at = stack[--top]!;
      if (this.#visited[at] === state) continue;
      if (narrowing === ALL_SYMBOLS) this.#visited[at] = state;
      else {
        narrowed ??= new Map();
        const earlier = narrowed.get(at);
        if (earlier?.some((set) => this.#symbols.both(narrowing, set) === narrowing) === true) continue;
        if (earlier === undefined) narrowed.set(at, [narrowing]);
        else earlier.push(narrowing);
      }
      const node = nodes[at]!; // the graph names its own nodes only
      if (node.kind === 'split') {
        for (let n = node.branches.length - 1; n >= 0; n--) {
          stack[top++] = node.branches[n]!;
          stack[top++] = narrowing;
        }
      } else if (node.kind === 'set') {
        let set = this.#symbols.of(node.set);
        if (narrowing !== ALL_SYMBOLS) set = this.#symbols.both(set, narrowing);
        if (free !== ALL_SYMBOLS) set = this.#symbols.both(set, free);
        this.#addItems(set, node.next);
      } else if (node.kind === 'look') {
        const next = this.#afterLook(node.look, kind, narrowing);
        if (next !== NO_SYMBOLS) {
          stack[top++] = node.next;
          stack[top++] = next;
        }
      } else if (narrowing === ALL_SYMBOLS) {
        this.items.push(ACCEPT);
        return;
      } else {
        const ending = this.#symbols.both(narrowing, free);
        if (ending === NO_SYMBOLS) continue;
        const pattern = this.delayed.length - 1;
        if (this.delayed[pattern] === NO_STATE) this.delayed[pattern] = this.#newState(-1, 0);
        this.#item(ending, this.delayed[pattern]!);
        free = this.#symbols.both(this.#symbols.inverse(ending), free);
      }
    }
  }

  // What `only` becomes behind a look-around; NO_SYMBOLS where it fails.
  #afterLook(look: LookNode, kind: number, only: number): number {
    const { side, set, edge } = look;
    if (side === 'before') return (kind === 0 ? edge : this.#kinds.has(kind, set)) ? only : NO_SYMBOLS;
    const inside = this.#symbols.of(set);
    if (side === 'after') return this.#symbols.both(edge ? this.#symbols.withEnd(inside) : inside, only);
    const wordBefore = this.#kinds.has(kind, set);
    return this.#symbols.both(wordBefore === (side === 'nonBoundary') ? inside : this.#symbols.inverse(inside), only);
  }

  #addItems(set: number, next: number): void {
    if (set === NO_SYMBOLS) return;
    if (this.#asksBefore[next] === 0) {
      this.#item(set, this.#state(next, 0));
      return;
    }
    const first = this.items.length;
    for (let kind = 1; kind < this.#kinds.count; kind++) {
      const ofKind = this.#symbols.both(set, this.#kinds.symbols[kind]!);
      if (ofKind === NO_SYMBOLS) continue;
      const state = this.#state(next, kind);
      let at = first;
      while (at < this.items.length && this.items[at]! >>> 16 !== state) at++;
      if (at < this.items.length) this.items[at] = this.#symbols.either(this.items[at]! & 0xffff, ofKind) | (state << 16);
      else this.#item(ofKind, state);
    }
  }

  #item(set: number, state: number): void {
    this.isTarget[state] = true;
    this.items.push(set | (state << 16));
  }

  // Nodes whose items depend on the previous character: a condition on it is reached without consuming.
  // Continuations come before what leads to them, but for the branches of loops: where one of those
  // turns out to ask, everything is looked at once more.
  #findAsking(): void {
    const { nodes } = this.#graph;
    const loops: number[] = [];
    for (let again = true; again; ) {
      for (let n = 0; n < nodes.length; n++) {
        const node = nodes[n]!;
        if (node.kind === 'set' || node.kind === 'match') continue;
        if (this.#asks(node)) this.#asksBefore[n] = 1;
        else if (node.kind === 'split' && node.branches.some((branch) => branch > n)) loops.push(n);
      }
      again = loops.some((loop) => this.#asks(nodes[loop]!));
      loops.length = 0;
    }
  }

  #asks(node: GraphNode): boolean {
    const asks = this.#asksBefore;
    if (node.kind === 'look') return node.look.side !== 'after' || asks[node.next] === 1;
    if (node.kind !== 'split') return false;
    for (const branch of node.branches) if (asks[branch] === 1) return true;
    return false;
  }

  #groupKinds(): readonly number[] | undefined {
    const { looksBefore } = this.#graph;
    if (looksBefore.length === 0) return undefined;
    const firsts = new Map<string, number>();
    const groups: number[] = [];
    for (let kind = 0; kind < this.#kinds.count; kind++) {
      let key = '';
      for (const look of looksBefore) key += (kind === 0 ? look.side === 'before' && look.edge : this.#kinds.has(kind, look.set)) ? '1' : '0';
      const first = firsts.get(key) ?? kind;
      firsts.set(key, first);
      groups.push(first);
    }
    return groups;
  }
}
