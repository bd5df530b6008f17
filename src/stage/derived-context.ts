/** A context like another one but for some of its parts: what wrappers hand to the stage they wrap. */
import { StageContext, type StageContextInit } from './context.js';

/** The context with other parts; what is not named is read from `ctx` when it is asked for. */
export function derivedContext(ctx: StageContext, changes: Partial<StageContextInit>): StageContext {
  const { signal, output, input, inputs, eventSink } = changes;
  return new StageContext({
    get snapshot() {
      return changes.snapshot ?? ctx.snapshot;
    },
    get inputs() {
      return inputs ?? ctx.inputs;
    },
    get signal() {
      return signal ?? ctx.signal;
    },
    get input() {
      return input ?? ctx.input;
    },
    get output() {
      return output ?? ctx.output;
    },
    get eventSink() {
      return eventSink ?? ctx.eventSink;
    },
    get timer() {
      return changes.timer ?? ctx.timer;
    },
    stageName: changes.stageName ?? ctx.stageName,
    attempt: changes.attempt ?? ctx.attempt,
    clock: changes.clock ?? ctx.clock,
    run: changes.run ?? ctx.run,
    onCleanup: (cleanup) => ctx.onCleanup(cleanup),
  });
}
