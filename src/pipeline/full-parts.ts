/** All parts of a graph: what `Pipeline` has beyond the core. */
import { isPlainObject } from '../base/data.js';
import { InvalidOptionError } from '../base/option.js';
import { ContextSnapshot } from '../context/snapshot.js';
import { innerWrappers } from './inner-wrappers.js';
import { livePart } from './live/live-part.js';
import type { GraphParts } from './parts.js';
import { WideReporter } from './wide-reporter.js';

/** Live edges, whole snapshots, schemas, wide events. */
export const FULL_PARTS: GraphParts = {
  snapshotOf(given, clock) {
    if (given instanceof ContextSnapshot) return given;
    if (given === undefined) return new ContextSnapshot({}, clock);
    if (isPlainObject(given)) return new ContextSnapshot(given, clock);
    throw new InvalidOptionError('StageGraph.run.context', given, 'a ContextSnapshot, a PipelineContext, a StageContext, or a record such as { inputText }');
  },
  live: livePart,
  innerWrappers,
  WideReporter,
};
