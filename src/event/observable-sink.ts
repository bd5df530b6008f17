/** A sink that keeps what it is given, for tests, panels and the runner's result. Bounded: the oldest events go first. */
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { refuseUnknownOptions, requireFunction, requireNumber } from '../base/option.js';
import { RingQueue } from '../base/ring-queue.js';
import type { PipelineEvent } from './event.js';
import type { EventSink } from './sink.js';

/** An event with the moment it came. */
export interface ObservedEvent extends PipelineEvent {
  /** When it came. */
  readonly timestamp: Date;
  /** Milliseconds since the sink was made or cleared. */
  readonly elapsedMs: number;
}

/** Options of an {@link ObservableEventSink}. */
export interface ObservableEventSinkOptions {
  /** Events kept at most. @default 10000 */
  readonly maxEvents?: number;
  /** Called with each event as it comes. */
  readonly onEvent?: (event: ObservedEvent) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Keeps events for inspection. */
export class ObservableEventSink implements EventSink {
  readonly #clock: Clock;
  readonly #maxEvents: number;
  readonly #onEvent: ((event: ObservedEvent) => void) | undefined;
  #events = new RingQueue<ObservedEvent>();
  #startMs: number;
  #dropped = 0;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: ObservableEventSinkOptions = {}) {
    refuseUnknownOptions('ObservableEventSink', options, ['maxEvents', 'onEvent', 'clock']);
    const { maxEvents = 10000, onEvent, clock = systemClock } = options;
    this.#maxEvents = requireNumber('ObservableEventSink.maxEvents', maxEvents, { min: 1, integer: true });
    this.#onEvent = onEvent === undefined ? undefined : requireFunction('ObservableEventSink.onEvent', onEvent);
    this.#clock = clock;
    this.#startMs = clock.now();
  }

  /** @inheritdoc */
  emit(event: PipelineEvent): Promise<void> {
    this.tryEmit(event);
    return Promise.resolve();
  }

  /** @inheritdoc */
  tryEmit(event: PipelineEvent): void {
    const observed: ObservedEvent = { type: event.type, data: event.data, timestamp: new Date(this.#clock.epochMs()), elapsedMs: this.#clock.now() - this.#startMs };
    if (this.#events.size === this.#maxEvents) {
      this.#events.shift();
      this.#dropped++;
    }
    this.#events.push(observed);
    try {
      this.#onEvent?.(observed);
    } catch (error) {
      globalThis.reportError?.(error); // the listener's own affair: a sink never breaks a run
    }
  }

  /** The events kept, oldest first. */
  get events(): readonly ObservedEvent[] {
    const all: ObservedEvent[] = [];
    this.#events.clear((event) => all.push(event) > 0); // keeps every one while listing it
    return all;
  }

  /** Events that had to go because there were too many. */
  get droppedEvents(): number {
    return this.#dropped;
  }

  /** Same as {@link events}. */
  getEvents(): readonly ObservedEvent[] {
    return this.events;
  }

  /** Events whose name contains `part`. */
  getEventsByType(part: string): readonly ObservedEvent[] {
    return this.events.filter(({ type }) => type.includes(part));
  }

  /** Events of stages, or of the stage of that name. */
  getStageEvents(stage?: string): readonly ObservedEvent[] {
    return this.events.filter(({ type, data }) => type.startsWith('stage.') && (stage === undefined || data['stage'] === stage || type.startsWith(`stage.${stage}.`)));
  }

  /** Forgets the events and starts the elapsed time anew. */
  clear(): void {
    this.#events = new RingQueue();
    this.#dropped = 0;
    this.#startMs = this.#clock.now();
  }

  /** How many events of each name there are, one line each, the first name first. */
  summary(): string {
    const counts = new Map<string, number>();
    for (const { type } of this.events) counts.set(type, (counts.get(type) ?? 0) + 1);
    return [...counts].map(([type, count]) => `${type}: ${count}`).join('\n');
  }

  /** Prints {@link summary} to the console. */
  printSummary(): void {
    console.log(this.summary());
  }

  /** The events as plain data. */
  toDict(): Data {
    return { events: this.events.map(({ type, data, timestamp, elapsedMs }) => ({ type, data, timestamp: timestamp.toISOString(), elapsed_ms: elapsedMs })), dropped: this.#dropped };
  }
}
