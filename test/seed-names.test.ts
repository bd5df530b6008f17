// Every public name of the five seed documents exists here, with its members, options, defaults and shown behaviour.
//
// What is still missing is listed in test/fixtures/seed-names-missing.json, and that list may only shrink: the test
// fails for a missing thing that is not listed and for a listed thing that has come to be.
// `SLUICE_UPDATE_MISSING=1` rewrites the list, but refuses to let it grow; to begin anew, delete the file first.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { context } from './seed-names/context.js';
import { helpers } from './seed-names/helpers.js';
import { aspects } from './seed-names/row.js';
import type { Lib } from './seed-names/row.js';
import { stages } from './seed-names/stages.js';
import { streams } from './seed-names/streams.js';
import { voice } from './seed-names/voice.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const missingFile = join(root, 'test/fixtures/seed-names-missing.json');

/** The entries where a user of the seeds looks; the first is the Node form of the main one. */
const ENTRIES = ['index.node', 'index', 'voice', 'testing', 'edge'];

async function importAll(paths: readonly string[], strict: boolean): Promise<Lib> {
  const lib: Lib = {};
  for (const path of paths) {
    try {
      for (const [name, value] of Object.entries(await import(pathToFileURL(path).href) as object)) lib[name] ??= value;
    } catch (error) {
      if (strict) throw error;
    }
  }
  return lib;
}

/** An answer that never comes is a failure of that one thing, not of the whole table. */
function within<T>(ms: number, answer: T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function typeNames(paths: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const path of paths) {
    const text = readFileSync(path, 'utf8');
    for (const match of text.matchAll(/^export (?:declare )?(?:abstract )?(?:interface|type|class) (\w+)/gm)) names.add(match[1] ?? '');
    for (const match of text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)) {
      for (const one of (match[1] ?? '').split(',')) names.add((one.trim().replace(/^type /, '').split(' as ').at(-1) ?? '').trim());
    }
  }
  return names;
}

const documents = [
  ['helper reference', helpers], ['context reference', context], ['voice guide', voice], ['stage README', stages], ['stream document', streams],
] as const;

describe('the names of the seeds', () => {
  const failures = new Map<string, string>();
  const asked = new Set<string>();

  beforeAll(async () => {
    const faces = ENTRIES.map((name) => join(root, 'src', `${name}.ts`)).filter((path) => existsSync(path));
    // Before the faces are written, the names are looked for wherever they are exported.
    const everywhere = (): string[] => readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /^[a-z0-9-]+\.ts$/.test(entry.name) && !/[\\/](browser|node)([\\/]|$)/.test(entry.parentPath))
      .map((entry) => join(entry.parentPath, entry.name));
    const faced = existsSync(join(root, 'src/index.ts'));
    const paths = faced ? faces : everywhere();
    const lib = await importAll(paths, faced);
    const types = typeNames(paths);
    for (const [document, rows] of documents) {
      for (const aspect of rows.flatMap(aspects)) {
        const key = `${document}: ${aspect.key}`;
        asked.add(key);
        try {
          if (await within(3000, Promise.resolve(aspect.ask(lib, types))) === false) failures.set(key, 'no');
        } catch (error) {
          failures.set(key, error instanceof Error ? error.message.slice(0, 160) : String(error));
        }
      }
    }
    if (process.env.SLUICE_UPDATE_MISSING === '1') {
      const known = existsSync(missingFile) ? new Set(listed()) : undefined;
      const grown = [...failures].filter(([key]) => known !== undefined && !known.has(key));
      if (grown.length > 0) throw new Error(`The list may only shrink; new on it would be:\n${grown.map(([key, why]) => `  ${key} (${why})`).join('\n')}`);
      writeFileSync(missingFile, `${JSON.stringify([...failures.keys()], undefined, 1)}\n`);
    }
  }, 120_000);

  const listed = (): string[] => JSON.parse(readFileSync(missingFile, 'utf8')) as string[];

  it('are asked for in hundreds of ways', () => {
    expect(asked.size).toBeGreaterThan(400);
  });

  it('all exist, but for those listed as missing', () => {
    const known = new Set(listed());
    expect([...failures].filter(([key]) => !known.has(key)).map(([key, why]) => `${key} (${why})`)).toEqual([]);
  });

  it('are off the list of what is missing once they exist', () => {
    expect(listed().filter((key) => !failures.has(key))).toEqual([]);
  });
});
