/**
 * Middleware as a stage: collects what flows in, calls the middleware once, and emits what it leaves. A
 * middleware is a function `(ctx, next)`; what it does before `next()` sees the elements that came in, and
 * what it puts into `ctx.elements` flows out.
 */
import { requireFunction } from '../base/option.js';
import type { Data } from '../base/data.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { StageType } from './kind.js';

/** What a middleware works on. */
export interface MiddlewareContext {
  /** What came in, and what will flow out: may be changed or replaced. */
  elements: StreamElement[];
  /** Free facts that middleware of one stage share. */
  readonly metadata: Data;
  /** The stage's context: snapshot, signal, clock, events. */
  readonly stage: StageContext;
}

/** A function around the rest. */
export type Middleware = (ctx: MiddlewareContext, next: () => Promise<void>) => unknown;

/** A stage that runs one middleware. */
export class MiddlewareAdapter extends BaseStage<{ readonly elements: number }> {
  readonly #middleware: Middleware;

  constructor(name: string, middleware: Middleware) {
    super(name, StageType.ACCUMULATE);
    this.#middleware = requireFunction('wrapMiddleware.middleware', middleware);
  }

  /** Collects, calls, emits. A middleware that does not call `next` emits nothing. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<{ readonly elements: number }> {
    const elements: StreamElement[] = [];
    for (let element = await input.read(); element !== undefined; element = await input.read()) elements.push(element);
    let passed = false;
    const context: MiddlewareContext = { elements, metadata: {}, stage: ctx };
    await this.#middleware(context, async () => {
      passed = true;
    });
    if (!passed) return { elements: 0 };
    let count = 0;
    for (const element of context.elements) {
      if (!(await output.write(element))) break;
      count++;
    }
    return { elements: count };
  }
}

/** Wraps a middleware as a stage. */
export function wrapMiddleware(name: string, middleware: Middleware): MiddlewareAdapter {
  return new MiddlewareAdapter(name, middleware);
}
