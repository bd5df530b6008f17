import { describe, expect, it } from 'vitest';
import { respond } from '../../src/edge/respond.js';
import type { RespondOptions } from '../../src/edge/respond-options.js';
import { serverSocket, type ServerSocket } from '../../src/edge/upgrade.js';
import { WebSocketBridgeStage } from '../../src/edge/websocket-bridge-stage.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageContext } from '../../src/stage/context.js';
import { StageOutput } from '../../src/stage/output.js';
import { audioElement, errorElement, interruptElement, textElement } from '../../src/stream/element.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { MockAuthProvider } from '../../src/testing/mock-auth-provider.js';
import { AudioChunk } from '../../src/audio/chunk.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
type Frame = Record<string, unknown> | Uint8Array;

/** The client's end of a socket: what it heard, and a way to wait for more. */
class Client {
  readonly frames: Frame[] = [];
  closed: { code: number } | undefined;
  #waiting: (() => void)[] = [];
  readonly #socket: WebSocket;

  constructor(socket: WebSocket & { accept(): void }) {
    this.#socket = socket;
    socket.accept();
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#heard(typeof data === 'string' ? (JSON.parse(data) as Frame) : new Uint8Array(data as ArrayBuffer)));
    socket.addEventListener('close', ({ code }) => {
      this.closed = { code };
      this.#wake();
    });
  }

  send(frame: object | Uint8Array | string): void {
    this.#socket.send(frame instanceof Uint8Array ? new Uint8Array(frame) : typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  close(): void {
    this.#socket.close(1000, 'bye');
  }

