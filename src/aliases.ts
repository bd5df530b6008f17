/** Names that the seeds use for what has another name here. The only place where one thing has two names. */
export {
  /** PromptKit's name of the builder. */
  Pipeline as PipelineBuilder,
} from './pipeline/pipeline.js';
export {
  /** PromptKit's name of a graph ready to run. */
  StageGraph as StreamPipeline,
  /** Stageflow's later name of it. */
  StageGraph as UnifiedStageGraph,
} from './pipeline/stage-graph.js';
export {
  /** PromptKit's name of a stage made from a function. */
  stageFunc as StageFunc,
} from './stage/common-stages.js';
export {
  /** PromptKit's name of a piece of audio; takes `samples`. */
  AudioChunk as AudioData,
} from './audio/chunk.js';
