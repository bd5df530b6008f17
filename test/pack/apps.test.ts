// The packed package in four kinds of app: plain Node, a page with an import map, bundled apps, and workerd.
import { build as esbuild } from 'esbuild';
import { Miniflare } from 'miniflare';
import type { ModuleDefinition } from 'miniflare';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../tools/browser.mjs';
import { serve } from '../tools/serve.mjs';
import { app, expected, expectedInBrowser, manifest, node, root } from './consumer.js';

const main = `import { browserScenario } from './browser-scenario.js';
import { scenario } from './scenario.js';
const both = async () => ({ ...await scenario(), ...await browserScenario() });
both().then((result) => { globalThis.result = result; }, (error) => { globalThis.result = { thrown: String(error?.stack ?? error) }; });
`;
const everything = { ...expected, ...expectedInBrowser };

it('runs in plain Node', async () => {
  const folder = await app('node', { 'main.js': "import { scenario } from './scenario.js';\nconsole.log(JSON.stringify(await scenario()));\n" });
  expect(JSON.parse(node(folder, ['main.js']))).toEqual(expected);
}, 180_000);

it('loads every entry in plain Node without starting anything', async () => {
  const entries = Object.entries(manifest.exports).filter(([entry, target]) => typeof target !== 'string' && entry !== './browser').map(([entry]) => `sluice${entry.slice(1)}`);
  const folder = await app('node-entries', {
    'main.js': `const names = Object.getOwnPropertyNames(globalThis);
for (const entry of ${JSON.stringify(entries)}) await import(entry);
console.log(JSON.stringify({ handles: process.getActiveResourcesInfo().filter((kind) => /Timeout|Immediate|Worker|MessagePort|TCP|UDP/.test(kind)), globals: Object.getOwnPropertyNames(globalThis).filter((name) => !names.includes(name)) }));
`,
  });
  expect(JSON.parse(node(folder, ['main.js']))).toEqual({ handles: [], globals: [] });
});

describe('in Chromium', () => {
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  /** Serves a folder, opens its page, and gives what it left in `globalThis.result`, and what was said and asked for. */
  async function visit(folder: string): Promise<{ result: unknown; complaints: string[]; requests: string[] }> {
    const site = await serve({ mounts: folder });
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
    try {
      await page.goto(site.url);
      await page.waitForFunction(() => 'result' in globalThis, undefined, { timeout: 20_000 }).catch((error: Error) => { throw new Error(`${error.message}\n${complaints.join('\n')}`); });
      return { result: await page.evaluate(() => (globalThis as unknown as { result: unknown }).result), complaints, requests: site.requests };
    } finally {
      await page.close();
      await site.close();
    }
  }

  const files = ['scan.worker', 'audio.worker', 'capture.worklet', 'playout.worklet'];

  it('runs in a page with an import map and no bundler', async () => {
    const imports: Record<string, string> = { comlink: '/node_modules/comlink/dist/esm/comlink.mjs', idb: '/node_modules/idb/build/index.js' };
    for (const [entry, target] of Object.entries(manifest.exports)) {
      const path = typeof target === 'string' ? target : target.default;
      if (path !== undefined) imports[`sluice${entry.slice(1)}`] = `/node_modules/sluice/${path.slice(2)}`;
    }
    const folder = await app('import-map', { 'main.js': main, 'index.html': `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="./main.js"></script>` });
    const { result, complaints, requests } = await visit(folder);
    expect(result).toEqual(everything);
    expect(complaints).toEqual([]);
    for (const file of files) expect(requests).toContain(`/node_modules/sluice/dist/browser/${file}.js`);
  }, 60_000);

  it('runs in a fresh Vite app', async () => {
    const folder = await app('vite', { 'main.js': main, 'index.html': '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>' });
    node(folder, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']);
    const { result, complaints, requests } = await visit(join(folder, 'dist'));
    expect(result).toEqual(everything);
    expect(complaints).toEqual([]);
    for (const file of files) expect(requests.filter((path) => path.includes(file))).toHaveLength(1);
  }, 120_000);

  it('runs in an app bundled by a bundler that copies no other files', async () => {
    const folder = await app('esbuild', { 'main.js': main, 'dist/index.html': '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>' });
    await esbuild({ entryPoints: [join(folder, 'main.js')], bundle: true, splitting: true, format: 'esm', platform: 'browser', outdir: join(folder, 'dist'), logLevel: 'error' });
    // The files are not there, so each comes from a Blob; the browser complains of the misses, the app does not.
    const { result } = await visit(join(folder, 'dist'));
    expect(result).toEqual(everything);
  }, 60_000);
});

it('runs in workerd without any compatibility flag', async () => {
  const folder = await app('workerd', { 'worker.js': "import { scenario } from './scenario.js';\nexport default { fetch: async () => Response.json(await scenario().catch((error) => ({ thrown: String(error?.stack ?? error) }))) };\n" });
  // What a bundler for the edge does: resolve by the workerd condition, hand kernels on as modules.
  const kernels = new Map<string, Buffer>();
  await esbuild({
    entryPoints: [join(folder, 'worker.js')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    outfile: join(folder, 'bundle/worker.js'),
    logLevel: 'error',
    plugins: [{
      name: 'kernels',
      setup: (build) => build.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        kernels.set(basename(path), readFileSync(resolve(resolveDir, path)));
        return { path: `./${basename(path)}`, external: true };
      }),
    }],
  });
  expect(readdirSync(join(folder, 'bundle'))).toContain('worker.js');
  const modules: ModuleDefinition[] = [
    { type: 'ESModule', path: '/worker.js', contents: readFileSync(join(folder, 'bundle/worker.js'), 'utf8') },
    ...[...kernels].map(([name, contents]): ModuleDefinition => ({ type: 'CompiledWasm', path: `/${name}`, contents: new Uint8Array(contents) })),
  ];
  const miniflare = new Miniflare({ compatibilityDate: '2026-04-01', modulesRoot: '/', modules });
  try {
    const response = await miniflare.dispatchFetch('http://localhost/');
    expect(await response.json()).toEqual(expected);
    expect([...kernels.keys()]).toContain('scan.wasm');
  } finally {
    await miniflare.dispose();
  }
}, 120_000);
