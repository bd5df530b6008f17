/** The graph of a turn, drawn once from the graph itself, with the state and time of each stage as they change. */
import type { StageTiming } from 'sluice/voice';
import { byId } from './dom.js';

/** A stage as it is drawn. */
export interface DrawnStage {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly streamsFrom: readonly string[];
}

const WIDTH = 340;
const ROW = 50;
const NODE = { width: 165, height: 34 };
const NS = 'http://www.w3.org/2000/svg';

/** The drawing. */
export interface GraphView {
  /** A new turn begins. */
  reset(): void;
  started(stage: string): void;
  settled(stage: string, status: string): void;
  times(stages: Readonly<Record<string, StageTiming>>): void;
}

/** Draws `stages`: top to bottom, each below what it waits for; live edges are dashed. */
export function createGraphView(stages: readonly DrawnStage[]): GraphView {
  const layers = layerStages(stages);
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  layers.forEach((names, row) => names.forEach((name, column) => places.set(name, { x: ((column + 0.5) * WIDTH) / names.length, y: row * ROW + NODE.height / 2 + 4 })));
  const svg = node('svg', { viewBox: `0 0 ${WIDTH} ${layers.length * ROW - ROW + NODE.height + 8}`, role: 'img', 'aria-label': 'The stages of a turn: solid lines wait, dashed lines flow' });
  for (const stage of stages) {
    for (const from of stage.dependencies) svg.append(edge(places, from, stage.name, 'edge'));
    for (const from of stage.streamsFrom) svg.append(edge(places, from, stage.name, 'edge live'));
  }
  const nodes = new Map<string, { readonly group: SVGElement; readonly time: SVGElement }>();
  for (const { name } of stages) {
    const { x, y } = places.get(name) ?? { x: 0, y: 0 };
    const group = node('g', { class: 'node', transform: `translate(${x - NODE.width / 2} ${y - NODE.height / 2})`, 'data-stage': name });
    const label = node('text', { x: '11', y: '21' });
    label.textContent = name.replaceAll('_', ' ');
    const time = node('text', { class: 'time', x: String(NODE.width - 11), y: '21', 'text-anchor': 'end' });
    group.append(node('rect', { width: String(NODE.width), height: String(NODE.height), rx: '9' }), label, time);
    svg.append(group);
    nodes.set(name, { group, time });
  }
  byId('graph').replaceChildren(svg);
  return {
    reset() {
      for (const { group, time } of nodes.values()) {
        group.setAttribute('class', 'node');
        time.textContent = '';
      }
    },
    started: (stage) => nodes.get(stage)?.group.setAttribute('class', 'node running'),
    settled: (stage, status) => nodes.get(stage)?.group.setAttribute('class', `node ${status}`),
    times(timings) {
      for (const [stage, { durationMs }] of Object.entries(timings)) {
        const time = nodes.get(stage)?.time;
        if (time !== undefined) time.textContent = durationMs < 10 ? `${durationMs.toFixed(1)} ms` : durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
      }
    },
  };
}

function layerStages(stages: readonly DrawnStage[]): readonly (readonly string[])[] {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const depth = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depth.get(name);
    if (known !== undefined) return known;
    const stage = byName.get(name);
    const before = [...(stage?.dependencies ?? []), ...(stage?.streamsFrom ?? [])];
    const own = before.length === 0 ? 0 : 1 + Math.max(...before.map(depthOf));
    depth.set(name, own);
    return own;
  };
  const layers: string[][] = [];
  for (const { name } of stages) (layers[depthOf(name)] ??= []).push(name);
  return layers;
}

function edge(places: ReadonlyMap<string, { readonly x: number; readonly y: number }>, from: string, to: string, className: string): SVGElement {
  const a = places.get(from) ?? { x: 0, y: 0 };
  const b = places.get(to) ?? { x: 0, y: 0 };
  const y1 = a.y + NODE.height / 2;
  const y2 = b.y - NODE.height / 2;
  // An edge that passes a layer goes around the nodes between, further out the longer it is.
  const rows = Math.round((b.y - a.y) / ROW);
  const right = a.x >= WIDTH / 2;
  const side = (right ? 1 : -1) * (NODE.width / 2);
  const out = WIDTH / 2 + (right ? 1 : -1) * Math.min(WIDTH / 2 - 3, NODE.width / 2 + 14 + rows * 8);
  const direct = `M${a.x} ${y1} C${a.x} ${(y1 + y2) / 2} ${b.x} ${(y1 + y2) / 2} ${b.x} ${y2}`;
  const around = Math.abs(a.x - b.x) < 1 ? `M${a.x + side} ${a.y} C${out} ${a.y + 12} ${out} ${b.y - 12} ${b.x + side} ${b.y}` : `M${a.x} ${y1} C${a.x} ${b.y} ${b.x + side + (right ? 24 : -24)} ${b.y} ${b.x + side} ${b.y}`;
  return node('path', { class: className, d: rows > 1 ? around : direct });
}

function node(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