  async until(condition: (client: Client) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Waits for the end of so many turns and gives their frames. */
  async turns(count: number): Promise<Frame[]> {
    await this.until(() => this.frames.filter((frame) => (frame as { type?: unknown }).type === 'turn_end').length >= count);
    return this.frames;
  }

  #heard(frame: Frame): void {
    this.frames.push(frame);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

async function connect(graph: Pipeline<object>, options: RespondOptions = {}, headers: Record<string, string> = {}, path = ''): Promise<{ client: Client; response: Response }> {
  const response = await respond(graph, options)(new Request(`https://edge.test/chat${path}`, { headers: { Upgrade: 'websocket', ...headers } }));
  const socket = (response as unknown as { webSocket: (WebSocket & { accept(): void }) | null }).webSocket;
  if (socket === null) throw new Error(`no socket: ${response.status}`);
  return { client: new Client(socket), response };
}

const talking = new Pipeline().withStage('llm', async (ctx: StageContext) => {
  await ctx.output.write(textElement('You said: '));
  await ctx.output.write(textElement(ctx.inputs.userText));
  return StageOutput.ok({ response: `You said: ${ctx.inputs.userText}` });
}, 'transform');

describe('a conversation over a socket', () => {
  it('tells its session, then answers turn after turn', async () => {
    const { client, response } = await connect(talking, {}, {}, `?session_id=${S}`);
    expect(response.status).toBe(101);
    client.send({ type: 'text', text: 'one' });
    await client.turns(1);
    client.send({ type: 'text', text: 'two' });
    expect(await client.turns(2)).toEqual([
      { type: 'session', session_id: S },
      { type: 'text', delta: 'You said: ' },
      { type: 'text', delta: 'one' },
      { type: 'turn_end', finish_reason: 'stop', response: 'You said: one', pipeline_run_id: expect.any(String) },
      { type: 'text', delta: 'You said: ' },
      { type: 'text', delta: 'two' },
      { type: 'turn_end', finish_reason: 'stop', response: 'You said: two', pipeline_run_id: expect.any(String) },
    ]);
    client.close();
  });

  it('takes the audio of a turn in the format that was agreed, and sends audio back', async () => {
    const voice = new Pipeline().withStage('voice', async (ctx: StageContext) => {
      const audio = ctx.snapshot.extensions.get('audio_input') as AudioChunk;
      await ctx.output.write(audioElement(new AudioChunk({ data: audio.data, sampleRate: 24000 })));
      return StageOutput.ok({ response: `${audio.sampleRate} Hz, ${audio.durationMs} ms, ${ctx.snapshot.inputAudioDurationMs} ms` });
    }, 'transform');
    const { client } = await connect(voice);
    client.send({ type: 'audio_format', sample_rate: 8000 });
    client.send(new Uint8Array(160).fill(1));
    client.send(new Uint8Array(160).fill(2));
    client.send({ type: 'end_of_turn' });
    const frames = (await client.turns(1)).slice(1);
    expect(frames[0]).toEqual({ type: 'audio_format', sample_rate: 24000, channels: 1, format: 'pcm_16' });
    expect([(frames[1] as Uint8Array).length, (frames[1] as Uint8Array)[0], (frames[1] as Uint8Array)[160]]).toEqual([320, 1, 2]);
    expect(frames[3]).toMatchObject({ type: 'turn_end', response: '8000 Hz, 20 ms, 20 ms' });
    client.close();
  });

  it('stops the answer when it is interrupted, or when another turn begins', async () => {
    const stopped: string[] = [];
    const slow = new Pipeline().withStage('llm', async (ctx: StageContext) => {
      await ctx.output.write(textElement(ctx.inputs.userText));
      if (ctx.inputs.userText !== 'quick') await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => { stopped.push(ctx.inputs.userText); resolve(); }));
      return StageOutput.ok({ response: 'done' });
    }, 'transform');
    const { client } = await connect(slow);
    const heard = (text: string): Promise<void> => client.until(({ frames }) => frames.some((frame) => (frame as { delta?: unknown }).delta === text));
    client.send({ type: 'text', text: 'first' });
    await heard('first');
    client.send({ type: 'interrupt', reason: 'stop it' });
    await client.turns(1);
    client.send({ type: 'text', text: 'second' });
    await heard('second');
    client.send({ type: 'text', text: 'quick' });
    const ends = (await client.turns(3)).filter((frame) => (frame as { type?: unknown }).type === 'turn_end').map((frame) => (frame as { finish_reason: unknown }).finish_reason);
    expect([stopped, ends]).toEqual([['first', 'second'], ['interrupted', 'interrupted', 'stop']]);
    client.close();
  });

  it('stops the run when the client leaves', async () => {
    let stop: (value: string) => void = () => undefined;
    const stopped = new Promise<string>((resolve) => (stop = resolve));
    const slow = new Pipeline().withStage('llm', async (ctx: StageContext) => {
      await ctx.output.write(textElement('x'));
      await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => { stop('stopped'); resolve(); }));
    }, 'transform');
    const { client } = await connect(slow);
    client.send({ type: 'text', text: 'x' });
    await client.until(({ frames }) => frames.length > 1);
    client.close();
    expect(await stopped).toBe('stopped');
  });

  it('says what is wrong with a frame, and closes after too many', async () => {
    const { client } = await connect(talking);
    client.send('nonsense');
    client.send({ type: 'end_of_turn' });
    client.send({ type: 'ping' });
    await client.until(({ frames }) => frames.length === 4);
    expect(client.frames.slice(1)).toEqual([
      { type: 'error', code: 'BAD_FRAME', message: 'A text frame must be JSON.' },
      { type: 'error', code: 'BAD_FRAME', message: 'The turn ended without audio. Send binary frames before end_of_turn.' },
      { type: 'pong' },
    ]);
    for (let n = 0; n < 8; n++) client.send('nonsense');
    await client.until(({ closed }) => closed !== undefined);
    expect(client.closed).toEqual({ code: 1008 });
  });

  it('says that a turn failed, without the cause, and goes on', async () => {
    const failing = new Pipeline().withStage('llm', (ctx: StageContext) => {
      if (ctx.inputs.userText === 'bad') throw new Error('my secret');
      return StageOutput.ok({ response: 'fine' });
    }, 'transform');
    const { client } = await connect(failing);
    client.send({ type: 'text', text: 'bad' });
    await client.turns(1);
    client.send({ type: 'text', text: 'good' });
    const frames = await client.turns(2);
    expect(frames.slice(1, 3)).toEqual([{ type: 'error', code: 'RUN_FAILED', message: 'The answer could not be made. Try again.' }, { type: 'turn_end', finish_reason: 'error', response: '', pipeline_run_id: expect.any(String) }]);
    expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop', response: 'fine' });
    expect(JSON.stringify(frames)).not.toContain('secret');
    client.close();
  });

  it('lets in who may come in, by a token in the subprotocol that browsers can send', async () => {
    const auth = new MockAuthProvider();
    const token = auth.createToken({ userId: 'alice' });
    const { client, response } = await connect(talking, { auth }, { 'Sec-WebSocket-Protocol': `bearer, ${token}` }, `?session_id=${S}`);
    expect(response.headers.get('Sec-WebSocket-Protocol')).toBe('bearer');
    client.close();
    await expect(connect(talking, { auth }, {})).rejects.toThrow('no socket: 401');
    await expect(connect(talking, { auth }, { 'Sec-WebSocket-Protocol': 'bearer, wrong' })).rejects.toThrow('no socket: 401');
    await expect(connect(talking, {}, {}, '?session_id=nonsense')).rejects.toThrow('no socket: 400');
    await expect(connect(talking, {}, { Origin: 'https://evil.test' })).rejects.toThrow('no socket: 403');
  });

  it('ends with the proof it was opened with', async () => {
    const clock = new ManualClock();
    const auth = new MockAuthProvider({ clock, tokenTtlSeconds: 60 });
    const token = auth.createToken({ userId: 'alice' });
    const { client } = await connect(talking, { auth, clock }, { Authorization: `Bearer ${token}` });
    client.send({ type: 'text', text: 'one' });
    expect((await client.turns(1)).at(-1)).toMatchObject({ type: 'turn_end', response: 'You said: one' });
    await clock.advance(60_000);
    client.send({ type: 'text', text: 'two' });
    await client.until(({ closed }) => closed !== undefined);
    expect(client.closed).toEqual({ code: 1008 });
    expect(client.frames.slice(-2)).toEqual([{ type: 'error', code: 'AUTH_EXPIRED', message: 'Token expired' }, { type: 'turn_end', finish_reason: 'error', response: '', pipeline_run_id: null }]);
  });
});

