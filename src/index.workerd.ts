/** The main entry on workerd: its kernel as a module, and no files. */
import './edge/scan-module.js';
export * from './index.js';
export { JSONFileExporter } from './edge/json-file-exporter.js';
