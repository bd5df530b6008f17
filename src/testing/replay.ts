/** Runs a recorded conversation again and compares what the session tells with what it told then. */
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import { requireScenario } from './read-scenario.js';
import type { Scenario, SimulationLogEntry } from './scenario.js';
import { compareLogs, type LogDifference } from './simulation-log.js';
import { simulate, type SimulationOptions, type SimulationResult } from './simulator.js';

/** How a recording is run and compared. */
export interface ReplayOptions extends SimulationOptions {
  /** Times may differ by so many milliseconds. A recording of a live session has the delays of its machine in it. @default 0 for a recorded simulation, 100 for a live session */
  readonly toleranceMs?: number;
  /** Names of the events that are compared. @default all of a recorded simulation; of a live session what does not depend on its machine's haste: turnStart, userText, interruption, turnEnd */
  readonly events?: readonly string[];
}

/** What a replay found. */
export interface ReplayResult extends SimulationResult {
  /** Where the conversation took another way, or `undefined`. */
  readonly difference: LogDifference | undefined;
}

// Facts that are times of a machine or names by chance; the rest of a live session must come again.
const MACHINE_FACTS = new Set(['atMs', 'stages', 'latency', 'savedMs', 'turnId', 'redactions']);
const LIVE_EVENTS: readonly string[] = ['turnStart', 'userText', 'interruption', 'turnEnd'];

/**
 * Runs a scenario that has a log, as `recordSession` or a simulation with `{ ...scenario, log }` gives
 * one, and tells the first difference. Throws `InvalidScenarioError` for what is no scenario, and
 * `InvalidOptionError` for one without a log.
 *
 * @example
 * ```ts
 * const scenario = { format: 'sluice.scenario', version: 1, user: [{ do: 'type', text: 'hello' }] } as const;
 * const { log } = await simulate(scenario);
 * const { difference } = await replay({ ...scenario, log });
 * if (difference !== undefined) throw new Error(difference.report);
 * ```
 */
export async function replay(recording: Scenario, options: ReplayOptions = {}): Promise<ReplayResult> {
  refuseUnknownOptions('replay', options, ['session', 'memory', 'firstId', 'toleranceMs', 'events']);
  const scenario = requireScenario(recording);
  const { log } = scenario;
  if (log === undefined) throw new InvalidOptionError('replay.recording.log', undefined, 'the log of the conversation');
  const { toleranceMs, events, ...simulation } = options;
  const live = scenario.input !== undefined;
  const result = await simulate(scenario, simulation);
  const compared = (entries: readonly SimulationLogEntry[]): readonly SimulationLogEntry[] => (live ? entries.map(essence) : entries);
  const difference = compareLogs(compared(log), compared(result.log), {
    toleranceMs: requireNumber('replay.toleranceMs', toleranceMs ?? (live ? 100 : 0), { min: 0 }),
    ...(events === undefined && !live ? {} : { events: events ?? LIVE_EVENTS }),
  });
  return { ...result, difference };
}

/** What must come again whatever the machine. */
function essence({ at, event, data }: SimulationLogEntry): SimulationLogEntry {
  return { at, event, data: withoutMachine(data) as SimulationLogEntry['data'] };
}

function withoutMachine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !MACHINE_FACTS.has(name)).map(([name, one]) => [name, withoutMachine(one)]));
}
