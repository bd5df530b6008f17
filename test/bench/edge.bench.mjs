// What `respond` costs beside an empty handler, in real workerd on this machine: 50 requests at once over kept-alive
// connections, batches of both handlers in turn, and of each pair of batches the difference of their 95th percentiles.
import { build } from 'esbuild';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';
import { figure, median, quantile, spread } from './harness.mjs';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const CONCURRENT = 50;
const PAIRS = Number(process.env.SLUICE_BENCH_ROUNDS ?? 15) * 10;
const body = '{"input_text":"What did I say about the dentist?"}';

const worker = `
import { respond } from '${dist}edge.js';
import { Pipeline } from '${dist}pipeline/pipeline.js';
import { StageOutput } from '${dist}stage/output.js';

const answer = respond(new Pipeline().withStage('llm', (ctx) => StageOutput.ok({ response: ctx.inputs.userText }), 'transform'));
export default {
  async fetch(request, env, execution) {
    return request.url.endsWith('/respond') ? answer(request, env, execution) : Response.json({ response: (await request.json()).input_text });
  },
};
`;
// What the entry weighs, minified; the engine comes with whatever makes the graph.
const weigh = async (contents) => gzipSync((await build({ stdin: { contents, resolveDir: dist }, bundle: true, minify: true, format: 'esm', target: 'es2022', platform: 'neutral', conditions: ['workerd'], write: false })).outputFiles[0].contents, { level: 9 }).length;
await figure({ title: 'sluice/edge, everything it exports, gzip', value: await weigh(`export * from '${dist}edge.js'`), unit: 'B', atMost: 30_000 });
await figure({ title: 'respond alone, gzip', value: await weigh(`export { respond } from '${dist}edge.js'`), unit: 'B' });
await figure({ title: 'respond and the engine of its graph, gzip', value: await weigh(`export { respond } from '${dist}edge.js'; export { Pipeline } from '${dist}pipeline/pipeline.js';`), unit: 'B' });

const { outputFiles } = await build({ stdin: { contents: worker, resolveDir: dist }, bundle: true, format: 'esm', target: 'es2022', platform: 'browser', conditions: ['workerd'], write: false });
const miniflare = new Miniflare({ modules: true, script: outputFiles[0].text, compatibilityDate: '2026-04-01', compatibilityFlags: ['enable_request_signal'] });
const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENT });
try {
  const { hostname, port } = await miniflare.ready;

  /** Milliseconds until the answer of one request is there. */
  const ask = (path) => new Promise((resolve, reject) => {
    const begun = performance.now();
    const request = http.request({ hostname, port, path, agent, method: 'POST', headers: { 'Content-Type': 'application/json', 'Content-Length': body.length } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().once('end', () => resolve(performance.now() - begun));
    });
    request.once('error', reject).end(body);
  });
  const batch = (path) => Promise.all(Array.from({ length: CONCURRENT }, () => ask(path)));

  for (let n = 0; n < 100; n += 1) for (const path of ['/empty', '/respond']) await batch(path); // until both are compiled
  const differences = { p50: [], p95: [] };
  const all = { '/empty': [], '/respond': [] };
  for (let n = 0; n < PAIRS; n += 1) {
    const order = n % 2 === 0 ? ['/empty', '/respond'] : ['/respond', '/empty'];
    const times = {};
    for (const path of order) all[path].push(...times[path] = await batch(path));
    differences.p50.push(median(times['/respond']) - median(times['/empty']));
    differences.p95.push(quantile(times['/respond'], 0.95) - quantile(times['/empty'], 0.95));
  }
  await spread({ title: `an empty handler, ${CONCURRENT} at once`, values: all['/empty'], unit: 'ms' });
  await spread({ title: `respond, ${CONCURRENT} at once`, values: all['/respond'], unit: 'ms' });
  await figure({ title: `respond over an empty handler, p50, median of ${PAIRS} pairs`, value: median(differences.p50), unit: 'ms' });
  await figure({ title: `respond over an empty handler, p95, median of ${PAIRS} pairs`, value: median(differences.p95), unit: 'ms', atMost: 3 });
  const alone = { '/empty': [], '/respond': [] };
  for (let n = 0; n < 400; n += 1) for (const path of n % 2 === 0 ? ['/empty', '/respond'] : ['/respond', '/empty']) alone[path].push(await ask(path));
  await figure({ title: 'respond over an empty handler, one at a time, difference of medians', value: median(alone['/respond']) - median(alone['/empty']), unit: 'ms' });
} finally {
  agent.destroy();
  await miniflare.dispose();
}
