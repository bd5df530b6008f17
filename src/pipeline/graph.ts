/**
 * A graph made ready to run: names turned into indices, edges into arrays, everything checked once.
 * Linear in stages and edges, so that ten thousand stages build in milliseconds.
 */
import type { Stage, StageClass } from '../stage/stage.js';
import type { PipelineConfig } from './config.js';
import { PipelineValidationError } from './errors.js';
import { GraphNode, type Graph } from './graph-node.js';
import { placesOf } from './graph-places.js';
import type { GraphParts } from './parts.js';
import { wrapperOf } from './wrap.js';
import type { StageSpec } from './spec.js';

const RESERVED = ['require', '__proto__'];

/** Checks specifications and makes them a graph. Throws `PipelineValidationError` or `InvalidOptionError`. */
export function makeGraph(specs: readonly StageSpec[], config: PipelineConfig, parts: GraphParts): Graph {
  if (specs.length === 0) throw new PipelineValidationError('CONTRACT-004-EMPTY', 'The pipeline has no stages.', 'Add at least one with withStage or chain before build().', []);
  const index = new Map<string, number>();
  let prioritized = false;
  specs.forEach(({ name, priority }, n) => {
    if (RESERVED.includes(name)) throw new PipelineValidationError('CONTRACT-004-NAME', `A stage is named '${name}', which results use themselves.`, 'Choose another name.', [name]);
    if (index.has(name)) throw new PipelineValidationError('CONTRACT-004-CONFLICT', `Two stages are named '${name}'.`, 'Give each stage a name of its own.', [name]);
    index.set(name, n);
    prioritized ||= priority !== undefined;
  });
  const nodes = specs.map((spec, n) => makeNode(spec, n, index, config, parts));
  const hasLiveEdges = parts.live?.link(nodes, index) ?? false;
  for (const node of nodes) for (const dependency of node.dependencies) (nodes[dependency] as GraphNode).precede(node.index); // indices come from the map
  refuseLostRoutes(nodes, index);
  refuseCycles(nodes);
  if (hasLiveEdges) parts.live?.check(nodes);
  let leaves = 0;
  for (const node of nodes) {
    if (node.liveOut.length === 0 && node.spec.always !== true) {
      node.isLeaf = true;
      leaves++;
    }
    if (node.kind === 'route') for (const n of node.dependents) (nodes[n] as GraphNode).conditional = true; // dependents hold indices of nodes
  }
  const firstByPriority = (list: readonly number[]): readonly number[] => (prioritized ? [...list].sort((a, b) => priorityOf(nodes[b]) - priorityOf(nodes[a])) : list);
  if (prioritized) for (const node of nodes) node.dependents = firstByPriority(node.dependents);
  const indegrees = nodes.map((node) => node.dependencies.length);
  const roots = nodes.filter((node) => node.dependencies.length === 0).map((node) => node.index);
  return { nodes, names: specs.map((spec) => spec.name), index, hasLiveEdges, indegrees, leaves, roots: firstByPriority(roots) };
}

function priorityOf(node: GraphNode | undefined): number {
  return node?.spec.priority ?? 0;
}

function makeNode(spec: StageSpec, index: number, places: ReadonlyMap<string, number>, config: PipelineConfig, parts: GraphParts): GraphNode {
  const { name, stage: runner, dependencies } = spec;
  const isFunction = typeof runner === 'function' && !isClass(runner);
  const make = typeof runner === 'function' && !isFunction ? (runner as StageClass) : undefined;
  const stage = isFunction ? { name, kind: spec.kind ?? 'transform', execute: runner as Stage['execute'] } : madeStage(name, runner as Stage, make);
  const before = dependencies === undefined || dependencies.length === 0 ? undefined : placesOf(name, dependencies, 'dependencies', places);
  // What wrappers go by, and what draws a graph: the kind is known once the stage is.
  const known = spec.kind === undefined && !isFunction && stage.kind !== undefined ? { ...spec, kind: stage.kind } : spec;
  return new GraphNode(index, known, stage, make, wrapperOf(known, config, parts), before, config.maxConcurrency !== Infinity, config.tracing);
}

