/**
 * Refuses graphs whose live edges can hang once the channels between are full, even at capacity 1.
 *
 * For every stage there are three moments: it has started (S), it can go on taking what it reads (D), it
 * has ended (F). They need one another:
 *
 *   S(d) needs F(x) for every settled dependency x
 *   D(d) needs S(d), and D(e) for every stage e that reads d
 *   F(d) needs S(d), F(c) for every stage c that d reads, and D(e) for every stage e that reads d
 *   a merge in order takes from its next producer once the one before has ended: F(p₂) and D(p₂) need F(p₁)
 *
 * A graph whose moments need one another in a circle can hang; one without a circle cannot. Linear in
 * stages and edges.
 */
import { PipelineValidationError } from '../errors.js';
import type { GraphNode } from '../graph-node.js';

// A moment is a number: three per stage.
const START = 0;
const TAKE = 1;
const END = 2;

/** Throws `PipelineValidationError` for a starvable join, for capabilities that do not fit, and for two limits in one live group. */
export function checkLiveEdges(nodes: readonly GraphNode[]): void {
  for (const node of nodes) for (const link of node.liveIn) checkCapabilities(nodes[link.from] as GraphNode, node); // links hold indices of nodes
  const circle = circleOf(needsOf(nodes));
  if (circle !== undefined) throw starved(nodes, circle);
  refuseDoubleLimits(nodes);
}

/** For each moment the moments it needs. */
function needsOf(nodes: readonly GraphNode[]): readonly number[][] {
  const needs: number[][] = Array.from({ length: nodes.length * 3 }, () => []);
  const need = (moment: number, other: number): void => void (needs[moment] as number[]).push(other); // three per node
  for (const { index, dependencies, liveIn, liveOut, stage } of nodes) {
    const at = index * 3;
    for (const dependency of dependencies) need(at + START, dependency * 3 + END);
    need(at + TAKE, at + START);
    need(at + END, at + START);
    for (const { from } of liveIn) need(at + END, from * 3 + END);
    for (const { to } of liveOut) {
      need(at + TAKE, to * 3 + TAKE);
      need(at + END, to * 3 + TAKE);
    }
    if (stage.merges !== 'ordered') continue;
    for (let n = 1; n < liveIn.length; n++) {
      const before = (liveIn[n - 1]?.from ?? 0) * 3 + END; // n - 1 is in range
      const next = (liveIn[n]?.from ?? 0) * 3; // likewise
      need(next + TAKE, before);
      need(next + END, before);
    }
  }
  return needs;
}

/** A circle of moments, each needing the next; `undefined` when there is none. Depth first, without recursion. */
function circleOf(needs: readonly (readonly number[])[]): readonly number[] | undefined {
  const state = new Uint8Array(needs.length); // 0 unseen, 1 on the path, 2 done
  const next = new Uint32Array(needs.length);
  for (let root = 0; root < needs.length; root++) {
    if (state[root] !== 0) continue;
    const path = [root];
    state[root] = 1;
    while (path.length > 0) {
      const at = path[path.length - 1] as number; // not empty
      const turn = next[at] as number; // at is a moment
      const other = needs[at]?.[turn];
      if (other === undefined) {
        state[at] = 2;
        path.pop();
        continue;
      }
      next[at] = turn + 1;
      if (state[other] === 1) return path.slice(path.indexOf(other));
      if (state[other] === 2) continue;
      state[other] = 1;
      path.push(other);
    }
  }
  return undefined;
}

/** Says the circle as a chain of reasons, beginning with a stage that waits. */
function starved(nodes: readonly GraphNode[], circle: readonly number[]): PipelineValidationError {
  const first = Math.max(0, circle.findIndex((moment) => moment % 3 === START));
  const steps = [...circle.slice(first), ...circle.slice(0, first)];
  const name = (moment: number): string => (nodes[Math.floor(moment / 3)] as GraphNode).name; // moments are three per node
  const reasons = steps.flatMap((moment, n) => {
    const next = steps[(n + 1) % steps.length] as number; // in range
    const [a, b] = [name(moment), name(next)];
    if (a === b) return [];
    if (moment % 3 === START) return [`'${a}' starts after the end of '${b}'`];
    if (next % 3 === TAKE) return [moment % 3 === END ? `'${a}' cannot end before '${b}' reads it` : `'${a}' reads on only while '${b}' reads it`];
    return [`'${a}' cannot end before '${b}' has ended`];
  });
  const stages = [...new Set(steps.map(name))];
  return new PipelineValidationError(
    'CONTRACT-004-STARVED_JOIN',
    `These stages can wait for one another for ever once the channels between them are full: ${reasons.join('; ')}.`,
    `Let '${stages[0]}' read what it waits for live as well, or split it into a stage that reads and a stage that waits.`,
    stages,
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
