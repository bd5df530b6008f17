/**
 * Alternatives that begin alike share their beginning: `abc|abd|xy` becomes `ab(?:c|d)|xy`. Lists of
 * words, of which most patterns consist, become tries, with fewer states to build and to carry along.
 *
 * The order of preference stays. An option is moved up to an earlier one that begins with the same
 * literal, as often repeated, only over options that begin with other literals, and two literals under
 * the same flags have no character in common: where the moved one can match, those it passed cannot.
 */
import { EMPTY_NODE, type Node } from './ast.js';

// Each level of a trie is one level of the builder's recursion; lists of words need far fewer.
const MAX_LEVELS = 100;

/** The choice between `options`, of which literals are told apart by `isLiteral`: equal ones are one object, others are disjoint. */
export function choiceOf(options: readonly Node[], isLiteral: (node: Node) => boolean, level: number = 0): Node {
  if (options.length === 1) return options[0] ?? EMPTY_NODE;
  if (level >= MAX_LEVELS) return { kind: 'choice', options };
  const groups: Node[][] = [];
  // The latest group that begins with a literal, since the last option whose beginning may be anything.
  const byHead = new Map<Node, Node[]>();
  for (const option of options) {
    const parts = partsOf(option);
    const literal = literalOf(parts[0], isLiteral);
    const group = literal === undefined ? undefined : byHead.get(literal);
    if (group !== undefined && beginAlike(partsOf(group[0] ?? EMPTY_NODE), parts, 0, isLiteral)) {
      group.push(option);
      continue;
    }
    const fresh = [option];
    groups.push(fresh);
    if (literal === undefined) byHead.clear();
    else byHead.set(literal, fresh);
  }
  const factored = groups.map((group) => (group.length === 1 ? (group[0] ?? EMPTY_NODE) : factor(group, isLiteral, level)));
  return factored.length === 1 ? (factored[0] ?? EMPTY_NODE) : { kind: 'choice', options: factored };
}

// What all begin with, then the choice between what is left of each.
function factor(options: readonly Node[], isLiteral: (node: Node) => boolean, level: number): Node {
  const lists = options.map(partsOf);
  const first = lists[0] ?? [];
  let common = 1;
  while (lists.every((parts) => beginAlike(first, parts, common, isLiteral))) common++;
  const rest = choiceOf(lists.map((parts) => sequenceOf(parts.slice(common))), isLiteral, level + 1);
  return sequenceOf([...first.slice(0, common), ...(rest.kind === 'empty' ? [] : partsOf(rest))]);
}

// The literal that a part is, once or several times.
function literalOf(part: Node | undefined, isLiteral: (node: Node) => boolean): Node | undefined {
  const literal = part?.kind === 'repeat' && part.min > 0 ? part.body : part;
  return literal !== undefined && isLiteral(literal) ? literal : undefined;
}

// Whether the parts at `index` are one literal, equally often. A repeated one must be followed by another
// literal in both: then nothing but the longest run can be taken, and the order in which runs are tried is moot.
function beginAlike(a: readonly Node[], b: readonly Node[], index: number, isLiteral: (node: Node) => boolean): boolean {
  const one = a[index];
  const other = b[index];
  const literal = literalOf(one, isLiteral);
  if (literal === undefined || one === undefined || other === undefined) return false;
  if (one.kind !== 'repeat') return one === other;
  if (other.kind !== 'repeat' || one.body !== other.body || one.min !== other.min || one.max !== other.max || one.greedy !== other.greedy) return false;
  return [a, b].every((parts) => {
    const next = literalOf(parts[index + 1], isLiteral);
    return next !== undefined && next !== literal;
  });
}

function partsOf(node: Node): readonly Node[] {
  return node.kind === 'sequence' ? node.parts : node.kind === 'empty' ? [] : [node];
}

function sequenceOf(parts: readonly Node[]): Node {
  return parts.length === 0 ? EMPTY_NODE : parts.length === 1 ? (parts[0] ?? EMPTY_NODE) : { kind: 'sequence', parts };
}
