/** Gives the nodes of a graph their live edges: who reads whom, and what of it. */
import { PipelineValidationError } from '../errors.js';
import { placesOf } from '../graph-places.js';
import type { GraphNode, LiveLink } from '../graph-node.js';
import type { StreamElement } from '../../stream/element.js';
import type { LiveEdge } from '../spec.js';

/** Reads `streamsFrom` of every node; tells whether there was any. Throws `PipelineValidationError`. */
export function linkLiveEdges(nodes: readonly GraphNode[], places: ReadonlyMap<string, number>): boolean {
  const written: LiveLink[][] = [];
  for (const node of nodes) {
    const { streamsFrom } = node.spec;
    if (streamsFrom === undefined || streamsFrom.length === 0) continue;
    const links = producersOf(node, streamsFrom, nodes, places);
    node.liveIn = links;
    node.isLive = true;
    for (const link of links) (written[link.from] ??= []).push(link);
  }
  written.forEach((links, from) => {
    const node = nodes[from] as GraphNode; // links come from nodes
    node.liveOut = links;
    node.isLive = true;
  });
  return written.length > 0;
}

function producersOf(node: GraphNode, streamsFrom: readonly (string | LiveEdge)[], nodes: readonly GraphNode[], places: ReadonlyMap<string, number>): LiveLink[] {
  const { name, stage, index } = node;
  const edges = streamsFrom.map((edge): LiveEdge => (typeof edge === 'string' ? { from: edge } : edge));
  if (edges.length > 1 && stage.merges === undefined && edges.some((edge) => edge.joined === true)) throw new PipelineValidationError('CONTRACT-004-FAN_IN', `Stage '${name}' is connected to ${edges.length} producers (${edges.map((edge) => `'${edge.from}'`).join(', ')}), but does not merge.`, 'Put a MergeStage before it, or name all producers at once in its streamsFrom.', [name]);
  return placesOf(name, edges.map((edge) => edge.from), 'streamsFrom', places).map((from, n) => {
    const { when, types, compete } = edges[n] as LiveEdge; // same length
    const allowed = types === 'declared' ? stage.capabilities?.input?.types : types;
    if (types === 'declared' && (allowed === undefined || allowed.length === 0)) throw new PipelineValidationError('CONTRACT-004-CAPABILITY', `Stage '${name}' is fed by type, but does not say which types of elements it takes.`, `Give the stage capabilities.input.types, or pass { mode: 'byType', types: { '${name}': ['text'] } }.`, [name]);
    const accepts = allowed === undefined ? when : (element: StreamElement): boolean => allowed.includes(element.type) && (when === undefined || when(element));
    const routed = (nodes[from] as GraphNode).stage.routes?.includes(name) === true; // from is a node
    return { from, to: index, accepts: routed ? routedTo(name, accepts) : accepts, compete, inputIndex: stage.mergeIndex === true && edges.length > 1 ? n : undefined };
  });
}

/** Elements that a router has sent to `name`. */
function routedTo(name: string, accepts: LiveLink['accepts']): LiveLink['accepts'] {
  return (element) => {
    const routes = element.metadata?.['routes'];
    return (!Array.isArray(routes) || routes.includes(name)) && (accepts === undefined || accepts(element));
  };
}
