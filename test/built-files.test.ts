// What benches, evaluations and tools load from dist is there, under the names that they take.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtFiles, exportedNames } from './architecture/built-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const scripts = ['test/bench', 'test/eval', 'test/tools', 'web']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.m?js$/.test(entry.name) && !/node_modules|[\\/]dist\b/.test(entry.parentPath))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

describe('scripts that run what was built', () => {
  const loaded = scripts.flatMap((script) => builtFiles(script, readFileSync(join(root, script), 'utf8')).map((file) => ({ script, ...file })));

  it('load files that have a source', () => {
    expect(loaded.length).toBeGreaterThan(80);
    expect(new Set(loaded.map(({ script }) => script)).size).toBeGreaterThan(15);
    expect(loaded.filter(({ path }) => !existsSync(join(root, 'src', `${path}.ts`))).map(({ script, path }) => `${script}: ${path}`)).toEqual([]);
  });

  it('take names that the source exports', () => {
    const missing = loaded.filter(({ path }) => existsSync(join(root, 'src', `${path}.ts`))).flatMap(({ script, path, names }) => {
      const exported = exportedNames(`${path}.ts`, readFileSync(join(root, 'src', `${path}.ts`), 'utf8'));
      return exported.has('*') ? [] : names.filter((name) => !exported.has(name)).map((name) => `${script}: ${name} of ${path}`);
    });
    expect(missing).toEqual([]);
  });
});

it('sees every way in which a script loads a built file', () => {
  const text = "import { a as x } from '#dist/one.js';\nconst { b, c: y } = await import('../../dist/two/two.js');\nconst [{ d }, e] = await Promise.all([lib('three.js'), import(`${dist}four.js`)]);\nawait lib('five.js');\nimport(`${peers}six.js`);\n";
  expect(builtFiles('a.mjs', text)).toEqual([{ path: 'one', names: ['a'] }, { path: 'two/two', names: ['b', 'c'] }, { path: 'three', names: ['d'] }, { path: 'four', names: [] }, { path: 'five', names: [] }]);
  expect([...exportedNames('a.ts', "export const a = 1, b = 2;\nexport class C {}\nexport { d as e } from './d.js';\nexport type F = string;\nexport * from './g.js';\n")]).toEqual(['a', 'b', 'C', 'e', 'F', '*']);
});
