/** The names and times of what happens, newest first. Payloads are not shown. */
import type { EventSink, PipelineEvent } from 'sluice';
import { byId, make } from './dom.js';

const SHOWN = 200;

/** A sink that shows events; also keeps them for the page's tests as `window.sluiceEvents`. */
export function createEventList(): EventSink {
  const list = byId('events');
  const began = performance.now();
  const kept: PipelineEvent[] = [];
  Object.assign(window, { sluiceEvents: kept });
  const show = (event: PipelineEvent): void => {
    kept.push(event);
    if (kept.length > 5000) kept.splice(0, 1000);
    const item = make('li');
    const stage = event.data['stage'];
    item.append(make('time', { text: `${((performance.now() - began) / 1000).toFixed(2)} s` }), make('span', { text: typeof stage === 'string' ? `${event.type}  ${stage}` : event.type }));
    list.prepend(item);
    while (list.childElementCount > SHOWN) list.lastElementChild?.remove();
  };
  return {
    tryEmit: show,
    emit: (event) => {
      show(event);
      return Promise.resolve();
    },
  };
}
