import { describe, expect, it } from 'vitest';
import type { Data } from '../../src/base/data.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { MemoryEntry } from '../../src/memory/entry.js';
import { MemoryFetchStage, type MemoryFetchData } from '../../src/memory/fetch-stage.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import type { MemoryStore } from '../../src/memory/store.js';
import { MemoryWriteStage, type MemoryWriteData, type MemoryWriteStageOptions } from '../../src/memory/write-stage.js';
import { createStageContext, type StageContext } from '../../src/stage/context.js';
import { UndeclaredDependencyError } from '../../src/stage/errors.js';
import { createStageInputs } from '../../src/stage/inputs.js';
import { StageOutput, type OkOutput } from '../../src/stage/output.js';
import { PipelineTimer } from '../../src/stage/timer.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const S = '550e8400-e29b-41d4-a716-446655440000';

function context(outputs: Record<string, StageOutput> = {}, init: { inputText?: string; sessionId?: string | null; declaredDeps?: string[]; clock?: ManualClock; events?: PipelineEvent[] } = {}): StageContext {
  const { clock = new ManualClock(), events = [] } = init;
  const snapshot = new ContextSnapshot({ sessionId: init.sessionId === undefined ? S : init.sessionId, inputText: init.inputText ?? null });
  const eventSink = { emit: async (event: PipelineEvent) => void events.push(event), tryEmit: (event: PipelineEvent) => void events.push(event) };
  return createStageContext({ snapshot, clock, timer: new PipelineTimer(clock), eventSink, stageName: 'm', inputs: createStageInputs({ snapshot, priorOutputs: outputs, stageName: 'm', ...(init.declaredDeps === undefined ? {} : { declaredDeps: init.declaredDeps }) }) });
}

describe('MemoryFetchStage', () => {
  it('settles with the entries as dictionaries, their number and their tokens', async () => {
    const store = new InMemoryStore();
    await store.write([new MemoryEntry({ sessionId: S, role: 'user', content: 'hello there' }), new MemoryEntry({ sessionId: S, role: 'assistant', content: 'hi' })]);
    const stage = new MemoryFetchStage(store);
    const { data } = (await stage.execute(context())) as OkOutput<MemoryFetchData>;
    expect([stage.name, stage.kind]).toEqual(['memory_fetch', 'enrich']);
    expect(data.memoryEntries.map((entry) => [entry['role'], entry['content'], entry['session_id']])).toEqual([['user', 'hello there', S], ['assistant', 'hi', S]]);
    expect(data).toMatchObject({ memoryCount: 2, memoryTokens: 3 });
    expect(data).not.toHaveProperty('memoryTruncated');
  });

  it('settles well with nothing when the run has no session', async () => {
    expect((await new MemoryFetchStage(new InMemoryStore()).execute(context({}, { sessionId: null }))).data).toEqual({ memoryEntries: [], memoryCount: 0, memoryTokens: 0 });
  });

  it('says when the newest entry alone exceeds the limit', async () => {
    const store = new InMemoryStore();
    await store.write([new MemoryEntry({ sessionId: S, role: 'user', content: 'a' }), new MemoryEntry({ sessionId: S, role: 'user', content: 'b'.repeat(100) })]);
    const events: PipelineEvent[] = [];
    const { data } = await new MemoryFetchStage(store, { maxTokens: 10 }).execute(context({}, { events }));
    expect(data).toMatchObject({ memoryCount: 1, memoryTokens: 25, memoryTruncated: true });
    expect(events).toMatchObject([{ type: 'memory.truncated', data: { session_id: S, entries: 1, tokens: 25, max_tokens: 10 } }]);
  });

  it('gives the store its limits and the signal of the run, and fails as the store fails', async () => {
    const calls: unknown[] = [];
    const store: MemoryStore = {
      fetch: async (session, config, options) => {
        calls.push([session, config.maxEntries, options?.signal instanceof AbortSignal]);
        throw new Error('disk');
      },
      write: async () => undefined,
      clear: async () => 0,
    };
    await expect(new MemoryFetchStage(store, { maxEntries: 7 }).execute(context())).rejects.toThrow('disk');
    expect(calls).toEqual([[S, 7, true]]);
  });

  it('refuses what is no store', () => {
    expect(() => new MemoryFetchStage({} as MemoryStore)).toThrow('MemoryFetchStage.store');
  });
});

