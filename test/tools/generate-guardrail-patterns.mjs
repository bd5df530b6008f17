// Writes src/guardrails/built-in.generated.ts: the patterns of the built-in checks, compiled. `npm run generate` runs it.
//   node test/tools/generate-guardrail-patterns.mjs --check      only says whether the file is up to date
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const builtInFile = `${root}/src/guardrails/built-in.generated.ts`;

/** What the file must hold. */
export async function builtInSource() {
  const bundle = await build({ entryPoints: [`${root}/src/guardrails/built-in-sources.ts`], bundle: true, format: 'esm', platform: 'node', write: false, logLevel: 'error' });
  const { BUILT_IN_SOURCES, packBuiltIn } = await import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString('base64')}`);
  const parts = Object.entries(BUILT_IN_SOURCES).map(([check, sources]) => {
    const name = check.toUpperCase();
    const packed = packBuiltIn(sources);
    const version = createHash('sha256').update(JSON.stringify(sources)).digest('hex').slice(0, 16);
    return `/** The patterns of \`${check}\`, and a digest of their sources. */\nexport const ${name}_PACKED: string =\n  '${packed}';\nexport const ${name}_VERSION: string = '${check}.${version}';\n`;
  });
  return `/** The patterns of the built-in checks, compiled from their sources (built-in-sources.ts) by \`npm run generate\`; not to be edited. */\n${parts.join('')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = await builtInSource();
  const isFresh = existsSync(builtInFile) && readFileSync(builtInFile, 'utf8') === wanted;
  if (process.argv.includes('--check')) {
    if (!isFresh) {
      console.error('src/guardrails/built-in.generated.ts is not what the patterns compile to. Run `npm run generate`.');
      process.exit(1);
    }
  } else if (!isFresh) writeFileSync(builtInFile, wanted);
}
