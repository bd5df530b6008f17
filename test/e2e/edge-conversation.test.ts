// Conversations in real workerd: sessions in Durable Objects, sockets that hibernate, many users at once.
import { Miniflare } from 'miniflare';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../tools/bundle.js';
import { seededRandom } from '../../src/base/random.js';
import { scale, seed } from '../tools/scale.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
let miniflare: Miniflare;
let url: URL;

beforeAll(async () => {
  miniflare = new Miniflare({
    modules: true,
    script: await bundle('conversation-worker.ts'),
    compatibilityDate: '2026-04-01',
    compatibilityFlags: ['enable_request_signal'],
    durableObjects: { CONVERSATIONS: { className: 'Conversation', useSQLite: true } },
  });
  url = await miniflare.ready;
});
afterAll(() => miniflare.dispose());

// Each request has a connection of its own: a kept-alive one may be closed by the server just as it is used again.
function request(path: string, headers: Record<string, string>, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(new URL(path, url), { method: 'POST', agent: false, headers: { 'Content-Type': 'application/json', ...headers } }, resolve).once('error', reject).end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const part of response) text += part;
  return text;
}

interface Turn {
  readonly status: number;
  readonly text: string;
  readonly said: readonly string[];
  readonly life: string;
}

async function say(text: string, user: string, session: string): Promise<Turn> {
  const response = await request('/talk', { Authorization: `Bearer token-${user}`, 'X-Session-Id': session }, JSON.stringify({ input_text: text }));
  const body = await textOf(response);
  const status = response.statusCode ?? 0;
  if (status !== 200) return { status, text: body, said: [], life: '' };
  return { status: 200, text: body, ...(JSON.parse((JSON.parse(body) as { response: string }).response) as { said: string[]; life: string }) };
}

type MiniflareSocket = NonNullable<Awaited<ReturnType<Miniflare['dispatchFetch']>>['webSocket']>;

async function open(user: string, session: string): Promise<{ socket: MiniflareSocket; turn: (text: string) => Promise<Turn> }> {
  const response = await miniflare.dispatchFetch(`http://edge.test/talk?session_id=${session}`, { headers: { Upgrade: 'websocket', Authorization: `Bearer token-${user}` } });
  const socket = response.webSocket;
  if (socket === null) throw new Error(`no socket: ${response.status}`);
  socket.accept();
  const ends: ((response: string) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(String(data)) as { type: string; response: string };
    if (frame.type === 'turn_end') ends.shift()?.(frame.response);
  });
  return {
    socket,
    turn: async (text) => {
      const end = new Promise<string>((resolve) => ends.push(resolve));
      socket.send(JSON.stringify({ type: 'text', text }));
      return { status: 101, text: await end, ...(JSON.parse(await end) as { said: string[]; life: string }) };
    },
  };
}

describe('a conversation at the edge', () => {
  it('remembers its session, over requests and sockets alike', async () => {
    expect((await say('one', 'alice', S)).said).toEqual([]);
    const { socket, turn } = await open('alice', S);
    expect((await turn('two')).said).toEqual(['one']);
    expect((await turn('three')).said).toEqual(['one', 'two']);
    socket.close(1000);
    expect((await say('four', 'alice', S.toUpperCase())).said).toEqual(['one', 'two', 'three']);
  });

  it('lets nobody else into it, and tells nothing of it', async () => {
    await say('my secret', 'alice', S);
    const refused = await say('x', 'mallory', S);
    expect([refused.status, refused.text.includes('secret'), refused.text.includes('alice')]).toEqual([403, false, false]);
    await expect(open('mallory', S)).rejects.toThrow('no socket: 403');
    expect((await say('x', 'nobody', S)).status).toBe(401);
    expect((await fetch(new URL('/talk?session_id=nonsense', url), { method: 'POST' })).status).toBe(400);
  });

  it('goes on after its object was evicted while a socket was open', async () => {
    const session = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    const { socket, turn } = await open('alice', session);
    const first = await turn('before');
    expect((await turn('still here')).life).toBe(first.life);
    await new Promise((resolve) => setTimeout(resolve, 11_500)); // workerd evicts an object whose sockets hibernate after 10 s
    const after = await turn('after');
    expect(after.life).not.toBe(first.life);
    expect(after.said).toEqual(['before', 'still here']);
    socket.close(1000);
  });

  it('serves many sessions at once without an error and without another’s data', async () => {
    const sessions = scale(60, 1000);
    const rounds = scale(3, 10);
    const pauseMs = scale(0, 60_000 / rounds); // in the long form the sessions speak for a minute, each in its own rhythm
    const random = seededRandom(seed);
    const wrong: unknown[] = [];
    let turns = 0;
    await Promise.all(Array.from({ length: sessions }, async (_, n) => {
      const session = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
      const mine: string[] = [];
      for (let round = 0; round < rounds; round++) {
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, random() * 2 * pauseMs));
        const { status, said } = await say(`${n}:${round}`, `user${n}`, session);
        if (status !== 200 || JSON.stringify(said) !== JSON.stringify(mine)) wrong.push([n, round, status, said]);
        mine.push(`${n}:${round}`);
        turns++;
      }
    }));
    expect(turns).toBe(sessions * rounds);
    expect(wrong).toEqual([]);
  }, scale(60_000, 600_000));

  it('stops the runs of clients that leave', async () => {
    const clients = scale(5, 50);
    await Promise.all(Array.from({ length: clients }, async () => {
      const response = await request('/endless', { Accept: 'text/event-stream' }, '{"input_text":"x"}');
      response.setEncoding('utf8');
      let text = '';
      for await (const part of response) {
        text += part;
        if (text.split('"delta":"x"').length > 2) break; // it has run for ten ticks; leaving a response destroys its connection
      }
    }));
    const ticks = async (): Promise<number> => (await (await fetch(new URL('/ticks', url))).json()) as number;
    let last = -1;
    let stopped = false;
    for (let tries = 0; !stopped && tries < 50; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100)); // twenty ticks of a run that goes on
      const now = await ticks();
      stopped = now === last;
      last = now;
    }
    expect(last).toBeGreaterThan(0);
    expect(stopped).toBe(true);
  });
});
