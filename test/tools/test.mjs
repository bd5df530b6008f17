// `npm test`: everything, from a bare clone. Phases that compute run side by side, in as many lanes as there are cores
// for; then, one after the other, those that measure, and that hear and play sound in real time, which share the
// machine with nobody.
// Each streams its output, with its name before a line where several do; the last line sums them up.
//   npm test -- --only=node,edge    runs some phases (check, node, edge, portable, pack, e2e, heap, chromium, aloud)
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { binary, ensureInstalled, root, run, ToolError } from './install.mjs';

const outputs = join(root, 'test/.output');
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = [];
const times = [];

/** A step that passes or fails as one; gives whether it passed. */
async function step(name, body) {
  try {
    await body();
    total.passed += 1;
    return true;
  } catch (error) {
    total.failed += 1;
    failures.push(`${name}: ${error.message}`);
    console.error(error instanceof ToolError ? error.message : error);
    return false;
  }
}

const tsc = (name, project) => step(name, async () => {
  const code = await run(binary('typescript', 'tsc'), ['-p', join(root, project), '--noEmit'], { label: 'check' });
  if (code !== 0) throw new ToolError(`tsc -p ${project} ended with code ${code}.`);
});

/** A run of a vitest project, counted test by test from its report. */
async function vitest(name) {
  const report = join(outputs, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(binary('vitest'), ['run', '--project', name, ...reporters], { label: name });
  if (!existsSync(report)) {
    total.failed += 1;
    failures.push(`${name}: vitest ended with code ${code} and no report`);
    return;
  }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  let failed = 0;
  for (const file of testResults) {
    const path = file.name.replace(root, '');
    // A file that could not be loaded has no tests of its own; it counts as one failure.
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
      failed += 1;
      failures.push(`${path}: ${(file.message ?? 'failed to load').split('\n')[0]}`);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') total.passed += 1;
      else if (test.status === 'failed') {
        failed += 1;
        failures.push(`${path}: ${test.fullName}`);
      } else {
        total.skipped += 1;
        skips.push(`${path}: ${test.fullName}${test.meta?.skipReason === undefined ? '' : ` (${test.meta.skipReason})`}`);
      }
    }
  }
  total.failed += failed;
  if (code !== 0 && failed === 0) {
    total.failed += 1;
    failures.push(`${name}: vitest ended with code ${code} (an unhandled error; see above)`);
  }
}

const phases = {
  check: async () => {
    await tsc('types of src', 'tsconfig.json');
    if (existsSync(join(root, 'test/tsconfig.json'))) await tsc('types of test', 'test/tsconfig.json');
    if (existsSync(join(root, 'web/tsconfig.json'))) await tsc('types of web', 'web/tsconfig.json');
  },
  node: () => vitest('node'),
  edge: () => vitest('edge'),
  portable: () => vitest('portable'),
  pack: async () => {
    if (await built()) await vitest('pack');
  },
  e2e: async () => {
    if (await built()) await vitest('e2e');
  },
  heap: () => vitest('heap'),
  chromium: () => vitest('chromium'),
  aloud: async () => {
    if (await built()) await vitest('aloud');
  },
};

/** The package and the pages, which the tests of both take as they find them; built once. */
let building;
const built = () => (building ??= step('build', async () => {
  await (await import('./build.mjs')).buildPackage();
  await (await import('./web.mjs')).buildWeb();
}));

// Lanes of about the same length. Of what is in them nothing is measured against a clock.
const LANES = [['check', 'node', 'e2e'], ['edge', 'portable', 'pack']];

async function timed(name) {
  const begun = performance.now();
  await phases[name]();
  times.push(`${name} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

async function all() {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  const names = only === undefined ? Object.keys(phases) : only.split(',');
  const unknown = names.filter((name) => !(name in phases));
  if (unknown.length > 0) throw new ToolError(`There is no phase ${unknown.join(', ')}; there are ${Object.keys(phases).join(', ')}.`);
  ensureInstalled();
  mkdirSync(outputs, { recursive: true });
  const { findBrowser } = await import('./browser.mjs');
  process.env.CHROME_PATH = await findBrowser();
  if (!(await step('generate', async () => (await import('./generate.mjs')).generate()))) return;
  const inOrder = async (lane) => {
    for (const name of lane) if (names.includes(name)) await timed(name);
  };
  if (availableParallelism() > 1) await Promise.all(LANES.map(inOrder));
  else await inOrder(LANES.flat());
  await inOrder(names.filter((name) => !LANES.flat().includes(name)));
}

const begun = performance.now();
try {
  await all();
} catch (error) {
  total.failed += 1;
  failures.push(error.message);
  if (!(error instanceof ToolError)) console.error(error);
}
console.log(`\n${times.join(', ')}; in all ${((performance.now() - begun) / 1000).toFixed(0)} s`);
for (const skip of skips) console.log(`skipped  ${skip}`);
for (const failure of failures) console.log(`FAILED   ${failure}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
