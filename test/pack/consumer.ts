// Apps outside this repository that use the package as `npm pack` gives it. Nothing is fetched: the tarball is
// unpacked into the app's node_modules, and the package's own dependencies are copied from ours.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../tools/build.mjs';
import { npm } from '../tools/install.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
// Outside the repository, so that nothing of it (modules, a tsconfig with paths) is found by climbing up.
const output = mkdtempSync(join(tmpdir(), 'sluice-pack-'));
process.once('exit', () => rmSync(output, { recursive: true, force: true }));

/** The manifest, as far as the tests read it. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly budgets?: Readonly<Record<string, number>>;
}
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

let unpacked: Promise<string> | undefined;

/** The unpacked tarball of a fresh build. */
export function packed(): Promise<string> {
  return (unpacked ??= (async () => {
    await buildPackage();
    const folder = join(output, 'tarball');
    mkdirSync(folder, { recursive: true });
    const { status, stdout, stderr } = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error(`npm pack made no tarball: ${stdout}`);
    const untar = spawnSync('tar', ['-xzf', tarball], { cwd: folder, encoding: 'utf8' });
    if (untar.status !== 0) throw new Error(`tar failed: ${untar.stderr}`);
    return join(folder, 'package');
  })());
}

/** Makes a fresh app with the package installed and the given files; returns its folder. */
export async function app(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(output, name);
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(await packed(), join(modules, 'sluice'), { recursive: true });
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (!existsSync(join(root, 'node_modules', dependency))) throw new Error(`${dependency} is not installed.`);
    cpSync(join(root, 'node_modules', dependency), join(modules, dependency), { recursive: true, dereference: true });
  }
  for (const [path, text] of Object.entries({ 'package.json': '{ "name": "app", "private": true, "type": "module" }\n', 'scenario.js': scenario, 'browser-scenario.js': browserScenario, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What every app does: one guard check, and a pipeline of two stages. */
export const scenario = `
import { GuardrailStage, PIIDetector, Pipeline, runSimplePipeline, StageKind, StageOutput } from 'sluice';

export async function scenario() {
  const { transformedContent } = new PIIDetector({ redact: true }).check('Call me at 555-123-4567');
  const pipeline = new Pipeline()
    .withStage('guard', new GuardrailStage([new PIIDetector({ redact: true })]), StageKind.GUARD)
    .withStage('shout', (ctx) => StageOutput.ok({ text: ctx.inputs.userText.toUpperCase() }), StageKind.TRANSFORM, { dependencies: ['guard'] });
  const { success, stages, error } = await runSimplePipeline(pipeline, 'Mail me@test.com');
  return { redacted: transformedContent, success, error: error ?? null, text: stages.shout?.text };
}
`;

/** What apps in a browser do besides: scan in the worker, listen and play through the worklets. */
export const browserScenario = `
import { connectWorkers, createMicrophone, createSpeaker } from 'sluice/browser';
import { createScanner } from 'sluice/guardrails';

export async function browserScenario() {
  const workers = connectWorkers();
  const scanner = createScanner([{ id: 'digits', pattern: '[0-9]{3}' }], { far: workers.scan });
  const far = (await scanner.scanAsync('Call 555 now', { placement: 'far' })).map(({ id, start, end }) => [id, start, end]);
  const speaker = createSpeaker();
  await speaker.start();
  const microphone = createMicrophone({ workers });
  await microphone.start();
  const states = [speaker.state, microphone.state];
  await microphone.close();
  await speaker.close();
  await workers.close();
  return { far, states };
}
`;

/** What the browser's part gives. */
export const expectedInBrowser = { far: [['digits', 5, 8]], states: ['ready', 'listening'] };

/** What the scenario gives everywhere. */
export const expected = { redacted: 'Call me at ***-***-****', success: true, error: null, text: 'MAIL ME@***.COM' };

/** Runs Node in an app; returns its output, throws with what it printed when it fails. */
export function node(folder: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', VITEST: undefined } as NodeJS.ProcessEnv });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
