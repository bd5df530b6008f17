/** Pipeflow's pipes as stages: what flows in is the pipe's source, what the pipe gives flows out. */
import { isPlainObject } from '../base/data.js';
import { requireName } from '../base/option.js';
import { valueElement, type StreamElement } from '../stream/element.js';
import type { StreamPipe } from '../stream/pipe.js';
import { StageKind, StageType } from './kind.js';
import { StageOutput } from './output.js';
import type { Stage } from './stage.js';
import type { TransformCounts } from './transform.js';

/**
 * A stage that runs `pipe`. Items are the values of value elements, and other elements as they are; what
 * the pipe gives becomes a value element unless it is an element already.
 */
export function pipeStage<I, O>(name: string, pipe: StreamPipe<I, O>): Stage<TransformCounts> {
  return {
    name: requireName('pipeStage.name', name),
    kind: StageKind.TRANSFORM,
    type: StageType.TRANSFORM,
    async execute(ctx) {
      let elementsIn = 0;
      let elementsOut = 0;
      const items = async function* (): AsyncGenerator<I, undefined> {
        for (;;) {
          const element = ctx.input.tryRead() ?? (await ctx.input.read());
          if (element === undefined) return undefined;
          elementsIn++;
          yield (element.type === 'value' ? element.value : element) as I; // the caller says what flows
        }
      };
      for await (const made of pipe.stream(items(), { signal: ctx.signal })) {
        const element = isElement(made) ? made : valueElement(made, { source: ctx.stageName, sequence: elementsOut, timestampMs: ctx.clock.epochMs() });
        if (!ctx.output.tryWrite(element) && !(await ctx.output.write(element))) break;
        elementsOut++;
      }
      return StageOutput.ok({ elementsIn, elementsOut });
    },
  };
}

function isElement(made: unknown): made is StreamElement {
  return isPlainObject(made) && typeof made['type'] === 'string' && typeof made['sequence'] === 'number' && typeof made['priority'] === 'number';
}
