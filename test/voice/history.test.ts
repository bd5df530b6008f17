// What the conversation remembers is what was heard, and every tool call has its result, whatever happens when.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { sleep } from '../../src/base/clock.js';
import type { Message } from '../../src/context/message.js';
import type { LLMEvent, LLMOptions, LLMProvider } from '../../src/providers/llm.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { ToolExchange, withUniqueIds } from '../../src/voice/tool-exchange.js';
import { scale, seed } from '../tools/scale.js';
import { live, MS_PER_WORD, say } from './conversation.js';

const ANSWER = 'One two three, four five. Six seven eight! Nine ten eleven twelve thirteen. Fourteen fifteen.';

interface Round {
  /** Tools that are called, with the time each takes; ids may collide or be blank. */
  readonly tools: readonly { readonly id: string; readonly ms: number; readonly name: string }[];
  readonly text: boolean;
}

/** A model that follows a script per turn and cuts its text at random places. */
class ScriptedModel implements LLMProvider {
  readonly id = 'scripted';
  readonly prompts: (readonly Message[])[] = [];
  readonly #clock: ManualClock;
  readonly #turns: readonly (readonly Round[])[];
  readonly #cuts: readonly number[];

  constructor(clock: ManualClock, turns: readonly (readonly Round[])[], cuts: readonly number[]) {
    this.#clock = clock;
    this.#turns = turns;
    this.#cuts = cuts;
  }

  complete(): never {
    throw new Error('the session streams');
  }

  async *stream(messages: readonly Message[], { signal }: LLMOptions = {}): AsyncGenerator<LLMEvent> {
    this.prompts.push(messages);
    const user = messages.findLastIndex(({ role }) => role === 'user');
    const turn = Number(/\d+/.exec(messages[user]?.content ?? '')?.[0] ?? 0);
    const round = messages.slice(user).filter(({ toolCalls }) => toolCalls !== undefined).length;
    const step = this.#turns[turn]?.[round];
    await sleep(this.#clock, 40, signal);
    if (step === undefined || step.text) {
      let at = 0;
      for (let n = 0; at < ANSWER.length; n++) {
        const size = this.#cuts[n % this.#cuts.length] ?? 4;
        yield { type: 'text', delta: ANSWER.slice(at, at + size) };
        at += size;
        await sleep(this.#clock, 7, signal);
      }
    }
    for (const { id, ms, name } of step?.tools ?? []) yield { type: 'tool-call', id, name, input: { ms } };
    yield { type: 'finish', reason: 'stop' };
  }
}

/** Every call has exactly one result, directly behind it, and no result is without a call. */
function expectPaired(messages: readonly Message[]): void {
  const open = new Set<string>();
  for (const { role, toolCalls, toolCallId } of messages) {
    if (role === 'tool') {
      expect(open.delete(toolCallId ?? '')).toBe(true);
      continue;
    }
    expect([...open]).toEqual([]);
    for (const { id } of toolCalls ?? []) {
      expect(open.has(id)).toBe(false);
      open.add(id);
    }
  }
  expect([...open]).toEqual([]);
}

describe('the history of a conversation', () => {
  it('holds nothing unheard and no call without its result, for any cutting into tokens, any interruption and any tool timing', async () => {
    const tool = fc.record({ id: fc.constantFrom('a', 'b', '', 'a'), ms: fc.integer({ min: 0, max: 900 }), name: fc.constantFrom('wait', 'wait', 'fail', 'unknown') });
    const round = fc.record({ tools: fc.array(tool, { maxLength: 3 }), text: fc.boolean() });
    const turn = fc.array(round, { maxLength: 2 });
    const how = fc.constantFrom('interrupt', 'send', 'speech', 'none');
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 3, maxLength: 3 }), fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }), fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 4000 }), how }), { minLength: 3, maxLength: 3 }), fc.boolean(), async (turns, cuts, interruptions, memory) => {
        const clock = new ManualClock();
        const tools = new ToolRegistry([
          { name: 'wait', execute: ({ ms }) => sleep(clock, ms as number).then(() => ({ waited: ms })) },
          { name: 'fail', execute: ({ ms }) => sleep(clock, ms as number).then(() => Promise.reject(new Error('broken'))) },
        ]);
        const model = new ScriptedModel(clock, turns, cuts);
        const talk = live('', { tools, llm: model, ...(memory ? {} : { memory: undefined as never }) }, clock);
        await talk.session.start();
        for (const [n, { atMs, how: by }] of interruptions.entries()) {
          void talk.session.send(`turn ${n}`).catch(() => undefined);
          await talk.clock.advance(atMs);
          if (by === 'interrupt') talk.session.interrupt();
          else if (by === 'speech') await say(talk, 'turn 9 please', 300);
          else if (by === 'none') await talk.clock.advance(8000);
        }
        await talk.clock.advance(20000);
        const reports = talk.reports();
        for (const prompt of model.prompts) expectPaired(prompt);
        expectPaired(talk.session.history);
        const heard = talk.speaker.reports.filter(({ firstHeardAtMs }) => firstHeardAtMs !== null);
        for (const report of reports) {
          expect(report.generated.startsWith(report.spoken)).toBe(true);
          if (report.spoken === '' && !report.interrupted) continue;
          const words = report.spoken.match(/\S+/gu)?.length ?? 0;
          const playback = report.latency === null ? undefined : heard.shift();
          expect(words * MS_PER_WORD).toBeLessThanOrEqual(playback?.heardMs ?? 0); // nothing that was not heard to its end
          if (playback !== undefined && report.interrupted) expect((words + 1) * MS_PER_WORD).toBeGreaterThan(playback.heardMs); // and all that was
        }
        const said = reports.map(({ spoken }) => spoken).filter((spoken) => spoken !== '');
        expect(talk.session.history.filter(({ role, toolCalls }) => role === 'assistant' && toolCalls === undefined).map(({ content }) => content)).toEqual(said);
        if (memory) expect((await talk.remembered()).filter((entry) => entry.startsWith('assistant')).map((entry) => entry.slice('assistant: '.length))).toEqual(said);
        for (const prompt of model.prompts) {
          const past = prompt.filter(({ role, toolCalls }) => role === 'assistant' && toolCalls === undefined).map(({ content }) => content);
          expect(past).toEqual(said.slice(0, past.length));
        }
        await talk.clock.settle(talk.session.close());
      }),
      { numRuns: scale(12, 1500), seed },
    );
  });
});

