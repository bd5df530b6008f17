// Elements by priority.
import { describe, expect, it } from 'vitest';
import { element, endOfStreamElement, interruptElement, Priority, textElement, type StreamElement } from '../../src/stream/element.js';
import { PriorityChannel } from '../../src/stream/priority-channel.js';

describe('PriorityChannel', () => {
  it('orders elements by priority and keeps the end of the stream last', () => {
    const channel = new PriorityChannel({ capacity: 8 });
    const elements: StreamElement[] = [textElement('low', { priority: Priority.LOW }), endOfStreamElement(), textElement('normal'), interruptElement('x')];
    for (const one of elements) channel.tryWrite(one);
    const order: string[] = [];
    for (let one = channel.tryRead(); one !== undefined; one = channel.tryRead()) order.push(one.type === 'text' ? one.text : one.type);
    expect(order).toEqual(['interrupt', 'normal', 'low', 'endOfStream']);
  });

  it('does not starve the low lane', () => {
    const channel = new PriorityChannel({ capacity: 1000 });
    channel.tryWrite(textElement('low', { priority: Priority.LOW }));
    let reads = 0;
    for (let n = 0; n < 900; n++) {
      channel.tryWrite(element({ type: 'value', value: n }, { priority: Priority.HIGH }));
      const one = channel.tryRead();
      reads++;
      if (one?.type === 'text') break;
    }
    expect(reads).toBeLessThan(100);
  });
});
