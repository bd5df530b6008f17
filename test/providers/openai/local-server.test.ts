// A real server on this machine: what leaves `fetch`, and what a socket does when somebody leaves.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AudioChunk } from '../../../src/audio/chunk.js';
import { decodeWav } from '../../../src/audio/wav.js';
import { AbortedError } from '../../../src/base/errors.js';
import { Message } from '../../../src/context/message.js';
import { OpenAILanguageModel } from '../../../src/providers/openai/language-model.js';
import { OpenAIRecognizer } from '../../../src/providers/openai/recognizer.js';
import { OpenAIVoice } from '../../../src/providers/openai/voice.js';
import { chunk, collect, finish } from './stand-in.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

let server: Server;
let base = '';
let handler: Handler = () => undefined;
beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => handler(request, response, Buffer.concat(parts)));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  base = `http://localhost:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  handler = (_request, response) => response.writeHead(500).end();
});

const asking = [new Message({ role: 'user', content: 'hi' })];
const drained = (response: ServerResponse, text: string | Uint8Array): Promise<void> => new Promise((resolve) => response.write(text, () => resolve()));

describe('against a server', () => {
  it('streams an answer that is sent byte by byte', async () => {
    handler = (request, response) => {
      expect([request.method, request.url, request.headers.authorization]).toEqual(['POST', '/v1/chat/completions', 'Bearer key']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const bytes = Buffer.from(`: hello\n\n${chunk({ content: 'Grüß ' })}${chunk({ content: '😀' })}${finish('stop')}data: [DONE]\n\n`);
      void (async () => {
        for (const byte of bytes) await drained(response, new Uint8Array([byte]));
        response.end();
      })();
    };
    const events = await collect(new OpenAILanguageModel({ model: 'm', apiKey: 'key', baseUrl: base }).stream(asking));
    expect(events).toEqual([{ type: 'text', delta: 'Grüß ' }, { type: 'text', delta: '😀' }, { type: 'finish', reason: 'stop' }]);
  });

  it('closes the connection when the signal aborts', async () => {
    const closed = new Promise<void>((resolve) => {
      handler = (_request, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk({ content: 'Hi' }));
      };
    });
    const stop = new AbortController();
    const events = new OpenAILanguageModel({ model: 'm', baseUrl: base }).stream(asking, { signal: stop.signal });
    expect((await events.next()).value).toEqual({ type: 'text', delta: 'Hi' });
    const next = events.next();
    stop.abort();
    await expect(next).rejects.toBeInstanceOf(AbortedError);
    await closed;
  });

  it('closes the connection when the reader of the answer leaves', async () => {
    const closed = new Promise<void>((resolve) => {
      handler = (_request, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk({ content: 'Hi' }));
      };
    });
    for await (const event of new OpenAILanguageModel({ model: 'm', baseUrl: base }).stream(asking)) if (event.type === 'text') break;
    await closed;
  });

  it('rejects when the server hangs up in the middle of an answer', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      void drained(response, chunk({ content: 'Hi' })).then(() => response.destroy());
    };
    await expect(collect(new OpenAILanguageModel({ model: 'm', baseUrl: base }).stream(asking))).rejects.toMatchObject({ code: 'OPENAI_STREAM', fatal: false });
  });

  it('rejects with the system’s word when nobody listens', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, 'localhost', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const error: unknown = await new OpenAILanguageModel({ model: 'm', baseUrl: `http://localhost:${port}/v1` }).complete(asking).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'OPENAI_NETWORK', fatal: false, message: expect.stringContaining('ECONNREFUSED') as string });
  });

  it('sends a form that a server can read', async () => {
    let fields: FormData | undefined;
    handler = (request, response, body) => {
      void new Response(new Uint8Array(body), { headers: { 'content-type': request.headers['content-type'] ?? '' } }).formData().then((form) => {
        fields = form;
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"Hi"}');
      });
    };
    const stt = new OpenAIRecognizer({ model: 'whisper-1', baseUrl: base });
    expect((await stt.transcribe(new AudioChunk({ float32: new Float32Array(1600), sampleRate: 16000 }), { language: 'en-GB' })).text).toBe('Hi');
    expect(fields?.get('language')).toBe('en');
    const file = fields?.get('file') as File;
    expect(decodeWav(new Uint8Array(await file.arrayBuffer())).samples).toHaveLength(1600);
  });

  it('gives the first samples before the last are sent', async () => {
    let sendRest = (): void => undefined;
    handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/pcm' });
      void drained(response, new Uint8Array(4801));
      sendRest = () => response.end(new Uint8Array(4799));
    };
    let frames = 0;
    for await (const event of new OpenAIVoice({ model: 'tts-1', baseUrl: base }).stream('Hello.')) {
      if (event.type !== 'audio') continue;
      if (frames === 0) sendRest();
      frames += event.chunk.frames;
    }
    expect(frames).toBe(4800);
  });
});
