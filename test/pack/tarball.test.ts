// What is in the package: everything that its manifest promises, nothing else, at the pinned sizes.
import { build as esbuild } from 'esbuild';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { measureSizes } from '../tools/sizes.mjs';
import { binary } from '../tools/install.mjs';
import { app, manifest, node, packed } from './consumer.js';

/** Entries that only a page can use. */
const PAGES = new Set(['./browser', './local-models']);

describe('the tarball', () => {
  let folder: string;
  let files: string[];
  beforeAll(async () => {
    folder = await packed();
    files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/'));
  }, 180_000);

  const targets = Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === 'string' ? [[entry, 'default', target] as const] : Object.entries(target).map(([condition, path]) => [entry, condition, path] as const));

  it.each(targets)('has %s for %s', (_entry, _condition, path) => {
    expect(existsSync(join(folder, path))).toBe(true);
  });

  it('lists types first and the default last, as resolvers read in order', () => {
    for (const target of Object.values(manifest.exports)) {
      if (typeof target === 'string') continue;
      expect([Object.keys(target)[0], Object.keys(target).at(-1)]).toEqual(['types', 'default']);
    }
  });

  it('has the code, its types, the kernels, the licence and the documents, and nothing else', () => {
    expect(files.filter((file) => !/^dist\/.+\.(js|d\.ts|wasm)$/.test(file)).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  });

  it('has workers and worklets that import nothing', () => {
    for (const name of ['scan.worker', 'audio.worker', 'capture.worklet', 'playout.worklet']) {
      const text = readFileSync(join(folder, 'dist/browser', `${name}.js`), 'utf8');
      expect(text, name).not.toMatch(/^\s*(import\b(?!\.meta)|export .* from)|\bimport\(/m);
      expect(Buffer.byteLength(text), `${name} stays above the 4 KB below which bundlers inline it`).toBeGreaterThan(4096);
    }
  });

  it('has for workerd no kernel as text, which it could not compile, and loads nothing twice there', async () => {
    const inline = ['scan', 'audio', 'speech'].map((name) => /'([A-Za-z0-9+/]{200})/.exec(readFileSync(join(folder, `dist/wasm/${name}-bytes.generated.js`), 'utf8'))?.[1] ?? expect.fail(`no bytes of ${name}`));
    const entries = Object.entries(manifest.exports).filter(([entry, target]) => typeof target !== 'string' && !PAGES.has(entry)).map(([entry]) => `sluice${entry.slice(1)}`);
    const at = await app('workerd-entries', { 'main.js': entries.map((entry, i) => `import * as e${i} from '${entry}';\nconsole.log(e${i});\n`).join('') });
    const { outputFiles, metafile } = await esbuild({ entryPoints: [join(at, 'main.js')], bundle: true, format: 'esm', platform: 'browser', conditions: ['workerd'], external: ['*.wasm'], write: false, metafile: true, outdir: at, logLevel: 'error' });
    expect(inline.filter((bytes) => outputFiles[0]?.text.includes(bytes))).toEqual([]);
    const paths = Object.keys(metafile.inputs).filter((path) => path.includes('sluice/dist/')).map((path) => path.replace(/^.*sluice\/dist\//, ''));
    expect(paths.filter((path) => path.startsWith('workerd/') && paths.includes(path.slice('workerd/'.length)))).toEqual([]);
  });

  it('has no entry above its budget, and a budget for every entry', async () => {
    const sizes = await measureSizes();
    expect(sizes.filter((size) => size.over || size.budget === undefined).map(({ entry, gzip, budget }) => `${entry}: ${gzip} B gzip, budget ${budget}`)).toEqual([]);
  });

  it('has types that compile by themselves under both ways of resolving', async () => {
    const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target !== 'string').map(([entry]) => `sluice${entry.slice(1)}`);
    const config = (resolution: Record<string, string>): string => JSON.stringify({ compilerOptions: { target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'], strict: true, noEmit: true, skipLibCheck: false, types: [], ...resolution }, files: ['main.ts'] });
    const at = await app('types', {
      'main.ts': entries.map((entry, i) => `import type * as e${i} from '${entry}';\nexport type { e${i} };\n`).join(''),
      'bundler.json': config({ module: 'esnext', moduleResolution: 'bundler' }),
      'nodenext.json': config({ module: 'nodenext', moduleResolution: 'nodenext' }),
    });
    for (const project of ['bundler.json', 'nodenext.json']) expect(() => node(at, [binary('typescript', 'tsc'), '-p', project])).not.toThrow();
  });
});
