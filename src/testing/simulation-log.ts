/**
 * The log of a simulation: one line of JSON for each thing that happened, the same bytes for the same
 * seed. Where two logs differ, the difference is told so that a person can read it.
 */
import { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import type { VoiceEvent } from '../voice/voice-event.js';
import { md5 } from './md5.js';
import type { SimulationLogEntry } from './scenario.js';

/** Collects the lines. */
export class SimulationLog {
  readonly #clock: Clock;
  readonly #entries: SimulationLogEntry[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The lines so far, in the order in which things happened. */
  get entries(): readonly SimulationLogEntry[] {
    return this.#entries;
  }

  /** Adds a line. */
  write(event: string, data: Data = {}): void {
    this.#entries.push({ at: micro(this.#clock.now()), event, data: plain(data) as Data });
  }

  /** Adds what a session tells. */
  voice({ type, ...facts }: VoiceEvent): void {
    this.write(type, facts);
  }
}

/** The log as text, a line each. */
export function logText(entries: readonly SimulationLogEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** A short name of a log: the same for the same bytes. 32 hexadecimal digits (MD5). */
export function logHash(entries: readonly SimulationLogEntry[]): string {
  return md5(new TextEncoder().encode(logText(entries)));
}

// Times are sums of fractions; a microsecond is far below what anybody hears and far above their error.
function micro(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Facts as plain data: numbers to the microsecond, errors by name and code, audio by its length. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return micro(value);
  if (value instanceof SluiceError) return { error: value.name, code: value.code };
  if (value instanceof Error) return { error: value.name };
  if (value instanceof AudioChunk) return { audioMs: micro(value.durationMs) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && typeof one !== 'function').map(([key, one]) => [key, plain(one)]));
}

/** Where two logs part. */
export interface LogDifference {
  /** Place of the first line that differs. */
  readonly index: number;
  readonly expected: SimulationLogEntry | undefined;
  readonly found: SimulationLogEntry | undefined;
  /** For a person: what differs, with the lines before it. */
  readonly report: string;
}

/** How exactly two logs must agree. */
export interface LogComparison {
  /** Times may differ by so many milliseconds. @default 0 */
  readonly toleranceMs?: number;
  /** Names of the events that are compared. @default all */
  readonly events?: readonly string[];
}

const CONTEXT_LINES = 4;

/** The first difference of two logs, or `undefined` when they agree. */
export function compareLogs(expected: readonly SimulationLogEntry[], found: readonly SimulationLogEntry[], options: LogComparison = {}): LogDifference | undefined {
  const { toleranceMs = 0, events } = options;
  const wanted = (entries: readonly SimulationLogEntry[]): readonly SimulationLogEntry[] => (events === undefined ? entries : entries.filter(({ event }) => events.includes(event)));
  const left = wanted(expected);
  const right = wanted(found);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const a = left[index];
    const b = right[index];
    const path = a === undefined || b === undefined ? '' : differs(a, b, toleranceMs, '');
    if (path === undefined) continue;
    return { index, expected: a, found: b, report: reportOf(left, a, b, index, path) };
  }
  return undefined;
}

/** The path of the first value that differs; numbers may differ by the tolerance, because every number of a log is a time. */
function differs(a: unknown, b: unknown, toleranceMs: number, path: string): string | undefined {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= toleranceMs ? undefined : path;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b ? undefined : path;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    const found = differs((a as Data)[key], (b as Data)[key], toleranceMs, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function reportOf(before: readonly SimulationLogEntry[], a: SimulationLogEntry | undefined, b: SimulationLogEntry | undefined, index: number, path: string): string {
  const line = (entry: SimulationLogEntry | undefined): string => (entry === undefined ? '(the log ends)' : JSON.stringify(entry));
  const what = a === undefined ? 'The conversation went on where the recorded one had ended' : b === undefined ? 'The conversation ended where the recorded one went on' : `Event ${index + 1} differs in ${path}`;
  const context = before.slice(Math.max(0, index - CONTEXT_LINES), index).map((entry) => `    ${line(entry)}`);
  return [`${what}:`, ...context, `  - ${line(a)}`, `  + ${line(b)}`].join('\n');
}
