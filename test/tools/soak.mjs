// `npm run soak`: the long tests with full counts (test/tools/scale.ts), on a new seed that is printed.
//   npm run soak                       test/soak, then the suites of every realm and of the built pages with full counts
//   npm run soak -- test/stream        only those files
//   SLUICE_SEED=123 npm run soak       repeats a run
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { binary, ensureInstalled, main, root, run } from './install.mjs';

await main(async () => {
  ensureInstalled();
  const { generate } = await import('./generate.mjs');
  await generate();
  const { buildPackage } = await import('./build.mjs');
  await buildPackage();
  const { buildWeb } = await import('./web.mjs');
  if (existsSync(join(root, 'web/index.html'))) await buildWeb();
  const { findBrowser } = await import('./browser.mjs');
  const seed = process.env.SLUICE_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
  const env = { CHROME_PATH: await findBrowser(), SLUICE_SOAK: '1', SLUICE_SEED: seed };
  console.log(`Seed ${seed}: SLUICE_SEED=${seed} npm run soak${process.argv.slice(2).map((word) => ` ${word}`).join('')} repeats this run.`);
  const folder = join(root, 'test/soak');
  const own = existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.test.ts'));
  const words = process.argv.slice(2);
  for (const project of [...(own ? ['soak'] : []), 'node', 'heap', 'edge', 'portable', 'chromium', 'e2e']) {
    const code = await run(binary('vitest'), ['run', '--project', project, '--passWithNoTests', ...words], { env, nodeArgs: ['--expose-gc'] });
    if (code !== 0) process.exitCode = 1;
  }
  console.log(`Seed ${seed}`);
});
