// The slow, obvious runner: a promise per stage that awaits the promises of its dependencies, and unbounded
// lists for live edges. It says what a graph must give, not how fast.
import type { StageSpec } from '../../src/pipeline/spec.js';

/** What a test stage does. */
export interface Behaviour {
  /** How it settles. */
  readonly end: 'ok' | 'skip' | 'fail';
  /** Elements it emits of its own. */
  readonly emits: number;
  /** Turns of the event loop it lets pass. */
  readonly waits: number;
  /** Elements it reads before it stops; undefined for all. */
  readonly reads: number | undefined;
}

/** How a stage settled: its status, and how many elements it read. */
export type Settled = Readonly<Record<string, string>>;

/** Runs a graph in 'continue' mode and gives the status of each stage, with what it read from each producer in order. */
export function referenceRun(specs: readonly StageSpec[], behaviours: ReadonlyMap<string, Behaviour>): Settled {
  const settled: Record<string, string> = {};
  const emitted = new Map<string, readonly string[]>();
  const left = new Set(specs);
  while (left.size > 0) {
    for (const spec of left) {
      const dependencies = spec.dependencies ?? [];
      const producers = (spec.streamsFrom ?? []).map((edge) => (typeof edge === 'string' ? edge : edge.from));
      if (![...dependencies, ...producers].every((name) => settled[name] !== undefined)) continue;
      left.delete(spec);
      const behaviour = behaviours.get(spec.name) as Behaviour;
      const status = dependencies.map((name) => (settled[name] as string).split(' ')[0]);
      if (spec.always !== true && (status.includes('fail') || (status.includes('skip') && spec.runOnSkip !== true))) {
        settled[spec.name] = 'skip';
        emitted.set(spec.name, []);
        continue;
      }
      const failedProducer = producers.some((name) => (settled[name] as string).startsWith('fail'));
      const read = producers.flatMap((name) => emitted.get(name) ?? []);
      const own = Array.from({ length: behaviour.emits }, (_, n) => `${spec.name}${n}`);
      if (failedProducer) settled[spec.name] = 'fail';
      else settled[spec.name] = `${behaviour.end}${behaviour.end === 'ok' ? ` ${read.length}` : ''}`;
      emitted.set(spec.name, [...own, ...read]);
    }
  }
  return settled;
}
