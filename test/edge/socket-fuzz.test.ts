// Whatever a client sends over its socket: each frame that is none is answered with an error that says what is wrong and
// repeats nothing of it, ten of them close the socket, and between them the conversation goes on. Every word that a
// client may not read back is marked, so that a leak shows.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameError, readFrame } from '../../src/edge/frames.js';
import { respond } from '../../src/edge/respond.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageContext } from '../../src/stage/context.js';
import { StageOutput } from '../../src/stage/output.js';
import { textElement } from '../../src/stream/element.js';
import { scale, seed } from '../tools/scale.js';

const MARK = 'zqzq';
const MAX_BAD = 10;
const FRAMES_PER_SOCKET = 20;

const anything = fc.anything({ maxDepth: 2, withBigInt: false });
const text = fc.string({ unit: 'binary', maxLength: 60 }).map((part) => `${MARK}${part}`);
const good = fc.constantFrom('{"type":"ping"}', '{"type":"text","text":"hello"}', '{"type":"interrupt"}', '{"type":"audio_format","sample_rate":8000}');
const shaped = fc.record({ type: fc.oneof(fc.constantFrom('text', 'audio_format', 'interrupt', 'ping', 'end_of_turn', 'session', 'turn_end'), text), text: fc.oneof(text, anything), sample_rate: fc.oneof(fc.constantFrom(8000, 48000), anything), channels: fc.oneof(fc.constant(1), anything), format: fc.oneof(text, anything), reason: fc.oneof(text, anything) }, { requiredKeys: [] }).map((value) => JSON.stringify(value));
const broken = fc.tuple(fc.oneof(good, shaped), fc.nat()).map(([frame, at]) => frame.slice(0, at % frame.length));
const frame = fc.oneof({ weight: 2, arbitrary: good }, { weight: 1, arbitrary: fc.constant('{"type":"end_of_turn"}') }, { weight: 2, arbitrary: text }, { weight: 2, arbitrary: shaped }, { weight: 2, arbitrary: broken }, { weight: 1, arbitrary: fc.json().map((json) => json.slice(0, 1000)) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) });

/** How many of the frames are none, as the protocol says: those that cannot be read, and the end of a turn without audio. */
function countBad(frames: readonly (string | Uint8Array)[]): number {
  let bad = 0;
  let audioBytes = 0;
  for (const one of frames) {
    try {
      const read = readFrame(one);
      if (read.type === 'audio') audioBytes += read.bytes.length;
      else if (read.type === 'end_of_turn' && audioBytes === 0) bad++;
      else if (read.type !== 'ping') audioBytes = 0;
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      bad++;
    }
  }
  return bad;
}

const echo = respond(new Pipeline().withStage('llm', async (ctx: StageContext) => {
  const response = ctx.inputs.userText === 'last' ? 'goodbye' : 'heard';
  await ctx.output.write(textElement(response));
  return StageOutput.ok({ response });
}, 'transform'));

/** Sends frames over a socket of its own; gives what came back until it was closed or the last word was answered. */
async function talk(frames: readonly (string | Uint8Array)[]): Promise<{ readonly heard: readonly string[]; readonly code: number | undefined }> {
  const response = await echo(new Request('https://edge.test/', { headers: { Upgrade: 'websocket' } }));
  const { webSocket } = response as unknown as { webSocket: WebSocket & { accept(): void } };
  webSocket.accept();
  const heard: string[] = [];
  const end = new Promise<number | undefined>((resolve) => {
    webSocket.addEventListener('message', ({ data }) => {
      heard.push(String(data));
      if (String(data).includes('"response":"goodbye"')) resolve(undefined);
    });
    webSocket.addEventListener('close', ({ code }) => resolve(code));
  });
  for (const one of frames) webSocket.send(one as Uint8Array<ArrayBuffer>);
  if (countBad(frames) < MAX_BAD) webSocket.send('{"type":"text","text":"last"}');
  const code = await end;
  if (code === undefined) webSocket.close(1000);
  return { heard, code };
}

it('answers whatever a client sends with what is wrong or with its turn, and nothing else', async () => {
  let sent = 0;
  await fc.assert(fc.asyncProperty(fc.array(frame, { minLength: FRAMES_PER_SOCKET, maxLength: FRAMES_PER_SOCKET }), async (frames) => {
    sent += frames.length;
    const { heard, code } = await talk(frames);
    const bad = countBad(frames);
    expect(code).toBe(bad < MAX_BAD ? undefined : 1008);
    const told = heard.map((one) => JSON.parse(one) as { readonly type: string; readonly code?: string; readonly message?: string });
    const errors = told.filter(({ type }) => type === 'error');
    expect(errors).toEqual(Array.from({ length: Math.min(bad, MAX_BAD) }, () => ({ type: 'error', code: 'BAD_FRAME', message: expect.stringMatching(/\.$/) as string })));
    for (const { type } of told) expect(['session', 'text', 'turn_end', 'error', 'pong']).toContain(type);
    expect(heard.filter((one) => one.includes(MARK))).toEqual([]);
    if (bad < MAX_BAD) expect(told.at(-1)).toMatchObject({ type: 'turn_end', response: 'goodbye', finish_reason: 'stop' });
  }), { numRuns: scale(40, 10_000 / FRAMES_PER_SOCKET), seed });
  expect(sent).toBeGreaterThanOrEqual(scale(800, 10_000));
});
