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

/** Tells literals: equal ones are one object, others have no character in common. */
type IsLiteral = (node: Node) => boolean;

// What is left of an option behind its beginning.
interface Rest {
  readonly parts: readonly Node[];
  readonly from: number;
}

/** The choice between `options`, of which `isLiteral` knows the literals. */
export function choiceOf(options: readonly Node[], isLiteral: IsLiteral): Node {
  return choiceOfRests(options.map((option) => ({ parts: partsOf(option), from: 0 })), isLiteral, 0);
}

function choiceOfRests(options: readonly Rest[], isLiteral: IsLiteral, level: number): Node {
  const groups: Rest[][] = [];
  // The latest group that begins with a literal, since the last option whose beginning may be anything.
  const byHead = new Map<Node, Rest[]>();
  for (const option of options) {
    const literal = level < MAX_LEVELS ? literalOf(option.parts[option.from], isLiteral) : undefined;
    const group = literal === undefined ? undefined : byHead.get(literal);
    if (group?.[0] !== undefined && beginAlike(group[0], option, 0, isLiteral)) {
      group.push(option);
      continue;
    }
    const fresh = [option];
    groups.push(fresh);
    if (literal === undefined) byHead.clear();
    else byHead.set(literal, fresh);
  }
  const factored = groups.map((group) => factor(group, isLiteral, level));
  return factored.length === 1 ? (factored[0] ?? EMPTY_NODE) : { kind: 'choice', options: factored };
}

// What all begin with, then the choice between what is left of each.
function factor(group: readonly Rest[], isLiteral: IsLiteral, level: number): Node {
  const first = group[0] ?? { parts: [], from: 0 };
  if (group.length === 1) return sequenceOf(first.parts.slice(first.from));
  let common = 1;
  while (group.every((rest) => beginAlike(first, rest, common, isLiteral))) common++;
  const rest = choiceOfRests(group.map(({ parts, from }) => ({ parts, from: from + common })), isLiteral, level + 1);
  return sequenceOf([...first.parts.slice(first.from, first.from + common), ...partsOf(rest)]);
}

// The literal that a part is, once or several times.
function literalOf(part: Node | undefined, isLiteral: IsLiteral): Node | undefined {
  const literal = part?.kind === 'repeat' && part.min > 0 ? part.body : part;
  return literal !== undefined && isLiteral(literal) ? literal : undefined;
}

// Whether the parts at `index` are one literal, equally often. A repeated one must be followed by another
// literal in both: then nothing but the longest run can be taken, and the order in which runs are tried is moot.
function beginAlike(a: Rest, b: Rest, index: number, isLiteral: IsLiteral): boolean {
  const one = a.parts[a.from + index];
  const other = b.parts[b.from + index];
  const literal = literalOf(one, isLiteral);
  if (literal === undefined || one === undefined || other === undefined) return false;
  if (one.kind !== 'repeat') return one === other;
  if (other.kind !== 'repeat' || one.body !== other.body || one.min !== other.min || one.max !== other.max || one.greedy !== other.greedy) return false;
  return [a, b].every(({ parts, from }) => {
    const next = literalOf(parts[from + index + 1], isLiteral);
    return next !== undefined && next !== literal;
  });
}

function partsOf(node: Node): readonly Node[] {
  return node.kind === 'sequence' ? node.parts : node.kind === 'empty' ? [] : [node];
}

function sequenceOf(parts: readonly Node[]): Node {
  return parts.length === 0 ? EMPTY_NODE : parts.length === 1 ? (parts[0] ?? EMPTY_NODE) : { kind: 'sequence', parts };
}
