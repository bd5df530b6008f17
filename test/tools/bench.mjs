// `npm run bench`: builds the package, installs the peers, and runs test/bench/*.bench.mjs one after the other.
//   npm run bench -- stream runner     only files whose name contains one of the words
//   npm run bench -- --no-peers        without installing them (their bars are then "not measured")
// A bench file is described in test/bench/harness.mjs. Results: test/.output/bench.jsonl. Bars that were missed are
// listed at the end and make the exit code 1.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, main, root, run, ToolError } from './install.mjs';

const folder = join(root, 'test/bench');

await main(async () => {
  const { values, positionals: words } = parseArgs({ allowPositionals: true, options: { 'no-peers': { type: 'boolean', default: false } } });
  ensureInstalled();
  const files = readdirSync(folder, { recursive: true }).map(String)
    .filter((name) => name.endsWith('.bench.mjs') && !name.includes('node_modules'))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort();
  if (files.length === 0) throw new ToolError(`No bench file matches ${words.join(' ')}.`);
  if (!values['no-peers'] && existsSync(join(folder, 'package-lock.json'))) ensureInstalled(folder);
  const { buildPackage } = await import('./build.mjs');
  await buildPackage({ lenient: true });
  const { measureSizes, printSizes } = await import('./sizes.mjs');
  printSizes(await measureSizes());
  const { findBrowser } = await import('./browser.mjs');
  const env = { CHROME_PATH: await findBrowser(), SLUICE_BENCH_OUT: join(root, 'test/.output/bench.jsonl') };
  mkdirSync(join(root, 'test/.output'), { recursive: true });
  rmSync(env.SLUICE_BENCH_OUT, { force: true });
  const broken = [];
  for (const name of files) {
    console.log(`\n══ ${name} ${'═'.repeat(Math.max(0, 70 - name.length))}`);
    if (await run(join(folder, name), [], { env }) !== 0) broken.push(name);
  }
  const results = existsSync(env.SLUICE_BENCH_OUT) ? readFileSync(env.SLUICE_BENCH_OUT, 'utf8').trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line)) : [];
  const bars = results.flatMap((result) => (result.kind === 'compare' ? result.bars.map((bar) => ({ ...bar, title: `${result.title}: ${bar.of} / ${bar.over}` })) : [result]));
  const asked = bars.filter((bar) => bar.reached !== undefined);
  const missed = asked.filter((bar) => !bar.reached);
  console.log(`\n${asked.length - missed.length} of ${asked.length} bars reached`);
  for (const bar of missed) console.log(`MISSED   ${bar.title}`);
  if (broken.length > 0) throw new ToolError(`These ended with an error: ${broken.join(', ')}.`);
  if (missed.length > 0) process.exitCode = 1;
});