describe('MemoryWriteStage', () => {
  const write = async (ctx: StageContext, options?: MemoryWriteStageOptions): Promise<{ output: StageOutput<MemoryWriteData>; entries: (readonly [string, string, Data])[] }> => {
    const store = new InMemoryStore();
    const output = await new MemoryWriteStage(store, options).execute(ctx);
    return { output, entries: (await store.fetch(S)).map(({ role, content, metadata }) => [role, content, metadata]) };
  };

  it('writes what the user said and what the model answered', async () => {
    const { output, entries } = await write(context({ llm: StageOutput.ok({ response: 'Hello!' }) }, { inputText: 'Hi' }));
    expect(output).toMatchObject({ status: 'ok', data: { entriesWritten: 2, sessionId: S } });
    expect(entries).toEqual([['user', 'Hi', {}], ['assistant', 'Hello!', {}]]);
  });

  it('writes both in one call, the user’s stamped with the start of the turn', async () => {
    const clock = new ManualClock();
    const ctx = context({ llm: StageOutput.ok({ response: 'b' }) }, { inputText: 'a', clock });
    await clock.advance(900);
    const lists: (readonly MemoryEntry[])[] = [];
    const store: MemoryStore = { fetch: async () => [], clear: async () => 0, write: async (list) => void lists.push(list as readonly MemoryEntry[]) };
    await new MemoryWriteStage(store).execute(ctx);
    expect(lists.map((list) => list.map((entry) => entry.timestampMs - 1700000000000))).toEqual([[0, 900]]);
  });

  it('writes the guarded text, never the raw one', async () => {
    const { entries } = await write(context({ stt: StageOutput.ok({ transcript: 'mail me@x.com' }), guard: StageOutput.ok({ transformedContent: 'mail me@***.com' }), llm: StageOutput.ok({ response: 'ok' }) }, { inputText: 'raw' }));
    expect(entries[0]).toEqual(['user', 'mail me@***.com', {}]);
  });

  it('writes the transcript where no guard ran', async () => {
    const { entries } = await write(context({ stt: StageOutput.ok({ transcript: 'spoken words' }) }));
    expect(entries).toEqual([['user', 'spoken words', {}]]);
  });

  it('writes of an interrupted answer what was heard, and keeps what was generated', async () => {
    const { entries } = await write(context({ llm: StageOutput.ok({ response: 'It will rain tomorrow.' }), playout: StageOutput.ok({ spoken: 'It will rain', interrupted: true }) }, { inputText: 'weather?' }));
    expect(entries[1]).toEqual(['assistant', 'It will rain', { spoken: 'It will rain', interrupted: true, generated: 'It will rain tomorrow.' }]);
  });

  it('keeps nothing beside the text of an answer that was heard whole', async () => {
    const { entries } = await write(context({ llm: StageOutput.ok({ response: 'Yes.' }), playout: StageOutput.ok({ spoken: 'Yes.', generated: 'Yes.', interrupted: false }) }, { inputText: 'q' }));
    expect(entries[1]).toEqual(['assistant', 'Yes.', {}]);
  });

  it('takes what was generated from playout where the model never settled', async () => {
    const { entries } = await write(context({ playout: StageOutput.cancel('barge-in', { spoken: 'It', generated: 'It will', interrupted: true }) }, { inputText: 'weather?', declaredDeps: ['playout'] }));
    expect(entries[1]).toEqual(['assistant', 'It', { spoken: 'It', interrupted: true, generated: 'It will' }]);
  });

  it('takes an answer as unheard when its playout failed', async () => {
    const { entries } = await write(context({ llm: StageOutput.ok({ response: 'Yes' }), playout: StageOutput.fail('no device') }, { inputText: 'hm', declaredDeps: ['llm', 'playout'] }));
    expect(entries).toEqual([['user', 'hm', {}]]);
  });

  it('leaves no entry of an answer of which nothing was heard', async () => {
    const { output, entries } = await write(context({ llm: StageOutput.ok({ response: 'Yes' }), playout: StageOutput.ok({ spoken: '', interrupted: true }) }, { inputText: 'hm' }));
    expect(entries).toEqual([['user', 'hm', {}]]);
    expect(output.data).toMatchObject({ entriesWritten: 1 });
  });

  it.each([
    ['a text', 'text', 'text'],
    ['a provider’s response', { content: 'from content', model: 'm' }, 'from content'],
  ])('takes %s as the response, under the stage and key it is told', async (_, response, content) => {
    const { entries } = await write(context({ agent: StageOutput.ok({ message: response }), llm: StageOutput.ok({ response: 'not me' }) }, { inputText: 'q' }), { responseStage: 'agent', responseKey: 'message' });
    expect(entries[1]?.[1]).toBe(content);
  });

  it('finds the default response upstream when llm is not among its dependencies', async () => {
    const { entries } = await write(context({ llm: StageOutput.ok({ response: 'x' }) }, { inputText: 'q', declaredDeps: ['guard'] }));
    expect(entries[1]?.[1]).toBe('x');
  });

  it('refuses a named response stage that is not declared', async () => {
    await expect(write(context({ llm: StageOutput.ok({ response: 'x' }) }, { inputText: 'q', declaredDeps: ['other'] }), { responseStage: 'llm' })).rejects.toThrow(UndeclaredDependencyError);
  });

  it('skips without a session, and when nothing was said', async () => {
    expect((await write(context({}, { inputText: 'q', sessionId: null }))).output).toMatchObject({ status: 'skip', data: { reason: 'The run has no session' } });
    expect((await write(context())).output).toMatchObject({ status: 'skip', data: { reason: 'Nothing was said' } });
  });

  it('names its entries from the source it is given', async () => {
    let n = 0;
    const store = new InMemoryStore();
    await new MemoryWriteStage(store, { ids: () => `id-${n++}` }).execute(context({ llm: StageOutput.ok({ response: 'x' }) }, { inputText: 'q' }));
    expect((await store.fetch(S)).map(({ id }) => id)).toEqual(['id-0', 'id-1']);
  });
});
