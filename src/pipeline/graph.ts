/**
 * A graph made ready to run: names turned into indices, edges into arrays, everything checked once.
 * Linear in stages and edges, so that ten thousand stages build in milliseconds.
 */
import type { Stage, StageClass } from '../stage/stage.js';
import type { StreamElement } from '../stream/element.js';
import type { PipelineConfig } from './config.js';
import { PipelineValidationError } from './errors.js';
import { GraphNode, type Graph, type LiveLink } from './graph-node.js';
import { checkLiveEdges } from './live-check.js';
import { findSegments } from './segment.js';
import { wrapperOf } from './wrap.js';
import type { LiveEdge, StageSpec } from './spec.js';

const RESERVED = ['require', '__proto__'];
const NO_DEPENDENCIES: readonly number[] = Object.freeze([]);

/** Checks specifications and makes them a graph. Throws `PipelineValidationError` or `InvalidOptionError`. */
export function makeGraph(specs: readonly StageSpec[], config: PipelineConfig): Graph {
  if (specs.length === 0) throw new PipelineValidationError('CONTRACT-004-EMPTY', 'The pipeline has no stages.', 'Add at least one with withStage or chain before build().', []);
  const index = new Map<string, number>();
  specs.forEach((spec, n) => {
    if (RESERVED.includes(spec.name)) throw new PipelineValidationError('CONTRACT-004-NAME', `A stage is named '${spec.name}', which results use themselves.`, 'Choose another name.', [spec.name]);
    if (index.has(spec.name)) throw new PipelineValidationError('CONTRACT-004-CONFLICT', `Two stages are named '${spec.name}'.`, 'Give each stage a name of its own.', [spec.name]);
    index.set(spec.name, n);
  });
  const nodes = specs.map((spec, n) => makeNode(spec, n, index, config));
  let hasLiveEdges = false;
  for (const node of nodes) {
    for (const dependency of node.dependencies) (nodes[dependency] as GraphNode).precede(node.index); // indices come from the map
    for (const link of node.liveIn) {
      hasLiveEdges = true;
      if ((nodes[link.from] as GraphNode).stage.routes?.includes(node.name) === true) link.accepts = routedTo(node.name, link.accepts);
      (nodes[link.from] as GraphNode).write(link);
    }
  }
  refuseCycles(nodes);
  if (hasLiveEdges) {
    checkLiveEdges(nodes);
    findSegments(nodes);
  }
  let leaves = 0;
  for (const node of nodes) {
    if (node.liveOut.length === 0 && node.spec.always !== true) {
      node.isLeaf = true;
      leaves++;
    }
    if (node.kind === 'route') for (const n of node.dependents) (nodes[n] as GraphNode).conditional = true; // dependents hold indices of nodes
  }
  if (specs.some((spec) => spec.priority !== undefined)) for (const node of nodes) node.dependents = [...node.dependents].sort((a, b) => priorityOf(nodes[b]) - priorityOf(nodes[a]));
  const indegrees = Int32Array.from(nodes, (node) => node.dependencies.length);
  const roots = nodes.filter((node) => node.dependencies.length === 0).sort((a, b) => priorityOf(b) - priorityOf(a));
  return { nodes, names: nodes.map((node) => node.name), index, hasLiveEdges, indegrees, leaves, roots: roots.map((node) => node.index) };
}

/** Elements that a router has sent to `name`. */
function routedTo(name: string, accepts: LiveLink['accepts']): LiveLink['accepts'] {
  return (element) => {
    const routes = element.metadata?.['routes'];
    return (!Array.isArray(routes) || routes.includes(name)) && (accepts === undefined || accepts(element));
  };
}

function priorityOf(node: GraphNode | undefined): number {
  return node?.spec.priority ?? 0;
}

function makeNode(spec: StageSpec, index: number, places: ReadonlyMap<string, number>, config: PipelineConfig): GraphNode {
  const { name, stage: runner } = spec;
  const isFunction = typeof runner === 'function' && !isClass(runner);
  const make = typeof runner === 'function' && !isFunction ? (runner as StageClass) : undefined;
  const stage = isFunction ? { name, kind: spec.kind ?? 'transform', execute: runner as Stage['execute'] } : madeStage(name, runner as Stage, make);
  const dependencies = spec.dependencies === undefined || spec.dependencies.length === 0 ? NO_DEPENDENCIES : place(spec, spec.dependencies, 'dependencies', places);
  const node = new GraphNode(index, spec, stage, make, wrapperOf(spec, config), dependencies, config.maxConcurrency !== Infinity, config.tracing);
  if (spec.streamsFrom !== undefined && spec.streamsFrom.length > 0) readProducers(node, spec.streamsFrom, places);
  return node;
}

/** Gives a node its live inputs. */
function readProducers(node: GraphNode, streamsFrom: readonly (string | LiveEdge)[], places: ReadonlyMap<string, number>): void {
  const { name, spec, stage, index } = node;
  const links = streamsFrom.map((edge): LiveEdge => (typeof edge === 'string' ? { from: edge } : edge));
  if (links.length > 1 && stage.merges === undefined && links.some((link) => link.joined === true)) throw new PipelineValidationError('CONTRACT-004-FAN_IN', `Stage '${name}' is connected to ${links.length} producers (${links.map((link) => `'${link.from}'`).join(', ')}), but does not merge.`, 'Put a MergeStage before it, or name all producers at once in its streamsFrom.', [name]);
  place(spec, links.map((link) => link.from), 'streamsFrom', places).forEach((from, n) => {
    const { when, types, compete } = links[n] as LiveEdge; // same length
    const allowed = types === 'declared' ? stage.capabilities?.input?.types : types;
    if (types === 'declared' && (allowed === undefined || allowed.length === 0)) throw new PipelineValidationError('CONTRACT-004-CAPABILITY', `Stage '${name}' is fed by type, but does not say which types of elements it takes.`, `Give the stage capabilities.input.types, or pass { mode: 'byType', types: { '${name}': ['text'] } }.`, [name]);
    const accepts = allowed === undefined ? when : (element: StreamElement): boolean => allowed.includes(element.type) && (when === undefined || when(element));
    node.read({ from, to: index, accepts, compete, inputIndex: stage.mergeIndex === true && links.length > 1 ? n : undefined });
  });
}

/** Indices of the named stages; refuses unknown names, the stage itself, and a name given twice. */
function place(spec: StageSpec, names: readonly string[], option: string, places: ReadonlyMap<string, number>): number[] {
  const found: number[] = [];
  for (const name of names) {
    const at = places.get(name);
    if (name === spec.name) throw new PipelineValidationError('CONTRACT-004-SELF_DEP', `Stage '${name}' names itself in ${option}.`, 'Remove it there.', [name]);
    if (at === undefined) throw new PipelineValidationError('CONTRACT-004-MISSING_DEP', `Stage '${spec.name}' names '${String(name)}' in ${option}, but there is no such stage.`, `Add a stage of that name, or correct the name.${nearest(name, places)}`, [spec.name, String(name)]);
    if (names.length > 1 && found.includes(at)) throw new PipelineValidationError('CONTRACT-004-DUPLICATE_EDGE', `Stage '${spec.name}' names '${name}' twice in ${option}.`, 'Name each stage once.', [spec.name, name]);
    found.push(at);
  }
  return found;
}

/** A stage of a similar name, as a hint. */
function nearest(name: unknown, places: ReadonlyMap<string, number>): string {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = plain(String(name));
  for (const candidate of places.keys()) if (plain(candidate) === wanted) return ` Did you mean '${candidate}'?`;
  return '';
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
