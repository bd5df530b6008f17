// `npm run eval`: scores on labelled data and recordings: test/eval/*.mjs, one process each, after a build.
//   npm run eval -- pii voice          only files whose name contains one of the words
// Such a file imports the library from dist, prints its scores with `figure` of test/bench/harness.mjs, and exits
// with a code other than 0 when it could not measure.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, main, root, run, ToolError } from './install.mjs';

const folder = join(root, 'test/eval');
const peers = join(root, 'test/bench');

await main(async () => {
  ensureInstalled();
  const words = process.argv.slice(2);
  const files = readdirSync(folder).map(String)
    .filter((name) => name.endsWith('.mjs'))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort();
  if (files.length === 0) throw new ToolError(words.length === 0 ? 'There is no test/eval/*.mjs.' : `No evaluation matches ${words.join(' ')}.`);
  if (existsSync(join(peers, 'package-lock.json'))) ensureInstalled(peers);
  const { buildPackage } = await import('./build.mjs');
  await buildPackage({ lenient: true });
  const broken = [];
  for (const name of files) {
    console.log(`\n══ ${name} ${'═'.repeat(Math.max(0, 70 - name.length))}`);
    if (await run(join(folder, name)) !== 0) broken.push(name);
  }
  if (broken.length > 0) throw new ToolError(`These ended with an error: ${broken.join(', ')}.`);
});
