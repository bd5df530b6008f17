import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import type { Message } from '../../src/context/message.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../../src/providers/llm.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import { createStageContext } from '../../src/stage/context.js';
import { createStageInputs } from '../../src/stage/inputs.js';
import { StageOutput } from '../../src/stage/output.js';
import { createLLMPorts } from '../../src/stage/ports.js';
import { Channel } from '../../src/stream/channel.js';
import type { StreamElement } from '../../src/stream/element.js';
import { LLMStage } from '../../src/voice/llm-stage.js';

/** Plays one list of events per call. */
class Script implements LLMProvider {
  readonly id = 'script';
  readonly prompts: (readonly Message[])[] = [];
  readonly options: LLMOptions[] = [];
  readonly #rounds: readonly (readonly LLMEvent[])[];

  constructor(...rounds: readonly (readonly LLMEvent[])[]) {
    this.#rounds = rounds;
  }

  complete(): never {
    throw new Error('not used');
  }

  async *stream(messages: readonly Message[], options: LLMOptions = {}): AsyncGenerator<LLMEvent> {
    this.prompts.push(messages);
    this.options.push(options);
    yield* this.#rounds[this.prompts.length - 1] ?? [];
  }
}

const text = (...deltas: readonly string[]): readonly LLMEvent[] => [...deltas.map((delta) => ({ type: 'text', delta }) as const), { type: 'finish', reason: 'stop', usage: { inputTokens: 7, outputTokens: 3 } }];

function context(init: { inputText?: string; extensions?: Record<string, unknown>; prior?: Record<string, StageOutput>; ports?: ReturnType<typeof createLLMPorts>; signal?: AbortSignal }) {
  const snapshot = new ContextSnapshot({ inputText: init.inputText ?? 'hi', ...(init.extensions === undefined ? {} : { extensions: init.extensions }) });
  const output = new Channel<StreamElement>({ capacity: 100 });
  const ctx = createStageContext({ snapshot, stageName: 'llm', inputs: createStageInputs(snapshot, { priorOutputs: init.prior ?? {}, ports: init.ports }), output, signal: init.signal });
  const written = (): readonly string[] => {
    const parts: string[] = [];
    for (let item = output.tryRead(); item !== undefined; item = output.tryRead()) if (item.type === 'text') parts.push(item.text);
    return parts;
  };
  return { ctx, written };
}

describe('LLMStage', () => {
  it('streams tokens and settles with the whole answer', async () => {
    const { ctx, written } = context({});
    const output = await new LLMStage(new Script(text('Hel', 'lo'))).execute(ctx);
    expect(written()).toEqual(['Hel', 'lo']);
    expect(output).toMatchObject({ status: 'ok', data: { response: 'Hello', finishReason: 'stop', llm: { content: 'Hello', provider: 'script', input_tokens: 7, output_tokens: 3 }, toolMessages: [] } });
  });

  it('gives the model the system prompt, what is remembered, and the text as the guard has left it', async () => {
    const script = new Script(text('ok'));
    const prior = {
      memory: StageOutput.ok({ memoryEntries: [{ role: 'user', content: 'before' }, { role: 'assistant', content: 'answer' }, { role: 'other', content: 'x' }] }),
      guard: StageOutput.ok({ transformedContent: 'my mail is me@***.com' }),
    };
    await new LLMStage({ provider: script, systemPrompt: 'Be kind.' }).execute(context({ inputText: 'my mail is me@example.com', prior }).ctx);
    expect(script.prompts[0]?.map(({ role, content }) => [role, content])).toEqual([['system', 'Be kind.'], ['user', 'before'], ['assistant', 'answer'], ['user', 'my mail is me@***.com']]);
  });

  it('takes the model from the ports, and tells them of each token', async () => {
    const tokens: string[] = [];
    const ports = createLLMPorts({ llmProvider: new Script(text('a', 'b')), sendToken: (token) => void tokens.push(token) });
    await new LLMStage().execute(context({ ports }).ctx);
    expect(tokens).toEqual(['a', 'b']);
  });

  it('runs tools and asks again; every call gets exactly one result, in the order of the calls that can run', async () => {
    const script = new Script(
      [
        { type: 'tool-call', id: '1', name: 'add', input: { a: 2, b: 3 } },
        { type: 'tool-call', id: '2', name: 'nothing', input: {} },
        { type: 'tool-call', id: '3', name: 'broken', input: {} },
        { type: 'tool-call', id: '4', name: 'add', input: '{"a":' },
        { type: 'finish', reason: 'tool-calls' },
      ],
      text('Five.'),
    );
    const tools = new ToolRegistry([
      { name: 'add', execute: ({ a, b }) => (a as number) + (b as number) },
      { name: 'broken', execute: () => { throw new Error('out of order'); } },
    ]);
    const output = await new LLMStage({ provider: script, tools }).execute(context({}).ctx);
    expect(output).toMatchObject({ status: 'ok', data: { response: 'Five.' } });
    const sent = script.prompts[1]?.slice(1) ?? [];
    expect(sent[0]?.toolCalls?.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
    expect(new Map(sent.slice(1).map(({ toolCallId, content }) => [toolCallId, content]))).toEqual(new Map([
      ['1', '5'],
      ['2', '{"error":"unknown_tool"}'],
      ['3', '{"error":"out of order"}'],
      ['4', '{"error":"invalid_json"}'],
    ]));
    expect(script.options[0]?.tools?.map(({ name }) => name)).toEqual(['add', 'broken']);
  });

  it('stops a model that calls tools without end', async () => {
    const call: readonly LLMEvent[] = [{ type: 'tool-call', id: 'x', name: 'again', input: {} }, { type: 'finish', reason: 'tool-calls' }];
    const script = new Script(call, call, call, call, call, call);
    const output = await new LLMStage({ provider: script, tools: new ToolRegistry([{ name: 'again', execute: () => 'ok' }]), maxToolRounds: 2 }).execute(context({}).ctx);
    expect(script.prompts).toHaveLength(3);
    expect(output).toMatchObject({ data: { finishReason: 'tool-calls' } });
  });

  it('answers speech that was not understood by itself, but a typed blank goes to the model', async () => {
    const script = new Script(text('model'));
    const { ctx, written } = context({ inputText: '', extensions: { audio_input: new AudioChunk({ data: new Uint8Array(3200) }) } });
    await new LLMStage({ provider: script, emptyReply: 'Pardon?' }).execute(ctx);
    expect(written()).toEqual(['Pardon?']);
    expect(script.prompts).toEqual([]);
    await new LLMStage({ provider: script, emptyReply: 'Pardon?' }).execute(context({ inputText: ' ' }).ctx);
    expect(script.prompts).toHaveLength(1);
  });

  it('stops in the middle when the run is canceled', async () => {
    const stop = new AbortController();
    const endless: LLMProvider = {
      id: 'endless',
      complete: () => Promise.reject(new Error('not used')),
      async *stream() {
        for (let n = 0; ; n++) {
          if (n === 3) stop.abort('enough');
          yield { type: 'text', delta: 'x' };
        }
      },
    };
    await expect(new LLMStage(endless).execute(context({ signal: stop.signal }).ctx)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
