// The house's laws about files, as functions from parsed sources to violations. Paths are relative to src.
import { readSource, walk } from './source.js';
import type { Node, Source } from './source.js';

/** A broken rule. */
export interface Violation {
  readonly rule: string;
  readonly at: string;
  readonly message: string;
}

/** The longest a file may be. */
export const MAX_LINES = 400;

/**
 * Which folders a folder may import, besides itself and those of {@link EVERYWHERE}; floors from the ground up.
 * Wings on one floor never import each other; a roof may import every floor below.
 */
export const FLOORS: readonly Readonly<Record<string, readonly string[]>>[] = [
  { base: [], spoken: [] },
  { event: [], context: ['event'], pattern: [], wasm: [] },
  { audio: ['wasm'], analytics: [] },
  { stream: ['audio'] },
  { providers: ['stream', 'audio'], speech: ['audio', 'wasm', 'spoken'] },
  { stage: ['stream', 'audio', 'providers'] },
  { pipeline: ['stage', 'stream'], guardrails: ['stage', 'stream', 'pattern', 'wasm'], memory: ['stage'] },
  {
    run: ['pipeline', 'stage'],
    voice: ['spoken', 'pipeline', 'guardrails', 'memory', 'providers', 'audio', 'stage', 'stream'],
    offline: ['speech', 'memory', 'providers', 'audio', 'stage', 'stream'],
    'ai-sdk': ['guardrails', 'providers', 'audio', 'stream'],
  },
  { recording: ['voice', 'providers', 'stage', 'stream', 'audio', 'wasm'] },
];
const ROOFS = ['browser', 'edge', 'node', 'testing'];
const BELOW_THE_ROOFS = FLOORS.flatMap((floor) => Object.keys(floor));
const EVERYWHERE = ['base', 'event', 'context'];
const PLATFORM_FOLDERS = ['browser', 'edge', 'node'];

const MAY_IMPORT = new Map<string, ReadonlySet<string>>([
  ...FLOORS.flatMap((floor, index) => Object.entries(floor).map(([folder, list]) =>
    [folder, new Set([folder, ...list, ...(index < 2 ? ['base'] : EVERYWHERE)])] as const)),
  ...ROOFS.map((folder) => [folder, new Set([folder, ...BELOW_THE_ROOFS])] as const),
]);

/** Runtime packages and the only folder that may import each. */
const PACKAGES = new Map([['comlink', 'browser'], ['idb', 'browser'], ['@eslint-community/regexpp', 'pattern'], ['jose', 'edge']]);

/** Names that exist on some platforms only. */
const PLATFORM_NAMES = new Set(['window', 'document', 'Worker', 'SharedWorker', 'indexedDB', 'process', 'Buffer', 'require', '__dirname', '__filename', 'AudioContext', 'AudioWorkletNode', 'AudioWorkletProcessor', 'localStorage', 'sessionStorage']);

