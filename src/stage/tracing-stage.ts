/** Reports every element that passes a place of the graph: its type, place, lane and age, never its content. */
import { traceOf } from '../stream/element-trace.js';
import type { StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';

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
