/**
 * What a pattern says, after flags have been applied: characters are sets (case folding and `.` are
 * resolved), so that nothing behind the parser knows of flags.
 */
import type { CharSet } from './char-set.js';

/** A condition on the neighbours of a position; consumes nothing. */
export interface LookNode {
  readonly kind: 'look';
  /** Which neighbour is asked. `boundary` and `nonBoundary` ask both. */
  readonly side: 'before' | 'after' | 'boundary' | 'nonBoundary';
  /** The neighbour must be in this set (for boundaries: the word characters). */
  readonly set: CharSet;
  /** Whether the edge of the text fulfils the condition; unused for boundaries, where it counts as no word character. */
  readonly edge: boolean;
}

/** A node of a parsed pattern. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly body: Node; readonly min: number; readonly max: number; readonly greedy: boolean; readonly position: number }
  | LookNode;

/** The node that matches the empty text. */
export const EMPTY_NODE: Node = { kind: 'empty' };

/** Whether `node` can match without consuming a character. */
export function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
    case 'look':
      return true;
    case 'set':
      return false;
    case 'sequence':
      return node.parts.every(isNullable);
    case 'choice':
      return node.options.some(isNullable);
    case 'repeat':
      return node.min === 0 || isNullable(node.body);
  }
}
