// What every script does first: checks the Node version and brings node_modules to the lockfile's state.
// Nothing here may import a package, because on a bare clone there is none.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A failure that the reader can mend: printed without a stack. */
export class ToolError extends Error {}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new ToolError(`sluice needs Node 20.19 or later; this is ${process.versions.node} (${process.execPath}).`);
  }
}

/**
 * Whether `folder`'s node_modules is what its lockfile says. Timestamps say nothing after a clone or a pull, so this
 * compares versions with the copy of the lockfile that npm keeps, and looks for each package's folder. Optional
 * packages of packages depend on the platform and are npm's business; one of the project's own may be missing because
 * it cannot be built here, which the stamp of an `npm ci` of this same lockfile tells.
 */
export function isInstalled(folder = root) {
  const presentFile = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(presentFile)) return false;
  const text = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const { '': project = {}, ...wanted } = JSON.parse(text).packages;
  const present = JSON.parse(readFileSync(presentFile, 'utf8')).packages;
  const own = new Set(stampOf(folder) === digest(text) ? [] : Object.keys(project.optionalDependencies ?? {}).map((name) => `node_modules/${name}`));
  return Object.entries(wanted).every(([path, entry]) =>
    entry.link === true || (entry.optional === true && !own.has(path)) || (present[path]?.version === entry.version && existsSync(join(folder, path))));
}

const digest = (text) => createHash('sha256').update(text).digest('hex');
const stampFile = (folder) => join(folder, 'node_modules/.cache/sluice/lockfile.sha256');
const stampOf = (folder) => (existsSync(stampFile(folder)) ? readFileSync(stampFile(folder), 'utf8') : undefined);

/** Notes that `npm ci` was done for the lockfile as it is now; it goes away with node_modules. */
export function stampInstalled(folder = root) {
  mkdirSync(dirname(stampFile(folder)), { recursive: true });
  writeFileSync(stampFile(folder), digest(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
}

/** Runs `npm ci` when node_modules is missing or not what the lockfile says. */
export function ensureInstalled(folder = root) {
  checkNode();
  if (isInstalled(folder)) return;
  console.log(folder === root ? 'Installing the locked dependencies (npm ci) …' : `Installing ${folder} (npm ci) …`);
  const { status } = npm(['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new ToolError(`npm ci failed (exit code ${status}). Check the network or the registry setting (npm config get registry) and try again.`);
  stampInstalled(folder);
}

/** npm, synchronously; the one that started this script where there is one. */
export function npm(args, options = {}) {
  const self = process.env.npm_execpath;
  return self !== undefined && self.endsWith('.js')
    ? spawnSync(process.execPath, [self, ...args], { cwd: root, ...options })
    : spawnSync('npm', args, { cwd: root, shell: process.platform === 'win32', ...options });
}

/** The JavaScript file behind an installed package's command, so that no shell or shim is in between. */
export function binary(name, command = name) {
  const folder = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** Starts a Node program; resolves with its exit code. Killed with this process. Its output is this one's, each line with `label` before it where one is given. */
export function run(file, args = [], { env = {}, nodeArgs = [], cwd = root, label } = {}) {
  return new Promise((resolve, reject) => {
    const colours = label !== undefined && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(process.execPath, [...nodeArgs, file, ...args], { cwd, stdio: label === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...colours, ...env } });
    const stop = () => child.kill();
    process.once('exit', stop);
    for (const name of label === undefined ? [] : ['stdout', 'stderr']) createInterface(child[name]).on('line', (line) => process[name].write(`${label} │ ${line}\n`));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', stop);
      resolve(signal === null ? code : 1);
    });
  });
}

/** Runs a script's main function; prints a ToolError as one message and sets the exit code. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof ToolError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