/** The stage, or a first one of its class, which tells its name, kind and ways. */
function madeStage(name: string, instance: Stage, make: StageClass | undefined): Stage {
  let stage = instance;
  if (make !== undefined) {
    try {
      stage = new make();
    } catch (error) {
      throw Object.assign(new PipelineValidationError('CONTRACT-004-STAGE', `The class of stage '${name}' cannot be made without arguments.`, 'Pass an instance instead of the class.', [name]), { cause: error });
    }
  }
  if (typeof (stage as { execute?: unknown }).execute !== 'function') throw new PipelineValidationError('CONTRACT-004-STAGE', `Stage '${name}' has no execute function.`, 'Give it execute(ctx), or extend BaseStage and give it process or transform.', [name]);
  return stage;
}

function isClass(runner: StageClass | ((...args: never[]) => unknown)): runner is StageClass {
  const prototype: unknown = (runner as { prototype?: unknown }).prototype;
  if (typeof prototype !== 'object' || prototype === null) return false;
  return 'execute' in prototype || Function.prototype.toString.call(runner).startsWith('class');
}

/** A router among whose stages is one that neither waits for it nor reads it would choose nothing, in silence. One that has no stages at all only tells its choice. */
function refuseLostRoutes(nodes: readonly GraphNode[], places: ReadonlyMap<string, number>): void {
  for (const { stage, name, index, dependents, liveOut } of nodes) {
    if (stage.routes === undefined || dependents.length + liveOut.length === 0) continue;
    for (const route of stage.routes) {
      const to = nodes[places.get(route) ?? -1];
      if (to === undefined || !(to.dependencies.includes(index) || to.liveIn.some((link) => link.from === index))) throw new PipelineValidationError('CONTRACT-004-ROUTE', `Router '${name}' may choose '${route}', which ${to === undefined ? 'is no stage of the pipeline' : 'neither waits for it nor reads it'}.`, `Correct the name, or give '${route}' { dependencies: ['${name}'] }.`, [name, route]);
    }
  }
}

/** Kahn's algorithm over both kinds of edges; what is left contains a cycle, which is then named. */
function refuseCycles(nodes: readonly GraphNode[]): void {
  const open = nodes.map((node) => node.dependencies.length + node.liveIn.length);
  const ready: number[] = [];
  open.forEach((count, n) => count === 0 && ready.push(n));
  let done = 0;
  const release = (n: number): void => {
    if (--(open[n] as number) === 0) ready.push(n); // n is a node
  };
  for (let at = 0; at < ready.length; at++) {
    done++;
    const node = nodes[ready[at] as number] as GraphNode; // at < length
    for (const n of node.dependents) release(n);
    for (const link of node.liveOut) release(link.to);
  }
  if (done === nodes.length) return;
  const path = cycleAmong(nodes, open);
  throw new PipelineValidationError('CONTRACT-004-CYCLE', `Stages wait for one another in a circle: ${[...path, path[0]].map((name) => `'${name}'`).join(' → ')}.`, 'Remove one of these edges.', path);
}

/** A cycle among the nodes with open edges, followed backwards from any of them. */
function cycleAmong(nodes: readonly GraphNode[], open: readonly number[]): string[] {
  let at = open.findIndex((count) => count > 0);
  const trail: number[] = [];
  const seen = new Map<number, number>();
  while (!seen.has(at)) {
    seen.set(at, trail.length);
    trail.push(at);
    const node = nodes[at] as GraphNode; // found among the nodes
    at = [...node.dependencies, ...node.liveIn.map((link) => link.from)].find((n) => (open[n] as number) > 0) as number; // a node with open edges has such a predecessor
  }
  return trail.slice(seen.get(at)).map((n) => (nodes[n] as GraphNode).name).reverse();
}
