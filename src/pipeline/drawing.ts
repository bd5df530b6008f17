/** A graph as a Mermaid flowchart and as JSON, for pages and documents that draw it. */
import type { Graph } from './graph-node.js';

/** A graph as plain data. */
export interface GraphJson {
  readonly stages: readonly { readonly name: string; readonly kind: string; readonly type: string | null; readonly always: boolean; readonly scope: string | null }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly kind: 'settled' | 'live' }[];
}

/** The stages and edges, in order. */
export function graphToJson({ nodes, names }: Graph): GraphJson {
  return {
    stages: nodes.map(({ name, kind, type, spec }) => ({ name, kind, type: type ?? null, always: spec.always === true, scope: spec.scope ?? null })),
    edges: nodes.flatMap(({ name, dependencies, liveIn }) => [
      ...dependencies.map((from) => ({ from: names[from] as string, to: name, kind: 'settled' as const })), // edges hold indices of nodes
      ...liveIn.map(({ from }) => ({ from: names[from] as string, to: name, kind: 'live' as const })), // likewise
    ]),
  };
}

/** A flowchart: settled edges are plain arrows, live edges thick ones, guards are hexagons, routers diamonds, work has double sides. */
export function graphToMermaid(graph: Graph): string {
  const { stages, edges } = graphToJson(graph);
  const place = new Map(stages.map(({ name }, n) => [name, `s${n}`]));
  const label = (name: string): string => `"${name.replace(/["\\]/g, (sign) => `#${sign.charCodeAt(0)};`)}"`;
  const lines = stages.map(({ name, kind }) => {
    const [open, close] = SHAPES[kind] ?? ['[', ']'];
    return `  ${place.get(name)}${open}${label(name)}${close}`;
  });
  for (const { from, to, kind } of edges) lines.push(`  ${place.get(from)} ${kind === 'live' ? '==>' : '-->'} ${place.get(to)}`);
  return ['flowchart LR', ...lines].join('\n');
}

const SHAPES: Readonly<Record<string, readonly [string, string]>> = { guard: ['{{', '}}'], route: ['{', '}'], work: ['[[', ']]'], agent: ['([', '])'], enrich: ['[(', ')]'] };
