/** The contract of analytics export: one event or a list; resolved means delivered. */
import { InvalidOptionError, requireMethods } from '../base/option.js';
import { AnalyticsEvent } from './event.js';

/** Options of an export. */
export interface ExportOptions {
  /** Ends the wait; the export rejects. */
  readonly signal?: AbortSignal | undefined;
  /** The page is going away: the request must outlive it. */
  readonly keepalive?: boolean | undefined;
}

/** Takes events somewhere. */
export interface AnalyticsExporter {
  /** Delivers; rejects when it could not, and then none counts as delivered. */
  export(events: AnalyticsEvent | readonly AnalyticsEvent[], options?: ExportOptions): Promise<void>;
  /** Delivers what the exporter has kept back. */
  flush?(options?: ExportOptions): Promise<void>;
  /** Flushes and releases; later exports reject. */
  close?(): Promise<void>;
}

/** The events of an export, as a list; throws `InvalidOptionError` when one is none. */
export function analyticsEvents(events: AnalyticsEvent | readonly AnalyticsEvent[]): readonly AnalyticsEvent[] {
  const list = events instanceof AnalyticsEvent ? [events] : events;
  if (!Array.isArray(list)) throw new InvalidOptionError('export.events', events, 'an AnalyticsEvent or a list of them');
  for (const event of list) if (!(event instanceof AnalyticsEvent)) throw new InvalidOptionError('export.events', event, 'an AnalyticsEvent (use AnalyticsEvent.fromDict for stored data)');
  return list as readonly AnalyticsEvent[];
}

/** Returns `exporter` when it can export, throws `InvalidOptionError` naming `option` otherwise. */
export function requireExporter(option: string, exporter: AnalyticsExporter): AnalyticsExporter {
  return requireMethods(option, exporter, 'an AnalyticsExporter', 'export');
}
