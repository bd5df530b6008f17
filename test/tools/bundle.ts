// Bundles a fixture with the library's sources into one module, for pages and workers that tests start.
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

/** The code of `entry` (relative to test/fixtures) as one ES module. */
export async function bundle(entry: string, external: readonly string[] = []): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2022', lib: { entry: fileURLToPath(new URL(`../fixtures/${entry}`, import.meta.url)), formats: ['es'], fileName: 'module' }, rolldownOptions: { external: [...external] } },
  })) as Rolldown.RolldownOutput[];
  const code = result[0]?.output[0].code;
  if (code === undefined) throw new Error(`${entry} gave no code.`);
  return code;
}
