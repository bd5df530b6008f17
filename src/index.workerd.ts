/** The main entry on workerd: kernels as modules, and no files. */
import './edge/kernels.js';
export * from './index.js';
export { JSONFileExporter } from './edge/json-file-exporter.js';
