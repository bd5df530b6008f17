/** The scan worker: hosts the scan service and carries scan.wasm and its TypeScript twin with it. */
import { expose, transfer } from 'comlink';
import { READY } from './ready.js';
import { scanService } from './scan-service.js';

expose(scanService((result) => transfer(result, [result.buffer])));
globalThis.postMessage(READY);
