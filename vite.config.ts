/// <reference types="vitest/config" />
// One configuration, three jobs: the web pages (`vite`, `vite build`), the test projects (`vitest`), and for both of
// them the worker and worklet files, which exist only as bundles (test/tools/generate.mjs makes them).
//
// A suite that names no platform (no `node:` import and the like) runs in three realms: node, chromium and edge
// (real workerd). A comment `@realm node` (or `@realm node chromium`) in a test file restricts it.
import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { playwright } from '@vitest/browser-playwright';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { browserArgs, findBrowser } from './test/tools/browser.mjs';
import { pages, serviceWorker } from './test/tools/pages.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Headers that make a page cross-origin isolated, so that SharedArrayBuffer exists. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * In the sources, `new URL('./scan.worker.js', import.meta.url)` names a file that only the built package has.
 * Here the literal is pointed at the bundle: served by the development server, emitted by the build.
 */
function workerFiles(): Plugin {
  const literal = /new URL\(\s*(['"])\.\/((?:scan|audio)\.worker|(?:capture|playout)\.worklet)\.js\1\s*,\s*import\.meta\.url\s*\)/g;
  const code = async (name: string): Promise<string> => (await import('./test/tools/generate.mjs')).workerCode(name);
  let building = false;
  return {
    name: 'sluice-worker-files',
    enforce: 'pre',
    configResolved(config) {
      building = config.command === 'build';
    },
    configureServer(server) {
      server.middlewares.use('/@sluice/', (request, response, next) => {
        const name = /^\/([a-z]+\.work(?:er|let))\.js/.exec(request.url ?? '')?.[1];
        if (name === undefined) return next();
        code(name).then((text) => {
          response.writeHead(200, { ...isolation, 'Cross-Origin-Resource-Policy': 'same-origin', 'Content-Type': 'text/javascript', 'Cache-Control': 'no-cache' }).end(text);
        }, next);
      });
    },
    async transform(source, id) {
      if (!id.includes('/src/browser/') || !literal.test(source)) return undefined;
      literal.lastIndex = 0;
      const references = new Map<string, string>();
      for (const match of building ? source.matchAll(literal) : []) {
        const name = match[2] ?? '';
        references.set(name, this.emitFile({ type: 'asset', name: `${name}.js`, source: await code(name) }));
      }
      return source.replace(literal, (_all, _quote, name: string) =>
        building ? `new URL(import.meta.ROLLUP_FILE_URL_${references.get(name)}, import.meta.url)` : `new URL('/@sluice/${name}.js', globalThis.location.href)`);
    },
  };
}

/** The package's own name means its sources here, in the pages and in the tests. */
const alias = [
  { find: /^sluice$/, replacement: join(root, 'src/index.ts') },
  { find: /^sluice\/([a-z-]+)$/, replacement: join(root, 'src/$1.ts') },
];

// --- which test file runs where -------------------------------------------------------------------------------------

/** Folders under test/ that belong to one realm or are no suites. */
const apart = ['bench', 'browser', 'docs', 'e2e', 'edge', 'fixtures', 'node', 'pack', 'soak', 'tools', 'types', 'web'];
const platform = /from '(?:node:|fake-indexeddb)|import\('node:|import '(?:node:|fake-indexeddb)|\bprocess\.|\bBuffer\b|fileURLToPath/;

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

const texts = new Map<string, string>();
function textOf(path: string): string {
  const known = texts.get(path);
  if (known !== undefined) return known;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  texts.set(path, text);
  return text;
}

/** True when a test file or a helper of its own that it imports names a platform. */
function namesPlatform(path: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const text = textOf(path);
  if (platform.test(text)) return true;
  return [...text.matchAll(/from '(\.[^']+)\.js'/g)]
    .map((match) => join(dirname(path), `${match[1]}.ts`))
    .some((helper) => helper.startsWith(join(root, 'test')) && namesPlatform(helper, seen));
}

/** The suites that run in `realm` too: those that name no platform and do not exclude it. */
function portable(realm: 'chromium' | 'edge'): string[] {
  return testFiles(join(root, 'test'))
    .map((path) => relative(root, path).replaceAll('\\', '/'))
    .filter((path) => path.split('/').length > 2 && !apart.includes(path.split('/')[1] ?? ''))
    .filter((path) => {
      const only = /@realm ([a-z ]+)/.exec(textOf(join(root, path)))?.[1];
      return only === undefined ? !namesPlatform(join(root, path)) : only.split(' ').includes(realm);
    });
}

/** The suites of Node that measure the heap or compare times: each has a process of its own, because neighbours leave things on the heap, and test/tools/test.mjs gives them the machine. */
const measuring = testFiles(join(root, 'test')).filter((path) => /\/heap\.js'|heapUsed|performance\.now\(/.test(textOf(path))).map((path) => relative(root, path).replaceAll('\\', '/')).filter((path) => !apart.includes(path.split('/')[1] ?? ''));

/** Read by test/tools/scale.ts, a copy per project because the test runner takes entries out of it: full counts for `npm run soak`, and the seed of a run. */
const define = {
  __SLUICE_SOAK__: JSON.stringify(process.env.SLUICE_SOAK === '1'),
  __SLUICE_SEED__: JSON.stringify(Number(process.env.SLUICE_SEED ?? 1)),
};
const soaking = process.env.SLUICE_SOAK === '1';
const timeouts = { testTimeout: soaking ? 3_600_000 : 20_000, hookTimeout: soaking ? 600_000 : 120_000 };

// Found, not installed: `npm test` does that. Without one, the projects that need none still run.
const executablePath = process.env.VITEST === undefined ? undefined : await findBrowser({ install: false }).catch(() => undefined);

const chromium = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [...browserArgs(), '--js-flags=--expose-gc'],
    },
  }),
  instances: [{ browser: 'chromium' as const }],
};

