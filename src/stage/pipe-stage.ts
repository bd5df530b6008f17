/** Pipeflow's pipes as stages: what flows in is the pipe's source, what the pipe gives flows out. */
import { isPlainObject } from '../base/data.js';
import { requireName } from '../base/option.js';
import type { ChannelReader } from '../stream/channel-ends.js';
import { valueElement, type StreamElement } from '../stream/element.js';
import { asyncIterator, Pullable, type Puller, type Turn } from '../stream/flow.js';
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
      const items = new ElementValues<I>(ctx.input, () => elementsIn++);
      for await (const made of pipe.stream(items, { signal: ctx.signal })) {
        const element = isElement(made) ? made : valueElement(made, { source: ctx.stageName, sequence: elementsOut, timestampMs: ctx.clock.epochMs() });
        if (!ctx.output.tryWrite(element) && !(await ctx.output.write(element))) break;
        elementsOut++;
      }
      return StageOutput.ok({ elementsIn, elementsOut });
    },
  };
}

/** The items of a live input, given at once where they are at hand. */
class ElementValues<I> extends Pullable<I> implements AsyncIterable<I> {
  readonly #input: ChannelReader<StreamElement>;
  readonly #onElement: () => void;

  constructor(input: ChannelReader<StreamElement>, onElement: () => void) {
    super();
    this.#input = input;
    this.#onElement = onElement;
  }

  pull(): Puller<I> {
    const turn = (element: StreamElement | undefined): Turn<I> => {
      if (element === undefined) return { done: true, value: undefined };
      this.#onElement();
      return { done: false, value: (element.type === 'value' ? element.value : element) as I }; // the caller says what flows
    };
    return {
      next: () => {
        const element = this.#input.tryRead();
        return element === undefined ? this.#input.read().then(turn) : turn(element);
      },
      return: () => this.#input.cancel(),
    };
  }

  [Symbol.asyncIterator](): AsyncIterator<I, unknown> {
    return asyncIterator(this.pull());
  }
}

function isElement(made: unknown): made is StreamElement {
  return isPlainObject(made) && typeof made['type'] === 'string' && typeof made['sequence'] === 'number' && typeof made['priority'] === 'number';
}
