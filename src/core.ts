/** The engine's core: settled edges, runs, cancellation, deadlines and retries, for pages that need no more. */
export { CorePipeline, type CoreEdges } from './pipeline/core-pipeline.js';
export { CoreGraph } from './pipeline/core-graph.js';
export { PipelineConfig, defaultPipelineConfig, type PipelineConfigInit, type FailureMode } from './pipeline/config.js';
export type { StageSpec, StageRules, StageWrapper, RunAccess } from './pipeline/spec.js';
export type { PipelineRun, RunOptions, CancelOptions } from './pipeline/run.js';
export type { RunContext } from './pipeline/run-settings.js';
export { StageNotOkError, type PipelineResults } from './pipeline/results.js';
export type { RetryPolicy } from './pipeline/retry.js';
export { PipelineValidationError, PipelineTimeoutError, type ValidationCode } from './pipeline/errors.js';
export { StageError, UndeclaredDependencyError, MissingInputError } from './stage/errors.js';
export { StageOutput, type StageReturn } from './stage/output.js';
export type { StageContext } from './stage/context.js';
export type { StageInputs } from './stage/inputs.js';
export type { Stage, StageClass, StageFunction } from './stage/stage.js';
