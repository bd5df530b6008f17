/** Turns the names in an edge into places in the graph. */
import { PipelineValidationError } from './errors.js';

const FEW = 16;

/** Places of the named stages; refuses unknown names, the stage itself, and a name given twice. */
export function placesOf(stage: string, names: readonly string[], option: string, places: ReadonlyMap<string, number>): number[] {
  const found: number[] = [];
  const seen = names.length > FEW ? new Set<number>() : undefined; // a search through a short list is faster, through a long one quadratic
  for (const name of names) {
    const at = places.get(name);
    if (name === stage) throw new PipelineValidationError('CONTRACT-004-SELF_DEP', `Stage '${name}' names itself in ${option}.`, 'Remove it there.', [name]);
    if (at === undefined) throw new PipelineValidationError('CONTRACT-004-MISSING_DEP', `Stage '${stage}' names '${String(name)}' in ${option}, but there is no such stage.`, `Add a stage of that name, or correct the name.${nearest(name, places)}`, [stage, String(name)]);
    if (seen === undefined ? found.includes(at) : seen.size === seen.add(at).size) throw new PipelineValidationError('CONTRACT-004-DUPLICATE_EDGE', `Stage '${stage}' names '${name}' twice in ${option}.`, 'Name each stage once.', [stage, name]);
    found.push(at);
  }
  return found;
}

/** A stage of a similar name, as a hint. */
function nearest(name: unknown, places: ReadonlyMap<string, number>): string {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = plain(String(name));
  for (const candidate of places.keys()) if (plain(candidate) === wanted) return ` Did you mean '${candidate}'?`;
  return '';
}
