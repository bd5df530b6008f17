// The package's files for workerd, in dist/workerd: workerd compiles no bytes, so what carries the kernels inline, and
// whatever imports it, stands there once more without them; everything else is shared with the other platforms. The
// faces for workerd import the kernels as modules instead.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** What stands in place of a file: its exports, with nothing behind them. */
const BARE = new Map([
  ...['scan', 'audio', 'speech'].map((name) => [`wasm/${name}-bytes.generated.js`, `/** workerd compiles no bytes; see edge/${name}-module.js. */\nexport const ${name}Bytes = '';\n`]),
  ['wasm/scan-fallback.generated.js', "/** Not reached: workerd has the kernel as a module. */\nexport function createFallbackExports() {\n    throw new Error('The kernel scan.wasm was not imported. Import sluice/guardrails or sluice on workerd through their workerd condition.');\n}\n"],
]);
const IMPORT = /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s*)(['"])(\.[^'"]+)\2/g;

/** Writes dist/workerd below `dist` and takes away what only it needs. */
export function writeWorkerdFiles(dist) {
  const files = readdirSync(dist, { recursive: true }).map((path) => String(path).replaceAll('\\', '/')).filter((path) => path.endsWith('.js') && !/^(browser\/|browser\.js$)|\.node\.js$/.test(path));
  const texts = new Map(files.map((path) => [path, readFileSync(join(dist, path), 'utf8')]));
  const target = (from, specifier) => posix.normalize(posix.join(posix.dirname(from), specifier));
  const importers = new Map();
  for (const [path, text] of texts) {
    for (const [, , , specifier] of text.matchAll(IMPORT)) importers.set(target(path, specifier), [...(importers.get(target(path, specifier)) ?? []), path]);
  }
  const apart = new Set(BARE.keys());
  for (const path of apart) for (const importer of importers.get(path) ?? []) apart.add(importer);
  for (const path of apart) {
    const text = BARE.get(path) ?? texts.get(path).replace(IMPORT, (all, word, quote, specifier) => {
      const to = target(path, specifier);
      return apart.has(to) ? all : `${word}${quote}${posix.relative(posix.dirname(`workerd/${path}`), to)}${quote}`;
    });
    mkdirSync(dirname(join(dist, 'workerd', path)), { recursive: true });
    writeFileSync(join(dist, 'workerd', path), text);
  }
  for (const path of apart) {
    // Beside the form with the kernels it would be loaded a second time, from the files for everybody.
    if (!path.includes('/') && !path.endsWith('.workerd.js') && !apart.has(path.replace(/\.js$/, '.workerd.js'))) throw new Error(`${path} reaches a kernel; give it a form for workerd (src/${path.replace(/\.js$/, '.workerd.ts')}).`);
  }
  for (const path of files) {
    if (!/\.workerd\.js$|^edge\/[a-z]+-module\.js$/.test(path)) continue;
    if (!apart.has(path)) throw new Error(`${path} carries no kernel; give it no form for workerd.`);
    for (const file of [path, path.replace(/\.js$/, '.d.ts')]) rmSync(join(dist, file), { force: true });
  }
}
