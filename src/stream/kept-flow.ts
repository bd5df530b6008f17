/**
 * One stream of pipes that never ends, kept for as long as the program runs. Engines throw away the code they have
 * compiled for a kind of object once a collection finds none of them; without this, each collection between two streams
 * would make the next one start in slow code.
 */
import { systemClock } from '../base/clock.js';
import { Flow, type Puller, type Turn } from './flow.js';
import { ItemRules } from './item-rules.js';
import { PipeStream } from './pipe-stream.js';
import { RuledStep } from './ruled-step.js';

let kept: PipeStream<unknown> | undefined;

/** Keeps a stream, unless one is kept. It has no timers, listeners or work. */
export function keepFlow(): void {
  if (kept !== undefined) return;
  const rules = new ItemRules<unknown>({ clock: systemClock, onError: 'stop', maxAttempts: 1, retryDelayMs: 0, timeoutMs: 0, paceMs: 0, monitor: undefined });
  const step = (): RuledStep<unknown, unknown, unknown> => new RuledStep<unknown, unknown, unknown>(rules, (item) => item, (item) => [item], undefined);
  kept = new PipeStream<unknown>(() => Flow.of(Flow.of(SILENT, step()), step()));
  void kept.next();
}

const SILENT: Puller<unknown> = { next: () => new Promise<Turn<unknown>>(() => undefined) };
