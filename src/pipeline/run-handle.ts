/** The caller's side of a run. Promises are made only when they are asked for, so that nothing rejects unseen. */
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { StageOutput } from '../stage/output.js';
import type { ChannelReader } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { closedReader } from '../stream/null-ends.js';
import type { Execution } from './execution.js';
import type { Graph } from './graph-node.js';
import type { PipelineResults } from './results.js';
import type { CancelOptions, PipelineRun } from './run.js';

/** A run under way. */
export class RunHandle<S> implements PipelineRun<S> {
  readonly #execution: Execution;
  readonly #graph: Graph;
  #results: Promise<PipelineResults<S>> | undefined;

  constructor(execution: Execution, graph: Graph) {
    this.#execution = execution;
    this.#graph = graph;
    const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol };
    if (asyncDispose !== undefined) Object.defineProperty(this, asyncDispose, { value: () => this.close() });
  }

  get output(): ChannelReader<StreamElement> {
    return this.#execution.live?.output ?? closedReader;
  }

  get results(): Promise<PipelineResults<S>> {
    return (this.#results ??= new Promise((resolve, reject) => {
      this.#execution.onFinished(() => {
        try {
          resolve(this.#execution.results() as PipelineResults<S>);
        } catch (error) {
          reject(error as Error);
        }
      });
    }));
  }

  get canceled(): boolean {
    return this.cancelReason !== null;
  }

  get cancelReason(): string | null {
    return this.#execution.cancelReason;
  }

  settled<N extends keyof S & string>(stage: N): Promise<StageOutput<S[N] & object>> {
    const index = this.#graph.index.get(stage);
    if (index === undefined) throw new InvalidOptionError('PipelineRun.settled.stage', stage, `one of the run's stages: ${this.#graph.names.slice(0, 20).join(', ')}`);
    return new Promise((resolve) => this.#execution.onSettled(index, (output) => resolve(output as StageOutput<S[N] & object>)));
  }

  cancel(options: CancelOptions | string = {}): Promise<void> {
    const { scope, reason = 'canceled' } = typeof options === 'string' ? { reason: options } : options;
    if (typeof options === 'object') refuseUnknownOptions('PipelineRun.cancel', options, ['scope', 'reason']);
    const execution = this.#execution;
    if (scope === undefined) {
      execution.cancel(reason);
      return new Promise((resolve) => execution.onFinished(resolve));
    }
    const members = this.#graph.nodes.filter((node) => node.spec.scope === scope);
    if (members.length === 0) throw new InvalidOptionError('PipelineRun.cancel.scope', scope, 'a scope that a stage of the run has');
    execution.cancel(reason, scope);
    return Promise.all(members.map((node) => new Promise<void>((resolve) => execution.onSettled(node.index, () => resolve())))).then(() => undefined);
  }

  close(): Promise<void> {
    return this.cancel({ reason: 'closed' });
  }
}
