/**
 * Neighbouring stages that treat one element at a time, run as one: no channel, no promise and no queue
 * between them, and none before them while they keep up, because they take an element within the call that
 * writes it. Time, events, counts and errors stay those of each stage, and the outside sees what it would
 * see of separate stages.
 */
import { toError } from '../../base/errors.js';
import { StageContext } from '../../stage/context.js';
import { StageOutput } from '../../stage/output.js';
import type { Transformed } from '../../stage/stage.js';
import { Channel } from '../../stream/channel.js';
import type { ChannelReader, ChannelWriter, Receiver } from '../../stream/channel-ends.js';
import type { StreamElement } from '../../stream/element.js';
import { abortedStream } from '../../stream/errors.js';
import type { Attempt } from '../attempt.js';
import type { GraphNode } from '../graph-node.js';
import type { LiveHost } from '../parts.js';
import { stageError } from '../stage-failure.js';

/** Stages that are run as one loop, in the order of the flow. */
export type Segment = readonly number[];

/** Marks the members of each segment of a graph. Linear. */
export function findSegments(nodes: readonly GraphNode[]): void {
  for (const node of nodes) {
    if (!isFusable(node) || follows(nodes, node)) continue; // begins at the first member
    const members = [node.index];
    for (let at = node; ; ) {
      const link = at.liveOut.length === 1 ? at.liveOut[0] : undefined;
      const next = link === undefined ? undefined : nodes[link.to];
      if (next === undefined || !follows(nodes, next)) break;
      members.push(next.index);
      at = next;
    }
    for (const member of members) (nodes[member] as GraphNode).segment = members; // members are indices of nodes
  }
}

function isFusable({ stage, spec, make, wrap, watched, limited, conditional, dependencies }: GraphNode): boolean {
  return stage.transform !== undefined && (stage as { process?: unknown }).process === undefined && make === undefined && wrap === undefined && !watched && !limited && !conditional && dependencies.length === 0 && spec.always !== true && (spec.timeoutMs ?? 0) === 0;
}

/** Whether a stage may be run in one loop with the one it reads. */
function follows(nodes: readonly GraphNode[], node: GraphNode): boolean {
  const link = node.liveIn.length === 1 ? node.liveIn[0] : undefined;
  const before = link === undefined ? undefined : nodes[link.from];
  if (link === undefined || before === undefined || link.accepts !== undefined || link.compete !== undefined || link.inputIndex !== undefined) return false;
  return isFusable(node) && isFusable(before) && before.liveOut.length === 1 && before.spec.scope === node.spec.scope;
}

/** A stage that has `transform`. */
interface Transforming {
  transform(element: StreamElement, ctx: StageContext): Transformed;
}

/** One segment in one run: waits until all members have begun, then takes what comes. */
class SegmentRun implements Receiver<StreamElement> {
  readonly #host: Pick<LiveHost, 'end'>;
  readonly #size: number;
  readonly #stages: Transforming[] = [];
  readonly #attempts: Attempt[] = [];
  readonly #contexts: StageContext[] = [];
  // Elements that went straight through all members, and beside them what each has taken; what one has given is what the next has taken.
  #through = 0;
  readonly #taken: Float64Array;
  #input: ChannelReader<StreamElement> | undefined;
  #output: ChannelWriter<StreamElement> | undefined;
  #at = 0; // the member that threw

  constructor(size: number, host: Pick<LiveHost, 'end'>) {
    this.#size = size;
    this.#taken = new Float64Array(size + 1);
    this.#host = host;
  }

