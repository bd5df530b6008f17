import { GuardrailStage, MemoryFetchStage, MemoryWriteStage, InMemoryStore, PIIDetector, Pipeline, runSimplePipeline, StageOutput, textElement } from 'sluice';
import { bunUpgrade, bunWebSocket, respond } from 'sluice/edge';
import { jwtAuth } from 'sluice/jwt';

const session = '550e8400-e29b-41d4-a716-446655440000';
const { transformedContent: redacted } = new PIIDetector({ redact: true }).check('Call me at 555-123-4567');
const two = new Pipeline()
  .withStage('guard', new GuardrailStage([new PIIDetector({ redact: true })]))
  .withStage('shout', (ctx) => StageOutput.ok({ text: ctx.inputs.userText.toUpperCase() }), 'transform', { dependencies: ['guard'] });
const { success, stages } = await runSimplePipeline(two, 'Mail me@test.com');

const memory = new InMemoryStore();
const chat = respond(new Pipeline()
  .withStage('memory', new MemoryFetchStage(memory))
  .withStage('llm', async (ctx) => {
    const response = `turn ${ctx.inputs.getFrom('memory', 'memoryCount', 0) / 2}`;
    for (const word of response.split(' ')) await ctx.output.write(textElement(word));
    return StageOutput.ok({ response });
  }, 'transform', { dependencies: ['memory'] })
  .withStage('save', new MemoryWriteStage(memory), undefined, { dependencies: ['llm'] }), globalThis.Bun === undefined ? {} : { upgrade: bunUpgrade });
const { createHmac } = await import('node:crypto');
const secret = 'a secret that is long enough for it';
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = `${part({ alg: 'HS256' })}.${part({ sub: 'alice', exp: 4102444800 })}`;
const token = `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
const guarded = respond(new Pipeline().withStage('llm', () => StageOutput.ok({ response: 'in' })), { auth: jwtAuth({ secret }) });
const handler = (request, env) => (new URL(request.url).pathname === '/in' ? guarded(request) : chat(request, env));

// A server of the runtime's own where it has one; the handler alone elsewhere.
let ask = (path, init) => handler(new Request(`http://localhost${path}`, init));
let close = async () => undefined;
if (globalThis.Deno !== undefined) {
  const server = Deno.serve({ port: 0, onListen: () => undefined }, handler);
  ask = (path, init) => fetch(`http://localhost:${server.addr.port}${path}`, init);
  close = () => server.shutdown();
} else if (globalThis.Bun !== undefined) {
  const server = Bun.serve({ port: 0, fetch: handler, websocket: bunWebSocket });
  ask = (path, init) => fetch(`http://localhost:${server.port}${path}`, init);
  close = () => server.stop(true);
}
const post = (path, text, headers = {}) => ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Session-Id': session, ...headers }, body: JSON.stringify({ input_text: text }) });
const first = await (await post('/', 'one')).json();
const events = (await (await post('/', 'two', { Accept: 'text/event-stream' })).text()).split('\n\n').filter((line) => line.includes('text-delta')).map((line) => JSON.parse(line.slice(6)).delta);
const refused = (await post('/in', 'x', { Authorization: `Bearer ${token}x` })).status;
const allowed = (await post('/in', 'x', { Authorization: `Bearer ${token}` })).status;
let socket = null;
if (globalThis.Deno !== undefined || globalThis.Bun !== undefined) {
  const client = new WebSocket((await ask('/', {})).url.replace('http', 'ws'));
  socket = await new Promise((resolve, reject) => {
    const heard = [];
    client.onerror = reject;
    client.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === 'session') client.send('{"type":"text","text":"hi"}');
      if (frame.type === 'text') heard.push(frame.delta);
      if (frame.type === 'turn_end') resolve(heard.join(' '));
    };
  });
  client.close();
}
await close();
console.log(JSON.stringify({ redacted, success, text: stages.shout.text, first: first.response, events, refused, allowed, socket }));
