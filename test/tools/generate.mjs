// Compiles the AssemblyScript kernels and writes their bytes as TypeScript modules.
// A kernel is rebuilt when any file under assembly/ is newer than its output.
// `scan` travels as plain base64, because it is instantiated synchronously; the others are deflated.
import { mkdirSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, brotliCompressSync, gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/sluice');

const FLAGS = ['--runtime', 'stub', '--enable', 'simd', '-Ospeed', '--converge', '--noAssert', '--use', 'abort=', '--initialMemory', '1'];
const KERNELS = ['scan', 'audio', 'speech'];

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

async function compileKernel(name) {
  const source = join('assembly', name, 'index.ts');
  if (!existsSync(join(root, source))) return undefined;
  const wasmFile = join(cache, `${name}.wasm`);
  const module = join(root, 'src/wasm', `${name}-bytes.generated.ts`);
  const time = Math.max(newest(join(root, 'assembly', name)), newest(join(root, 'assembly/common')), statSync(fileURLToPath(import.meta.url)).mtimeMs);
  const fresh = existsSync(wasmFile) && existsSync(module) && statSync(wasmFile).mtimeMs > time && statSync(module).mtimeMs > time;
  if (!fresh) {
    const { main } = await import('assemblyscript/asc');
    const { error, stderr } = await main([source, '--baseDir', root, '--outFile', wasmFile, ...FLAGS], { stdout: process.stdout });
    if (error) throw new Error(`asc ${source}\n${stderr.toString()}${error.message}`);
    const bytes = readFileSync(wasmFile);
    const encoded = name === 'scan' ? bytes.toString('base64') : deflateRawSync(bytes, { level: 9 }).toString('base64');
    const form = name === 'scan' ? 'base64' : 'base64 of deflate-raw';
    writeFileSync(module, `/** ${name}.wasm as ${form}, built from assembly/${name} by \`npm run generate\`. */\nexport const ${name}Bytes: string =\n  '${encoded}';\n`);
  }
  const bytes = readFileSync(wasmFile);
  return { name, rebuilt: !fresh, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

/** Brings every generated module up to date; returns a line per kernel. */
export async function generate() {
  mkdirSync(cache, { recursive: true });
  const report = [];
  for (const name of KERNELS) {
    const kernel = await compileKernel(name);
    if (kernel) report.push(kernel);
  }
  return report;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const k of await generate()) {
    console.log(`${k.name}.wasm ${k.rebuilt ? 'rebuilt' : 'up to date'}: ${k.raw} B, gzip ${k.gzip} B, brotli ${k.brotli} B`);
  }
}
