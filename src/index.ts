/** Everything that is platform-free. */
export { SluiceError, AbortedError, ClosedError } from './base/errors.js';
export { InvalidOptionError } from './base/option.js';
export { systemClock, type Clock } from './base/clock.js';
export type { PipelineEvent, EventMap, EventName, EventEmitter } from './event/event.js';
export { noopSink, type EventSink } from './event/sink.js';
export { ContextSnapshot } from './context/snapshot.js';
export { Message, MessageRole } from './context/message.js';
export { StageKind, StageStatus, StageType } from './stage/kind.js';
export { StageOutput } from './stage/output.js';
export { StageContext, createStageContext } from './stage/context.js';
export { StageInputs, createStageInputs } from './stage/inputs.js';
export type { Stage, StageFunction, StageRunner } from './stage/stage.js';
export { textElement, audioElement, messageElement, errorElement, Priority, type StreamElement } from './stream/element.js';
export { Channel } from './stream/channel.js';
export { Pipeline } from './pipeline/pipeline.js';
export { StageGraph } from './pipeline/stage-graph.js';
export { GuardrailStage } from './guardrails/guardrail-stage.js';
export { PIIDetector } from './guardrails/pii-detector.js';
