/** What may be told about an element without telling its content. */
import type { Data } from '../base/data.js';
import type { StreamElement } from './element.js';

/** Bytes of a payload that is bytes; 0 for others. */
export function bytesOf(element: StreamElement): number {
  if (element.type === 'audio') return element.audio.data.byteLength;
  if (element.type === 'image') return element.image.byteLength;
  return element.type === 'video' ? element.video.byteLength : 0;
}

/** Type, place, lane, age and size; `nowMs` is on the clock of the element's stamp. */
export function traceOf(element: StreamElement, nowMs: number): Data {
  return {
    element_type: element.type,
    sequence: element.sequence,
    source: element.source,
    priority: element.priority,
    age_ms: nowMs - element.timestampMs,
    bytes: bytesOf(element),
    ...(element.turnId === undefined ? {} : { turn_id: element.turnId }),
  };
}
