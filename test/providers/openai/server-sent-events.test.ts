import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../../src/base/errors.js';
import { seededRandom } from '../../../src/base/random.js';
import { EventStreamError, readServerSentEvents, ServerSentEventParser, type ServerSentEvent } from '../../../src/providers/openai/server-sent-events.js';
import { scale, seed } from '../../tools/scale.js';
import { body, bytesOf, collect } from './stand-in.js';

function parse(pieces: readonly Uint8Array[]): readonly ServerSentEvent[] {
  const parser = new ServerSentEventParser();
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.flush()];
}

const message = (data: string): ServerSentEvent => ({ type: 'message', data });

describe('ServerSentEventParser', () => {
  it.each<[string, string, readonly ServerSentEvent[]]>([
    ['line feeds', 'data: a\n\ndata: b\n\n', [message('a'), message('b')]],
    ['carriage returns and line feeds', 'data: a\r\n\r\ndata: b\r\n\r\n', [message('a'), message('b')]],
    ['carriage returns alone', 'data: a\r\rdata: b\r\r', [message('a'), message('b')]],
    ['comments that keep the connection open', ': ping\n\n:\n\ndata: a\n: in between\n\n', [message('a')]],
    ['data over several lines', 'data: a\ndata:\ndata:b\n\n', [message('a\n\nb')]],
    ['one space after the colon, and no more, belongs to the format', 'data:  a\n\n', [message(' a')]],
    ['a field without a colon', 'data\n\n', [message('')]],
    ['names of events, which last for one event', 'event: ping\ndata: {}\n\ndata: a\n\n', [{ type: 'ping', data: '{}' }, message('a')]],
    ['events without data, which are none', 'event: nothing\n\nid: 7\nretry: 10\n\n', []],
    ['a byte order mark', '\u{feff}data: a\n\n', [message('a')]],
    ['an end without an empty line', 'data: a\n\ndata: b', [message('a'), message('b')]],
    ['the error field of llama.cpp', 'data: a\n\nerror: {"code":500}\n\n', [message('a'), { type: 'error', data: '{"code":500}' }]],
    ['nothing', '', []],
  ])('reads %s', (_what, text, events) => {
    expect(parse([bytesOf(text)])).toEqual(events);
  });

  it('gives the same events wherever the stream is cut in two', () => {
    const bytes = bytesOf('\u{feff}: hello\r\n\r\ndata: {"a":"ä€😀"}\r\n\r\nevent: x\rdata: 1\rdata: 2\r\rdata: [DONE]');
    const whole = parse([bytes]);
    expect(whole).toEqual([message('{"a":"ä€😀"}'), { type: 'x', data: '1\n2' }, message('[DONE]')]);
    for (let at = 0; at <= bytes.length; at++) expect(parse([bytes.slice(0, at), bytes.slice(at)])).toEqual(whole);
    expect(parse([...bytes].map((byte) => new Uint8Array([byte])))).toEqual(whole);
  });

  it('gives the same events for random streams in random pieces', () => {
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    for (let run = 0; run < scale(150, 20_000); run++) {
      const ends = pick(['\n', '\r\n', '\r']);
      const events = Array.from({ length: Math.floor(random() * 6) }, () => message(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(['{"d":"ü"}', '', 'x: y', '😀😀', '{"a":[1,2]}'])).join('\n')));
      const text = events.map(({ data }) => `${pick(['', `: c${ends}`, `: c${ends}${ends}`])}${data.split('\n').map((line) => `data: ${line}${ends}`).join('')}${ends}`).join('');
      const bytes = bytesOf(text);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + Math.floor(random() * 9);
        pieces.push(bytes.slice(at, at + size));
        at += size;
      }
      expect(parse(pieces)).toEqual(events);
    }
  });

  it('refuses a line that never ends', () => {
    const parser = new ServerSentEventParser();
    const megabyte = new Uint8Array(1_048_576).fill(97);
    expect(() => {
      for (let n = 0; n < 5; n++) parser.push(megabyte);
    }).toThrow(EventStreamError);
  });
});

describe('readServerSentEvents', () => {
  it('cancels the body when its reader leaves early', async () => {
    let canceled = false;
    for await (const event of readServerSentEvents(body([bytesOf('data: a\n\n')], { open: true, onCancel: () => (canceled = true) }), 'The stream')) {
      expect(event).toEqual(message('a'));
      break;
    }
    expect(canceled).toBe(true);
  });

  it('cancels the body and rejects at once when the signal aborts, also while the server says nothing', async () => {
    let canceled = false;
    const stop = new AbortController();
    const events = readServerSentEvents(body([bytesOf('data: a\n\n')], { open: true, onCancel: () => (canceled = true) }), 'The stream', stop.signal);
    await events.next();
    const next = events.next();
    stop.abort('enough');
    await expect(next).rejects.toBeInstanceOf(AbortedError);
    expect(canceled).toBe(true);
  });

  it('cancels the body when the signal aborts while nobody reads', async () => {
    let canceled = false;
    const stop = new AbortController();
    const events = readServerSentEvents(body([bytesOf('data: a\n\ndata: b\n\n')], { open: true, onCancel: () => (canceled = true) }), 'The stream', stop.signal);
    await events.next();
    stop.abort();
    expect(canceled).toBe(true);
    await events.return(undefined);
  });

  it('ends with the body', async () => {
    expect(await collect(readServerSentEvents(body([bytesOf('data: a\n\n')]), 'The stream'))).toEqual([message('a')]);
  });
});
