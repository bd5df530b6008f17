// Builds the pages of web/ into dist-web, when anything they are made of is newer than the last build.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate, newest } from './generate.mjs';
import { root, ToolError } from './install.mjs';

export const webFolder = join(root, 'dist-web');
const stamp = join(root, 'node_modules/.cache/sluice/web.stamp');

/** Builds the pages if needed; returns their folder. */
export async function buildWeb({ force = false } = {}) {
  await generate();
  if (!existsSync(join(root, 'web/index.html'))) throw new ToolError('web/index.html does not exist: there is no page to build.');
  const sources = ['web', 'src', 'vite.config.ts', 'package-lock.json', 'test/tools/pages.mjs'].map((name) => newest(join(root, name)));
  if (!force && existsSync(webFolder) && existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(...sources)) return webFolder;
  console.log('Building the pages …');
  const { build } = await import('vite');
  await build({ root: join(root, 'web'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(stamp, '');
  return webFolder;
}
