/**
 * Look-around that asks for one neighbour is a condition on that neighbour, which an automaton can
 * carry along. `(?=\d+)` and `(?=\d)` ask the same, so do `(?:\s|$)` and a set with the edge of the
 * text; anything that needs a second character is refused.
 */
import { isNullable, type LookNode, type Node } from './ast.js';
import { ALL, complement, EMPTY, union, type CharSet } from './char-set.js';
import { PatternSyntaxError } from './syntax-error.js';

interface Neighbour {
  readonly set: CharSet;
  readonly edge: boolean;
}

/** The condition that a look-around with this body is. Throws {@link PatternSyntaxError} where it needs more than one character. */
export function lookAround(body: Node, side: 'before' | 'after', negated: boolean, position: number): LookNode {
  const asked = neighbour(body, side);
  if (asked === undefined) {
    const name = `${negated ? 'a negative ' : 'a '}${side === 'after' ? 'lookahead' : 'lookbehind'} of more than one character`;
    throw new PatternSyntaxError(name, position, 'Only the character next to the position can be asked for in linear time; test the match with verify instead.');
  }
  return { kind: 'look', side, set: negated ? complement(asked.set) : asked.set, edge: negated ? !asked.edge : asked.edge };
}

function neighbour(node: Node, side: 'before' | 'after'): Neighbour | undefined {
  switch (node.kind) {
    case 'empty':
      return { set: ALL, edge: true };
    case 'set':
      return { set: node.set, edge: false };
    case 'look':
      return node.side === side ? node : undefined;
    case 'repeat':
      if (hasLook(node.body)) return undefined;
      if (node.min === 0) return { set: ALL, edge: true };
      return node.min === 1 || isNullable(node.body) ? neighbour(node.body, side) : undefined;
    case 'choice': {
      const asked = node.options.map((option) => neighbour(option, side));
      if (asked.some((one) => one === undefined)) return undefined;
      const known = asked.filter((one) => one !== undefined);
      return { set: known.length === 0 ? EMPTY : union(...known.map((one) => one.set)), edge: known.some((one) => one.edge) };
    }
    case 'sequence':
      return ofSequence(side === 'after' ? node.parts : [...node.parts].reverse(), side);
  }
}

// Only the nearest part may ask; what lies beyond must be satisfied by nothing.
function ofSequence(nearestFirst: readonly Node[], side: 'before' | 'after'): Neighbour | undefined {
  const [nearest, ...beyond] = nearestFirst;
  if (nearest === undefined || beyond.some((part) => !isNullable(part) || hasLook(part))) return undefined;
  if (isNullable(nearest)) return undefined;
  return neighbour(nearest, side);
}

function hasLook(node: Node): boolean {
  switch (node.kind) {
    case 'look':
      return true;
    case 'sequence':
      return node.parts.some(hasLook);
    case 'choice':
      return node.options.some(hasLook);
    case 'repeat':
      return hasLook(node.body);
    default:
      return false;
  }
}
