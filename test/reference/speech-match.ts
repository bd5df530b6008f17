// The best path through a network of words by brute dynamic programming over (frame, arc, state),
// without pruning and with whole paths carried along. The twin of assembly/speech/match.ts.

export interface ReferenceArc {
  readonly from: number;
  readonly to: number;
  /** Columns, one per state; none for a free arc. */
  readonly states: readonly number[];
  readonly penalty: number;
}

export interface ReferenceNetwork {
  readonly nodes: number;
  readonly arcs: readonly ReferenceArc[];
  readonly finals: readonly number[];
  readonly stay: number;
  readonly leave: number;
  readonly columns: number;
}

interface Path {
  readonly score: number;
  readonly arcs: readonly { readonly arc: number; readonly start: number; readonly end: number }[];
}

const NOTHING: Path = { score: -Infinity, arcs: [] };

/** The best path that ends at a final node after the last row, or undefined. */
export function bestPath(rows: readonly (readonly number[])[], network: ReferenceNetwork): Path | undefined {
  let nodes: Path[] = Array.from({ length: network.nodes }, (_, n) => (n === 0 ? { score: 0, arcs: [] } : NOTHING));
  const free = (): void => {
    for (const { from, to, states, penalty } of network.arcs) {
      const source = nodes[from] as Path;
      if (states.length === 0 && source.score + penalty > (nodes[to] as Path).score) nodes[to] = { score: source.score + penalty, arcs: source.arcs };
    }
  };
  free();
  let states = network.arcs.map(({ states }) => states.map(() => ({ path: NOTHING, start: 0 })));
  rows.forEach((row, t) => {
    states = network.arcs.map((arc, a) => arc.states.map((column, s) => {
      const stay = (states[a] as { path: Path; start: number }[])[s] as { path: Path; start: number };
      const before = s === 0 ? { path: nodes[arc.from] as Path, start: t } : ((states[a] as { path: Path; start: number }[])[s - 1] as { path: Path; start: number });
      const stayed = stay.path.score + network.stay;
      const entered = before.path.score + (s === 0 ? arc.penalty : network.leave);
      const best = entered > stayed ? before : stay;
      return { path: { score: Math.max(entered, stayed) + (row[column] as number), arcs: best.path.arcs }, start: best.start };
    }));
    nodes = nodes.map(() => NOTHING);
    network.arcs.forEach((arc, a) => {
      const last = (states[a] as { path: Path; start: number }[]).at(-1);
      if (last === undefined) return;
      const score = last.path.score + network.leave;
      if (score > (nodes[arc.to] as Path).score) nodes[arc.to] = { score, arcs: [...last.path.arcs, { arc: a, start: last.start, end: t + 1 }] };
    });
    free();
  });
  const found = network.finals.map((node) => nodes[node] as Path).reduce((a, b) => (b.score > a.score ? b : a), NOTHING);
  return found.score === -Infinity ? undefined : found;
}

/** The table that the kernel reads. */
export function networkTable(network: ReferenceNetwork): Uint8Array {
  const count = network.arcs.reduce((sum, { states }) => sum + states.length, 0);
  const view = new DataView(new ArrayBuffer(16 + count * 12 + network.arcs.length * 20 + network.nodes * 4));
  [network.nodes, network.arcs.length, count, network.columns].forEach((value, n) => view.setInt32(n * 4, value, true));
  let state = 0;
  network.arcs.forEach(({ from, to, states, penalty }, a) => {
    const at = 16 + count * 12 + a * 20;
    [from, to, state, state + states.length].forEach((value, n) => view.setInt32(at + n * 4, value, true));
    view.setFloat32(at + 16, penalty, true);
    for (const column of states) {
      view.setInt32(16 + state * 12, column, true);
      view.setFloat32(16 + state * 12 + 4, network.stay, true);
      view.setFloat32(16 + state * 12 + 8, network.leave, true);
      state++;
    }
  });
  for (const node of network.finals) view.setInt32(16 + count * 12 + network.arcs.length * 20 + node * 4, 1, true);
  return new Uint8Array(view.buffer);
}
