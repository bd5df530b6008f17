// What a page loads for one import, bundled and minified as a bundler does it, gzip bytes. Target B1 of the design:
// a runner is chosen for pages, where each kilobyte is waited for.
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { figure } from './harness.mjs';

const dist = fileURLToPath(process.env.SLUICE_DIST ?? new URL('../../dist/', import.meta.url));
const { build } = await import('esbuild');

/** Gzip bytes of a module that keeps the given names: pairs of a file of dist and the names of it. */
async function bytes(...imports) {
  const contents = imports.map(([file, names], n) => `import * as m${n} from ${JSON.stringify(`${dist}${file}`)};\nglobalThis.kept${n} = [${names.map((name) => `m${n}.${name}`).join(', ')}];`).join('\n');
  const { outputFiles } = await build({ stdin: { contents, resolveDir: dist }, bundle: true, minify: true, format: 'esm', platform: 'neutral', target: 'es2022', write: false, mainFields: ['module', 'main'], legalComments: 'none' });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const RUNNER = ['Pipeline', 'StageGraph', 'PipelineContext', 'OutputBag', 'createStageInputs', 'subpipelineStage'];
const AROUND = ['intercept', 'TimeoutInterceptor', 'RetryInterceptor', 'CircuitBreakerInterceptor', 'LoggingInterceptor', 'MetricsInterceptor', 'TracingInterceptor', 'GuardRetryInterceptor', 'idempotent', 'Checkpoints'];
const LIVE = ['Channel', 'PriorityChannel', 'ChunkQueue', 'BackpressureMonitor', 'toReadable', 'fromReadable'];

await figure({ title: 'the core: CorePipeline with build, run, cancel, deadlines and retries', value: await bytes(['core.js', ['CorePipeline']]), unit: 'B gzip', atMost: 5 * 1024 });
await figure({ title: 'the core and a channel', value: await bytes(['core.js', ['CorePipeline']], ['stream.js', ['Channel']]), unit: 'B gzip', atMost: 9 * 1024 });
await figure({ title: 'a channel alone', value: await bytes(['stream.js', ['Channel']]), unit: 'B gzip' });
await figure({ title: 'Pipeline with live edges and whole snapshots', value: await bytes(['index.js', ['Pipeline']]), unit: 'B gzip' });
await figure({ title: 'graph and runner, interceptors, channels', value: await bytes(['index.js', [...RUNNER, ...AROUND, ...LIVE]]), unit: 'B gzip', atMost: 24 * 1024 });
