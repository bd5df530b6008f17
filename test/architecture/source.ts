// One source file as the rules see it: its syntax tree, its imports, and the names it takes from the realm.
import { parseSync } from 'oxc-parser';

/** A node of the syntax tree (ESTree with TypeScript), read structurally. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One import, re-export, dynamic import or import type. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly form: 'static' | 'reexport' | 'dynamic' | 'type';
}

/** A name that is used but not declared in the file. */
export interface FreeName {
  readonly name: string;
  readonly line: number;
}

/** A parsed file. */
export interface Source {
  readonly path: string;
  readonly lines: number;
  readonly program: Node;
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  readonly imports: readonly Import[];
  readonly freeNames: readonly FreeName[];
  readonly lineOf: (offset: number) => number;
}

/** Parses `text` as the file at `path`; throws when it is not TypeScript. */
export function readSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path} does not parse: ${error.message}`);
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const root = program as unknown as Node;
  return {
    path,
    lines: text.endsWith('\n') ? starts.length - 1 : starts.length,
    program: root,
    comments,
    imports: importsOf(root, lineOf),
    freeNames: freeNamesOf(root).map(({ name, start }) => ({ name, line: lineOf(start) })),
    lineOf,
  };
}

/** Calls `visit` for each node, parents first; stops below a node when `visit` returns false. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined, key: string) => boolean | void, parent?: Node, key = ''): void {
  if (visit(node, parent, key) === false) return;
  for (const [name, child] of children(node)) walk(child, visit, node, name);
}

/** The child nodes of `node` with the property they stand in. */
export function* children(node: Node): Iterable<[string, Node]> {
  for (const [name, value] of Object.entries(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) yield [name, item];
    } else if (isNode(value)) {
      yield [name, value];
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

const FORMS: Record<string, Import['form']> = {
  ImportDeclaration: 'static',
  ExportNamedDeclaration: 'reexport',
  ExportAllDeclaration: 'reexport',
  ImportExpression: 'dynamic',
  TSImportType: 'type',
};

function importsOf(program: Node, lineOf: (offset: number) => number): Import[] {
  const found: Import[] = [];
  walk(program, (node) => {
    const form = FORMS[node.type];
    const source = node.source as Node | null | undefined;
    if (form === undefined || source?.type !== 'Literal') return;
    found.push({ specifier: String(source.value), line: lineOf(node.start), form });
  });
  return found;
}

// --- free names ------------------------------------------------------------------------------------------------------

const SCOPES = new Set(['Program', 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'BlockStatement', 'ForStatement', 'ForOfStatement', 'ForInStatement', 'CatchClause', 'SwitchStatement', 'ClassDeclaration', 'ClassExpression', 'StaticBlock', 'TSModuleBlock', 'TSFunctionType', 'TSMethodSignature', 'TSCallSignatureDeclaration', 'TSConstructSignatureDeclaration', 'TSConstructorType', 'TSDeclareFunction', 'TSEmptyBodyFunctionExpression', 'TSTypeAliasDeclaration', 'TSInterfaceDeclaration', 'TSMappedType', 'TSConditionalType']);
const FUNCTIONS = /Function|TSMethodSignature|Signature|TSConstructorType/;

// Identifiers in these places are labels of something else, not references to a variable or type.
const NOT_A_REFERENCE: Record<string, readonly string[]> = {
  MemberExpression: ['property'], Property: ['key'], MethodDefinition: ['key'], PropertyDefinition: ['key'], AccessorProperty: ['key'],
  TSPropertySignature: ['key'], TSMethodSignature: ['key'], TSQualifiedName: ['right'], TSImportType: ['qualifier'], TSAbstractMethodDefinition: ['key'], TSAbstractPropertyDefinition: ['key'],
  ImportSpecifier: ['imported', 'local'], ImportDefaultSpecifier: ['local'], ImportNamespaceSpecifier: ['local'], ExportSpecifier: ['exported'],
  LabeledStatement: ['label'], BreakStatement: ['label'], ContinueStatement: ['label'], TSNamedTupleMember: ['label'], MetaProperty: ['meta', 'property'], TSTypePredicate: ['parameterName'],
  TSIndexSignature: ['parameters'], TSEnumMember: ['id'],
};

function freeNamesOf(program: Node): { name: string; start: number }[] {
  const free: { name: string; start: number }[] = [];
  const enter = (node: Node, scopes: readonly ReadonlySet<string>[], parent: Node | undefined, key: string): void => {
    const inner = SCOPES.has(node.type) ? [...scopes, declared(node)] : scopes;
    if (node.type === 'Identifier') {
      const name = String(node.name);
      const computed = parent?.computed === true && (key === 'property' || key === 'key');
      const label = parent !== undefined && (NOT_A_REFERENCE[parent.type]?.includes(key) ?? false) && !computed;
      const reexported = parent?.type === 'ExportSpecifier' && parent.fromSource === true;
      if (!label && !reexported && !scopes.some((scope) => scope.has(name))) free.push({ name, start: node.start });
    }
    // `globalThis.process` and `globalThis['process']` name the realm just as `process` does.
    if (node.type === 'MemberExpression' && (node.object as Node).type === 'Identifier' && (node.object as Node).name === 'globalThis') {
      const property = node.property as Node;
      if (property.type === 'Identifier' && node.computed !== true) free.push({ name: String(property.name), start: property.start });
      if (property.type === 'Literal') free.push({ name: String(property.value), start: property.start });
    }
    for (const [name, child] of children(node)) {
      // The names in `export { x } from '…'` belong to the other file.
      if (node.type === 'ExportNamedDeclaration' && node.source != null && name === 'specifiers') continue;
      enter(child, inner, node, name);
    }
  };
  enter(program, [], undefined, '');
  return free;
}

// What a scope declares. Declarations of nested blocks are found when those are entered; `var` does not occur here.
function declared(scope: Node): Set<string> {
  const names = new Set<string>();
  const pattern = (node: Node | null | undefined): void => {
    if (node == null) return;
    if (node.type === 'Identifier') names.add(String(node.name));
    else if (node.type === 'ObjectPattern') for (const property of node.properties as Node[]) pattern((property.type === 'RestElement' ? property.argument : property.value) as Node);
    else if (node.type === 'ArrayPattern') for (const element of node.elements as (Node | null)[]) pattern(element);
    else if (node.type === 'AssignmentPattern') pattern(node.left as Node);
    else if (node.type === 'RestElement') pattern(node.argument as Node);
    else if (node.type === 'TSParameterProperty') pattern(node.parameter as Node);
  };
  const declaration = (node: Node | null | undefined): void => {
    if (node == null) return;
    if (node.type === 'VariableDeclaration') for (const declarator of node.declarations as Node[]) pattern(declarator.id as Node);
    else if (node.type === 'ImportDeclaration') for (const specifier of node.specifiers as Node[]) pattern(specifier.local as Node);
    else if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') declaration(node.declaration as Node | null);
    else if (/^(Function|Class|TSInterface|TSTypeAlias|TSEnum|TSModule)Declaration$|^TSDeclareFunction$/.test(node.type)) pattern(node.id as Node | null);
  };
  if (scope.type === 'FunctionExpression' || scope.type === 'ClassExpression') pattern(scope.id as Node | null);
  if (FUNCTIONS.test(scope.type)) for (const parameter of (scope.params ?? scope.parameters ?? []) as Node[]) pattern(parameter);
  if (scope.type === 'CatchClause') pattern(scope.param as Node | null);
  for (const key of ['init', 'left']) if (isNode(scope[key])) declaration(scope[key]);
  if (Array.isArray(scope.body)) for (const statement of scope.body as Node[]) declaration(statement);
  if (scope.type === 'SwitchStatement') for (const branch of scope.cases as Node[]) for (const statement of branch.consequent as Node[]) declaration(statement);
  for (const parameter of ((scope.typeParameters as Node | null)?.params ?? []) as Node[]) pattern(parameter.name as Node);
  if (scope.type === 'TSMappedType') pattern((scope.key ?? (scope.typeParameter as Node | undefined)?.name) as Node | undefined);
  if (scope.type === 'TSConditionalType') walk(scope.extendsType as Node, (node) => { if (node.type === 'TSInferType') pattern((node.typeParameter as Node).name as Node); });
  return names;
}
