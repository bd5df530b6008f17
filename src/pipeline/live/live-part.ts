/** Live edges as a part of graphs: rules, checks, and the live side of each run. */
import type { ChannelReader, ChannelWriter } from '../../stream/channel-ends.js';
import { traceOf } from '../../stream/element-trace.js';
import type { StreamElement } from '../../stream/element.js';
import { swallowingWriter } from '../../stream/null-ends.js';
import type { Attempt } from '../attempt.js';
import type { PipelineConfig } from '../config.js';
import type { Deadlines } from '../deadlines.js';
import type { Graph, GraphNode } from '../graph-node.js';
import type { LiveHost, LivePart, LiveRun } from '../parts.js';
import type { RunInput } from '../run.js';
import { KEPT_STAGES } from './kept-stages.js';
import { checkLiveEdges } from './live-check.js';
import { linkLiveEdges } from './live-edges.js';
import { LIVE_RULES } from './live-rules.js';
import { LiveWriter, watchLive } from './live-writer.js';
import { findSegments, SegmentRuns } from './segment.js';
import { Wiring } from './wiring.js';

/** The channels of a run, the loops of its fused stages, and the watch over its writers. */
class WiredRun implements LiveRun {
  readonly #wiring: Wiring;
  readonly #host: LiveHost;
  readonly #tracing: boolean;
  #segments: SegmentRuns | undefined;

  constructor(graph: Graph, config: PipelineConfig, input: RunInput | undefined, host: LiveHost) {
    this.#wiring = new Wiring(graph, config, input, host.clock);
    this.#host = host;
    this.#tracing = config.tracing && host.reporter !== undefined;
  }

  get output(): ChannelReader<StreamElement> {
    return this.#wiring.output;
  }

  get moved(): number {
    return this.#wiring.moved;
  }

  reader(node: GraphNode): ChannelReader<StreamElement> | undefined {
    return this.#wiring.reader(node);
  }

  writer(attempt: Attempt): ChannelWriter<StreamElement> | undefined {
    const { node } = attempt;
    const writer = this.#wiring.writer(node);
    if (!node.watched) return writer;
    return (attempt.live = new LiveWriter(writer ?? swallowingWriter, attempt, this.#host.clock, this.#tracing ? (element) => this.#trace(node, element) : undefined));
  }

  join(attempt: Attempt): void {
    const { segment } = attempt.node;
    if (segment !== undefined) (this.#segments ??= new SegmentRuns(this.#host)).join(segment, attempt);
  }

  watch(attempt: Attempt, deadlines: Deadlines, expire: (option: string, timeoutMs: number) => void): void {
    watchLive(attempt, deadlines, expire);
  }

  settle(node: GraphNode, error: Error | undefined, canceled: boolean): void {
    this.#wiring.settle(node, error, canceled);
  }

  endOutput(error: Error | undefined, canceled: boolean): void {
    this.#wiring.endOutput(error, canceled);
  }

  close(): void {
    this.#wiring.close();
  }

  #trace(node: GraphNode, element: StreamElement): void {
    const { reporter, clock } = this.#host;
    reporter?.emit('stream.element', { ...reporter.ids, stage: node.name, ...traceOf(element, clock.epochMs()) });
  }
}

/** Live edges. */
export const livePart: LivePart = {
  kept: KEPT_STAGES,
  rules: LIVE_RULES,
  link: linkLiveEdges,
  check(nodes) {
    checkLiveEdges(nodes);
    findSegments(nodes);
  },
  open: (graph, config, input, host) => new WiredRun(graph, config, input, host),
};
