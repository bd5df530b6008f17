/**
 * From graphs to one automaton without empty transitions: a state is "what may come next at a
 * position", as a list of items in the order of a backtracking matcher's preference.
 *
 * An item is a set of symbols with the state behind them, or ACCEPT. Look-around is compiled away.
 * What the previous character must be is known when a state is entered: where it matters, a graph
 * node becomes one state per *kind* of previous character. What the next character must be narrows the
 * sets of the items behind it; at the end of a pattern it becomes an item that reads that character,
 * or the end of the text, into the pattern's `delayed` state: the match ended one symbol earlier.
 */
import { addBit, bothBits, hasBit, noBits, type SymbolSets } from './alphabet.js';
import type { LookNode } from './ast.js';
import type { CharSet } from './char-set.js';
import { DEAD, type Graph } from './nfa.js';

/** In the place of an item's set: the match ends here. */
export const ACCEPT = 0xffff;
/** In the place of a state: there is none. */
export const NO_STATE = 0xffff;

/** Kinds of previous character, over all patterns of a scanner. Kind 0 is the start of the text. */
export interface Kinds {
  readonly count: number;
  /** Kind of each class. */
  readonly ofClass: Uint8Array<ArrayBuffer>;
  /** Symbols whose kind it is, per kind. */
  readonly symbols: readonly Uint32Array<ArrayBuffer>[];
  /** Whether a previous character of `kind` is in `set`; `set` must be one the kinds were built from. */
  has(kind: number, set: CharSet): boolean;
}

/** The automaton of all patterns, as flat lists; states of one pattern are numbered without gaps. */
export interface Automaton {
  /** Items of each state: pairs of set number and state, or {@link ACCEPT} and 0. */
  readonly items: readonly (readonly number[])[];
  /** First state of each pattern, and the number of all states. */
  readonly firstState: readonly number[];
  /** Start state of each pattern for each kind, pattern by pattern. */
  readonly starts: readonly number[];
  /** The delayed state of each pattern, or {@link NO_STATE}. */
  readonly delayed: readonly number[];
}

/** Collects the states of one pattern after another. */
export class AutomatonBuilder {
  readonly items: number[][] = [];
  readonly firstState: number[] = [0];
  readonly starts: number[] = [];
  readonly delayed: number[] = [];
  /** Symbol sets that items name by number. */
  readonly sets: Uint32Array<ArrayBuffer>[] = [];
  readonly #setNumbers = new Map<string, number>();
  readonly #symbols: SymbolSets;
  readonly #kinds: Kinds;

  constructor(symbols: SymbolSets, kinds: Kinds) {
    this.#symbols = symbols;
    this.#kinds = kinds;
  }

  /** Adds a pattern. */
  add(graph: Graph): void {
    const pattern = new PatternStates(graph, this.items.length, this.#symbols, this.#kinds, (bits) => this.#setNumber(bits));
    pattern.explore();
    this.items.push(...pattern.items);
    this.starts.push(...pattern.starts);
    this.delayed.push(pattern.delayed);
    this.firstState.push(this.items.length);
  }

  #setNumber(bits: Uint32Array<ArrayBuffer>): number {
    const key = bits.join();
    const known = this.#setNumbers.get(key);
    if (known !== undefined) return known;
    this.#setNumbers.set(key, this.sets.length);
    return this.sets.push(bits) - 1;
  }
}

class PatternStates {
  readonly items: number[][] = [];
  readonly starts: number[] = [];
  delayed: number = NO_STATE;
  readonly #graph: Graph;
  readonly #first: number;
  readonly #symbols: SymbolSets;
  readonly #kinds: Kinds;
  readonly #setNumber: (bits: Uint32Array<ArrayBuffer>) => number;
  readonly #numbers = new Map<number, number>();
  readonly #todo: (readonly [node: number, kind: number])[] = [];
  // Per node: 1 when its items depend on the previous character, 0 when not, absent when unknown.
  readonly #asksBefore = new Map<number, number>();
  // Kinds that this pattern cannot tell apart share their first one.
  readonly #groups: readonly number[];

