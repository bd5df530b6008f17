/** Reports every element that passes a place of the graph: its type, place, lane and age, never its content. */
import type { StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { bytesOf } from './metrics-stage.js';

/** Reports elements as `stream.element` events. Fusable. */
export class TracingStage extends BaseStage {
  constructor(name = 'tracing') {
    super(name);
  }

  /** The element itself. */
  override transform(element: StreamElement, ctx: StageContext): StreamElement {
    ctx.tryEmitEvent('stream.element', traceOf(element, ctx.clock.epochMs()));
    return element;
  }
}

/** What may be told about an element. */
export function traceOf(element: StreamElement, nowMs: number): Record<string, unknown> {
  return {
    element_type: element.type,
    sequence: element.sequence,
    source: element.source,
    priority: element.priority,
    age_ms: nowMs - element.timestampMs,
    bytes: bytesOf(element),
    ...(element.turnId === undefined ? {} : { turn_id: element.turnId }),
  };
}
