/**
 * Patterns of sentences to the smallest graph of words that says the same: Thompson's construction,
 * subset construction, and Moore's partition refinement. The graph is what the recogniser walks.
 *
 * A pattern is words with `[optional]`, `(a|b)`, `x+` for once or more, and `$name` for another
 * pattern. Patterns do not refer to themselves.
 */
import { SluiceError } from '../base/errors.js';

/** A pattern cannot be read. */
export class GrammarError extends SluiceError {
  override readonly name: string = 'GrammarError';

  constructor(name: string, problem: string) {
    super(`Pattern '${name}' cannot be read: ${problem}. Write words, [optional parts], (one|other), x+ and $name.`, { code: 'GRAMMAR' });
  }
}

/** A graph of words: node 0 is the start. */
export interface WordGraph {
  readonly nodes: number;
  readonly edges: readonly { readonly from: number; readonly to: number; readonly word: string }[];
  readonly finals: ReadonlySet<number>;
}

interface Fragment {
  readonly from: number;
  readonly to: number;
}

class Builder {
  readonly free: number[][] = [];
  readonly words: Map<string, number[]>[] = [];

  node(): number {
    this.free.push([]);
    this.words.push(new Map());
    return this.free.length - 1;
  }

  word(text: string): Fragment {
    const [from, to] = [this.node(), this.node()];
    this.words[from]?.set(text, [to]);
    return { from, to };
  }

  link(from: number, to: number): void {
    this.free[from]?.push(to);
  }
}

/** Builds the graph of all sentences; `rules` are the named patterns they use. */
export function wordGraph(sentences: readonly string[], rules: Readonly<Record<string, string>> = {}): WordGraph {
  const builder = new Builder();
  const start = builder.node();
  const end = builder.node();
  for (const sentence of sentences) {
    const { from, to } = new PatternReader(sentence, rules, builder, []).all();
    builder.link(start, from);
    builder.link(to, end);
  }
  return minimal(determined(builder, start, end));
}

class PatternReader {
  readonly #tokens: readonly string[];
  readonly #name: string;
  readonly #rules: Readonly<Record<string, string>>;
  readonly #builder: Builder;
  readonly #open: readonly string[];
  #at = 0;

  constructor(pattern: string, rules: Readonly<Record<string, string>>, builder: Builder, open: readonly string[]) {
    this.#tokens = pattern.match(/[[\]()|+]|\$?[^\s[\]()|+]+/g) ?? [];
    this.#name = pattern;
    this.#rules = rules;
    this.#builder = builder;
    this.#open = open;
  }

  all(): Fragment {
    const fragment = this.#choice();
    if (this.#at < this.#tokens.length) throw new GrammarError(this.#name, `a '${this.#tokens[this.#at] ?? ''}' has no partner`);
    return fragment;
  }

  #choice(): Fragment {
    const first = this.#sequence();
    if (this.#tokens[this.#at] !== '|') return first;
    const [from, to] = [this.#builder.node(), this.#builder.node()];
    const join = (fragment: Fragment): void => {
      this.#builder.link(from, fragment.from);
      this.#builder.link(fragment.to, to);
    };
    join(first);
    while (this.#tokens[this.#at] === '|') {
      this.#at++;
      join(this.#sequence());
    }
    return { from, to };
  }

  #sequence(): Fragment {
    const from = this.#builder.node();
    let to = from;
    for (let token = this.#tokens[this.#at]; token !== undefined && token !== '|' && token !== ')' && token !== ']'; token = this.#tokens[this.#at]) {
      let part = this.#part(token);
      if (this.#tokens[this.#at] === '+') {
        this.#at++;
        this.#builder.link(part.to, part.from);
        const exit = this.#builder.node();
        this.#builder.link(part.to, exit);
        part = { from: part.from, to: exit };
      }
      this.#builder.link(to, part.from);
      to = part.to;
    }
    return { from, to };
  }

  #part(token: string): Fragment {
    this.#at++;
    if (token === '(' || token === '[') {
      const inner = this.#choice();
      if (this.#tokens[this.#at] !== (token === '(' ? ')' : ']')) throw new GrammarError(this.#name, `a '${token}' is not closed`);
      this.#at++;
      if (token === '(') return inner;
      const [from, to] = [this.#builder.node(), this.#builder.node()];
      this.#builder.link(from, inner.from);
      this.#builder.link(inner.to, to);
      this.#builder.link(from, to);
      return { from, to };
    }
    if (!token.startsWith('$')) return this.#builder.word(token);
    const name = token.slice(1);
    const rule = this.#rules[name];
    if (rule === undefined) throw new GrammarError(this.#name, `there is no rule '${name}'`);
    if (this.#open.includes(name)) throw new GrammarError(this.#name, `rule '${name}' refers to itself`);
    return new PatternReader(rule, this.#rules, this.#builder, [...this.#open, name]).all();
  }
}

interface Table {
  readonly moves: Map<string, number>[];
  readonly finals: boolean[];
}

function determined(builder: Builder, start: number, end: number): Table {
  const closure = (nodes: readonly number[]): readonly number[] => {
    const seen = new Set(nodes);
    const queue = [...nodes];
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      for (const next of builder.free[node] ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    return [...seen].sort((a, b) => a - b);
  };
  const sets: (readonly number[])[] = [closure([start])];
  const known = new Map([[sets[0]?.join() ?? '', 0]]);
  const moves: Map<string, number>[] = [];
  const finals: boolean[] = [];
  for (let at = 0; at < sets.length; at++) {
    const set = sets[at] ?? [];
    const targets = new Map<string, Set<number>>();
    for (const node of set) {
      for (const [word, next] of builder.words[node] ?? []) {
        const target = targets.get(word) ?? new Set();
        for (const one of next) target.add(one);
        targets.set(word, target);
      }
    }
    const row = new Map<string, number>();
    for (const [word, target] of targets) {
      const closed = closure([...target]);
      const key = closed.join();
      let index = known.get(key);
      if (index === undefined) {
        index = sets.length;
        sets.push(closed);
        known.set(key, index);
      }
      row.set(word, index);
    }
    moves.push(row);
    finals.push(set.includes(end));
  }
  return { moves, finals };
}

function minimal({ moves, finals }: Table): WordGraph {
  let blocks: number[] = finals.map((final) => (final ? 1 : 0));
  for (let count = 0; ; ) {
    const keys = new Map<string, number>();
    const next = moves.map((row, node) => {
      const key = `${blocks[node]}:${[...row].map(([word, to]) => `${word}>${blocks[to]}`).sort().join()}`;
      const block = keys.get(key) ?? keys.size;
      keys.set(key, block);
      return block;
    });
    blocks = next;
    if (keys.size === count) break;
    count = keys.size;
  }
  // Blocks are numbered in order of their first node, so the start is block 0.
  const done = new Set<number>();
  const edges: { from: number; to: number; word: string }[] = [];
  moves.forEach((row, node) => {
    const from = blocks[node] ?? 0;
    if (done.has(from)) return;
    done.add(from);
    for (const [word, to] of row) edges.push({ from, to: blocks[to] ?? 0, word });
  });
  return { nodes: done.size, edges, finals: new Set(blocks.filter((_, node) => finals[node] === true)) };
}
