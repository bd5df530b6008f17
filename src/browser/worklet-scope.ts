/**
 * The parts of `AudioWorkletGlobalScope` that the worklets use; the type libraries do not have them.
 * There is no `fetch`, `TextDecoder`, `performance` or timer in that scope.
 */

/** Base class of processors. */
export interface WorkletProcessor {
  readonly port: MessagePort;
}

/** Names of the scope of an audio worklet. */
export interface WorkletScope {
  readonly AudioWorkletProcessor: new () => WorkletProcessor;
  readonly registerProcessor: (name: string, processor: new (options: { readonly processorOptions: never }) => WorkletProcessor) => void;
  /** First frame of the quantum that is rendered now, on the context's clock. */
  readonly currentFrame: number;
  /** Rate of the context in Hz. */
  readonly sampleRate: number;
}

/** The scope this runs in; only meaningful inside a worklet. */
export const workletScope: WorkletScope = globalThis as unknown as WorkletScope;
