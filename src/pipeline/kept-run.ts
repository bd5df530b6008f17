/**
 * One run that never ends, kept for as long as the program runs. Engines throw away the code they have compiled for a
 * kind of object once a collection finds none of them; without this, each collection between two runs, as between two
 * turns of a conversation, would make the next one start in slow code (three times as slow in V8).
 */
import { noopSink } from '../event/sink.js';
import type { Clock } from '../base/clock.js';
import { PipelineConfig } from './config.js';
import { Deadlines } from './deadlines.js';
import { EventReporter } from './event-reporter.js';
import { Execution } from './execution.js';
import { makeGraph } from './graph.js';
import type { GraphParts } from './parts.js';
import { resolveSettings } from './run-settings.js';
import type { StageSpec } from './spec.js';
import { StageLimits } from './stage-limits.js';

let kept: Execution | undefined;
let keptLive: Execution | undefined;
let keptDeadlines: Deadlines | undefined;

/** Keeps a run, and one with live edges where graphs can have them, unless they are kept. They have no timers, listeners or work: hosts may forbid these where graphs are built. */
export function keepRun(parts: GraphParts): void {
  kept ??= begun([{ name: 'kept', stage: () => new Promise<never>(() => undefined) }], parts);
  keptDeadlines ??= new Deadlines(STOPPED, () => Infinity); // apart from the run, where they would wait for a turn of the host
  if (parts.live !== undefined) keptLive ??= begun(parts.live.kept, parts);
}

function begun(specs: readonly StageSpec[], parts: GraphParts): Execution {
  const config = new PipelineConfig({ clock: STOPPED });
  const graph = makeGraph(specs, config, parts);
  const execution = new Execution({ graph, config, parts, limits: new StageLimits(graph.nodes) }, resolveSettings(undefined, {}, config, parts), new EventReporter(noopSink, {}), undefined);
  execution.start();
  return execution;
}

// A time with a fraction, as real ones are: engines keep whole numbers in another way.
const STOPPED: Clock = { now: () => 0.5, epochMs: () => 0, after: () => () => undefined };
