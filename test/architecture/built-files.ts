// Which files of dist a script loads, and which names it takes from each: benches and evaluations are run by hand, so
// nothing else would notice that what they import has moved.
import { readSource, walk, type Node } from './source.js';

/** One loading of a built file; `path` is relative to dist. */
export interface BuiltFile {
  readonly path: string;
  readonly names: readonly string[];
}

const PATH = /(?:^|\/|#)dist\/([a-z0-9/.-]+)\.js$/;

/** Every built file that the script at `path` loads. */
export function builtFiles(path: string, text: string): readonly BuiltFile[] {
  const found = new Map<number, BuiltFile>();
  const add = (node: Node | undefined, pattern?: Node): void => {
    const file = node === undefined ? undefined : fileOf(node);
    if (node !== undefined && file !== undefined && !found.has(node.start)) found.set(node.start, { path: file, names: pattern === undefined ? [] : namesOf(pattern) });
  };
  walk(readSource(path, text).program, (node) => {
    if (node.type === 'ImportDeclaration') {
      const file = PATH.exec(String((node.source as Node).value))?.[1];
      if (file !== undefined) found.set(node.start, { path: file, names: (node.specifiers as Node[]).flatMap((one) => (one.type === 'ImportSpecifier' ? [String((one.imported as Node).name)] : [])) });
    } else if (node.type === 'VariableDeclarator' && (node.init as Node | null)?.type === 'AwaitExpression') {
      const pattern = node.id as Node;
      const awaited = (node.init as Node).argument as Node;
      const all = awaited.type === 'CallExpression' ? ((awaited.arguments as Node[])[0]?.elements as Node[] | undefined) : undefined;
      if (pattern.type === 'ArrayPattern') for (const [n, one] of (all ?? []).entries()) add(one, (pattern.elements as Node[])[n]);
      else add(awaited, pattern);
    } else {
      add(node); // names are known where it stands in a declaration, which comes first
    }
  });
  return [...found.values()];
}

/** `import('…/dist/a.js')`, `` import(`${dist}a.js`) `` and `lib('a.js')`. */
function fileOf(node: Node): string | undefined {
  if (node.type === 'ImportExpression') {
    const source = node.source as Node;
    if (source.type === 'Literal') return PATH.exec(String(source.value))?.[1];
    const [before, after] = (source.quasis ?? []) as Node[];
    const name = ((source.expressions ?? []) as Node[])[0]?.name;
    return name === 'dist' && (before?.value as { raw: string }).raw === '' ? /^([a-z0-9/.-]+)\.js$/.exec((after?.value as { raw: string }).raw)?.[1] : undefined;
  }
  if (node.type !== 'CallExpression' || (node.callee as Node).name !== 'lib') return undefined;
  const value = (node.arguments as Node[])[0]?.value;
  return typeof value === 'string' ? /^([a-z0-9/.-]+)\.js$/.exec(value)?.[1] : undefined;
}

function namesOf(pattern: Node): readonly string[] {
  return pattern.type === 'ObjectPattern' ? (pattern.properties as Node[]).flatMap((one) => (one.type === 'Property' ? [String((one.key as Node).name)] : [])) : [];
}

/** The names that a source file exports; one that hands on all of another file has `*` among them. */
export function exportedNames(path: string, text: string): ReadonlySet<string> {
  const names = (readSource(path, text).program.body as Node[]).flatMap((node) => {
    if (node.type === 'ExportAllDeclaration') return ['*'];
    if (node.type !== 'ExportNamedDeclaration') return [];
    const declaration = node.declaration as Node | null;
    if (declaration === null) return (node.specifiers as Node[]).map((one) => String((one.exported as Node).name));
    const declared = (declaration.declarations as Node[] | undefined) ?? [declaration];
    return declared.map((one) => String((one.id as Node).name));
  });
  return new Set(names);
}
