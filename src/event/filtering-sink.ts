/** Lets events pass by their name. */
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { PipelineEvent } from './event.js';
import type { EventSink } from './sink.js';

/** Parts of event names; an event passes when it has one of `include` (all, where that is empty) and none of `exclude`. */
export interface EventFilter {
  /** @default [] */
  readonly include?: readonly string[];
  /** @default [] */
  readonly exclude?: readonly string[];
}

/** The test of a filter. Throws `InvalidOptionError` naming the option of `owner`. */
export function eventFilter(owner: string, filter: EventFilter): (type: string) => boolean {
  const { include = [], exclude = [] } = filter;
  for (const [name, parts] of Object.entries({ include, exclude })) {
    if (!Array.isArray(parts) || parts.some((part) => typeof part !== 'string' || part === '')) throw new InvalidOptionError(`${owner}.${name}`, parts, 'a list of parts of event names');
  }
  return (type) => (include.length === 0 || include.some((part) => type.includes(part))) && !exclude.some((part) => type.includes(part));
}

/** Gives the events that pass to another sink. */
export class FilteringEventSink implements EventSink {
  readonly #sink: EventSink;
  readonly #passes: (type: string) => boolean;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(sink: EventSink, filter: EventFilter) {
    refuseUnknownOptions('FilteringEventSink', filter, ['include', 'exclude']);
    this.#sink = sink;
    this.#passes = eventFilter('FilteringEventSink', filter);
  }

  /** @inheritdoc */
  emit(event: PipelineEvent): Promise<void> {
    return this.#passes(event.type) ? this.#sink.emit(event) : Promise.resolve();
  }

  /** @inheritdoc */
  tryEmit(event: PipelineEvent): void {
    if (this.#passes(event.type)) this.#sink.tryEmit(event);
  }
}
