/**
 * The channels of one run: one per reading stage, joined to the writers of the stages it reads.
 *
 * A stage with one reader writes straight into that reader's channel; several readers make a broadcast,
 * several writers a merge. Readers of one group compete on a shared channel.
 */
import type { Clock } from '../../base/clock.js';
import { TimeSlice } from '../../base/time-slice.js';
import type { ChannelReader, ChannelWriter } from '../../stream/channel-ends.js';
import { withInputIndex } from '../../stage/merge-stage.js';
import { Broadcast, type BroadcastTarget } from '../../stream/broadcast.js';
import { Channel, type ChannelOptions } from '../../stream/channel.js';
import { Priority, type StreamElement } from '../../stream/element.js';
import { MergeGroup } from '../../stream/merge.js';
import { laneOf } from '../../stream/priority-channel.js';
import { SequenceReader } from '../../stream/sequence-reader.js';
import { SharedReader } from '../../stream/shared-reader.js';
import type { PipelineConfig } from '../config.js';
import type { Graph, GraphNode } from '../graph-node.js';
import { InputPump } from './input-pump.js';
import type { RunInput } from '../run.js';

/** The live side of a run. */
export class Wiring {
  readonly #graph: Graph;
  readonly #config: PipelineConfig;
  readonly #channels: (Channel<StreamElement> | undefined)[] = [];
  readonly #readers: (ChannelReader<StreamElement> | undefined)[] = [];
  readonly #writers: (ChannelWriter<StreamElement> | undefined)[] = [];
  readonly #slice: TimeSlice | undefined;
  readonly #pump: InputPump | undefined;
  #output: Channel<StreamElement> | undefined;
  #outputGroup: MergeGroup<StreamElement> | undefined;

  constructor(graph: Graph, config: PipelineConfig, input: RunInput | undefined, clock: Clock) {
    this.#graph = graph;
    this.#config = config;
    if (config.timeSliceMs > 0 && (graph.hasLiveEdges || input !== undefined)) this.#slice = new TimeSlice(clock, config.timeSliceMs);
    this.#pump = input === undefined ? undefined : new InputPump(input, this.#slice);
    if (graph.hasLiveEdges) this.#connect();
  }

  /** What leaves the graph; made when it is first asked for. */
  get output(): Channel<StreamElement> {
    if (this.#output === undefined) {
      this.#output = new Channel<StreamElement>(this.#options(this.#config.channelBufferSize));
      this.#outputGroup = new MergeGroup(this.#output);
      this.#outputGroup.writer(); // held open until the run closes the channel
    }
    return this.#output;
  }

