// Brings every generated module up to date:
//   src/wasm/<kernel>-bytes.generated.ts and src/wasm/<kernel>.wasm from assembly/<kernel>,
//   src/browser/<entry>-source.generated.ts from the worker and worklet entries (the Blob fallback imports them),
//   src/guardrails/built-in.generated.ts, the compiled patterns of the built-in checks.
// A kernel is rebuilt when any file under assembly/ is newer than its output, a bundle when one of its modules is.
// `scan` travels as text that is decoded at once, because it is instantiated synchronously; the others are deflated.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const self = fileURLToPath(import.meta.url);
const cache = join(root, 'node_modules/.cache/sluice');

export const FLAGS = ['--runtime', 'stub', '--enable', 'simd', '-Ospeed', '--converge', '--noAssert', '--use', 'abort=', '--initialMemory', '1'];
export const KERNELS = ['scan', 'audio', 'speech'];
/** Entries of src/browser that become self-contained files. */
export const WORKERS = ['scan.worker', 'audio.worker', 'capture.worklet', 'playout.worklet'];

// Vite turns assets below 4,096 bytes into data: URLs in a consumer's build, which a strict CSP refuses.
const LEAST_BYTES = 4_200;

/** The latest change of a file or of anything under a folder, in ms; 0 when there is none. */
export function newest(folder) {
  let time = 0;
  if (!existsSync(folder)) return time;
  if (!statSync(folder).isDirectory()) return statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

/** `packBytes` of src/wasm/packed-bytes.ts. */
async function packBytes(bytes) {
  const { transform } = await import('esbuild');
  const { code } = await transform(readFileSync(join(root, 'src/wasm/packed-bytes.ts'), 'utf8'), { loader: 'ts', format: 'esm' });
  const packed = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  return packed.packBytes(bytes);
}

// Written beside and renamed: a test run in another terminal never reads half a file.
function write(path, content) {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(beside, content);
  renameSync(beside, path);
}

const isNewer = (path, time) => existsSync(path) && statSync(path).mtimeMs > time;

async function compileKernel(name) {
  const source = join('assembly', name, 'index.ts');
  if (!existsSync(join(root, source))) return undefined;
  const wasmFile = join(root, 'src/wasm', `${name}.wasm`);
  const module = join(root, 'src/wasm', `${name}-bytes.generated.ts`);
  const time = Math.max(newest(join(root, 'assembly', name)), newest(join(root, 'assembly/common')), newest(join(root, 'src/wasm/packed-bytes.ts')), statSync(self).mtimeMs);
  const fresh = isNewer(wasmFile, time) && isNewer(module, time);
  if (!fresh) {
    const { main } = await import('assemblyscript/asc');
    const built = join(cache, `${name}.${process.pid}.wasm`);
    const { error, stderr } = await main([source, '--baseDir', root, '--outFile', built, ...FLAGS], { stdout: process.stdout });
    if (error) throw new Error(`asc ${source}\n${stderr.toString()}${error.message}`);
    const bytes = readFileSync(built);
    renameSync(built, wasmFile);
    const encoded = name === 'scan' ? await packBytes(bytes) : deflateRawSync(bytes, { level: 9 }).toString('base64');
    const form = name === 'scan' ? 'the text of src/wasm/packed-bytes.ts' : 'base64 of deflate-raw';
    write(module, `/** ${name}.wasm as ${form}, built from assembly/${name} by \`npm run generate\`. */\nexport const ${name}Bytes: string =\n  '${encoded}';\n`);
  }
  const bytes = readFileSync(wasmFile);
  return { name: `${name}.wasm`, rebuilt: !fresh, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

// Whatever of the compiler or of the checks is newer may have changed what the patterns compile to.
async function compilePatterns(name) {
  const { builtInFile, builtInSource } = await import('./generate-guardrail-patterns.mjs');
  const mark = join(cache, 'built-in.mark');
  const time = Math.max(...['src/pattern', 'src/guardrails', 'test/tools/generate-guardrail-patterns.mjs'].map((path) => newest(join(root, path))));
  const fresh = isNewer(mark, time) && existsSync(builtInFile);
  if (!fresh) {
    const source = await builtInSource();
    if (!existsSync(builtInFile) || readFileSync(builtInFile, 'utf8') !== source) write(builtInFile, source);
    write(mark, '');
  }
  const bytes = readFileSync(builtInFile);
  return { name, rebuilt: !fresh, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

/** Bundles a worker or worklet entry with everything it imports; returns its code and the files it is made of. */
export async function bundleWorker(name) {
  const { build } = await import('vite');
  const output = await build({
    configFile: false,
    root,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      minify: 'oxc',
      lib: { entry: join(root, 'src/browser', `${name}.ts`), formats: ['es'], fileName: name },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const chunks = output.flatMap((part) => part.output);
  if (chunks.length !== 1) throw new Error(`${name} did not become one self-contained file: ${chunks.map((chunk) => chunk.fileName).join(', ')}`);
  const [chunk] = chunks;
  if (chunk.imports.length > 0) throw new Error(`${name} still imports ${chunk.imports.join(', ')}`);
  const lacking = LEAST_BYTES - Buffer.byteLength(chunk.code);
  const code = lacking <= 0 ? chunk.code : `// Kept above 4 KB so that bundlers emit this file instead of a data: URL, which strict policies refuse.${' '.repeat(lacking)}\n${chunk.code}`;
  return { code, files: chunk.moduleIds.filter((id) => existsSync(id)) };
}

/** `scan.worker` → `scanWorkerSource`, the name under which its module exports the text. */
export const sourceName = (name) => `${name.replace(/\.(\w)/, (_, letter) => letter.toUpperCase())}Source`;

const bundledFile = (name) => join(cache, `${name}.js`);

async function bundleSource(name) {
  if (!existsSync(join(root, 'src/browser', `${name}.ts`))) return undefined;
  const module = join(root, 'src/browser', `${name.replace('.', '-')}-source.generated.ts`);
  const listFile = join(cache, `${name}.files.json`);
  const files = existsSync(listFile) ? JSON.parse(readFileSync(listFile, 'utf8')) : [];
  const time = statSync(self).mtimeMs;
  const fresh = files.length > 0 && isNewer(module, time) && isNewer(bundledFile(name), time)
    && files.every((file) => existsSync(file) && isNewer(module, statSync(file).mtimeMs));
  if (!fresh) {
    const bundle = await bundleWorker(name);
    write(bundledFile(name), bundle.code);
    write(listFile, JSON.stringify(bundle.files));
    write(module, `/** The self-contained source of ${name}, for a Blob where its file cannot be loaded; built by \`npm run generate\`. */\nexport const ${sourceName(name)}: string =\n  ${JSON.stringify(bundle.code)};\n`);
  }
  const text = readFileSync(bundledFile(name));
  return { name: `${name}.js`, rebuilt: !fresh, raw: text.length, gzip: gzipSync(text, { level: 9 }).length, brotli: brotliCompressSync(text).length };
}

/** The self-contained code of a worker or worklet entry, brought up to date. */
export async function workerCode(name) {
  mkdirSync(cache, { recursive: true });
  if (await bundleSource(name) === undefined) throw new Error(`src/browser/${name}.ts does not exist.`);
  return readFileSync(bundledFile(name), 'utf8');
}

/**
 * Brings everything up to date (`sources: false` leaves out the worker bundles); returns a line per product.
 * One product that cannot be built does not keep the others from being built: all failures are thrown at the end.
 */
export async function generate({ sources = true } = {}) {
  mkdirSync(cache, { recursive: true });
  const report = [];
  const failures = [];
  for (const [make, names] of [[compileKernel, KERNELS], [compilePatterns, ['built-in.generated.ts']], [bundleSource, sources ? WORKERS : []]]) {
    for (const name of names) {
      try {
        const product = await make(name);
        if (product !== undefined) report.push(product);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join('\n'), { cause: report });
  return report;
}

if (process.argv[1] === self) {
  let report;
  try {
    report = await generate();
  } catch (error) {
    report = error.cause;
    console.error(error.message);
    process.exitCode = 1;
  }
  for (const product of report) {
    console.log(`${product.name} ${product.rebuilt ? 'rebuilt' : 'up to date'}: ${product.raw} B, gzip ${product.gzip} B, brotli ${product.brotli} B`);
  }
}