  constructor(graph: Graph, first: number, symbols: SymbolSets, kinds: Kinds, setNumber: (bits: Uint32Array<ArrayBuffer>) => number) {
    this.#graph = graph;
    this.#first = first;
    this.#symbols = symbols;
    this.#kinds = kinds;
    this.#setNumber = setNumber;
    this.#groups = this.#groupKinds();
  }

  explore(): void {
    for (let kind = 0; kind < this.#kinds.count; kind++) {
      this.starts.push(this.#graph.start === DEAD ? NO_STATE : this.#state(this.#graph.start, kind));
    }
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) {
      const [node, kind] = next;
      const list = this.items[(this.#numbers.get(this.#key(node, kind)) ?? 0) - this.#first];
      if (list !== undefined) this.#fill(node, kind, list);
    }
  }

  #key(node: number, kind: number): number {
    return node * 256 + (this.#dependsOnKind(node) ? (this.#groups[kind] ?? 0) : 255);
  }

  #state(node: number, kind: number): number {
    const key = this.#key(node, kind);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#newState();
    this.#numbers.set(key, number);
    this.#todo.push([node, kind]);
    return number;
  }

  #newState(): number {
    return this.#first + this.items.push([]) - 1;
  }

  // Items of `node` for a previous character of `kind`, in order of preference.
  #fill(start: number, kind: number, list: number[]): void {
    const visited = new Map<number, (Uint32Array | undefined)[]>();
    // Symbols on which an ending of the match was already preferred.
    let free: Uint32Array<ArrayBuffer> | undefined;
    const stack: { readonly node: number; readonly only: Uint32Array<ArrayBuffer> | undefined }[] = [{ node: start, only: undefined }];
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      const { node, only } = step;
      const seen = visited.get(node);
      if (seen?.some((earlier) => earlier === undefined || (only !== undefined && only.every((word, n) => (word & ~earlier[n]!) === 0))) === true) continue;
      if (seen === undefined) visited.set(node, [only]);
      else seen.push(only);
      const graphNode = this.#graph.nodes[node];
      if (graphNode === undefined) continue;
      if (graphNode.kind === 'split') {
        for (let n = graphNode.branches.length - 1; n >= 0; n--) stack.push({ node: graphNode.branches[n]!, only });
      } else if (graphNode.kind === 'look') {
        const next = this.#afterLook(graphNode.look, kind, only);
        if (next !== undefined) stack.push({ node: graphNode.next, only: next.only });
      } else if (graphNode.kind === 'set') {
        const bits = bothBits(bothBits(this.#symbols.of(graphNode.set), only), free);
        if (!noBits(bits)) this.#addItems(list, bits, graphNode.next);
      } else {
        if (only === undefined || noBits(this.#symbols.inverse(only))) {
          list.push(ACCEPT, 0);
          return;
        }
        const bits = bothBits(only, free);
        if (noBits(bits)) continue;
        if (this.delayed === NO_STATE) this.delayed = this.#newState();
        list.push(this.#setNumber(bits), this.delayed);
        free = bothBits(this.#symbols.inverse(bits), free);
      }
    }
  }

  #afterLook(look: LookNode, kind: number, only: Uint32Array<ArrayBuffer> | undefined): { readonly only: Uint32Array<ArrayBuffer> | undefined } | undefined {
    if (look.side === 'before') return (kind === 0 ? look.edge : this.#kinds.has(kind, look.set)) ? { only } : undefined;
    let asked: Uint32Array<ArrayBuffer>;
    if (look.side === 'after') {
      asked = this.#symbols.withEdge(look.set, look.edge);
    } else {
      const wordBefore = kind !== 0 && this.#kinds.has(kind, look.set);
      const word = this.#symbols.of(look.set);
      asked = wordBefore === (look.side === 'nonBoundary') ? word : this.#symbols.inverse(word);
    }
    const bits = bothBits(asked, only);
    return noBits(bits) ? undefined : { only: bits };
  }

  #addItems(list: number[], bits: Uint32Array<ArrayBuffer>, next: number): void {
    if (!this.#dependsOnKind(next)) {
      list.push(this.#setNumber(bits), this.#state(next, 0));
      return;
    }
    const merged = new Map<number, Uint32Array<ArrayBuffer>>();
    for (let kind = 1; kind < this.#kinds.count; kind++) {
      const ofKind = bothBits(bits, this.#kinds.symbols[kind]);
      if (noBits(ofKind)) continue;
      const state = this.#state(next, kind);
      const sofar = merged.get(state);
      merged.set(state, sofar === undefined ? ofKind : ofKind.map((word, n) => word | sofar[n]!));
    }
    for (const [state, ofState] of merged) list.push(this.#setNumber(ofState), state);
  }

  #dependsOnKind(start: number): boolean {
    if (this.#groups.every((group) => group === 0)) return false;
    const known = this.#asksBefore.get(start);
    if (known !== undefined) return known === 1;
    const seen = new Set<number>([start]);
    let found = 0;
    for (const node of seen) {
      const graphNode = this.#graph.nodes[node];
      if (graphNode?.kind === 'look') {
        if (graphNode.look.side !== 'after') {
          found = 1;
          break;
        }
        seen.add(graphNode.next);
      } else if (graphNode?.kind === 'split') for (const branch of graphNode.branches) seen.add(branch);
    }
    this.#asksBefore.set(start, found);
    return found === 1;
  }

  #groupKinds(): readonly number[] {
    const looks = this.#graph.nodes.flatMap((node) => (node.kind === 'look' && node.look.side !== 'after' ? [node.look] : []));
    const firsts = new Map<string, number>();
    return Array.from({ length: this.#kinds.count }, (_, kind) => {
      const key = looks.map((look) => (kind === 0 ? (look.side === 'before' && look.edge) : this.#kinds.has(kind, look.set)) ? '1' : '0').join('');
      const first = firsts.get(key) ?? kind;
      firsts.set(key, first);
      return first;
    });
  }
}

/** Parts the classes by membership in each of `sets`. */
export function buildKinds(sets: readonly CharSet[], symbols: SymbolSets, classCount: number): Kinds {
  const distinct = new Map<string, number>();
  const columnOf = new Map<CharSet, number>();
  const columns: Uint32Array<ArrayBuffer>[] = [];
  for (const set of sets) {
    const bits = symbols.of(set);
    const key = bits.join();
    const column = distinct.get(key) ?? columns.push(bits) - 1;
    distinct.set(key, column);
    columnOf.set(set, column);
  }
  const numbers = new Map<string, number>();
  const members: (readonly boolean[])[] = [[]];
  const ofClass = new Uint8Array(classCount + 2);
  const kindSymbols: Uint32Array<ArrayBuffer>[] = [new Uint32Array(symbols.words)];
  for (let symbol = 0; symbol < classCount; symbol++) {
    const membership = columns.map((bits) => hasBit(bits, symbol));
    const key = membership.map((member) => (member ? '1' : '0')).join('');
    let kind = numbers.get(key);
    if (kind === undefined) {
      kind = members.push(membership) - 1;
      numbers.set(key, kind);
      kindSymbols.push(new Uint32Array(symbols.words));
    }
    ofClass[symbol] = kind;
    addBit(kindSymbols[kind] ?? new Uint32Array(symbols.words), symbol);
  }
  return {
    count: members.length,
    ofClass,
    symbols: kindSymbols,
    has: (kind, set) => members[kind]?.[columnOf.get(set) ?? -1] === true,
  };
}

/** Kinds are bits of a 32-bit word in the kernel. */
export const MAX_KINDS = 30;
