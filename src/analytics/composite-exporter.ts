/** Exports to several exporters; one that fails does not keep the events from the others. */
import { SluiceError } from '../base/errors.js';
import type { AnalyticsEvent } from './event.js';
import { analyticsEvents, requireExporter, type AnalyticsExporter, type ExportOptions } from './exporter.js';

/** Some exporters failed; the others have the events. */
export class CompositeExportError extends SluiceError {
  override readonly name: string = 'CompositeExportError';
  /** What each of them failed with. */
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[], total: number) {
    super(`${errors.length} of ${total} exporters failed; the others have the events. See \`errors\`.`, { code: 'EXPORT_FAILED', cause: errors[0] });
    this.errors = errors;
  }
}

/** Several exporters as one. */
export class CompositeExporter implements AnalyticsExporter {
  readonly #exporters: readonly AnalyticsExporter[];

  /** Throws `InvalidOptionError` when one is no exporter. */
  constructor(exporters: Iterable<AnalyticsExporter>) {
    this.#exporters = [...exporters].map((exporter) => requireExporter('CompositeExporter.exporters', exporter));
  }

  /** Rejects with {@link CompositeExportError} when some failed. */
  async export(events: AnalyticsEvent | readonly AnalyticsEvent[], options?: ExportOptions): Promise<void> {
    const list = analyticsEvents(events);
    await this.#all((exporter) => exporter.export(list, options));
  }

  /** @inheritdoc */
  async flush(options?: ExportOptions): Promise<void> {
    await this.#all((exporter) => exporter.flush?.(options));
  }

  /** @inheritdoc */
  async close(): Promise<void> {
    await this.#all((exporter) => exporter.close?.());
  }

  async #all(act: (exporter: AnalyticsExporter) => Promise<void> | undefined): Promise<void> {
    const outcomes = await Promise.allSettled(this.#exporters.map(async (exporter) => act(exporter)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (errors.length > 0) throw new CompositeExportError(errors, outcomes.length);
  }
}
