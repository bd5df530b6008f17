import { describe, expect, it } from 'vitest';
import { bunUpgrade, bunWebSocket, type BunSocket } from '../../src/edge/bun-sockets.js';
import { respond } from '../../src/edge/respond.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageContext } from '../../src/stage/context.js';
import { StageOutput } from '../../src/stage/output.js';

const graph = new Pipeline().withStage('llm', (ctx: StageContext) => StageOutput.ok({ response: `You said: ${ctx.inputs.userText}` }));

/** Bun's server as far as an upgrade goes; `npm run runtimes` tries the real one. */
function server(accepts: boolean): { upgrade(request: Request, options: { data: unknown; headers?: Record<string, string> }): boolean; sockets: BunSocket[]; sent: string[]; closed: unknown[]; headers: unknown[] } {
  const made = { sockets: [] as BunSocket[], sent: [] as string[], closed: [] as unknown[], headers: [] as unknown[] };
  return {
    ...made,
    upgrade(_request, { data, headers }) {
      if (!accepts) return false;
      made.headers.push(headers);
      made.sockets.push({ data, send: (text) => made.sent.push(String(text)), close: (code) => made.closed.push(code) });
      return true;
    },
  };
}
const handshake = (): Request => new Request('https://edge.test/', { headers: { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'bearer, token' } });

describe('bunUpgrade', () => {
  it('gives the frames of Bun’s socket to the conversation, and its answers to the socket', async () => {
    const bun = server(true);
    await respond(graph, { upgrade: bunUpgrade })(handshake(), bun);
    const socket = bun.sockets[0] as BunSocket;
    expect(bun.headers).toEqual([{ 'Sec-WebSocket-Protocol': 'bearer' }]);
    bunWebSocket.open(socket);
    expect(JSON.parse(bun.sent[0] ?? '')).toMatchObject({ type: 'session' });
    bunWebSocket.message(socket, '{"type":"ping"}');
    bunWebSocket.message(socket, '{"type":"text","text":"hello"}');
    while (!bun.sent.some((text) => text.includes('turn_end'))) await new Promise((resolve) => setTimeout(resolve));
    expect(bun.sent.slice(1).map((text) => (JSON.parse(text) as { type: string; delta?: string }).delta ?? (JSON.parse(text) as { type: string }).type)).toEqual(['pong', 'You said: hello', 'turn_end']);
    for (let n = 0; n < 10; n++) bunWebSocket.message(socket, 'nonsense');
    while (bun.closed.length === 0) await new Promise((resolve) => setTimeout(resolve));
    expect(bun.closed).toEqual([1008]);
    bunWebSocket.close(socket);
    bunWebSocket.close(socket);
  });

  it('tells its session also where Bun opens the socket at once', async () => {
    const bun = server(true);
    const upgrade = bun.upgrade.bind(bun);
    bun.upgrade = (request, options) => {
      const done = upgrade(request, options);
      bunWebSocket.open(bun.sockets[0] as BunSocket);
      return done;
    };
    await respond(graph, { upgrade: bunUpgrade })(handshake(), bun);
    expect(JSON.parse(bun.sent[0] ?? '')).toMatchObject({ type: 'session' });
  });

  it('refuses what is no handshake', async () => {
    const response = await respond(graph, { upgrade: bunUpgrade })(handshake(), server(false));
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([400, 'BAD_HANDSHAKE']);
  });
});
