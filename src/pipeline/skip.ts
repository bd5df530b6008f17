/** Whether a stage whose dependencies have settled has anything to do. */
import type { StageInputs } from '../stage/inputs.js';
import { toError } from '../base/errors.js';
import { StageOutput } from '../stage/output.js';
import type { Graph, GraphNode } from './graph-node.js';
import type { SettledOutputs } from './settled-outputs.js';

/** The output of a stage that is not to run; `undefined` when it is. A condition that throws fails the stage. */
export function skipOutput(graph: Graph, node: GraphNode, outputs: SettledOutputs, inputs: () => StageInputs): StageOutput | undefined {
  try {
    const reason = whySkipped(graph, node, outputs, inputs);
    return reason === undefined ? undefined : StageOutput.skip(reason);
  } catch (error) {
    return StageOutput.fail(toError(error));
  }
}

/** Why the stage is to be skipped; `undefined` when it is to run. `always` stages always run. */
function whySkipped(graph: Graph, node: GraphNode, outputs: SettledOutputs, inputs: () => StageInputs): string | undefined {
  const { spec } = node;
  if (spec.always === true) return undefined;
  for (const n of node.dependencies) {
    const before = graph.nodes[n] as GraphNode; // dependencies hold indices of nodes
    const output = outputs.get(n) as StageOutput; // dependencies have settled
    if (output.status === 'skip' && spec.runOnSkip !== true) return `dependency '${before.name}' was skipped`;
    if (output.status === 'cancel' && spec.runOnSkip !== true) return `dependency '${before.name}' was canceled`;
    if (output.status === 'fail' || output.status === 'retry') return `dependency '${before.name}' failed`;
    if (output.status !== 'ok') continue;
    const data = output.data as Readonly<Record<string, unknown>>;
    const branches = before.kind === 'route' ? data['branches'] : undefined;
    if (Array.isArray(branches) && !branches.includes(node.name) && before.stage.routes?.includes(node.name) !== false) return `branch not taken by '${before.name}'`;
    const reason = spec.conditional === true ? data['skipReason'] : undefined;
    if (reason !== undefined && reason !== null && reason !== '') return `dependency '${before.name}' gave a skip reason`;
  }
  if (typeof spec.conditional === 'function' && !spec.conditional(inputs())) return 'its condition is false';
  return undefined;
}