export default defineConfig({
  root: process.env.VITEST === undefined ? join(root, 'web') : root,
  plugins: process.env.VITEST === undefined ? [workerFiles(), serviceWorker(join(root, 'web'))] : [],
  resolve: { alias },
  server: { headers: isolation, fs: { allow: [root] } },
  build: {
    target: 'es2022',
    outDir: join(root, 'dist-web'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rolldownOptions: { input: pages(join(root, 'web')) },
  },
  worker: { format: 'es' },
  test: {
    passWithNoTests: false,
    projects: [
      {
        define: { ...define },
        resolve: { alias },
        test: {
          name: 'node',
          root,
          include: ['test/**/*.test.ts'],
          exclude: [...['browser', 'edge', 'e2e', 'pack', 'soak', 'bench'].map((folder) => `test/${folder}/**`), ...measuring],
          environment: 'node',
          isolate: false,
          maxWorkers: 2,
          ...timeouts,
        },
      },
      { define: { ...define }, resolve: { alias }, test: { name: 'heap', root, include: measuring, environment: 'node', fileParallelism: false, ...timeouts } },
      {
        define: { ...define },
        resolve: { alias },
        plugins: [workerFiles()],
        optimizeDeps: { include: ['idb', 'comlink', 'fast-check'] },
        server: { headers: isolation },
        test: { name: 'chromium', root, include: ['test/browser/**/*.test.ts'], maxWorkers: 2, browser: chromium, ...timeouts },
      },
      {
        define: { ...define },
        resolve: { alias },
        plugins: [workerFiles()],
        optimizeDeps: { include: ['idb', 'comlink', 'fast-check'] },
        server: { headers: isolation },
        test: { name: 'portable', root, isolate: false, maxWorkers: 2, include: portable('chromium'), browser: chromium, ...timeouts },
      },
      {
        define: { ...define },
        resolve: { alias },
        plugins: [cloudflareTest({ miniflare: { compatibilityDate: '2026-04-01', modulesRules: [{ type: 'CompiledWasm', include: ['**/*.wasm'] }] } })],
        test: { name: 'edge', root, isolate: false, setupFiles: ['scan', 'audio', 'speech'].map((kernel) => `src/edge/${kernel}-module.ts`), include: ['test/edge/**/*.test.ts', ...portable('edge')], ...timeouts },
      },
      // What stands on the built pages and the packed package; test/tools/test.mjs builds both first. The tests of a file
      // run at the same time, because answers take the time that it takes to speak them. `aloud` has what listens to the
      // fake microphone or to the loudspeaker: a machine that is busy loses sound in any program.
      { define: { ...define }, resolve: { alias }, test: { name: 'e2e', root, include: ['test/e2e/*.test.ts'], environment: 'node', testTimeout: 60_000, hookTimeout: 120_000, maxWorkers: 2, maxConcurrency: 4 } },
      { define: { ...define }, resolve: { alias }, test: { name: 'aloud', root, include: ['test/e2e/aloud/*.test.ts'], environment: 'node', testTimeout: 60_000, hookTimeout: 120_000, maxWorkers: 2, maxConcurrency: 2 } },
      { define: { ...define }, resolve: { alias }, test: { name: 'pack', root, include: ['test/pack/**/*.test.ts'], environment: 'node', testTimeout: 60_000, hookTimeout: 180_000, fileParallelism: false } },
      { define: { ...define }, resolve: { alias }, test: { name: 'soak', root, include: ['test/soak/**/*.test.ts'], environment: 'node', fileParallelism: false, ...timeouts } },
    ],
  },
});
