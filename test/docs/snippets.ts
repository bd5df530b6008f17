// The code in the documents: fenced TypeScript in Markdown files and `@example`s in doc comments, made into modules.
//
// A fence ```ts is compiled and run in Node; ```ts no-run is only compiled (it needs a microphone or a server), and so
// is what uses sluice/browser. A line `expression; // → text` prints `text` when run (`console.log(expression); // → text` does too).
// Code that imports nothing gets the imports of the public names it uses, and of what test/docs/given.ts gives.
import { parseSync } from 'oxc-parser';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSource } from '../architecture/source.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** One piece of code. */
export interface Snippet {
  /** File and line of its first line. */
  readonly at: string;
  readonly code: string;
  readonly run: boolean;
}

const FENCE = /^([ \t]*)```(ts|typescript)([^\n]*)\n([\s\S]*?)^\1```[ \t]*$/gm;

const runs = (path: string, tag = '', code = ''): boolean => !/\bno-run\b/.test(tag) && !/^src\/browser/.test(path) && !code.includes("'sluice/browser'");

function fences(path: string, text: string, firstLine = 1): Snippet[] {
  return [...text.matchAll(FENCE)].map((match) => ({
    at: `${path}:${firstLine + text.slice(0, match.index).split('\n').length}`, // the line after the fence
    code: (match[4] ?? '').split('\n').map((line) => line.slice((match[1] ?? '').length)).join('\n'),
    run: runs(path, match[3], match[4]),
  }));
}

/** The examples in the doc comments of a source file. */
export function examples(path: string, text: string): Snippet[] {
  const found: Snippet[] = [];
  for (const comment of parseSync(path, text).comments) {
    if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue;
    const firstLine = text.slice(0, comment.start).split('\n').length;
    const lines = comment.value.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    for (let i = 0; i < lines.length; i += 1) {
      const tag = /^\s*@example\b(.*)$/.exec(lines[i] ?? '');
      if (tag === null) continue;
      let end = i + 1;
      while (end < lines.length && !/^\s*@\w+/.test(lines[end] ?? '')) end += 1;
      const body = lines.slice(i + 1, end).join('\n');
      const fenced = fences(path, body, firstLine + i + 1);
      if (fenced.length > 0) found.push(...fenced);
      else if (body.trim() !== '') found.push({ at: `${path}:${firstLine + i + 1}`, code: body, run: runs(path, tag[1], body) });
    }
  }
  return found;
}

function files(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist|dist-web|\..*)$/.test(entry.name) ? [] : files(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

/** Every piece of code in README.md, the documents of web/, and the doc comments of src. */
export function allSnippets(): Snippet[] {
  const read = (path: string, take: typeof fences): Snippet[] => take(relative(root, path).replaceAll('\\', '/'), readFileSync(path, 'utf8'));
  return [
    ...[...readdirSync(root).filter((name) => name === 'README.md').map((name) => join(root, name)), ...files(join(root, 'web'), '.md')].flatMap((path) => read(path, fences)),
    ...files(join(root, 'src'), '.ts').filter((path) => !path.endsWith('.generated.ts')).flatMap((path) => read(path, examples)),
  ];
}

/** What test/docs/given.ts gives. */
const given = new Set([...readFileSync(join(root, 'test/docs/given.ts'), 'utf8').matchAll(/^export const (\w+)/gm)].map((match) => match[1] ?? ''));

/** `code` with the names of entries replaced by the relative paths of their sources. */
export function pointed(code: string, folder: string, entries: ReadonlyMap<string, string>): string {
  return code.replace(/(from |import\()'(sluice[^']*)'/g, (all, keyword: string, entry: string) => {
    const file = entries.get(entry);
    return file === undefined ? all : `${keyword}'${relative(folder, file).replaceAll('\\', '/').replace(/\.ts$/, '.js').replace(/^(?!\.)/, './')}'`;
  });
}

/** The snippet as a module in `folder`: imports added where it has none, entries pointed at their sources, prints marked. */
export function moduleOf(snippet: Snippet, folder: string, entries: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>): string {
  let code = snippet.code;
  const bare = !/^\s*import\b/m.test(code);
  const used = new Map<string, Set<string>>();
  for (const { name } of readSource('snippet.ts', code).freeNames) {
    const entry = bare ? names.get(name) ?? (given.has(name) ? './given.js' : undefined) : given.has(name) && !names.has(name) ? './given.js' : undefined;
    if (entry !== undefined) used.set(entry, (used.get(entry) ?? new Set()).add(name));
  }
  code = `${[...used].map(([entry, list]) => `import { ${[...list].sort().join(', ')} } from '${entry}';`).join(' ')}\n${code}`;
  code = code.replace(/^(\s*)(?!console\.)(?!const |let |import |export |return |await console)(.+?);[ \t]*(\/\/ → )/gm, '$1console.log($2); $3');
  return `// ${snippet.at}\n${pointed(code, folder, entries)}\nexport {};\n`;
}

/** What a snippet says it prints. */
export function expectedPrints(snippet: Snippet): string[] {
  return [...snippet.code.matchAll(/;[ \t]*\/\/ → (.*)$/gm)].map((match) => (match[1] ?? '').trim());
}

