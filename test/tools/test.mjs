// `npm test`: everything, from a bare clone. Phases run one after the other, because latency tests share two cores
// with nobody; each streams its output; the last line sums them up.
//   npm test -- --only=node,edge    runs some phases (check, node, edge, chromium, pack, e2e)
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
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
  const code = await run(binary('typescript', 'tsc'), ['-p', join(root, project), '--noEmit']);
  if (code !== 0) throw new ToolError(`tsc -p ${project} ended with code ${code}.`);
});

/** A run of vitest projects, counted test by test from its report. */
async function vitest(name, projects, env = {}) {
  const report = join(outputs, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(binary('vitest'), ['run', ...projects.flatMap((project) => ['--project', project]), ...reporters], { env });
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
    await step('generate', async () => (await import('./generate.mjs')).generate());
    await tsc('types of src', 'tsconfig.json');
    if (existsSync(join(root, 'test/tsconfig.json'))) await tsc('types of test', 'test/tsconfig.json');
    if (existsSync(join(root, 'web/tsconfig.json'))) await tsc('types of web', 'web/tsconfig.json');
  },
  node: async () => {
    await vitest('node', ['node']);
    await vitest('heap', ['heap']);
  },
  edge: () => vitest('edge', ['edge']),
  chromium: async () => {
    await vitest('portable', ['portable']);
    await vitest('chromium', ['chromium']);
  },
  pack: async () => {
    if (await step('build', async () => (await import('./build.mjs')).buildPackage())) await vitest('pack', ['pack']);
  },
  e2e: async () => {
    if (await step('pages', async () => (await import('./web.mjs')).buildWeb())) await vitest('e2e', ['e2e']);
  },
};

async function all() {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  const names = only === undefined ? Object.keys(phases) : only.split(',');
  const unknown = names.filter((name) => !(name in phases));
  if (unknown.length > 0) throw new ToolError(`There is no phase ${unknown.join(', ')}; there are ${Object.keys(phases).join(', ')}.`);
  ensureInstalled();
  mkdirSync(outputs, { recursive: true });
  const { findBrowser } = await import('./browser.mjs');
  process.env.CHROME_PATH = await findBrowser();
  for (const name of names) {
    console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}`);
    const begun = performance.now();
    await phases[name]();
    times.push(`${name} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }
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
