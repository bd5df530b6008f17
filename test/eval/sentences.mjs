// Scores the sentence splitter beside Intl.Segmenter and two simple rules, on texts with marked boundaries.
//
//   node test/eval/sentences.mjs [suite.json] [--wrong]      --wrong also prints each text that was cut otherwise
//
// Exits with 1 when a bar is missed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { root } from '../tools/generate.mjs';

const suite = process.argv.slice(2).find((word) => word.endsWith('.json')) ?? join(root, 'test/fixtures/sentences/mixed.json');
const { texts } = JSON.parse(readFileSync(suite, 'utf8'));
const { module } = await runnerImport(join(root, 'test/eval/sentence-scores.ts'), { configFile: false, root, logLevel: 'error' });
const { score, ours, segmenter, markThenSpace, markOrLine } = module;

for (const [name, split] of [['sluice', ours], ['Intl.Segmenter', segmenter], ['mark, then space', markThenSpace], ['marks of all scripts, lines', markOrLine]]) {
  const { exact, precision, recall, wrong } = score(texts, split);
  const bar = split === ours ? `   bar 90 % exact, precision ≥ 0.97: ${exact >= 0.9 * texts.length && precision >= 0.97 ? 'reached' : 'MISSED'}` : '';
  console.log(`  ${name.padEnd(28)} exact ${exact}/${texts.length}   precision ${precision.toFixed(3)}   recall ${recall.toFixed(3)}${bar}`);
  if (split !== ours) continue;
  if (bar.endsWith('MISSED')) process.exitCode = 1;
  if (process.argv.includes('--wrong')) for (const { marked, got } of wrong) console.log(`    ${JSON.stringify(marked)}\n  → ${JSON.stringify(got)}`);
}
