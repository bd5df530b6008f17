// `npm run build`: the package in dist/.
//   tsc keeps dist a mirror of src, file by file, with `new URL('./x', import.meta.url)` literals as they stand;
//   each worker and worklet entry is then replaced by a self-contained bundle of the same name;
//   the kernels are copied to dist/wasm; dist/workerd has what is other on workerd (workerd-files.mjs).
// Then the size of every public entry is printed beside its budget (package.json, "budgets").
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary, ensureInstalled, main, root, run, ToolError } from './install.mjs';

const dist = join(root, 'dist');
const stamp = join(root, 'node_modules/.cache/sluice/dist.stamp');

/**
 * Builds dist, unless nothing changed since the last build. `lenient` (SLUICE_LENIENT=1) builds in spite of type errors, enough
 * to run or measure what is being worked on; the next strict build replaces that dist.
 */
export async function buildPackage({ force = false, lenient = process.env.SLUICE_LENIENT === '1' } = {}) {
  const { generate, KERNELS, newest, WORKERS, workerCode } = await import('./generate.mjs');
  await generate();
  const sources = ['src', 'package-lock.json', 'tsconfig.json', 'test/tools/build.mjs', 'test/tools/workerd-files.mjs'].map((name) => newest(join(root, name)));
  if (!force && existsSync(join(dist, 'base')) && existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(...sources)) return;
  console.log('Building the package …');
  const fresh = join(root, 'dist', `.next.${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    const code = await run(binary('typescript', 'tsc'), ['-p', join(root, 'tsconfig.json'), '--noEmit', 'false', '--rootDir', join(root, 'src'), '--outDir', fresh]);
    if (code !== 0 && !lenient) throw new ToolError('The sources do not compile; dist is left as it was.');
    if (code !== 0) console.log('The sources have type errors (above); going on with what was emitted.');
    for (const name of WORKERS) {
      if (existsSync(join(root, 'src/browser', `${name}.ts`))) writeFileSync(join(fresh, 'browser', `${name}.js`), await workerCode(name));
    }
    mkdirSync(join(fresh, 'wasm'), { recursive: true });
    for (const name of KERNELS) {
      const file = join(root, 'src/wasm', `${name}.wasm`);
      if (existsSync(file)) cpSync(file, join(fresh, 'wasm', `${name}.wasm`));
    }
    (await import('./workerd-files.mjs')).writeWorkerdFiles(fresh);
    const old = join(root, `node_modules/.cache/sluice/dist.${process.pid}`);
    const ready = join(root, `node_modules/.cache/sluice/next.${process.pid}`);
    renameSync(fresh, ready);
    renameSync(dist, old);
    renameSync(ready, dist);
    rmSync(old, { recursive: true, force: true });
    rmSync(stamp, { force: true });
    if (code === 0) writeFileSync(stamp, '');
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    ensureInstalled();
    await buildPackage({ force: true });
    const { measureSizes, printSizes } = await import('./sizes.mjs');
    const sizes = await measureSizes();
    printSizes(sizes);
    const over = sizes.filter((size) => size.over);
    if (over.length > 0) throw new ToolError(`Over budget: ${over.map((size) => size.entry).join(', ')}. See "budgets" in package.json.`);
  });
}
