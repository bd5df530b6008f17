/** Elements, channels, queues and pipes. */
export { Priority, element, textElement, audioElement, messageElement, toolCallElement, imageElement, videoElement, partsElement, valueElement, errorElement, endOfStreamElement, endOfTurnElement, interruptElement, hasContent, isControl, isEmpty, withSource, withPriority, withSequence, withMetadata, type StreamElement, type ElementBody, type ElementHeader, type ElementOf, type ElementOptions, type ElementType } from './stream/element.js';
export type { ChannelReader, ChannelWriter } from './stream/channel-ends.js';
export { Channel, type ChannelOptions, type Overflow } from './stream/channel.js';
export { ChunkQueue, QueueEmptyError, type ChunkQueueOptions, type QueueWaitOptions } from './stream/chunk-queue.js';
export { BackpressureMonitor, QueueStats, type BackpressureMonitorOptions } from './stream/backpressure.js';
export { BackpressureConfig, type BackpressureConfigInit } from './stream/backpressure-config.js';
export type { ItemErrorPolicy } from './stream/item-rules.js';
export { StreamPipe, type StreamPipeOptions, type PipeStreamOptions } from './stream/pipe.js';
export { BatchStreamPipe } from './stream/batch-pipe.js';
export { WindowedStreamPipe } from './stream/windowed-pipe.js';
export { StreamMonitor, type StreamMetrics, type StreamMonitorOptions } from './stream/monitor.js';
export { fromReadable, toReadable, toWritable } from './stream/web-streams.js';
export { StreamError } from './stream/errors.js';
export { pipeStage } from './stage/pipe-stage.js';
