/** Analytics events and where they go. */
export { AnalyticsEvent, type AnalyticsEventInit } from './analytics/event.js';
export type { AnalyticsExporter, ExportOptions } from './analytics/exporter.js';
export { ConsoleExporter, type ConsoleExporterOptions } from './analytics/console-exporter.js';
export { BufferedExporter, AnalyticsLostError, type BufferedExporterOptions, type BufferedExporterStats, type OverflowListener } from './analytics/buffered-exporter.js';
export { CompositeExporter, CompositeExportError } from './analytics/composite-exporter.js';
export { JSONLinesExporter, type TextSink } from './analytics/json-lines-exporter.js';
export { AnalyticsSink, type AnalyticsSinkOptions } from './analytics/sink.js';
export { OTLPExporter, OTLPExportError, type OTLPExporterOptions } from './analytics/otlp-exporter.js';
export { OpenTelemetryExporter, OpenTelemetryExportError, type OpenTelemetryExporterOptions, type OpenTelemetryResource, type OpenTelemetrySdkExporter } from './analytics/open-telemetry-exporter.js';
export { JSONFileExporter, type JSONFileExporterOptions } from './browser/json-file-exporter.js';
