/**
 * The loop of a stage that treats one element at a time: `execute` of every stage that has `transform`
 * and stands alone. Neighbours with `transform` are run in one loop by the pipeline instead.
 */
import type { StreamElement } from '../stream/element.js';
import type { StageContext } from './context.js';
import { StageOutput } from './output.js';
import type { Stage } from './stage.js';

/** Data that a transforming stage settles with. */
export interface TransformCounts {
  /** Elements that came in. */
  readonly elementsIn: number;
  /** Elements that went out. */
  readonly elementsOut: number;
}

/** Reads until the input ends or nobody reads the output; settles with how many elements came in and went out. */
export async function runTransform(transform: NonNullable<Stage['transform']>, flush: Stage['flush'], ctx: StageContext): Promise<StageOutput<TransformCounts>> {
  const { input, output } = ctx;
  let elementsIn = 0;
  let elementsOut = 0;
  for (;;) {
    const element = input.tryRead() ?? (await input.read());
    if (element === undefined) break;
    elementsIn++;
    const made = transform(element, ctx);
    if (made === undefined) continue;
    if (isList(made)) {
      for (const one of made) {
        if (!output.tryWrite(one) && !(await output.write(one))) return StageOutput.ok({ elementsIn, elementsOut });
        elementsOut++;
      }
    } else {
      if (!output.tryWrite(made) && !(await output.write(made))) break;
      elementsOut++;
    }
  }
  for (const one of flush?.(ctx) ?? []) {
    if (!output.tryWrite(one) && !(await output.write(one))) break;
    elementsOut++;
  }
  return StageOutput.ok({ elementsIn, elementsOut });
}

function isList(made: StreamElement | readonly StreamElement[]): made is readonly StreamElement[] {
  return Array.isArray(made);
}
