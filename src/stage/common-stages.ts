/** The small stages of streams: pass, filter, map, and a stage from a function. */
import { toError } from '../base/errors.js';
import { requireFunction } from '../base/option.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import { errorElement, type StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { StageType } from './kind.js';
import type { StageReturn } from './output.js';
import type { Transformed } from './stage.js';

/** Passes every element on unchanged. */
export class PassthroughStage extends BaseStage {
  constructor(name: string) {
    super(name);
  }

  /** The element itself. */
  override readonly transform = (element: StreamElement): StreamElement => element;
}

/** Passes on the elements that `keep` wants. */
export class FilterStage extends BaseStage {
  readonly #keep: (element: StreamElement) => boolean;

  constructor(name: string, keep: (element: StreamElement) => boolean) {
    super(name);
    this.#keep = requireFunction('FilterStage.keep', keep);
  }

  /** The element itself, or nothing. */
  override readonly transform = (element: StreamElement): Transformed => (this.#keep(element) ? element : undefined);
}

/**
 * Passes on what `map` makes of each element. When `map` throws, an error element is written and then the
 * stage fails with what was thrown.
 */
export class MapStage extends BaseStage {
  readonly #map: (element: StreamElement, ctx: StageContext) => Transformed | Promise<Transformed>;

  constructor(name: string, map: (element: StreamElement, ctx: StageContext) => Transformed | Promise<Transformed>) {
    super(name);
    this.#map = requireFunction('MapStage.map', map);
  }

  /** Maps each element in order; one at a time when `map` is asynchronous. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<void> {
    for (;;) {
      const element = input.tryRead() ?? (await input.read());
      if (element === undefined) return;
      let made: Transformed;
      try {
        const result = this.#map(element, ctx);
        made = result instanceof Promise ? await result : result;
      } catch (error) {
        await output.write(errorElement(toError(error), { source: ctx.stageName, timestampMs: ctx.clock.epochMs() }));
        throw error;
      }
      for (const one of made === undefined ? [] : Array.isArray(made) ? (made as readonly StreamElement[]) : [made as StreamElement]) {
        if (!output.tryWrite(one) && !(await output.write(one))) return;
      }
    }
  }
}

/** What a {@link stageFunc} does. */
export type ProcessFunction = (ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>) => Promise<StageReturn> | StageReturn;

/** A stage of streams from a function. */
export function stageFunc(name: string, type: StageType, process: ProcessFunction): BaseStage {
  requireFunction('stageFunc.process', process);
  return new FunctionStage(name, type, process);
}

/** A stage that treats one element at a time, from a function; fusable. */
export function transformStage(name: string, transform: (element: StreamElement, ctx: StageContext) => Transformed, flush?: (ctx: StageContext) => readonly StreamElement[]): BaseStage {
  requireFunction('transformStage.transform', transform);
  if (flush !== undefined) requireFunction('transformStage.flush', flush);
  return new TransformingStage(name, transform, flush);
}

class FunctionStage extends BaseStage {
  override readonly process: ProcessFunction;

  constructor(name: string, type: StageType, process: ProcessFunction) {
    super(name, type);
    this.process = process;
  }
}

class TransformingStage extends BaseStage {
  override readonly transform: (element: StreamElement, ctx: StageContext) => Transformed;
  override readonly flush: (ctx: StageContext) => readonly StreamElement[];

  constructor(name: string, transform: (element: StreamElement, ctx: StageContext) => Transformed, flush: (ctx: StageContext) => readonly StreamElement[] = () => []) {
    super(name);
    this.transform = transform;
    this.flush = flush;
  }
}