describe('ToolExchange', () => {
  it('has a result for every call at every moment, and the real one once it is there', async () => {
    let finish: (value: string) => void = () => undefined;
    const tools = new ToolRegistry([{ name: 'slow', execute: () => new Promise((resolve) => (finish = resolve)) }]);
    const exchange = new ToolExchange(tools, 'Let me see.', [{ id: '1', name: 'slow', input: {} }, { id: '2', name: 'none', input: {} }], {});
    expect(exchange.messages.map(({ role, content }) => [role, content])).toEqual([['assistant', 'Let me see.'], ['tool', '{"status":"running"}'], ['tool', '{"error":"unknown_tool"}']]);
    await new ManualClock().advance(0);
    finish('there');
    await exchange.done;
    expect(exchange.messages[1]?.content).toBe('there');
  });

  it('gives calls of one turn ids of their own', () => {
    const taken = new Set<string>();
    const first = withUniqueIds([{ id: 'x', name: 'a', input: 1 }, { id: 'x', name: 'b', input: 2 }, { id: '', name: 'c', input: 3 }], taken);
    const second = withUniqueIds([{ id: 'x', name: 'd', input: 4 }], taken);
    expect([...first, ...second].map(({ id }) => id)).toEqual(['x', 'x_2', 'call', 'x_3']);
  });
});

it('remembers what was heard of a recording as nothing', async () => {
  const talk = live();
  await talk.clock.settle(talk.session.play(new AudioChunk({ float32: new Float32Array(1600) })));
  expect(talk.session.history).toEqual([]);
});
