/**
 * The scanning kernel on workerd, which compiles no bytes: imported as a module, which its bundlers
 * understand, and handed to the host in src/wasm. Importing this file is all; the faces for workerd do.
 */
import { scanKernel } from '../wasm/scan-kernel.js';
import scan from '../wasm/scan.wasm';

scanKernel.use(scan);
