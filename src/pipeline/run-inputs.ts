/** What a stage reads of its run: outputs by name, everything settled upstream, and the text of the turn. */
import type { OutputSource } from '../stage/inputs.js';
import type { StageOutput } from '../stage/output.js';
import type { Graph, GraphNode } from './graph-node.js';
import type { SettledOutputs } from './settled-outputs.js';

/** The outputs of a run as one stage sees them. */
export class RunInputs implements OutputSource {
  readonly #graph: Graph;
  readonly #outputs: SettledOutputs;
  readonly #node: GraphNode;

  constructor(graph: Graph, outputs: SettledOutputs, node: GraphNode) {
    this.#graph = graph;
    this.#outputs = outputs;
    this.#node = node;
  }

  output(stage: string): StageOutput | undefined {
    const at = this.#graph.index.get(stage);
    return at === undefined ? undefined : this.#outputs.get(at);
  }

  *upstream(): Iterable<readonly [string, StageOutput]> {
    const reached = [...upstreamOf(this.#graph, this.#node, false)].map((node) => node.index);
    for (const n of reached.sort((a, b) => a - b)) {
      const output = this.#outputs.get(n);
      if (output !== undefined) yield [this.#graph.names[n] as string, output]; // n is a node
    }
  }

  text(raw: boolean): string | undefined {
    for (const node of upstreamOf(this.#graph, this.#node, true)) {
      const data = this.#outputs.get(node.index)?.data as Readonly<Record<string, unknown>> | undefined;
      const value = raw ? data?.['transcript'] : guardsTheTurn(node) ? data?.['transformedContent'] : undefined;
      if (typeof value === 'string') return value;
    }
    return undefined;
  }
}

/** A guard of what the user said, not of a stream or of another key. */
function guardsTheTurn(node: GraphNode): boolean {
  return node.kind === 'guard' && node.liveIn.length === 0 && (node.stage.contentKey ?? null) === null;
}

/** The stages before a node, nearest first; over live edges as well when `live`. */
function* upstreamOf(graph: Graph, node: GraphNode, live: boolean): Iterable<GraphNode> {
  const seen = new Set<number>([node.index]);
  let level: readonly GraphNode[] = [node];
  while (level.length > 0) {
    const next: GraphNode[] = [];
    for (const { dependencies, liveIn } of level) {
      for (const n of live ? [...dependencies, ...liveIn.map((link) => link.from)] : dependencies) {
        if (seen.has(n)) continue;
        seen.add(n);
        const found = graph.nodes[n] as GraphNode; // edges hold indices of nodes
        next.push(found);
        yield found;
      }
    }
    level = next;
  }
}