  /** A member has begun; `place` is its place in the segment. */
  join(place: number, attempt: Attempt): void {
    this.#attempts[place] = attempt;
    this.#contexts[place] = new StageContext(attempt);
    this.#stages[place] = attempt.node.stage as Transforming;
    if (this.#attempts.length < this.#size || this.#attempts.includes(undefined as never)) return;
    this.#input = (this.#contexts[0] as StageContext).input; // a segment has members
    this.#output = (this.#contexts[this.#size - 1] as StageContext).output;
    void this.#run();
  }

  /** An element, within the call that writes it. */
  take(element: StreamElement): void {
    let given: boolean | Promise<boolean>;
    try {
      if (this.#isStopped) return this.#leave();
      given = this.#give(element, 0);
    } catch (error) {
      this.#leave();
      return this.ready({ error });
    }
    if (given === true) return;
    this.#leave();
    this.ready({ given });
  }

  /** Goes on in a turn of its own: with what is queued, with the end, or with what became of the element that was taken last. */
  ready(last?: { readonly given?: boolean | Promise<boolean>; readonly error?: unknown }): void {
    void Promise.resolve(last).then(() => this.#run(last));
  }

  get #isStopped(): boolean {
    return this.#attempts[0]?.over === true;
  }

  #leave(): void {
    (this.#input as Channel<StreamElement>).detach(); // only a channel calls `take`
  }

  async #run(last?: { readonly given?: boolean | Promise<boolean>; readonly error?: unknown }): Promise<void> {
    try {
      if (last !== undefined && 'error' in last) throw last.error;
      const input = this.#input as ChannelReader<StreamElement>; // set before the first turn
      let open = last?.given === undefined || (await last.given);
      while (open && !this.#isStopped) {
        let element = input.tryRead();
        if (element === undefined) {
          if (input instanceof Channel && input.attach(this)) return;
          element = await input.read();
          if (element === undefined) break;
        }
        const given = this.#give(element, 0);
        open = typeof given === 'boolean' ? given : await given;
      }
      for (let place = 0; place < this.#size && open && !this.#isStopped; place++) {
        this.#at = place;
        const { stage } = (this.#attempts[place] as Attempt).node; // place < size
        for (const element of stage.flush?.(this.#contexts[place] as StageContext) ?? []) {
          const given = this.#give(element, place + 1);
          open = typeof given === 'boolean' ? given : await given;
          if (!open) break;
        }
      }
      this.#attempts.forEach((attempt, place) => this.#settle(attempt, place));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Passes an element through the members from `place` on; false when nobody reads the end any more. */
  #give(element: StreamElement, place: number): boolean | Promise<boolean> {
    const stages = this.#stages;
    const contexts = this.#contexts;
    const size = stages.length;
    let made: Transformed = element;
    let at = place;
    try {
      for (; at < size; at++) {
        made = (stages[at] as Transforming).transform(made as StreamElement, contexts[at] as StageContext); // at < size; what is no element leaves the loop
        if (made === undefined || Array.isArray(made)) {
          this.#count(place, at + 1);
          return made === undefined ? true : this.#giveAll(made as readonly StreamElement[], at + 1);
        }
      }
    } catch (error) {
      this.#count(place, at + 1);
      this.#at = at;
      throw error;
    }
    if (place === 0) this.#through++;
    else this.#count(place, size + 1);
    const output = this.#output as ChannelWriter<StreamElement>; // set before the loop
    return output.tryWrite(made as StreamElement) || output.write(made as StreamElement);
  }

  /** The members from `from` to before `to` have each taken one; the place after the last is what has left it. */
  #count(from: number, to: number): void {
    for (let at = from; at < to; at++) (this.#taken[at] as number)++; // one more place than there are members
  }

  async #giveAll(elements: readonly StreamElement[], place: number): Promise<boolean> {
    for (const element of elements) if (!(await this.#give(element, place))) return false;
    return true;
  }

  #settle(attempt: Attempt, place: number): void {
    if (!attempt.over) this.#host.end(attempt, StageOutput.ok({ elementsIn: this.#through + (this.#taken[place] as number), elementsOut: this.#through + (this.#taken[place + 1] as number) }));
  }

  /** The member at work failed: those before it end well, as if nobody read them; those after it get the error as readers. */
  #fail(thrown: unknown): void {
    const broken = this.#attempts[this.#at] as Attempt; // at < size
    const output = StageOutput.fail(toError(thrown));
    const seen = StageOutput.fail(abortedStream(stageError(broken.node, output)));
    this.#attempts.forEach((attempt, place) => {
      if (attempt.over) return;
      if (place < this.#at) this.#settle(attempt, place);
      else this.#host.end(attempt, place === this.#at ? output : seen);
    });
  }
}

/** The segments of one run. */
export class SegmentRuns {
  readonly #host: Pick<LiveHost, 'end'>;
  readonly #runs = new Map<number, SegmentRun>();

  constructor(host: Pick<LiveHost, 'end'>) {
    this.#host = host;
  }

  /** A member of `segment` has begun. */
  join(segment: Segment, attempt: Attempt): void {
    const head = segment[0] as number; // segments have members
    let run = this.#runs.get(head);
    if (run === undefined) this.#runs.set(head, (run = new SegmentRun(segment.length, this.#host)));
    run.join(segment.indexOf(attempt.node.index), attempt);
  }
}
