/**
 * One try of one stage in one run: the record behind its `StageContext`. What a stage does not ask for
 * (a signal, its inputs) is never made.
 */
import type { Cleanup } from '../base/cleanups.js';
import type { Clock } from '../base/clock.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { EventSink } from '../event/sink.js';
import type { RunScope, StageContextInit } from '../stage/context.js';
import { StageInputs } from '../stage/inputs.js';
import type { PipelineTimer } from '../stage/timer.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import type { GraphNode } from './graph-node.js';

/** What an attempt needs of its run. */
export interface AttemptHost {
  readonly snapshot: ContextSnapshot;
  readonly timer: PipelineTimer;
  readonly clock: Clock;
  readonly sink: EventSink | undefined;
  readonly scope: RunScope;
  readonly sessionSignal: AbortSignal | undefined;
  inputsOf(node: GraphNode): StageInputs;
  readerOf(node: GraphNode): ChannelReader<StreamElement> | undefined;
  writerOf(attempt: Attempt): ChannelWriter<StreamElement> | undefined;
  addCleanup(cleanup: Cleanup): void;
}

/** A live output whose writes are counted and timed. */
export interface WatchedOutput {
  /** Elements that were taken. */
  readonly emitted: number;
  /** How long nothing has been written although it could have been. */
  silenceMs(nowMs: number): number;
}

/** One try of a stage. */
export class Attempt implements StageContextInit {
  readonly host: AttemptHost;
  readonly node: GraphNode;
  readonly attempt: number;
  readonly startedMs: number;
  /** Set once its outcome no longer counts. */
  over = false;
  /** Called once it is over. */
  ended: (() => void) | undefined;
  /** Why it was asked to stop; set before its signal aborts. */
  stopped: { readonly reason: Error; readonly why: string } | undefined;
  /** Its live output, where that is watched. */
  live: WatchedOutput | undefined;
  #controller: AbortController | undefined;
  #output: ChannelWriter<StreamElement> | undefined;

  constructor(host: AttemptHost, node: GraphNode, attempt: number, startedMs: number) {
    this.host = host;
    this.node = node;
    this.attempt = attempt;
    this.startedMs = startedMs;
  }

  get snapshot(): ContextSnapshot {
    return this.host.snapshot;
  }

  get inputs(): StageInputs {
    return this.host.inputsOf(this.node);
  }

  get stageName(): string {
    return this.node.name;
  }

  get timer(): PipelineTimer {
    return this.host.timer;
  }

  get clock(): Clock {
    return this.host.clock;
  }

  get eventSink(): EventSink | undefined {
    return this.host.sink;
  }

  get run(): RunScope {
    return this.host.scope;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.stopped !== undefined) this.#controller.abort(this.stopped.reason);
    }
    return this.#controller.signal;
  }

  get input(): ChannelReader<StreamElement> | undefined {
    return this.host.readerOf(this.node);
  }

  get output(): ChannelWriter<StreamElement> | undefined {
    return (this.#output ??= this.host.writerOf(this));
  }

  onCleanup(cleanup: Cleanup): void {
    this.host.addCleanup(cleanup);
  }

  /** Resolves once it is over, also when the stage itself goes on. */
  whenOver(): Promise<void> {
    return new Promise((resolve) => (this.ended = resolve));
  }

  /** Aborts its signal, if the stage has asked for one; `why` goes into its output. */
  stop(reason: Error, why: string): void {
    if (this.stopped !== undefined) return;
    this.stopped = { reason, why };
    this.#controller?.abort(reason);
  }
}
