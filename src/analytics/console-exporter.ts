/** Prints events, one line each. */
import { refuseUnknownOptions, requireBoolean, requireFunction } from '../base/option.js';
import type { AnalyticsEvent } from './event.js';
import { analyticsEvents, type AnalyticsExporter } from './exporter.js';

/** Options of a {@link ConsoleExporter}. */
export interface ConsoleExporterOptions {
  /** ANSI colours by the kind of the event. @default false */
  readonly colorize?: boolean;
  /** Prints data and metadata too. @default false */
  readonly verbose?: boolean;
  /** Where lines go. @default console.log */
  readonly write?: (line: string) => void;
}

// SGR codes of ECMA-48: red, yellow, green, cyan.
const RED = 31;
const YELLOW = 33;
const GREEN = 32;
const CYAN = 36;

/** Prints events to the console. */
export class ConsoleExporter implements AnalyticsExporter {
  readonly #colorize: boolean;
  readonly #verbose: boolean;
  readonly #write: (line: string) => void;
  #eventCount = 0;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: ConsoleExporterOptions = {}) {
    refuseUnknownOptions('ConsoleExporter', options, ['colorize', 'verbose', 'write']);
    const { colorize = false, verbose = false, write = (line) => console.log(line) } = options;
    this.#colorize = requireBoolean('ConsoleExporter.colorize', colorize);
    this.#verbose = requireBoolean('ConsoleExporter.verbose', verbose);
    this.#write = requireFunction('ConsoleExporter.write', write);
  }

  /** Events printed so far. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** @inheritdoc */
  async export(events: AnalyticsEvent | readonly AnalyticsEvent[]): Promise<void> {
    for (const event of analyticsEvents(events)) {
      this.#write(this.#line(event));
      this.#eventCount++;
    }
  }

  #line(event: AnalyticsEvent): string {
    const type = this.#colorize ? `\u001b[${colorOf(event.eventType)}m${event.eventType}\u001b[0m` : event.eventType;
    const { data, metadata } = event.toDict();
    const parts = [`[${event.timestamp.toISOString()}]`, type];
    if (event.stageName !== null) parts.push(`stage=${event.stageName}`);
    if (event.durationMs !== null) parts.push(`duration=${event.durationMs.toFixed(1)}ms`);
    if (this.#verbose) parts.push(JSON.stringify({ data, metadata }));
    return parts.join(' ');
  }
}

function colorOf(type: string): number {
  if (/fail|error/.test(type)) return RED;
  if (/cancel|skip|drop|retry|throttle|fail_open/.test(type)) return YELLOW;
  return type.endsWith('completed') ? GREEN : CYAN;
}
