/**
 * The class to extend for a stage of streams: give it `process(ctx, input, output)`, or `transform` when it
 * treats one element at a time (then neighbours are run as one loop). `execute` follows from either.
 */
import type { Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { requireName, requireOneOf } from '../base/option.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import type { StageContext } from './context.js';
import { STAGE_KINDS, STAGE_TYPES, StageKind, StageType } from './kind.js';
import type { StageOutput, StageReturn } from './output.js';
import type { Stage, Transformed } from './stage.js';
import { runTransform } from './transform.js';

/** A stage has neither `process` nor `transform`. */
export class UnimplementedStageError extends SluiceError {
  override readonly name: string = 'UnimplementedStageError';

  constructor(stage: string) {
    super(`Stage '${stage}' extends BaseStage but has neither process nor transform. Add process(ctx, input, output), or transform(element, ctx).`, { code: 'UNIMPLEMENTED_STAGE' });
  }
}

/** Base of stages of streams. */
export abstract class BaseStage<D extends object = Data> implements Stage<D> {
  readonly name: string;
  readonly type: StageType;
  readonly kind: StageKind;
  /** One element in, one, several or none out. */
  transform?(element: StreamElement, ctx: StageContext): Transformed;
  /** What is still held when the input has ended. */
  flush?(ctx: StageContext): readonly StreamElement[];

  /** Throws `InvalidOptionError`. */
  constructor(name: string, type: StageType = StageType.TRANSFORM, kind: StageKind = StageKind.TRANSFORM) {
    this.name = requireName('BaseStage.name', name);
    this.type = requireOneOf('BaseStage.type', type, STAGE_TYPES);
    this.kind = requireOneOf('BaseStage.kind', kind, STAGE_KINDS);
  }

  /** Reads `input`, writes `output`; both end by themselves when it returns. What it returns is what the stage settles with. */
  process?(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<StageReturn<D>> | StageReturn<D>;

  /** Runs `process`, else `transform` for each element. */
  execute(ctx: StageContext): Promise<StageReturn<D>> | StageReturn<D> {
    if (this.process !== undefined) return this.process(ctx, ctx.input, ctx.output);
    if (this.transform === undefined) throw new UnimplementedStageError(this.name);
    return runTransform(this.transform.bind(this), this.flush?.bind(this), ctx) as Promise<StageOutput<D>>;
  }
}
