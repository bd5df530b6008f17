/** Turns the linked list of a builder into specifications, in the order of the calls. Linear in their number. */
import type { LiveEdge, StageSpec } from './spec.js';

/** One call on a builder. */
export type PipelineNode = { readonly before?: PipelineNode | undefined } & (
  | { readonly type: 'stages'; readonly specs: readonly StageSpec[] }
  | { readonly type: 'edges'; readonly edges: readonly NamedEdge[] }
  | { readonly type: 'compose'; readonly last: PipelineNode | undefined }
);

/** A live edge that was added apart from its reader. */
export interface NamedEdge {
  /** The stage that reads. */
  readonly to: string;
  readonly edge: LiveEdge;
}

/** The specifications of a list that ends with `last`, and the edges that were added apart from them. */
export function foldNodes(last: PipelineNode | undefined): { readonly specs: StageSpec[]; readonly edges: readonly NamedEdge[] } {
  const specs: StageSpec[] = [];
  const edges: NamedEdge[] = [];
  for (const node of inOrder(last)) {
    if (node.type === 'stages') for (const spec of node.specs) specs.push(spec);
    else if (node.type === 'edges') for (const edge of node.edges) edges.push(edge);
  }
  return { specs, edges };
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