/** Sources of time, timers, randomness and ids, for which src/base has injectable forms. */
const CLOCKS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const CLOCK_MEMBERS = new Set(['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'AbortSignal.timeout']);

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');
const isFace = (path: string): boolean => !path.includes('/');

/** The file that a relative specifier names, relative to src; undefined for a package. */
export function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return `../${specifier}`;
    } else if (part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/').replace(/\.js$/, '.ts');
}

type Rule = (source: Source, optionalPeers: ReadonlySet<string>) => Iterable<readonly [line: number, message: string]>;

const rules: Record<string, Rule> = {
  * floors({ path, imports }) {
    if (isFace(path)) return;
    const allowed = MAY_IMPORT.get(folderOf(path));
    if (allowed === undefined) return yield [1, `src/${folderOf(path)} is not a folder of the house; add it to the floors or move the file.`];
    for (const { specifier, line } of imports) {
      const target = resolve(path, specifier);
      if (target === undefined) continue;
      if (target.startsWith('../')) yield [line, `imports ${specifier}, which is outside src.`];
      else if (isFace(target)) yield [line, `imports the face ${target}; nobody inside does. Import the file itself.`];
      else if (!allowed.has(folderOf(target))) yield [line, `imports ${target}, but ${folderOf(path)} may only import ${[...allowed].join(', ')}.`];
    }
  },

  * packages({ path, imports }, optionalPeers) {
    for (const { specifier, line, form } of imports) {
      if (resolve(path, specifier) !== undefined) {
        if (!/\.(js|wasm)$/.test(specifier)) yield [line, `imports ${specifier}; specifiers end in .js (or .wasm).`];
        continue;
      }
      const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0] ?? '';
      const only = PACKAGES.get(name);
      if (specifier.startsWith('node:')) {
        if (!PLATFORM_FOLDERS.includes(folderOf(path)) && !/^[a-z-]+\.node\.ts$/.test(path)) yield [line, `imports ${specifier} outside ${PLATFORM_FOLDERS.join(', ')}.`];
      } else if (only !== undefined) {
        if (folderOf(path) !== only) yield [line, `imports ${name}, which only src/${only} may.`];
      } else if (!optionalPeers.has(name)) {
        yield [line, `imports ${name}, which is neither a dependency nor an optional peer.`];
      } else if (form === 'static') {
        yield [line, `imports the optional peer ${name} statically; import it when it is used.`];
      }
    }
  },

  * platform({ path, freeNames }) {
    if (PLATFORM_FOLDERS.includes(folderOf(path)) || /^(browser|edge)\.ts$|^[a-z-]+\.(node|workerd)\.ts$/.test(path)) return;
    for (const { name, line } of freeNames) {
      if (PLATFORM_NAMES.has(name)) yield [line, `names ${name}, which only ${PLATFORM_FOLDERS.join(', ')} may.`];
    }
  },

  * time({ path, program, freeNames, lineOf }) {
    if (folderOf(path) === 'base') return;
    for (const { name, line } of freeNames) if (CLOCKS.has(name)) yield [line, `uses ${name}; take a Clock.`];
    const free = new Set(freeNames.map(({ name, line }) => `${name}:${line}`));
    const found: [number, string][] = [];
    walk(program, (node) => {
      const line = lineOf(node.start);
      if (node.type === 'MemberExpression' && node.computed !== true) {
        const name = `${memberName(node.object as Node)}.${String((node.property as Node).name)}`;
        // The roof over browsers relates the clocks of page, worker and worklet, which only the host knows.
        if (CLOCK_MEMBERS.has(name) && !(name === 'performance.now' && folderOf(path) === 'browser')) found.push([line, `uses ${name}; take a Clock, RandomSource or IdSource.`]);
      }
      if (node.type === 'NewExpression' && (node.callee as Node).name === 'Date' && (node.arguments as Node[]).length === 0 && free.has(`Date:${lineOf((node.callee as Node).start)}`)) {
        found.push([line, 'uses new Date() for the present time; take a Clock.']);
      }
    });
    yield* found;
  },

  * lines({ path, lines }) {
    if (lines > MAX_LINES && !path.endsWith('.generated.ts')) yield [lines, `has ${lines} lines; ${MAX_LINES} is the limit. Look for the second concept.`];
  },

  * any({ path, program, lineOf }) {
    const found: [number, string][] = [];
    walk(program, (node, parent) => {
      if (node.type !== 'TSAnyKeyword') return;
      const prior = path.endsWith('base/data.ts') && parent?.type === 'TSTypeAliasDeclaration' && (parent.id as Node).name === 'UntypedPrior';
      if (!prior) found.push([lineOf(node.start), 'uses any; only the type UntypedPrior of the stage contract is one.']);
    });
    yield* found;
  },

  * exports({ path, program, lineOf }) {
    for (const node of program.body as Node[]) {
      const line = lineOf(node.start);
      if (node.type === 'ExportDefaultDeclaration') yield [line, 'has a default export; name it.'];
      const condition = /^(.+)\.(?:node|workerd)\.ts$/.exec(path)?.[1];
      // The form of a face for one platform is the face itself plus what it registers there.
      const whole = condition !== undefined && isFace(path) && (node.source as Node | null)?.value === `./${condition}.js`;
      if (node.type === 'ExportAllDeclaration' && !whole) yield [line, 'exports *; name what is exported.'];
      if (node.type === 'ExportNamedDeclaration' && node.source != null && !isFace(path)) yield [line, 'hands on what another file exports; only the faces do.'];
      const names = node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.declaration == null);
      // The entries of one platform register what the platform gives, so they may run something.
      if (isFace(path) && !names && !/^aliases\.ts$|\.(node|workerd)\.ts$/.test(path)) yield [line, 'has code of its own; a face only names what it exports.'];
    }
  },

  * comments({ path, program, comments, lineOf }) {
    if (path.endsWith('.generated.ts')) return;
    for (const comment of comments) {
      if (/\b(TODO|FIXME|XXX|HACK)\b/.test(comment.value)) yield [lineOf(comment.start), 'has a note to do something later; do it or drop it.'];
      if (/(@ts-ignore|@ts-nocheck|@ts-expect-error)\b/.test(comment.value)) yield [lineOf(comment.start), 'silences the compiler.'];
    }
    // One remark on `!` may speak for a file of arithmetic on typed arrays.
    if (comments.some((comment) => comment.value.includes('`!`'))) return;
    const commented = new Set(comments.flatMap((comment) => [lineOf(comment.start), lineOf(comment.end), lineOf(comment.end) + 1]));
    const found: [number, string][] = [];
    walk(program, (node) => {
      if (node.type === 'TSNonNullExpression' && !commented.has(lineOf(node.start)) && !commented.has(lineOf(node.end))) found.push([lineOf(node.start), 'asserts that something is not null (`!`) without a comment that says why.']);
    });
    yield* found;
  },

  * names({ path }) {
    for (const part of path.replace(/(\.(generated|worker|worklet|node|workerd|d))*\.ts$/, '').split('/')) {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)) yield [1, `${part} is not kebab-case.`];
      if (/^(utils?|helpers?|types|common|misc)$/.test(part)) yield [1, `${part} says nothing; name the concept.`];
    }
  },
};

