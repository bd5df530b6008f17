/** A channel of elements with all four lanes by their priority, in which a busy high lane does not starve the lower ones. */
import { Channel, type ChannelOptions } from './channel.js';
import { Priority, type StreamElement } from './element.js';

// One item of a waiting lower lane for so many that overtook it.
const FAIRNESS = 64;

/** A channel that orders elements by priority; the end of the stream stays last. */
export class PriorityChannel<T extends StreamElement = StreamElement> extends Channel<T> {
  constructor(options: Omit<ChannelOptions<T>, 'priorityOf'> = {}) {
    super({ fairness: FAIRNESS, ...options, priorityOf: laneOf });
  }
}

/** Lane of an element; the end of the stream stays last whatever its priority says. */
export function laneOf(element: StreamElement): Priority {
  return element.type === 'endOfStream' ? Priority.LOW : element.priority;
}
