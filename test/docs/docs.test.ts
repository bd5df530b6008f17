// Every piece of code that a document shows compiles as a user would compile it, and runs.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSource } from '../architecture/source.js';
import type { Node } from '../architecture/source.js';
import { compile, mainEntry } from '../types/compile.js';
import type { Compiled } from '../types/compile.js';
import { allSnippets, examples, expectedPrints, moduleOf, pointed, root } from './snippets.js';

const folder = join(root, 'test/.output/docs');
const snippets = allSnippets();
const fileOf = (at: string): string => `${at.replace(/[^a-z0-9]+/gi, '-')}.ts`;

/** Public entries: `sluice/x` → its source. */
function publicEntries(): Map<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string | Record<string, string>> };
  const entries = new Map([['sluice', mainEntry()]]);
  for (const [entry, target] of Object.entries(exports)) {
    const file = join(root, (typeof target === 'string' ? target : target.default ?? '').replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
    if (entry !== '.' && existsSync(file)) entries.set(`sluice${entry.slice(1)}`, file);
  }
  return entries;
}

/** Exported names and the entry to import each from; the main entry wins. */
function publicNames(entries: ReadonlyMap<string, string>): Map<string, string> {
  const names = new Map<string, string>();
  for (const [entry, file] of entries) {
    if (!file.endsWith('.ts')) continue;
    const sources = /export \* from/.test(readFileSync(file, 'utf8'))
      ? readSource(file, readFileSync(file, 'utf8')).imports.map(({ specifier }) => join(file, '..', specifier.replace(/\.js$/, '.ts')))
      : [file];
    for (const source of sources) {
      for (const statement of readSource(source, readFileSync(source, 'utf8')).program.body as Node[]) {
        if (statement.type !== 'ExportNamedDeclaration') continue;
        const declaration = statement.declaration as Node | null;
        const list = declaration === null
          ? (statement.specifiers as Node[]).map((one) => one.exported as Node)
          : declaration.type === 'VariableDeclaration' ? (declaration.declarations as Node[]).map((one) => one.id as Node) : [declaration.id as Node];
        for (const { name } of list) if (!names.has(String(name))) names.set(String(name), entry);
      }
    }
  }
  return names;
}

const entries = publicEntries();
const names = publicNames(entries);
const needsBrowser = (code: string): boolean => readSource('snippet.ts', code).freeNames.some(({ name }) => names.get(name) === 'sluice/browser');

describe('code in the documents', () => {
  let compiled: Compiled;
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'given.ts'), pointed(readFileSync(join(root, 'test/docs/given.ts'), 'utf8'), folder, entries));
    const files = snippets.map((snippet) => {
      const file = join(folder, fileOf(snippet.at));
      writeFileSync(file, moduleOf(snippet, folder, entries, names));
      return file;
    });
    if (files.length > 0) compiled = compile('docs', files, { noUnusedLocals: false });
  }, 120_000);
  afterEach(() => vi.restoreAllMocks());

  it('is found', () => {
    expect(snippets.length).toBeGreaterThan(0);
  });

  for (const snippet of snippets) {
    it(`${snippet.at}: compiles`, () => {
      expect(compiled.errors.filter((error) => error.startsWith(`test/.output/docs/${fileOf(snippet.at)}(`))).toEqual([]);
    });
    if (!snippet.run || needsBrowser(snippet.code)) continue;
    it(`${snippet.at}: runs${expectedPrints(snippet).length > 0 ? ' and prints what it says' : ''}`, async () => {
      const printed: string[] = [];
      vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
        printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: 6 }))).join(' '));
      });
      await import(pathToFileURL(join(folder, fileOf(snippet.at))).href);
      const expected = expectedPrints(snippet);
      if (expected.length > 0) expect(printed).toEqual(expected);
    }, 60_000); // the first one loads the whole library
  }
});

describe('finding it', () => {
  it('reads fenced and bare examples, and where not to run', () => {
    const source = '/**\n * Adds.\n * @example\n * ```ts\n * add(1, 2); // → 3\n * ```\n * @throws never\n */\nexport const add = 1;\n/** @example no-run\n * listen();\n*/\nexport const listen = 2;\n';
    expect(examples('a.ts', source)).toEqual([
      { at: 'a.ts:5', code: 'add(1, 2); // → 3\n', run: true },
      { at: 'a.ts:11', code: 'listen();\n', run: false },
    ]);
  });

  it('adds the imports that an example leaves out, and prints what an arrow says', () => {
    const text = moduleOf({ at: 'a.ts:1', code: 'add(1, 2); // → 3\n', run: true }, '/x', new Map([['sluice', '/x/src/index.ts']]), new Map([['add', 'sluice']]));
    expect(text).toContain("import { add } from './src/index.js';");
    expect(text).toContain('console.log(add(1, 2)); // → 3');
    expect(expectedPrints({ at: '', code: 'add(1, 2); // → 3\n', run: true })).toEqual(['3']);
  });
});