function memberName(node: Node): string {
  if (node.type === 'Identifier') return String(node.name);
  return node.type === 'MemberExpression' && node.computed !== true ? String((node.property as Node).name) : '';
}

/** The names of all rules, `circles` included. */
export const RULES: readonly string[] = [...Object.keys(rules), 'circles'];

/** Checks a set of files (path relative to src → text) against every rule. */
export function check(files: ReadonlyMap<string, string>, optionalPeers: ReadonlySet<string> = new Set()): Violation[] {
  const sources = [...files].map(([path, text]) => readSource(path, text));
  const violations = sources.flatMap((source) => Object.entries(rules).flatMap(([rule, apply]) =>
    [...apply(source, optionalPeers)].map(([line, message]) => ({ rule, at: `src/${source.path}:${line}`, message }))));
  const graph = new Map(sources.map((source) => [source.path, source.imports
    .map(({ specifier }) => resolve(source.path, specifier))
    .filter((target): target is string => target !== undefined && files.has(target))]));
  for (const circle of circles(graph)) {
    violations.push({ rule: 'circles', at: `src/${circle[0]}:1`, message: `imports itself: ${[...circle, circle[0]].join(' → ')}` });
  }
  return violations;
}

/** One shortest circle for each strongly connected group of files. */
export function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  for (const start of graph.keys()) {
    if (done.has(start)) continue;
    const from = new Map<string, string>();
    const queue = [start];
    let closing: string | undefined;
    for (let i = 0; i < queue.length && closing === undefined; i += 1) {
      const at = queue[i] ?? '';
      for (const next of graph.get(at) ?? []) {
        if (next === start) {
          closing = at;
          break;
        }
        if (from.has(next)) continue;
        from.set(next, at);
        queue.push(next);
      }
    }
    done.add(start);
    if (closing === undefined) continue;
    const circle = [closing];
    while (circle[0] !== start) circle.unshift(from.get(circle[0] ?? '') ?? start);
    for (const path of circle) done.add(path);
    found.push(circle);
  }
  return found;
}
