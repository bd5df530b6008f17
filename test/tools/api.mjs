// The public API as text: per entry of package.json the names it exports, then every declaration once, as the emitted
// .d.ts has it, without comments. test/exports.test.ts compares it with test/fixtures/api.golden.txt.
//   node test/tools/api.mjs --update     writes the golden file
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { binary, main, root } from './install.mjs';

export const goldenFile = join(root, 'test/fixtures/api.golden.txt');
const out = join(root, 'test/.output/types');

/** Emits the declarations of src into test/.output/types; type errors do not keep them from being emitted. */
export function emitDeclarations() {
  mkdirSync(out, { recursive: true });
  const { status, stdout } = spawnSync(process.execPath, [binary('typescript', 'tsc'), '-p', join(root, 'tsconfig.json'), '--noEmit', 'false', '--emitDeclarationOnly', '--rootDir', join(root, 'src'), '--outDir', out], { encoding: 'utf8' });
  return { ok: status === 0, output: stdout };
}

/** One exported name: its kind, the file that declares it (relative to src, no extension), and its declarations. */
async function declarations() {
  const { parseSync } = await import('oxc-parser');
  const files = new Map();

  const read = (file) => {
    const known = files.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(file, 'utf8');
    const { program, comments } = parseSync(file, text);
    const entry = { file, text, comments, exported: new Map(), imported: new Map(), declared: new Map() };
    files.set(file, entry);
    const target = (specifier) => join(dirname(file), specifier.replace(/\.js$/, '.d.ts'));
    const declare = (statement, node) => {
      const names = node.type === 'VariableDeclaration' ? node.declarations.map((one) => one.id.name) : [node.id.name];
      for (const name of names) entry.declared.set(name, [...(entry.declared.get(name) ?? []), { statement, node }]);
      return names;
    };
    for (const statement of program.body) {
      if (statement.type === 'ImportDeclaration') {
        for (const one of statement.specifiers) entry.imported.set(one.local.name, { from: target(statement.source.value), name: one.imported?.name ?? one.local.name });
      } else if (statement.type === 'ExportNamedDeclaration' && statement.declaration !== null) {
        for (const name of declare(statement, statement.declaration)) entry.exported.set(name, { from: undefined, name });
      } else if (statement.type === 'ExportNamedDeclaration') {
        for (const one of statement.specifiers) entry.exported.set(one.exported.name, { from: statement.source === null ? undefined : target(statement.source.value), name: one.local.name });
      } else if (statement.type === 'ExportAllDeclaration') {
        for (const [name, where] of read(target(statement.source.value)).exported) entry.exported.set(name, where.from === undefined ? { from: target(statement.source.value), name } : where);
      } else if ('id' in statement || statement.type === 'VariableDeclaration') {
        declare(statement, statement);
      }
    }
    return entry;
  };

  const resolve = (file, name) => {
    const entry = read(file);
    const exported = entry.exported.get(name);
    if (exported !== undefined && exported.from !== undefined) return resolve(exported.from, exported.name);
    const local = exported?.name ?? name;
    if (entry.declared.has(local)) return { entry, local };
    const imported = entry.imported.get(local);
    if (imported !== undefined) return resolve(imported.from, imported.name);
    return undefined;
  };

  return { read, resolve };
}

const KINDS = { ClassDeclaration: 'class', FunctionDeclaration: 'function', TSDeclareFunction: 'function', VariableDeclaration: 'const', TSInterfaceDeclaration: 'interface', TSTypeAliasDeclaration: 'type' };

/** The comment that stands directly before `start`, without its frame; undefined when there is none. */
function docOf(entry, start) {
  const comment = entry.comments.findLast((one) => one.end <= start);
  return comment !== undefined && comment.type === 'Block' && comment.value.startsWith('*') && entry.text.slice(comment.end, start).trim() === '' ? comment.value : undefined;
}

function withoutComments(entry, { start, end }) {
  let text = '';
  let at = start;
  for (const comment of entry.comments) {
    if (comment.start < start || comment.end > end) continue;
    text += entry.text.slice(at, comment.start);
    at = comment.end;
  }
  text += entry.text.slice(at, end);
  return text.split('\n').filter((line) => line.trim() !== '' && !/^\s*(#private;|private )/.test(line)).map((line) => line.trimEnd()).join('\n');
}

/** Entries with their names, and declarations by `file#name`. `emitDeclarations` must have run. */
export async function readApi() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { read, resolve } = await declarations();
  const entries = [];
  const all = new Map();
  for (const [path, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue;
    const file = join(out, relative('dist', target.types));
    if (!existsSync(file)) {
      entries.push({ path, names: undefined });
      continue;
    }
    const names = [];
    for (const name of [...read(file).exported.keys()].sort()) {
      const declared = resolve(file, name);
      if (declared === undefined) {
        names.push({ name, kinds: 'declared nowhere', where: 'nowhere', local: name });
        continue;
      }
      const { entry, local } = declared;
      const found = entry.declared.get(local);
      const where = relative(out, entry.file).replace(/\.d\.ts$/, '').replaceAll('\\', '/');
      const kinds = [...new Set(found.map(({ node }) => KINDS[node.type] ?? node.type))].join(' and ');
      names.push({ name, kinds, where, local });
      const key = `${where}#${local}`;
      if (!all.has(key)) all.set(key, { where, name: local, kinds, doc: found.some(({ statement }) => docOf(entry, statement.start) !== undefined), text: found.map(({ statement }) => withoutComments(entry, statement)).join('\n'), members: found.flatMap(({ node }) => undocumented(entry, node)) });
    }
    entries.push({ path, names });
  }
  return { entries, declarations: all };
}

// Public methods of a class without a doc comment, neither on one of their overloads nor on an interface that the class
// implements. Fields are described where they are given: on the options.
function undocumented(entry, node) {
  if (node.type !== 'ClassDeclaration' || (node.implements ?? []).length > 0) return [];
  const methods = node.body.body.filter((member) => /MethodDefinition$/.test(member.type) && member.kind !== 'constructor' && !member.computed && member.accessibility !== 'private' && member.key.type === 'Identifier');
  const documented = new Set(methods.filter((member) => docOf(entry, member.start) !== undefined).map((member) => member.key.name));
  return [...new Set(methods.map((member) => member.key.name))].filter((name) => !documented.has(name));
}

/** The golden text. */
export async function apiText() {
  const { entries, declarations: all } = await readApi();
  const lines = ['The public API. `node test/tools/api.mjs --update` rewrites this file.', ''];
  for (const { path, names } of entries) {
    lines.push(`== ${path === '.' ? 'sluice' : `sluice/${path.slice(2)}`}`);
    if (names === undefined) lines.push('(not there yet)');
    else for (const { name, kinds, where, local } of names) lines.push(`${name}: ${kinds}, ${where}${local === name ? '' : ` as ${local}`}`);
    lines.push('');
  }
  for (const { where, name, text } of [...all.values()].sort((a, b) => (`${a.where}#${a.name}` < `${b.where}#${b.name}` ? -1 : 1))) {
    lines.push(`-- ${where}#${name}`, text, '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const { ok, output } = emitDeclarations();
    if (!ok) console.error(`The sources have type errors:\n${output}`);
    const text = await apiText();
    if (process.argv.includes('--update')) {
      mkdirSync(dirname(goldenFile), { recursive: true });
      writeFileSync(goldenFile, text);
      console.log(`${relative(root, goldenFile)}: ${text.split('\n').length} lines`);
    } else {
      process.stdout.write(text);
    }
  });
}
