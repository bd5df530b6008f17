// Writes src/guardrails/lexicon-exceptions.generated.ts: ordinary words and names in which a stem of the content
// filter's lexicon stands by chance, or which are a lexicon word with a letter doubled.
//
//   node test/tools/generate-guardrail-exceptions.mjs [word list]      one word per line; default /usr/share/dict/american-english (SCOWL)
//
// The filter is asked about every word of the list with an empty exception set. What it flags is an exception when
// the word is a name (upper case in the list), or when no stem of the lexicon stands at its beginning as it is
// written: `saltwater` is, `bitchier` is not. Words that the list lacks stand below.
import { build } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = `${root}/src/guardrails/lexicon-exceptions.generated.ts`;
const list = process.argv[2] ?? '/usr/share/dict/american-english';

// Names and loan words that word lists leave out.
const FURTHER = `
  scunthorpe penistone clitheroe lightwater shitterton scunthorpes
  shiitake shitake mishit mishits snigger sniggers sniggered sniggering niggle niggles niggled niggling niggard niggards niggardly niggardliness
  akshita akshit harshit harshita ishita nishit nishita rakshit dikshit dikshita parikshit mohshit shital shitij shitala kshitij sushit sushita krishitha
  matsushita yamashita takeshita kinoshita morishita miyashita kishita oshita hashita yoshitaka yoshitomo yoshitsune hitoshitaka fujishita iwashita
  fukushima fukuda fukui fukuhara fukumoto fukutake fukunaga fukuro
  atwater bathwater backwater meltwater saltwater sweatwear heatwave boatwatch coatwarmer wristwatch smartwatch nightwatch
`;

const lexicon = await load(`
  export { ContentFilter } from './src/guardrails/content-filter.ts';
  export { LEXICON } from './src/guardrails/lexicon.ts';
  export { Reading } from './src/guardrails/reading.ts';
  export { sharedScanner } from './src/guardrails/shared-scanner.ts';
`);
const filter = new lexicon.ContentFilter();
const scanner = lexicon.sharedScanner(filter.rules);
const beginnings = lexicon.LEXICON.flatMap(({ stems }) => stems);
const exact = new Set(lexicon.LEXICON.flatMap(({ words }) => words));
const flagged = (word) => filter.find(lexicon.Reading.of(word, scanner)).length > 0;

const exceptions = new Set();
for (const entry of [...readFileSync(list, 'utf8').split('\n'), ...FURTHER.split(/\s+/).map((word) => `=${word}`)]) {
  const further = entry.startsWith('=');
  const written = further ? entry.slice(1) : entry;
  const word = written.toLowerCase();
  if (!/^[a-z]+$/.test(word) || exact.has(word) || !flagged(word)) continue;
  const isName = written !== word;
  if (further || isName || !beginnings.some((beginning) => word.startsWith(beginning))) exceptions.add(word);
}
const sorted = [...exceptions].sort();
writeFileSync(target, `/** Ordinary words and names in which a stem of the lexicon stands by chance. Written by test/tools/generate-guardrail-exceptions.mjs. */
export const STEM_EXCEPTIONS: string =
  '${sorted.join(' ')}';
`);
console.log(`${sorted.length} exceptions`);

/** The sources as a module, with an empty exception set. */
async function load(source) {
  const bundle = await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    bundle: true, format: 'esm', platform: 'node', write: false, logLevel: 'error',
    plugins: [{ name: 'no-exceptions', setup: ({ onLoad }) => onLoad({ filter: /lexicon-exceptions\.generated\.ts$/ }, () => ({ contents: "export const STEM_EXCEPTIONS = '';", loader: 'ts' })) }],
  });
  return import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString('base64')}`);
}
