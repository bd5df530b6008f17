// Conversation memory. In a real Chromium: the newest 50 entries of a short and a long session, beside Dexie and sqlite-wasm
// (OPFS, inside its worker, without a message to and fro); one exchange written durably and relaxed, beside the bare
// transaction on the same schema; full-text search. In Node: what five stages cost through `runSimplePipeline`.
// Reads and writes of all candidates take turns, so that a busy machine touches all alike.
import { build } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../tools/browser.mjs';
import { bootstrap95, figure, median, spread } from './harness.mjs';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const here = fileURLToPath(new URL('./memory/', import.meta.url));
const FULL = Number(process.env.SLUICE_BENCH_ENTRIES ?? 100_000);
const READS = Number(process.env.SLUICE_BENCH_ROUNDS ?? 15) * 14;
const WRITES = Number(process.env.SLUICE_BENCH_ROUNDS ?? 15) * 20;
const require = createRequire(import.meta.url);
const peer = (name) => { try { return require.resolve(name); } catch { return undefined; } };
const wasm = peer('@sqlite.org/sqlite-wasm/sqlite3.wasm');
const peers = { dexie: peer('dexie') !== undefined, sqlite: wasm !== undefined };

const bundle = async (entry) => (await build({ entryPoints: [`${here}${entry}`], bundle: true, format: 'esm', target: 'es2022', platform: 'browser', alias: { '#dist': dist.slice(0, -1) }, define: { 'import.meta.url': 'globalThis.location.href' }, external: peers.dexie ? [] : ['dexie'], write: false, logLevel: 'error' })).outputFiles[0].text;
const files = new Map([['/', ['text/html', '<!doctype html><script type="module" src="/page.js"></script>']], ['/page.js', ['text/javascript', await bundle('page.mjs')]]]);
if (peers.sqlite) files.set('/sqlite.js', ['text/javascript', await bundle('sqlite-worker.mjs')]).set('/sqlite3.wasm', ['application/wasm', readFileSync(wasm)]);

const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    const [type, body] = files.get(request.url) ?? ['text/plain', ''];
    response.writeHead(files.has(request.url) ? 200 : 404, { 'Content-Type': type, 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }).end(body);
  }).listen(0);
  try {
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.waitForFunction(() => 'bench' in globalThis, undefined, { timeout: 20_000 });
    page.setDefaultTimeout(900_000);

    const seconds = await page.evaluate((options) => globalThis.bench.fill(options), { short: 1000, full: FULL, ...peers });
    for (const [name, value] of Object.entries(seconds)) await figure({ title: `${FULL.toLocaleString('en-US')} entries imported, ${name}`, value, unit: 's' });

    const reads = await page.evaluate((options) => globalThis.bench.read(options), { rounds: READS, ...peers });
    for (const [name, values] of Object.entries(reads)) await spread({ title: `newest 50, ${name}`, values, unit: 'ms', ...(name === 'sluice, long' ? { atMost: { p50: 1.0 } } : {}) });
    await ratio('newest 50, long over short session', reads['sluice, long'], reads['sluice, short'], 1.2);
    if (peers.dexie) await ratio('newest 50 of the long session, sluice over Dexie', reads['sluice, long'], reads['Dexie, long'], 1);
    else console.log('  Dexie: not measured, it is not installed (npm run bench installs it)');
    if (peers.sqlite) await ratio('newest 50 of the long session, sluice over sqlite-wasm', reads['sluice, long'], reads['sqlite-wasm, long'], 2);
    else console.log('  sqlite-wasm: not measured, it is not installed (npm run bench installs it)');

    const writes = await page.evaluate((rounds) => globalThis.bench.write(rounds), WRITES);
    for (const [name, values] of Object.entries(writes)) await spread({ title: `one exchange, ${name}`, values, unit: 'ms' });
    await ratio('one exchange durable, sluice over the bare transaction', writes['sluice, strict'], writes['bare, strict'], 1.2);
    await ratio('one exchange relaxed, sluice over the bare transaction', writes['sluice, relaxed'], writes['bare, relaxed'], 1.1);

    const searches = await page.evaluate(() => globalThis.bench.search());
    for (const [name, value] of Object.entries(searches)) await figure({ title: `search, ${name}`, value, unit: 'ms' });
  } finally {
    server.close();
  }
} finally {
  await browser.close();
}

// Five stages with everything on: events kept and given to a sink, deadlines, a signal, a session.
if (existsSync(`${dist}run/run-simple-pipeline.js`)) {
  const { runSimplePipeline } = await import(`${dist}run/run-simple-pipeline.js`);
  const { Pipeline } = await import(`${dist}pipeline/pipeline.js`);
  const { StageOutput } = await import(`${dist}stage/output.js`);
  const answer = { text: 'done' };
  const stage = () => StageOutput.ok(answer);
  const graph = ['stt', 'guard', 'llm', 'tts', 'save'].reduce((pipeline, name, n, names) => pipeline.withStage(name, stage, 'transform', { dependencies: n === 0 ? [] : [names[n - 1]], timeoutMs: 30_000 }), new Pipeline()).build();
  let heard = 0;
  const eventSink = { emit: async () => undefined, tryEmit: () => void heard++ };
  const { signal } = new AbortController();
  const times = [];
  for (let n = 0; n < 60_000; n += 1) {
    const begun = performance.now();
    await runSimplePipeline(graph, 'hello', { eventSink, signal });
    if (n >= 20_000) times.push((performance.now() - begun) * 1000);
  }
  if (heard < 60_000 * 10) throw new Error('The sink did not hear of every stage.');
  await spread({ title: 'runSimplePipeline, five stages, everything on', values: times, unit: 'µs', atMost: { p95: 60 } });
}

// The median of the ratios formed round by round; a bar counts as reached when their bootstrap interval includes it.
async function ratio(title, values, over, atMost) {
  const ratios = values.map((value, n) => value / over[n]);
  const [low, high] = bootstrap95(ratios);
  await figure({ title: `${title}: ×${median(ratios).toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}], lower end`, value: low, unit: '×', atMost });
}
