/**
 * What a run resolves to: the output of every stage under its name, and `require` for those that must
 * have gone well.
 */
import { SluiceError } from '../base/errors.js';
import type { OkOutput, StageOutput } from '../stage/output.js';
import type { Graph } from './graph-node.js';
import type { SettledOutputs } from './settled-outputs.js';

/** `require` was asked for a stage that did not settle as ok. */
export class StageNotOkError extends SluiceError {
  override readonly name: string = 'StageNotOkError';
  /** The stage. */
  readonly stage: string;
  /** Its output, if it has one. */
  readonly output: StageOutput | null;

  constructor(stage: string, output: StageOutput | undefined) {
    super(`Stage '${stage}' settled as ${output?.status ?? 'nothing'}, not as ok. Check results['${stage}'].status before you use its data.`, { code: 'STAGE_NOT_OK', cause: output?.cause ?? undefined });
    this.stage = stage;
    this.output = output ?? null;
  }
}

/**
 * Outputs by name of stage; `S` maps names to the data they settle with. Those of more than 32 stages are a `Proxy`, which
 * fills itself when it is first looked at; to clone such results or post them, spread them: `structuredClone({ ...results })`.
 */
export type PipelineResults<S = Record<string, object>> = { readonly [N in keyof S]: StageOutput<S[N] & object> } & {
  /** The output of a stage as ok; throws {@link StageNotOkError} otherwise. */
  require<N extends keyof S & string>(name: N): OkOutput<S[N] & object>;
  /**
   * Names and outputs in the order of the graph, and nothing else: for `for (const [name, output] of results)`. The compiler
   * takes `require` for an entry of `Object.entries(results)`, which it is not.
   */
  [Symbol.iterator](): IterableIterator<readonly [string, StageOutput]>;
};

// A constructor: objects that are made by one and filled in the same order share their shape.
class Results {}

type OutputsByName = Record<string, StageOutput>;

Object.defineProperty(Results.prototype, Symbol.iterator, {
  value(this: Readonly<OutputsByName>): IterableIterator<readonly [string, StageOutput]> {
    return Object.entries(this)[Symbol.iterator]();
  },
});
Object.defineProperty(Results.prototype, 'require', {
  value(this: Readonly<OutputsByName>, name: string): StageOutput {
    const output = Object.hasOwn(this, name) ? this[name] : undefined;
    if (output?.status !== 'ok') throw new StageNotOkError(name, output);
    return output;
  },
});

// Node's inspection looks past a proxy at what is behind it, which is empty until it has been looked at.
Object.defineProperty(Results.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Readonly<OutputsByName>): Readonly<OutputsByName> {
    Object.keys(this);
    return this;
  },
});

// Engines keep a record of few names in a shape of its own, which is cheap to fill and to look at; of many it becomes a
// table, and filling that costs as much as running the stages.
const FEW = 32;

/** Results of a graph's stages; those without an output are left out. */
export function pipelineResults({ names, index }: Pick<Graph, 'names' | 'index'>, outputs: SettledOutputs): PipelineResults {
  const results = new Results() as OutputsByName;
  const fill = (): void => {
    for (let n = 0; n < names.length; n++) {
      const output = outputs.get(n);
      if (output !== undefined) results[names[n] as string] = output; // n < names.length
    }
  };
  if (names.length > FEW) return new Proxy(results, filledWhenRead(fill, index, outputs)) as unknown as PipelineResults;
  fill();
  return results as unknown as PipelineResults;
}

/** One output that is read is made alone; anything else that is asked of the record or changed in it calls `fill` first, and from then on the record is as it is. */
function filledWhenRead(fill: () => void, index: Graph['index'], outputs: SettledOutputs): ProxyHandler<OutputsByName> {
  let filled = false;
  const first = <T>(then: T): T => {
    if (!filled) fill();
    filled = true;
    return then;
  };
  return {
    get: (results, key, receiver) => {
      const stage = filled || typeof key !== 'string' ? undefined : index.get(key);
      if (stage !== undefined) return outputs.get(stage);
      // A promise that resolves to results asks whether they are one themselves.
      return key === 'then' && !index.has(key) ? undefined : Reflect.get(first(results), key, receiver) as unknown;
    },
    has: (results, key) => key in first(results),
    ownKeys: (results) => Reflect.ownKeys(first(results)),
    getOwnPropertyDescriptor: (results, key) => Object.getOwnPropertyDescriptor(first(results), key),
    defineProperty: (results, key, descriptor) => Reflect.defineProperty(first(results), key, descriptor),
    deleteProperty: (results, key) => Reflect.deleteProperty(first(results), key),
    preventExtensions: (results) => Reflect.preventExtensions(first(results)),
  };
}
