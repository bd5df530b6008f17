// `npm run runtimes`: the packed package in Node, Deno and Bun: a guard, a pipeline of two stages, and `respond` behind
// each runtime's own server, with memory, server-sent events, tokens and, where the runtime upgrades requests, a WebSocket.
// A runtime on the PATH is taken, else the one of test/runtimes/package.json, which is installed for this; one that
// cannot be had is named with the reason.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ensureInstalled, main, npm, root, ToolError } from './install.mjs';

const folder = join(root, 'test/runtimes');
const expected = { redacted: 'Call me at ***-***-****', success: true, text: 'MAIL ME@***.COM', first: 'turn0', events: ['turn', '1'], refused: 401, allowed: 200 };
const RUNTIMES = {
  node: { places: [process.execPath], args: [], sockets: false },
  deno: { places: ['deno', binaries('@deno', /^deno(\.exe)?$/)], args: ['run', '--allow-net', '--allow-read', '--node-modules-dir=manual'], sockets: true },
  bun: { places: ['bun', binaries('bun', /^bun\.exe$/), binaries('@oven', /^bun(\.exe)?$/)], args: ['run'], sockets: true },
};

/** Files of a package or scope under test/runtimes that look like its program; npm need not run its install script. */
function binaries(name, file) {
  const at = join(folder, 'node_modules', name);
  return () => (existsSync(at) ? readdirSync(at, { recursive: true }).map(String).filter((path) => file.test(path.split(/[\\/]/).at(-1) ?? '')).map((path) => join(at, path)) : []);
}

/** The first program that starts. */
function find({ places }) {
  for (const place of places.flatMap((one) => (typeof one === 'function' ? one() : [one]))) {
    const { status, stdout } = spawnSync(place, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { program: place, version: stdout.split('\n')[0] };
  }
  return undefined;
}

await main(async () => {
  ensureInstalled();
  const missing = () => Object.values(RUNTIMES).some((runtime) => find(runtime) === undefined);
  if (missing()) {
    const { status } = npm(['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
    if (status !== 0) console.log(`npm ci in test/runtimes ended with ${status}; going on with what there is.`);
  }
  const { buildPackage } = await import('./build.mjs');
  await buildPackage();
  const work = mkdtempSync(join(tmpdir(), 'sluice-runtimes-'));
  try {
    const modules = join(work, 'node_modules');
    mkdirSync(modules);
    const packed = npm(['pack', '--ignore-scripts', '--pack-destination', work], { encoding: 'utf8' });
    if (packed.status !== 0) throw new ToolError(`npm pack failed: ${packed.stderr}`);
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (spawnSync('tar', ['-xzf', tarball], { cwd: work }).status !== 0) throw new ToolError('tar could not unpack the package.');
    cpSync(join(work, 'package'), join(modules, 'sluice'), { recursive: true });
    for (const name of Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)) cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
    writeFileSync(join(work, 'package.json'), '{ "name": "app", "private": true, "type": "module" }\n');
    cpSync(join(folder, 'scenario.mjs'), join(work, 'scenario.mjs'));
    const failed = [];
    for (const [name, runtime] of Object.entries(RUNTIMES)) {
      const found = find(runtime);
      if (found === undefined) {
        console.log(`${name.padEnd(5)} not tried: it is not on the PATH, and its package has no program for ${process.platform}-${process.arch} here`);
        continue;
      }
      const { status, stdout, stderr } = spawnSync(found.program, [...runtime.args, 'scenario.mjs'], { cwd: work, encoding: 'utf8', timeout: 60_000 });
      const wanted = { ...expected, socket: runtime.sockets ? 'turn 0' : null };
      const line = stdout.trim().split('\n').at(-1) ?? '';
      const ok = status === 0 && isDeepStrictEqual(JSON.parse(line), wanted);
      console.log(`${name.padEnd(5)} ${ok ? 'ok' : 'FAILED'}  (${found.version})`);
      if (!ok) failed.push(`${name} gave ${line}\n${stderr}`);
    }
    if (failed.length > 0) throw new ToolError(failed.join('\n'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});
