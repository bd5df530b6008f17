// The public surface is what the golden file says, and every exported name says what it promises.
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiText, emitDeclarations, goldenFile, readApi } from './tools/api.mjs';

type Api = Awaited<ReturnType<typeof readApi>>;

describe('the public API', () => {
  let api: Api;
  beforeAll(async () => {
    emitDeclarations();
    api = await readApi();
  }, 60_000);

  it('is what the golden file says (node test/tools/api.mjs --update)', async () => {
    const golden = existsSync(goldenFile) ? readFileSync(goldenFile, 'utf8') : '';
    expect(await apiText()).toBe(golden);
  });

  it('has a declaration for every name it exports', () => {
    expect(api.entries.flatMap(({ path, names }) => (names ?? []).filter(({ where }) => where === 'nowhere').map(({ name }) => `${path}: ${name}`))).toEqual([]);
  });

  it('has every entry of the manifest', () => {
    expect(api.entries.filter(({ names }) => names === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('has a doc comment on every exported name', () => {
    expect([...api.declarations.values()].filter(({ doc }) => !doc).map(({ where, name }) => `${where}: ${name}`)).toEqual([]);
  });

  it('has a doc comment on every method of an exported class, or on the interface that it implements', () => {
    expect([...api.declarations.values()].flatMap(({ where, name, members }) => members.map((member: string) => `${where}: ${name}.${member}`))).toEqual([]);
  });

  it('gives the same declaration for a name in every entry that exports it', () => {
    const origins = new Map<string, Set<string>>();
    for (const { names } of api.entries) for (const { name, where } of names ?? []) origins.set(name, (origins.get(name) ?? new Set()).add(where));
    expect([...origins].filter(([, files]) => files.size > 1).map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([]);
  });
});
