/** The main entry in Node, Deno and Bun: analytics and logs may go to files. */
export * from './index.js';
export { JSONFileExporter, type JSONFileExporterOptions } from './node/json-file-exporter.js';
export { setupLogging } from './node/logging.js';