describe('WebSocketBridgeStage', () => {
  function pair(): { server: ServerSocket; client: Client } {
    const { WebSocketPair } = globalThis as unknown as { WebSocketPair: new () => [WebSocket & { accept(): void }, WebSocket & { accept(): void }] };
    const both = new WebSocketPair();
    both[1].accept();
    both[1].binaryType = 'arraybuffer';
    return { server: serverSocket(both[1], true), client: new Client(both[0]) };
  }

  it('carries what the client says into the graph and what the graph says to the client', async () => {
    const { server, client } = pair();
    const seen: string[] = [];
    const graph = new Pipeline()
      .withStage('bridge', new WebSocketBridgeStage(server))
      .withStage('log', async (ctx: StageContext) => {
        for await (const element of ctx.input) seen.push(element.type === 'text' ? element.text : element.type === 'audio' ? `${element.audio.sampleRate}:${element.audio.timestampMs}` : element.type);
        return StageOutput.ok({ count: seen.length });
      }, 'work', { streamsFrom: ['bridge'] });
    const running = graph.build().run({});
    client.send({ type: 'text', text: 'hello' });
    client.send(new Uint8Array(320));
    client.send({ type: 'audio_format', sample_rate: 8000 });
    client.send(new Uint8Array(160));
    client.send({ type: 'end_of_turn' });
    client.send('nonsense');
    client.send({ type: 'ping' });
    await client.until(({ frames }) => frames.length === 2);
    client.close();
    const results = await running;
    expect(seen).toEqual(expect.arrayContaining(['hello', '16000:0', '8000:10', 'endOfTurn']));
    expect(results.bridge.data).toEqual({ framesReceived: 7, framesSent: 2, framesDropped: 0, badFrames: 1 });
    expect(client.frames).toEqual([{ type: 'error', code: 'BAD_FRAME', message: 'A text frame must be JSON.' }, { type: 'pong' }]);
  });

  it('sends everything before it closes when the graph has ended', async () => {
    const { server, client } = pair();
    const graph = new Pipeline()
      .withStage('talk', async (ctx: StageContext) => {
        for (const element of [textElement('a'), audioElement({ data: new Uint8Array([1, 2]) }), interruptElement('guard'), errorElement(new Error('my secret')), textElement('b')]) await ctx.output.write(element);
        return StageOutput.ok({ x: 1 });
      }, 'transform')
      .withStage('bridge', new WebSocketBridgeStage(server), undefined, { streamsFrom: ['talk'] });
    const results = await graph.build().run({});
    await client.until(({ closed }) => closed !== undefined);
    expect(client.closed?.code).toBe(1000);
    expect(client.frames.map((frame) => (frame instanceof Uint8Array ? 'audio' : (frame['delta'] ?? frame['type'])))).toEqual(expect.arrayContaining(['a', 'audio', 'interrupt', 'error', 'b']));
    expect(JSON.stringify(client.frames)).not.toContain('secret');
    expect(results.bridge.data).toMatchObject({ framesSent: 5 });
  });

  it('closes the socket when the run is canceled', async () => {
    const { server, client } = pair();
    const run = new Pipeline().withStage('bridge', new WebSocketBridgeStage(server)).build().start({});
    client.send({ type: 'ping' });
    await client.until(({ frames }) => frames.length === 1);
    await run.cancel('enough');
    await client.until(({ closed }) => closed !== undefined);
    expect((await run.results).bridge.status).toBe('cancel');
  });
});
