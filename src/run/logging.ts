/**
 * Logs of the library: one line a record, as text or as JSON for log collectors. It writes beside the
 * host's logging and never replaces it. Records carry event names, ids and durations; what a user
 * said is in none of them.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { isPlainObject, type Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions, requireBoolean } from '../base/option.js';
import { toWire } from '../context/wire.js';
import { LoggingEventSink, type Logger, type LogLevel } from '../event/logging-sink.js';
import type { EventSink } from '../event/sink.js';

/** Options of `setupLogging`. */
export interface LoggingOptions {
  /** Writes DEBUG records too. @default false */
  readonly verbose?: boolean;
  /** JSON lines instead of text. @default false */
  readonly jsonFormat?: boolean;
  /** Also writes to this file (Node, Deno and Bun) or stream. @default none */
  readonly logFile?: string | WritableStream<Uint8Array> | null | undefined;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Logging that was set up. */
export interface Logging {
  /** Writes records. */
  readonly logger: Logger;
  /** Writes events as records. */
  readonly eventSink: EventSink;
  /** Ends it: writes what is under way to the file and restores the logger that was before. */
  close(): Promise<void>;
}

/** Takes whole lines, in order. */
export interface LineWriter {
  write(line: string): void;
  close(): Promise<void>;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const LOGGER_NAME = 'sluice';

let current: Logger | undefined;

/** The logger that was set up last, or the host's console. */
export function currentLogger(): Logger {
  return current ?? console;
}

/** Sets up logging; the runner uses it from then on where it is given no logger. `logFile` may be a stream here; a path needs a platform with files. */
export function setupLogging(options: LoggingOptions = {}): Logging {
  const { logFile } = options;
  if (typeof logFile === 'string') throw new InvalidOptionError('setupLogging.logFile', logFile, 'a WritableStream: this platform has no files');
  return startLogging(options, logFile === undefined || logFile === null ? undefined : streamLines(logFile));
}

/** Sets up logging to the console and to `file`. */
export function startLogging(options: LoggingOptions, file: LineWriter | undefined): Logging {
  refuseUnknownOptions('setupLogging', options, ['verbose', 'jsonFormat', 'logFile', 'clock']);
  const verbose = requireBoolean('setupLogging.verbose', options.verbose ?? false);
  const jsonFormat = requireBoolean('setupLogging.jsonFormat', options.jsonFormat ?? false);
  const { clock = systemClock } = options;
  const write = (level: LogLevel, message: string, data: unknown): void => {
    if (level === 'debug' && !verbose) return;
    const record = recordOf(level, message, data, clock);
    const line = jsonFormat ? JSON.stringify(record) : textLine(record);
    console[level](line);
    file?.write(`${line}\n`);
  };
  const logger = Object.freeze(Object.fromEntries(LEVELS.map((level) => [level, (message: string, data?: unknown) => write(level, message, data)]))) as unknown as Logger;
  const before = current;
  current = logger;
  return {
    logger,
    eventSink: new LoggingEventSink({ logger }),
    async close() {
      if (current === logger) current = before;
      await file?.close();
    },
  };
}

interface LogRecord {
  readonly timestamp: string;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

// The field names are those of the seeds' JSON formatter; what else the payload has comes after them.
function recordOf(level: LogLevel, message: string, data: unknown, clock: Clock): LogRecord {
  const record: LogRecord = { timestamp: new Date(clock.epochMs()).toISOString(), level: level.toUpperCase(), logger: LOGGER_NAME, message };
  if (data instanceof Error) return { ...record, exception: { type: data.name, code: (data as { code?: unknown }).code ?? null, stack: data.stack ?? null } };
  if (!isPlainObject(data)) return data === undefined ? record : { ...record, value: toWire(data) };
  return { ...record, event: message, ...(toWire(data) as Data) };
}

function textLine({ timestamp, level, logger, message, event: _event, ...fields }: LogRecord): string {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${timestamp} ${level.padEnd(5)} ${logger} ${message}${rest.join('')}`;
}

/** Lines to a stream of bytes; a failure of the stream is told once on the console. */
export function streamLines(stream: WritableStream<Uint8Array>): LineWriter {
  const writer = stream.getWriter();
  const encoder = new TextEncoder();
  let failed = false;
  const onFailure = (error: unknown): void => {
    if (!failed) console.error(`${LOGGER_NAME}: the log stream failed; later records are only on the console.`, error);
    failed = true;
  };
  return {
    write(line) {
      if (!failed) writer.write(encoder.encode(line)).catch(onFailure);
    },
    close: () => writer.close().catch(onFailure),
  };
}
