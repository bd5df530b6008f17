/** Turns the linked list of a builder into specifications, in the order of the calls. Linear in their number. */
import { PipelineValidationError } from './errors.js';
import type { BranchOptions, LiveEdge, StageSpec } from './spec.js';

/** One call on a builder. */
export type PipelineNode = { readonly before?: PipelineNode | undefined } & (
  | { readonly type: 'stage'; readonly spec: StageSpec }
  | { readonly type: 'chain'; readonly specs: readonly StageSpec[] }
  | { readonly type: 'edge'; readonly to: string; readonly edge: LiveEdge }
  | { readonly type: 'branch'; readonly from: string; readonly to: readonly string[]; readonly options: BranchOptions }
  | { readonly type: 'compose'; readonly last: PipelineNode | undefined }
);

/** The specifications of a list that ends with `last`. Throws `PipelineValidationError` for an edge to a stage that does not exist. */
export function foldNodes(last: PipelineNode | undefined): readonly StageSpec[] {
  const specs: StageSpec[] = [];
  const edges: { to: string; edge: LiveEdge }[] = [];
  for (const node of inOrder(last)) {
    if (node.type === 'stage') specs.push(node.spec);
    else if (node.type === 'chain') node.specs.forEach((spec, n) => specs.push(n === 0 ? spec : { ...spec, streamsFrom: [(node.specs[n - 1] as StageSpec).name] })); // n > 0
    else if (node.type === 'edge') edges.push(node);
    else if (node.type === 'branch') for (const to of node.to) edges.push({ to, edge: branchEdge(node, to) });
  }
  return edges.length === 0 ? specs : withEdges(specs, edges);
}

/** The nodes from first to last, those of composed lists in their place. */
function inOrder(last: PipelineNode | undefined): PipelineNode[] {
  const reversed: PipelineNode[] = [];
  const open: (PipelineNode | undefined)[] = [last];
  while (open.length > 0) {
    let node = open.pop();
    while (node !== undefined) {
      if (node.type === 'compose') {
        open.push(node.before);
        node = node.last;
      } else {
        reversed.push(node);
        node = node.before;
      }
    }
  }
  return reversed.reverse();
}

function branchEdge(node: Extract<PipelineNode, { type: 'branch' }>, to: string): LiveEdge {
  const { mode = 'broadcast', when, types } = node.options;
  const own = types?.[to];
  return {
    from: node.from,
    ...(when === undefined ? {} : { when: (element) => when(element, to) }),
    ...(own === undefined ? (mode === 'byType' ? { types: 'declared' as const } : {}) : { types: own }),
    ...(mode === 'compete' ? { compete: node.to.join('|') } : {}),
  };
}

function withEdges(specs: StageSpec[], edges: readonly { to: string; edge: LiveEdge }[]): StageSpec[] {
  const places = new Map(specs.map((spec, n) => [spec.name, n]));
  for (const { to, edge } of edges) {
    const place = places.get(to);
    if (place === undefined) throw new PipelineValidationError('CONTRACT-004-MISSING_DEP', `A live edge leads from '${edge.from}' to '${to}', but there is no stage named '${to}'.`, `Add a stage of that name, or correct the name.`, [edge.from, to]);
    const spec = specs[place] as StageSpec; // places holds indices of specs
    specs[place] = { ...spec, streamsFrom: [...(spec.streamsFrom ?? []), { ...edge, joined: true }] };
  }
  return specs;
}
