// Runs the TypeScript compiler on files that use the library as its users do, under `sluice`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary } from '../tools/install.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'test/.output/types-check');

/** What the compiler said: a line per error, without continuation lines, and its statistics. */
export interface Compiled {
  readonly errors: readonly string[];
  readonly instantiations: number;
  readonly checkSeconds: number;
}

/** The main entry; until it is written, a file that exports everything that src does stands for it. */
export function mainEntry(): string {
  const face = join(root, 'src/index.ts');
  if (existsSync(face)) return face;
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[a-z0-9-]+\.ts$/.test(entry.name) && !/[\\/](browser|node|edge|wasm)([\\/]|$)/.test(entry.parentPath))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/').replace(/\.ts$/, '.js'));
  mkdirSync(folder, { recursive: true });
  const standIn = join(folder, 'main-entry.ts');
  writeFileSync(standIn, files.sort().map((file) => `export * from '${file}';\n`).join(''));
  return standIn;
}

/** Compiles `files` (absolute paths) together, with the library's own settings; `paths` adds names for entries. */
export function compile(name: string, files: readonly string[], options: Readonly<Record<string, unknown>> = {}): Compiled {
  mkdirSync(folder, { recursive: true });
  const project = join(folder, `${name}.json`);
  const main = mainEntry();
  const entries = existsSync(join(root, 'src/index.ts')) ? { 'sluice/*': [join(root, 'src/*.ts')] } : {};
  writeFileSync(project, JSON.stringify({
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { rootDir: root, noEmit: true, declaration: false, isolatedDeclarations: false, paths: { sluice: [main], ...entries }, ...options },
    include: [],
    files,
  }));
  const { stdout, stderr } = spawnSync(process.execPath, [binary('typescript', 'tsc'), '-p', project, '--extendedDiagnostics', '--pretty', 'false'], { encoding: 'utf8', cwd: root });
  const figure = (title: string): number => Number(new RegExp(`^${title}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1] ?? Number.NaN);
  if (Number.isNaN(figure('Instantiations'))) throw new Error(`tsc gave no statistics:\n${stdout}${stderr}`);
  return { errors: stdout.split('\n').filter((line) => /^\S.*error TS\d+/.test(line)), instantiations: figure('Instantiations'), checkSeconds: figure('Check time') };
}

/** Absolute paths of the files under test/types that must compile. */
export function typeFiles(): string[] {
  const at = join(root, 'test/types');
  return readdirSync(at).filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^compile\.ts$/.test(file)).map((file) => join(at, file));
}

/** Text of a repository file. */
export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');