  /** Elements written so far on all edges: tells whether anything moves. */
  get moved(): number {
    let sum = this.#output?.written ?? 0;
    for (const channel of this.#channels) sum += channel?.written ?? 0;
    return sum;
  }

  /** The live input of a stage; the run's own input for stages without live producers. */
  reader(node: GraphNode): ChannelReader<StreamElement> | undefined {
    const known = this.#readers[node.index];
    if (known !== undefined || this.#pump === undefined || node.liveIn.length > 0) return known;
    return (this.#readers[node.index] = this.#pump.reader(this.#options(this.#config.channelBufferSize)));
  }

  /** The live output of a stage; `undefined` when nobody reads it. */
  writer(node: GraphNode): ChannelWriter<StreamElement> | undefined {
    const known = this.#writers[node.index];
    if (known !== undefined || node.liveOut.length > 0 || this.#outputGroup === undefined) return known;
    return (this.#writers[node.index] = this.#outputGroup.writer());
  }

  /** The stage has settled: it reads no more, and its live output ends, with an error if there is one. */
  settle(node: GraphNode, error: Error | undefined, canceled: boolean): void {
    this.#readers[node.index]?.cancel();
    const writer = this.#writers[node.index];
    if (writer === undefined) return;
    if (canceled) for (const link of node.liveOut) if (link.to !== node.index && (this.#graph.nodes[link.to] as GraphNode).liveIn.length === 1) this.#channels[link.to]?.clear();
    if (error === undefined || node.liveOut.length === 0) writer.close();
    else writer.abort(error);
  }

  /** Everything that leaves the graph has left it. */
  endOutput(error: Error | undefined, canceled: boolean): void {
    if (this.#output === undefined) return;
    if (canceled) this.#output.clear();
    if (error === undefined) this.#output.close();
    else this.#output.abort(error);
  }

  /** Ends what is still open. */
  close(): void {
    this.#pump?.stop();
    for (const channel of this.#channels) channel?.cancel();
  }

  #connect(): void {
    const shared = new Map<string, { channel: Channel<StreamElement>; reader: SharedReader<StreamElement> }>();
    const targets: (BroadcastTarget<StreamElement>[] | undefined)[] = [];
    for (const node of this.#graph.nodes) {
      if (node.liveIn.length === 0) continue;
      const options = this.#options(Math.max(...node.liveIn.map((link) => this.#capacity(this.#graph.nodes[link.from] as GraphNode)))); // links hold indices of nodes
      const compete = node.liveIn.length === 1 ? node.liveIn[0]?.compete : undefined;
      if (compete !== undefined) {
        const key = `${node.liveIn[0]?.from}|${compete}`;
        const group = shared.get(key);
        if (group !== undefined) {
          this.#readers[node.index] = group.reader.fork();
          continue;
        }
        const channel = new Channel<StreamElement>(options);
        const reader = new SharedReader(channel);
        shared.set(key, { channel, reader });
        this.#channels[node.index] = channel;
        this.#readers[node.index] = reader.fork();
      } else {
        this.#readers[node.index] = this.#channels[node.index] = new Channel<StreamElement>(options);
      }
      const channel = this.#channels[node.index] as Channel<StreamElement>; // set above
      const ordered = node.stage.merges === 'ordered' && node.liveIn.length > 1 ? [channel, ...node.liveIn.slice(1).map(() => new Channel<StreamElement>(options))] : undefined;
      if (ordered !== undefined) this.#readers[node.index] = new SequenceReader(ordered);
      const group = node.liveIn.length > 1 && ordered === undefined ? new MergeGroup(channel) : undefined;
      node.liveIn.forEach(({ from, accepts, inputIndex }, n) => {
        const map = inputIndex === undefined ? undefined : (element: StreamElement): StreamElement => withInputIndex(element, inputIndex);
        (targets[from] ??= []).push({ writer: ordered?.[n] ?? group?.writer() ?? channel, accepts, map });
      });
    }
    targets.forEach((list, n) => {
      const only = list?.length === 1 ? list[0] : undefined;
      if (list !== undefined) this.#writers[n] = only !== undefined && only.accepts === undefined && only.map === undefined ? only.writer : new Broadcast(list, this.#slice);
    });
  }

  #capacity(node: GraphNode): number {
    if (node.spec.capacity !== undefined) return node.spec.capacity;
    const types = node.stage.capabilities?.output?.types;
    if (this.#config.fixedBufferSize || types === undefined || types.length === 0) return this.#config.channelBufferSize;
    return types.includes('audio') ? AUDIO_CAPACITY : types.every((type) => type === 'text') ? TEXT_CAPACITY : this.#config.channelBufferSize;
  }

  #options(capacity: number): ChannelOptions<StreamElement> {
    return { capacity, priorityOf: this.#config.priorityQueue ? laneOf : controlLaneOf, ...(this.#slice === undefined ? {} : { slice: this.#slice }) };
  }
}

// A model writes a whole answer of tokens without being held up by a slow voice; sound is bounded so that a cut is short.
const TEXT_CAPACITY = 1024;
const AUDIO_CAPACITY = 64;

/** Interrupts and errors overtake; everything else, ends included, keeps its order. */
function controlLaneOf(element: StreamElement): Priority {
  return element.priority === Priority.CRITICAL && element.type !== 'endOfStream' ? Priority.CRITICAL : Priority.NORMAL;
}
