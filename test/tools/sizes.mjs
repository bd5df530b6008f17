// What each public entry costs a page: the entry and everything it imports statically, bundled and minified, with
// dependencies; what it imports dynamically is counted apart ("later"). Budgets are gzip bytes in package.json.
//   node test/tools/sizes.mjs          prints them (dist must be built)
//   node test/tools/sizes.mjs --pin    sets each budget to the present size plus 2 %, in steps of 100 B
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { main, root } from './install.mjs';

const manifestFile = join(root, 'package.json');

/** The file behind an export under a condition, or undefined. */
export function exportTarget(target, condition = 'default') {
  if (typeof target === 'string') return target;
  const inner = target[condition] ?? target.default;
  return inner === undefined ? undefined : exportTarget(inner, condition);
}

/** Sizes of all public entries that are built. */
export async function measureSizes() {
  const { exports, budgets = {} } = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const sizes = [];
  for (const [entry, target] of Object.entries(exports ?? {})) {
    const path = exportTarget(target);
    const file = join(root, path);
    if (!/\.(js|wasm)$/.test(path) || !existsSync(file)) continue;
    const { first, later } = path.endsWith('.js') ? await bundle(file) : { first: [readFileSync(file)], later: [] };
    const sum = (list, measure) => list.reduce((total, bytes) => total + measure(bytes), 0);
    const gzip = sum(first, (bytes) => gzipSync(bytes, { level: 9 }).length);
    const budget = budgets[entry];
    sizes.push({
      entry,
      raw: sum(first, (bytes) => bytes.length),
      gzip,
      brotli: sum(first, (bytes) => brotliCompressSync(bytes).length),
      laterGzip: sum(later, (bytes) => gzipSync(bytes, { level: 9 }).length),
      budget,
      over: budget !== undefined && gzip > budget,
    });
  }
  return sizes;
}

async function bundle(file) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'default'],
    external: ['node:*'],
    outdir: '/size',
    write: false,
    metafile: true,
    logLevel: 'error',
    legalComments: 'none',
  });
  const contents = new Map(result.outputFiles.map((output) => [output.path, output.contents]));
  const outputs = new Map(Object.entries(result.metafile.outputs).map(([path, output]) => [join(process.cwd(), path), output]));
  const begin = [...outputs].find(([, output]) => output.entryPoint !== undefined && join(process.cwd(), output.entryPoint) === file)[0];
  const first = new Set();
  const visit = (path) => {
    if (first.has(path) || !outputs.has(path)) return;
    first.add(path);
    for (const found of outputs.get(path).imports) if (found.kind !== 'dynamic-import') visit(join(process.cwd(), found.path));
  };
  visit(begin);
  return {
    first: [...first].map((path) => contents.get(path)),
    later: [...contents].filter(([path]) => !first.has(path)).map(([, bytes]) => bytes),
  };
}

/** Prints the table. */
export function printSizes(sizes) {
  const number = (value) => (value === undefined ? '-' : value.toLocaleString('en-US'));
  console.log(`\n${'entry'.padEnd(28)}${['raw', 'gzip', 'brotli', 'later', 'budget'].map((title) => title.padStart(11)).join('')}`);
  for (const size of sizes) {
    console.log(`${size.entry.padEnd(28)}${[size.raw, size.gzip, size.brotli, size.laterGzip, size.budget].map((value) => number(value).padStart(11)).join('')}${size.over ? '  OVER' : ''}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const sizes = await measureSizes();
    printSizes(sizes);
    if (!process.argv.includes('--pin')) return;
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
    manifest.budgets = Object.fromEntries(sizes.map((size) => [size.entry, Math.ceil(size.gzip * 1.02 / 100) * 100]));
    writeFileSync(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`);
    console.log('\nPinned in package.json.');
  });
}
