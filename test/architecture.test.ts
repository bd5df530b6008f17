// The house's laws hold in src, and each law's check can fail (self-test on small invented files).
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emittedEvents, namelessErrors } from './architecture/names.js';
import { check, FLOORS, MAX_LINES, RULES } from './architecture/rules.js';

const root = fileURLToPath(new URL('..', import.meta.url));

function read(folder: string): Map<string, string> {
  const at = join(root, folder);
  const files = readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  return new Map(files.map((entry) => join(entry.parentPath, entry.name)).sort().map((path) => [relative(at, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]));
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { peerDependencies?: Record<string, string>; peerDependenciesMeta?: Record<string, { optional?: boolean }> };
const optionalPeers = new Set(Object.keys(manifest.peerDependencies ?? {}).filter((name) => manifest.peerDependenciesMeta?.[name]?.optional === true));

describe('src', () => {
  const violations = check(read('src'), optionalPeers);
  it.each(RULES)('keeps the rule of %s', (rule) => {
    expect(violations.filter((violation) => violation.rule === rule).map(({ at, message }) => `${at} ${message}`)).toEqual([]);
  });
});

describe('names that leave the process', () => {
  const files = [...read('src')].filter(([path]) => !path.endsWith('.generated.ts'));

  it('are stated by error classes, first of all, because bundlers rename classes', () => {
    const found = files.flatMap(([path, text]) => namelessErrors(text).map((name) => `${path}: ${name}`));
    expect(found.filter((one) => one !== 'base/errors.ts: SluiceError')).toEqual([]);
  });

  it('are in EventMap, with their payload, for every event that is emitted', () => {
    const known = new Set([...readFileSync(join(root, 'src/event/event.ts'), 'utf8').matchAll(/^ {2}'([a-z_.]+)': /gm)].map(([, name]) => name));
    const found = new Set([...files.flatMap(([, text]) => emittedEvents(text)), ...['started', 'completed', 'failed', 'canceled'].map((what) => `pipeline.${what}`)]);
    expect(found.size).toBeGreaterThan(30);
    expect([...found].filter((name) => !known.has(name)).sort()).toEqual([]);
  });

  it('are noticed where they are missing', () => {
    expect(namelessErrors("class AError extends SluiceError {\n  override readonly name: string = 'AError';\n}\nclass BError extends SluiceError {\n  readonly b = 1;\n}\nclass CError extends BError {}\nclass DError extends SluiceError {\n  override readonly name: string = 'CError';\n}")).toEqual(['BError', 'CError', 'DError']);
    expect(emittedEvents("ctx.tryEmitEvent('a.one', {});\nsink.tryEmit({ type: 'b.two', data });\neventEmitter?.(yes ? 'c.three' : 'd.four');\nconst x = 'e.five';\nthis.#emit?.('f.six');")).toEqual(['a.one', 'b.two', 'c.three', 'd.four', 'f.six']);
  });
});

describe('assembly', () => {
  const files = [...read('assembly')];
  it(`has no file over ${MAX_LINES} lines`, () => {
    expect(files.filter(([path, text]) => !path.endsWith('.generated.ts') && text.split('\n').length - 1 > MAX_LINES).map(([path]) => path)).toEqual([]);
  });

  it('imports only its own folder and common', () => {
    const strays = files.flatMap(([path, text]) => [...text.matchAll(/from ["']([^"']+)["']/g)]
      .map((match) => ({ path, specifier: match[1] ?? '' }))
      .filter(({ specifier }) => !/^\.\/[a-z0-9-]+$|^\.\.\/common\/[a-z0-9-]+$/.test(specifier)));
    expect(strays).toEqual([]);
  });
});

it('has no folder on two floors', () => {
  const folders = FLOORS.flatMap((floor) => Object.keys(floor));
  expect(new Set(folders).size).toBe(folders.length);
});

// --- each rule can fail, and lets pass what it must -----------------------------------------------------------------

type Files = Record<string, string>;
const caught: [rule: string, what: string, files: Files, at: string][] = [
  ['floors', 'an import from a higher floor', { 'base/a.ts': "import { b } from '../stage/b.js';\n" }, 'src/base/a.ts:1'],
  ['floors', 'a type import from a higher floor', { 'stream/a.ts': "\nimport type { B } from '../stage/b.js';\n" }, 'src/stream/a.ts:2'],
  ['floors', 'an import type expression', { 'stream/a.ts': "export type A = import('../pipeline/b.js').B;\n" }, 'src/stream/a.ts:1'],
  ['floors', 'a dynamic import', { 'voice/a.ts': "export const a = (): Promise<unknown> => import('../browser/b.js');\n" }, 'src/voice/a.ts:1'],
  ['floors', 'one wing importing another', { 'guardrails/a.ts': "import { b } from '../memory/b.js';\n" }, 'src/guardrails/a.ts:1'],
  ['floors', 'event importing context', { 'event/a.ts': "import { b } from '../context/b.js';\n" }, 'src/event/a.ts:1'],
  ['floors', 'an import of a face', { 'voice/a.ts': "import { b } from '../index.js';\n" }, 'src/voice/a.ts:1'],
  ['floors', 'an import from outside src', { 'voice/a.ts': "import { b } from '../../test/b.js';\n" }, 'src/voice/a.ts:1'],
  ['floors', 'a folder that the house does not have', { 'attic/a.ts': 'export const a = 1;\n' }, 'src/attic/a.ts:1'],
  ['packages', 'comlink outside browser', { 'voice/a.ts': "import { wrap } from 'comlink';\n" }, 'src/voice/a.ts:1'],
  ['packages', 'regexpp outside pattern', { 'guardrails/a.ts': "import type { AST } from '@eslint-community/regexpp';\n" }, 'src/guardrails/a.ts:1'],
  ['packages', 'jose outside edge', { 'node/a.ts': "import { jwtVerify } from 'jose';\n" }, 'src/node/a.ts:1'],
  ['packages', 'node: outside the roofs', { 'analytics/a.ts': "import { readFile } from 'node:fs';\n" }, 'src/analytics/a.ts:1'],
  ['packages', 'a package that is not declared', { 'run/a.ts': "import x from 'left-pad';\n" }, 'src/run/a.ts:1'],
  ['packages', 'an optional peer imported statically', { 'run/a.ts': "import { trace } from 'peer';\n" }, 'src/run/a.ts:1'],
  ['packages', 'a specifier without its extension', { 'run/a.ts': "import { b } from './b';\n" }, 'src/run/a.ts:1'],
  ['platform', 'window', { 'voice/a.ts': 'export const w = (): unknown => window.name;\n' }, 'src/voice/a.ts:1'],
  ['platform', 'a platform type', { 'voice/a.ts': 'export interface A { readonly w: Worker }\n' }, 'src/voice/a.ts:1'],
  ['platform', 'typeof', { 'voice/a.ts': "export const has: boolean = typeof process !== 'undefined';\n" }, 'src/voice/a.ts:1'],
  ['platform', 'globalThis.indexedDB', { 'memory/a.ts': 'export const i: unknown = globalThis.indexedDB;\n' }, 'src/memory/a.ts:1'],
  ['platform', "globalThis['Buffer']", { 'memory/a.ts': "export const i: unknown = (globalThis['Buffer']);\n" }, 'src/memory/a.ts:1'],
  ['platform', 'a name declared only in another function', { 'memory/a.ts': 'export function f(window: number): number { return window; }\nexport const g = (): unknown => window;\n' }, 'src/memory/a.ts:2'],
  ['time', 'setTimeout', { 'run/a.ts': 'export const a = (): unknown => setTimeout(() => {}, 1);\n' }, 'src/run/a.ts:1'],
  ['time', 'globalThis.setInterval', { 'run/a.ts': 'export const a = (): unknown => globalThis.setInterval(() => {}, 1);\n' }, 'src/run/a.ts:1'],
  ['time', 'Date.now', { 'run/a.ts': 'export const a: number = Date.now();\n' }, 'src/run/a.ts:1'],
  ['time', 'the present as a Date', { 'run/a.ts': 'export const a: Date = new Date();\n' }, 'src/run/a.ts:1'],
  ['time', 'Math.random', { 'run/a.ts': 'export const a = Math.random;\n' }, 'src/run/a.ts:1'],
  ['time', 'globalThis.crypto.randomUUID', { 'run/a.ts': 'export const a = (): string => globalThis.crypto.randomUUID();\n' }, 'src/run/a.ts:1'],
  ['lines', 'a long file', { 'run/a.ts': '\n'.repeat(MAX_LINES + 1) }, `src/run/a.ts:${MAX_LINES + 1}`],
  ['any', 'any', { 'run/a.ts': 'export const a: any = 1;\n' }, 'src/run/a.ts:1'],
  ['any', 'any as a default', { 'stage/a.ts': 'export type A<Prior = any> = Prior;\n' }, 'src/stage/a.ts:1'],
  ['any', 'another name for any', { 'base/data.ts': 'export type Anything = any;\n' }, 'src/base/data.ts:1'],
  ['exports', 'a default export', { 'run/a.ts': 'export default 1;\n' }, 'src/run/a.ts:1'],
  ['exports', 'export *', { 'index.ts': "export * from './run/a.js';\n" }, 'src/index.ts:1'],
  ['exports', 'export * of another face', { 'index.workerd.ts': "export * from './stream.js';\n" }, 'src/index.workerd.ts:1'],
  ['exports', 'a barrel', { 'run/a.ts': "export { b } from './b.js';\n" }, 'src/run/a.ts:1'],
  ['exports', 'code in a face', { 'stream.ts': 'export const a = 1;\n' }, 'src/stream.ts:1'],
  ['comments', 'a note for later', { 'run/a.ts': `// TO${'DO'}: later\n` }, 'src/run/a.ts:1'],
  ['comments', 'a silenced compiler', { 'run/a.ts': '// @ts-expect-error\nexport const a: number = 1;\n' }, 'src/run/a.ts:1'],
  ['comments', 'an unexplained !', { 'run/a.ts': 'export const f = (a?: number): number => a!;\n' }, 'src/run/a.ts:1'],
  ['names', 'another case', { 'run/RunResult.ts': '' }, 'src/run/RunResult.ts:1'],
  ['names', 'a drawer', { 'run/utils.ts': '' }, 'src/run/utils.ts:1'],
  ['circles', 'two files', { 'run/a.ts': "import { b } from './b.js';\n", 'run/b.ts': "import { a } from './a.js';\n" }, 'src/run/a.ts:1'],
  ['circles', 'types only', { 'run/a.ts': "import type { C } from './c.js';\n", 'run/b.ts': "import type { A } from './a.js';\n", 'run/c.ts': "import type { B } from './b.js';\n" }, 'src/run/a.ts:1'],
];

const allowed: [what: string, files: Files][] = [
  ['a lower floor, base, event and context', { 'voice/a.ts': "import { b } from '../pipeline/b.js';\nimport { c } from '../base/c.js';\nimport { d } from '../context/d.js';\nimport type { E } from '../event/e.js';\n" }],
  ['packages in their folders', { 'browser/a.ts': "import { wrap } from 'comlink';\nimport { openDB } from 'idb';\n", 'pattern/a.ts': "import { RegExpParser } from '@eslint-community/regexpp';\n", 'edge/a.ts': "import { jwtVerify } from 'jose';\n", 'node/a.ts': "import { open } from 'node:fs/promises';\n" }],
  ['an optional peer when it is used', { 'run/a.ts': "export const a = (): Promise<unknown> => import('peer');\n" }],
  ['platform names under the roofs', { 'browser/a.ts': 'export const w: Worker | undefined = typeof window;\n' }],
  ['members and parameters that bear a platform name', { 'stage/a.ts': 'export interface A { process(window: number): number; readonly document: string }\nexport const f = ({ process }: { process: number }, a: A): number => { const document = a.document; return process + a.process(document.length); };\nexport class B<Worker> { window = 1; get(): Worker | number { return this.window; } }\n' }],
  ['time in base', { 'base/a.ts': 'export const a = (): number => Date.now() + Math.random();\n' }],
  ['a Date from a number, and a clock', { 'run/a.ts': 'export const a = (clock: { now(): number; setTimeout(): void }): Date => { clock.setTimeout(); return new Date(clock.now()); };\n' }],
  ['the one any', { 'base/data.ts': 'export type UntypedPrior = any;\n' }],
  ['a long generated file', { 'pattern/unicode.generated.ts': '\n'.repeat(MAX_LINES + 1) }],
  ['faces that name what they export', { 'index.ts': "export { a } from './run/a.js';\nexport type { B } from './run/a.js';\n", 'run/a.ts': 'export const a = 1;\nexport type B = 2;\n' }],
  ['a face for one platform', { 'index.ts': "export { a } from './run/a.js';\n", 'index.workerd.ts': "import './edge/kernels.js';\nexport * from './index.js';\n", 'edge/kernels.ts': '', 'run/a.ts': 'export const a = 1;\n' }],
  ['an explained !', { 'run/a.ts': '// The map has every key that the table lists.\nexport const f = (a?: number): number => a!;\n' }],
  ['`!` explained for a whole file', { 'run/a.ts': '// Every `!` here is on an index that the loop bounds.\n\nexport const f = (a: Uint8Array): number => a[0]!;\n' }],
  ['worker and worklet files', { 'browser/scan.worker.ts': '', 'browser/capture.worklet.ts': '', 'browser/scan-worker-source.generated.ts': '', 'wasm/wasm-files.d.ts': '' }],
  ['a diamond', { 'run/a.ts': "import { b } from './b.js';\nimport { c } from './c.js';\n", 'run/b.ts': "import { d } from './d.js';\n", 'run/c.ts': "import { d } from './d.js';\n", 'run/d.ts': '' }],
];

describe('the rules themselves', () => {
  const peers = new Set(['peer']);

  it.each(caught)('%s: catches %s', (rule, _what, files, at) => {
    expect(check(new Map(Object.entries(files)), peers).filter((violation) => violation.rule === rule).map((violation) => violation.at)).toEqual([at]);
  });

  it.each(allowed)('let pass %s', (_what, files) => {
    expect(check(new Map(Object.entries(files)), peers)).toEqual([]);
  });

  it('are each proven able to fail', () => {
    expect(new Set(caught.map(([rule]) => rule))).toEqual(new Set(RULES));
  });
});
