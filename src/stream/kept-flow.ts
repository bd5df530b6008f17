/** The stream of pipes that is kept, so that those after a collection start in compiled code. */
import { systemClock } from '../base/clock.js';
import { keepCompiled } from '../base/keep-compiled.js';
import { Flow, type Puller, type Turn } from './flow.js';
import { ItemRules } from './item-rules.js';
import { PipeStream } from './pipe-stream.js';
import { RuledStep } from './ruled-step.js';

/** Keeps a stream that waits for its source. It has no timers, listeners or work. */
export const keepFlow: () => void = /* @__PURE__ */ keepCompiled(() => {
  const rules = new ItemRules<unknown>({ clock: systemClock, onError: 'stop', maxAttempts: 1, retryDelayMs: 0, timeoutMs: 0, paceMs: 0, monitor: undefined });
  const step = (): RuledStep<unknown, unknown, unknown> => new RuledStep<unknown, unknown, unknown>(rules, (item) => item, (item) => [item], undefined);
  const stream = new PipeStream<unknown>(() => Flow.of(Flow.of(SILENT, step()), step()));
  return [stream, stream.next()];
});

const SILENT: Puller<unknown> = { next: () => new Promise<Turn<unknown>>(() => undefined) };
