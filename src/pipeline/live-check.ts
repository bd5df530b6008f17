/**
 * Refuses graphs whose live edges can hang.
 *
 * A stage that reads a live producer and also waits for something that the same elements must pass
 * through first never starts once the channels between are full. So for every stage d with a live
 * producer c, no settled dependency of d may be c, a live ancestor of c, or a stage reachable from one
 * of these by either kind of edge. A merge that reads its producers in order waits for each in the same way.
 */
import { PipelineValidationError } from './errors.js';
import type { GraphNode } from './graph.js';

/** Throws `PipelineValidationError` for a starvable join, for capabilities that do not fit, and for two limits in one live group. */
export function checkLiveEdges(nodes: readonly GraphNode[]): void {
  for (const node of nodes) {
    for (const link of node.liveIn) checkCapabilities(nodes[link.from] as GraphNode, node); // links hold indices of nodes
    const ordered = node.stage.merges === 'ordered';
    if (node.liveIn.length === 0 || (node.dependencies.length === 0 && !ordered)) continue;
    for (const link of node.liveIn) {
      const fed = fedBy(nodes, link.from);
      for (const dependency of node.dependencies) if (fed.has(dependency)) throw starved(nodes, node, link.from, dependency, fed, 'waits until it has settled');
      if (!ordered) continue;
      for (const other of node.liveIn) if (other !== link && fed.has(other.from)) throw starved(nodes, node, link.from, other.from, fed, 'reads it in order');
    }
  }
  refuseDoubleLimits(nodes);
}

/** The producer, its live ancestors, and all that can be reached from them, each with the node it was reached from. */
function fedBy(nodes: readonly GraphNode[], producer: number): Map<number, number> {
  const ancestors = [producer];
  const reached = new Map<number, number>([[producer, producer]]);
  for (let at = 0; at < ancestors.length; at++) {
    for (const { from } of (nodes[ancestors[at] as number] as GraphNode).liveIn) {
      if (reached.has(from)) continue;
      reached.set(from, ancestors[at] as number); // at < length
      ancestors.push(from);
    }
  }
  const open = [...ancestors];
  for (let at = 0; at < open.length; at++) {
    const node = nodes[open[at] as number] as GraphNode;
    for (const next of [...node.dependents, ...node.liveOut.map((link) => link.to)]) {
      if (reached.has(next)) continue;
      reached.set(next, node.index);
      open.push(next);
    }
  }
  return reached;
}

function starved(nodes: readonly GraphNode[], node: GraphNode, producer: number, waitedFor: number, reached: ReadonlyMap<number, number>, how: string): PipelineValidationError {
  const name = (n: number): string => (nodes[n] as GraphNode).name;
  const path: string[] = [name(waitedFor)];
  for (let at = waitedFor, from = reached.get(at); from !== undefined && from !== at; from = reached.get(at)) {
    path.unshift(name(from));
    at = from;
    if (path.length > nodes.length) break;
  }
  const live = `'${name(producer)}' → '${node.name}' (live)`;
  const settled = `${[...path, node.name].map((one) => `'${one}'`).join(' → ')}`;
  return new PipelineValidationError(
    'CONTRACT-004-STARVED_JOIN',
    `Stage '${node.name}' reads '${name(producer)}' while it runs (${live}) and also ${how} for '${name(waitedFor)}' (${settled}), which the same elements feed: once the channels between are full, neither goes on.`,
    `Read '${name(waitedFor)}' live as well, or split '${node.name}' into a stage that reads and a stage that waits.`,
    [...new Set([name(producer), ...path, node.name])],
  );
}

/** Formats, rates, channels and types must have something in common on each live edge. */
function checkCapabilities(from: GraphNode, to: GraphNode): void {
  const given = from.stage.capabilities?.output;
  const taken = to.stage.capabilities?.input;
  if (given === undefined || taken === undefined) return;
  for (const aspect of ['types', 'formats', 'sampleRates', 'channels'] as const) {
    const offers: readonly unknown[] = given[aspect] ?? [];
    const accepts: readonly unknown[] = taken[aspect] ?? [];
    if (offers.length === 0 || accepts.length === 0 || offers.some((one) => accepts.includes(one))) continue;
    throw new PipelineValidationError('CONTRACT-004-CAPABILITY', `Stage '${from.name}' gives ${aspect} ${offers.join(', ')}, but '${to.name}' takes only ${accepts.join(', ')}.`, 'Put a stage between them that converts, or change one of the two.', [from.name, to.name]);
  }
}

/** Two stages with maxConcurrency that are joined by live edges can each hold what the other's run waits for. */
function refuseDoubleLimits(nodes: readonly GraphNode[]): void {
  const group = nodes.map((_, n) => n);
  const root = (n: number): number => {
    let at = n;
    while (group[at] !== at) {
      group[at] = group[group[at] as number] as number; // path halving
      at = group[at] as number;
    }
    return at;
  };
  for (const node of nodes) for (const link of node.liveOut) group[root(link.from)] = root(link.to);
  const limited = new Map<number, GraphNode>();
  for (const node of nodes) {
    if (node.spec.maxConcurrency === undefined) continue;
    const other = limited.get(root(node.index));
    if (other !== undefined) throw new PipelineValidationError('CONTRACT-004-STARVED_JOIN', `Stages '${other.name}' and '${node.name}' are joined by live edges and both have maxConcurrency: two runs could each hold one and wait for the other.`, 'Limit only one stage of a group that is joined by live edges.', [other.name, node.name]);
    limited.set(root(node.index), node);
  }
}
