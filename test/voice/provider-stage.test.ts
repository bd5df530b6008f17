import { describe, expect, it } from 'vitest';
import { Message } from '../../src/context/message.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../../src/providers/llm.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import { createStageContext } from '../../src/stage/context.js';
import { Channel } from '../../src/stream/channel.js';
import { audioElement, endOfStreamElement, endOfTurnElement, messageElement, textElement, type StreamElement } from '../../src/stream/element.js';
import { ProviderStage, type ProviderStageOptions } from '../../src/voice/provider-stage.js';

class Parrot implements LLMProvider {
  readonly id = 'parrot';
  readonly prompts: string[][] = [];
  readonly options: LLMOptions[] = [];

  complete(): never {
    throw new Error('not used');
  }

  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncGenerator<LLMEvent> {
    this.prompts.push(messages.map(({ role, content }) => `${role}: ${content}`));
    this.options.push(options);
    yield { type: 'text', delta: 'You said ' };
    yield { type: 'text', delta: `${messages.at(-1)?.content ?? ''}.` };
    if (options.tools !== undefined) yield { type: 'tool-call', id: '1', name: 'note', input: { a: 1 } };
    yield { type: 'finish', reason: 'stop', usage: { inputTokens: 2, outputTokens: 3 } };
  }
}

async function run(items: readonly StreamElement[], options: LLMProvider | ProviderStageOptions) {
  const input = new Channel<StreamElement>({ capacity: 100 });
  for (const item of items) input.tryWrite(item);
  input.close();
  const output = new Channel<StreamElement>({ capacity: 100 });
  const settled = await new ProviderStage(options).execute(createStageContext({ snapshot: new ContextSnapshot(), input, output }));
  output.close();
  const out: StreamElement[] = [];
  for await (const item of output) out.push(item);
  return { out, settled };
}

describe('ProviderStage', () => {
  it('gathers text to the end of the turn and streams the answer', async () => {
    const parrot = new Parrot();
    const { out, settled } = await run([textElement('hel'), textElement('lo')], parrot);
    expect(parrot.prompts).toEqual([['user: hello']]);
    expect(out.map((item) => (item.type === 'text' ? item.text : item.type))).toEqual(['You said ', 'hello.', 'endOfTurn']);
    expect(settled).toMatchObject({ status: 'ok', data: { turns: 1, response: 'You said hello.', inputTokens: 2, outputTokens: 3 } });
  });

  it('answers turn by turn, and later turns see the earlier ones', async () => {
    const parrot = new Parrot();
    const { settled } = await run([textElement('one'), endOfTurnElement(), messageElement(new Message({ role: 'user', content: 'two' })), endOfStreamElement()], { provider: parrot, systemPrompt: 'Be brief.' });
    expect(parrot.prompts[1]).toEqual(['system: Be brief.', 'user: one', 'assistant: You said one.', 'user: two']);
    expect(settled).toMatchObject({ data: { turns: 2, outputTokens: 6 } });
  });

  it('gives one message when it does not stream', async () => {
    const { out } = await run([textElement('hi')], { provider: new Parrot(), streaming: false });
    expect(out.map((item) => (item.type === 'message' ? `${item.message.role}: ${item.message.content}` : item.type))).toEqual(['assistant: You said hi.']);
  });

  it('keeps text before a message as a message of its own, and lets other elements through', async () => {
    const parrot = new Parrot();
    const sound = audioElement({ data: new Uint8Array(2) });
    const { out } = await run([textElement('first'), messageElement(new Message({ role: 'tool', content: 'r', toolCallId: '1' })), sound], parrot);
    expect(parrot.prompts).toEqual([['user: first', 'tool: r']]);
    expect(out[0]).toBe(sound);
  });

  it('passes tool calls on as elements, and asks nothing when nothing was said', async () => {
    const { out } = await run([textElement('go')], { provider: new Parrot(), tools: new ToolRegistry([{ name: 'note', execute: () => 1 }]) });
    expect(out.some((item) => item.type === 'toolCall' && item.toolCall.name === 'note')).toBe(true);
    const parrot = new Parrot();
    expect((await run([endOfStreamElement()], parrot)).settled).toMatchObject({ data: { turns: 0, response: '' } });
    expect(parrot.prompts).toEqual([]);
  });
});
