/**
 * What a run resolves to: the output of every stage under its name, and `require` for those that must
 * have gone well.
 */
import { SluiceError } from '../base/errors.js';
import type { OkOutput, StageOutput } from '../stage/output.js';

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

/** Outputs by name of stage; `S` maps names to the data they settle with. */
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

Object.defineProperty(Results.prototype, Symbol.iterator, {
  value(this: Readonly<Record<string, StageOutput>>): IterableIterator<readonly [string, StageOutput]> {
    return Object.entries(this)[Symbol.iterator]();
  },
});
Object.defineProperty(Results.prototype, 'require', {
  value(this: Readonly<Record<string, StageOutput>>, name: string): StageOutput {
    const output = Object.hasOwn(this, name) ? this[name] : undefined;
    if (output?.status !== 'ok') throw new StageNotOkError(name, output);
    return output;
  },
});

/** Results from names and outputs in the same order; stages without an output are left out. */
export function pipelineResults(names: readonly string[], outputs: readonly (StageOutput | undefined)[]): PipelineResults {
  const results = new Results() as unknown as Record<string, StageOutput>;
  for (let n = 0; n < names.length; n++) {
    const output = outputs[n];
    if (output !== undefined) results[names[n] as string] = output; // n < names.length
  }
  return results as unknown as PipelineResults;
}
