/** Writes events to a log: names and payloads, which hold ids and numbers but nothing a user said. */
import { refuseUnknownOptions, requireOneOf } from '../base/option.js';
import type { PipelineEvent } from './event.js';
import type { EventSink } from './sink.js';

/** Levels of a log, from the least to the most important. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the library writes to: the host's `console` is one. */
export interface Logger {
  debug(message: string, data?: unknown): void;
  info(message: string, data?: unknown): void;
  warn(message: string, data?: unknown): void;
  error(message: string, data?: unknown): void;
}

/** Options of a {@link LoggingEventSink}. */
export interface LoggingEventSinkOptions {
  /** @default the host's console */
  readonly logger?: Logger;
  /** Level of ordinary events; failures are errors. @default 'info' */
  readonly level?: LogLevel;
}

/** Writes each event to a logger. */
export class LoggingEventSink implements EventSink {
  readonly #logger: Logger;
  readonly #level: LogLevel;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: LoggingEventSinkOptions = {}) {
    refuseUnknownOptions('LoggingEventSink', options, ['logger', 'level']);
    this.#logger = options.logger ?? console;
    this.#level = requireOneOf('LoggingEventSink.level', options.level ?? 'info', ['debug', 'info', 'warn', 'error']);
  }

  /** @inheritdoc */
  emit(event: PipelineEvent): Promise<void> {
    this.tryEmit(event);
    return Promise.resolve();
  }

  /** @inheritdoc */
  tryEmit(event: PipelineEvent): void {
    const level = event.type.endsWith('.failed') ? 'error' : event.type === 'guardrail.fail_open' ? 'warn' : this.#level;
    try {
      this.#logger[level](event.type, event.data);
    } catch (error) {
      globalThis.reportError?.(error); // a broken logger must not break a run
    }
  }
}
