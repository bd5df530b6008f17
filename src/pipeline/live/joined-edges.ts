/** Live edges that a builder was given apart from the stages that read them. */
import { PipelineValidationError } from '../errors.js';
import type { NamedEdge } from '../fold.js';
import type { BranchOptions, LiveEdge, StageSpec } from '../spec.js';

/** The edge of a branch to one of its readers. */
export function branchEdge(from: string, to: string, all: readonly string[], options: BranchOptions): LiveEdge {
  const { mode = 'broadcast', when, types } = options;
  const own = types?.[to];
  return {
    from,
    ...(when === undefined ? {} : { when: (element) => when(element, to) }),
    ...(own === undefined ? (mode === 'byType' ? { types: 'declared' as const } : {}) : { types: own }),
    ...(mode === 'compete' ? { compete: all.join('|') } : {}),
  };
}

/** The specifications with the edges in their readers. Throws `PipelineValidationError` for an edge to a stage that does not exist. */
export function withEdges(specs: StageSpec[], edges: readonly NamedEdge[]): StageSpec[] {
  if (edges.length === 0) return specs;
  const places = new Map(specs.map((spec, n) => [spec.name, n]));
  for (const { to, edge } of edges) {
    const place = places.get(to);
    if (place === undefined) throw new PipelineValidationError('CONTRACT-004-MISSING_DEP', `A live edge leads from '${edge.from}' to '${to}', but there is no stage named '${to}'.`, `Add a stage of that name, or correct the name.`, [edge.from, to]);
    const spec = specs[place] as StageSpec; // places holds indices of specs
    specs[place] = { ...spec, streamsFrom: [...(spec.streamsFrom ?? []), { ...edge, joined: true }] };
  }
  return specs;
}
