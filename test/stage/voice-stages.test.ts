// The stages that PromptKit has for voice: reorder, pacing, pre-session buffer, response VAD, budget, compaction.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { InvalidOptionError } from '../../src/base/option.js';
import { Message } from '../../src/context/message.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { compactMessages } from '../../src/stage/compaction.js';
import { PacingStage } from '../../src/stage/pacing-stage.js';
import { PreSessionBufferStage } from '../../src/stage/pre-session-buffer-stage.js';
import { ResponseVadStage } from '../../src/stage/response-vad-stage.js';
import type { Stage } from '../../src/stage/stage.js';
import { CompactionStage, TokenBudgetStage } from '../../src/stage/token-budget-stage.js';
import { fitTokenBudget, messageTokens } from '../../src/stage/token-budget.js';
import { TranscriptReorderStage } from '../../src/stage/transcript-reorder-stage.js';
import { Channel } from '../../src/stream/channel.js';
import { audioElement, endOfStreamElement, endOfTurnElement, interruptElement, messageElement, textElement, type StreamElement } from '../../src/stream/element.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const audio = (ms: number, options: { loud?: boolean; sampleRate?: number; format?: 'pcm_16' | 'mp3' } = {}): StreamElement => {
  const { loud = true, sampleRate = 16000, format = 'pcm_16' } = options;
  const samples = new Int16Array((sampleRate * ms) / 1000).fill(loud ? 8000 : 0);
  return audioElement(new AudioChunk({ data: new Uint8Array(samples.buffer), sampleRate, format }));
};
const user = (text: string): StreamElement => messageElement(new Message({ role: 'user', content: text }));
const show = (one: StreamElement): string => (one.type === 'text' ? one.text : one.type === 'message' ? `${one.message.role}: ${one.message.content}` : one.type);

/** A stage in a run, its input fed by hand; `out` says what left it and when. */
function bench(stage: Stage<object>): { clock: ManualClock; send: (...elements: StreamElement[]) => Promise<void>; end: () => Promise<void>; out: string[]; done: Promise<unknown>; cancel: () => Promise<void> } {
  const clock = new ManualClock();
  const input = new Channel<StreamElement>({ capacity: 100_000 });
  const run = new Pipeline({ clock, channelBufferSize: 100_000 }).withStage('stage', stage).build().start({}, input);
  const out: string[] = [];
  const reading = (async () => {
    for await (const one of run.output) out.push(`${clock.now()} ${show(one)}`);
  })();
  return {
    clock,
    out,
    send: async (...elements) => {
      await clock.advance(0);
      for (const one of elements) input.tryWrite(one);
      await clock.advance(0);
    },
    end: async () => {
      input.close();
      await clock.advance(0);
    },
    done: reading.then(() => run.results),
    cancel: () => run.cancel('cut'),
  };
}

describe('TranscriptReorderStage', () => {
  it('holds the model’s text until the transcript has come; audio passes', async () => {
    const { send, out, clock, end } = bench(new TranscriptReorderStage());
    await send(textElement('answer 1'), audio(20), textElement('answer 2'));
    expect(out).toEqual(['0 audio']);
    await clock.advance(100);
    await send(user('question'), textElement('answer 3'), endOfTurnElement());
    expect(out.slice(1)).toEqual(['100 user: question', '100 answer 1', '100 answer 2', '100 answer 3', '100 endOfTurn']);
    await end();
  });

  it('puts a placeholder after three seconds, none when it is empty, and a late transcript passes', async () => {
    const first = bench(new TranscriptReorderStage());
    await first.send(textElement('answer'));
    await first.clock.advance(2999);
    expect(first.out).toEqual([]);
    await first.clock.advance(1);
    expect(first.out).toEqual(['3000 [inaudible]', '3000 answer']);
    await first.send(user('late'));
    expect(first.out.at(-1)).toBe('3000 user: late');
    const second = bench(new TranscriptReorderStage({ placeholder: '', maxHoldMs: 50 }));
    await second.send(textElement('answer'));
    await second.clock.advance(50);
    expect(second.out).toEqual(['50 answer']);
  });

  it('resolves a turn before its end and starts anew with the next', async () => {
    const { send, out, end, done } = bench(new TranscriptReorderStage({ placeholder: '?' }));
    await send(textElement('a'), endOfTurnElement(), textElement('b'), user('q'), endOfStreamElement());
    expect(out.map((line) => line.slice(2))).toEqual(['?', 'a', 'endOfTurn', 'user: q', 'b', 'endOfStream']);
    await send(textElement('c'));
    await end();
    expect(out.slice(-2).map((line) => line.slice(2))).toEqual(['?', 'c']);
    expect(await done).toMatchObject({ stage: { data: { turns: 3, placeholders: 2 } } });
  });
});

describe('PacingStage', () => {
  it('forwards the first five chunks at once, then each after the one before it has played', async () => {
    const { send, out, clock } = bench(new PacingStage());
    await send(...Array.from({ length: 8 }, () => audio(20)), textElement('never held'));
    expect(out.length).toBe(5);
    await clock.advance(19);
    expect(out.length).toBe(5);
    await clock.advance(41);
    expect(out.map((line) => line.split(' ')[0])).toEqual(['0', '0', '0', '0', '0', '20', '40', '60', '60']);
  });

  it('waits by the chunk’s own rate, never negatively, and never catches up with a burst', async () => {
    const { send, out, clock } = bench(new PacingStage({ prerollChunks: 1 }));
    await send(audio(100, { sampleRate: 8000 }), audio(100, { sampleRate: 48000 }));
    await clock.advance(1000);
    await send(audio(100), audio(100));
    await clock.advance(100);
    expect(out.map((line) => line.split(' ')[0])).toEqual(['0', '100', '1000', '1100']);
  });

  it('passes compressed audio at once, and starts anew after an end of stream', async () => {
    const { send, out } = bench(new PacingStage({ prerollChunks: 2 }));
    await send(audio(500, { format: 'mp3' }), audio(500, { format: 'mp3' }), audio(500, { format: 'mp3' }), audio(20), audio(20), endOfStreamElement(), audio(20), audio(20));
    expect(out.length).toBe(8);
  });

  it('starts anew after an interrupt, whose listener has an empty buffer', async () => {
    const { send, out, clock } = bench(new PacingStage({ prerollChunks: 2 }));
    await send(audio(500), audio(500), audio(500));
    await clock.advance(500);
    await send(interruptElement('barge-in'), audio(500), audio(500), audio(500));
    expect(out.slice(2)).toEqual(['500 audio', '500 interrupt', '500 audio', '500 audio']);
    await clock.advance(500);
    expect(out.at(-1)).toBe('1000 audio');
  });

  it('ends a wait at once when the run is canceled', async () => {
    const { send, cancel, clock } = bench(new PacingStage({ prerollChunks: 0 }));
    await send(audio(5000), audio(5000));
    await cancel();
    expect(clock.pending).toBe(0);
  });
});

describe('PreSessionBufferStage', () => {
  it('keeps everything until the session is open, oldest audio goes first, text and control never', async () => {
    let open: (() => void) | undefined;
    const { send, out, done, end } = bench(new PreSessionBufferStage({ ready: () => new Promise<void>((resolve) => (open = resolve)), maxBytes: 320 * 3 }));
    await send(textElement('first'), audio(10), audio(10), audio(10), interruptElement('x'), audio(10));
    expect(out).toEqual([]);
    open?.();
    await send();
    expect(out.map((line) => line.slice(2)).sort()).toEqual(['audio', 'audio', 'audio', 'first', 'interrupt'].sort());
    await send(textElement('later'));
    expect(out.at(-1)).toBe('0 later');
    await end();
    expect(await done).toMatchObject({ stage: { data: { buffered: 5, evictedBytes: 320 } } });
  });

  it('waits for the session although its input has ended, and fails with it', async () => {
    let open: (() => void) | undefined;
    const waits = bench(new PreSessionBufferStage({ ready: () => new Promise<void>((resolve) => (open = resolve)) }));
    await waits.send(textElement('a'));
    await waits.end();
    open?.();
    await waits.done;
    expect(waits.out).toEqual(['0 a']);
    const fails = bench(new PreSessionBufferStage({ ready: async () => { throw new Error('no'); } }));
    await expect(fails.done).rejects.toMatchObject({ cause: { stage: 'stage', cause: { message: 'no' } } });
  });

  it('costs the same per chunk however much it holds', async () => {
    let open: (() => void) | undefined;
    const { send, done, end } = bench(new PreSessionBufferStage({ ready: () => new Promise<void>((resolve) => (open = resolve)), maxBytes: 32000 }));
    const chunk = audio(10);
    // Evicting by moving what is held would need minutes for these; the suite's time-out would end it.
    await send(...Array.from({ length: 50_000 }, () => chunk));
    open?.();
    await end();
    expect(await done).toMatchObject({ stage: { data: { buffered: 100 } } });
  });
});

describe('ResponseVadStage', () => {
  it('holds the end of the stream until half a second after the sound has played out', async () => {
    const { send, out, clock } = bench(new ResponseVadStage());
    await send(audio(1000), endOfStreamElement(), textElement('passes'));
    expect(out).toEqual(['0 audio', '0 passes']);
    await clock.advance(1499);
    expect(out.length).toBe(2);
    await clock.advance(1);
    expect(out.at(-1)).toBe('1500 endOfStream');
  });

  it('does not count silence as sound', async () => {
    const { send, out, clock } = bench(new ResponseVadStage());
    await send(audio(200), audio(2000, { loud: false }), endOfStreamElement());
    await clock.advance(700);
    expect(out.at(-1)).toBe('700 endOfStream');
  });

  it('holds at most three seconds, and lets go when the input closes', async () => {
    const long = bench(new ResponseVadStage());
    await long.send(audio(60_000), endOfStreamElement());
    await long.clock.advance(3000);
    expect(long.out.at(-1)).toBe('3000 endOfStream');
    const closed = bench(new ResponseVadStage());
    await closed.send(audio(1000), endOfStreamElement());
    await closed.end();
    expect(closed.out.at(-1)).toBe('0 endOfStream');
  });

  it('lets go when an interrupt has silenced the answer', async () => {
    const { send, out, clock } = bench(new ResponseVadStage());
    await send(audio(2000), endOfStreamElement());
    await clock.advance(100);
    await send(interruptElement('barge-in'));
    expect(out).toEqual(['0 audio', '100 interrupt', '100 endOfStream']);
    await send(audio(1000), endOfStreamElement());
    await clock.advance(1499);
    expect(out.at(-1)).toBe('100 audio');
    await clock.advance(1);
    expect(out.at(-1)).toBe('1600 endOfStream');
  });

  it('passes an end without sound before it at once', async () => {
    const { send, out } = bench(new ResponseVadStage());
    await send(endOfStreamElement());
    expect(out).toEqual(['0 endOfStream']);
  });
});

const message = (role: 'user' | 'assistant' | 'system' | 'tool', content: string, more = {}): Message => new Message({ role, content, ...more });
const call = (id: string, name: string, args: unknown = {}): Message => message('assistant', '', { toolCalls: [{ id, name, arguments: args }] });
const result = (id: string, content: string, metadata = {}): Message => message('tool', content, { toolCallId: id, metadata });
const long = 'word '.repeat(100);

describe('fitTokenBudget', () => {
  const talk = [message('user', 'one'), message('system', 'rules'), message('assistant', 'two'), message('user', 'three')];

  it('keeps the newest, system messages first, within the budget less the reserve', async () => {
    const one = messageTokens(message('user', 'three'));
    const fitted = await fitTokenBudget(talk, { maxTokens: one * 3 + 10, reserveTokens: 10, countTokens: () => one - 4 });
    expect(fitted.messages.map(({ content }) => content)).toEqual(['rules', 'two', 'three']);
    expect([fitted.dropped.length, fitted.tokens]).toEqual([1, one * 3]);
  });

  it.each([[0, 0], [10, 10], [10, 50]])('changes nothing at maximum %s and reserve %s but the place of system messages', async (maxTokens, reserveTokens) => {
    expect((await fitTokenBudget(talk, { maxTokens, reserveTokens })).messages.map(({ content }) => content)).toEqual(['rules', 'one', 'two', 'three']);
  });

  it('keeps the newest message even when it alone is too long', async () => {
    expect((await fitTokenBudget([message('user', 'x'), message('user', long)], { maxTokens: 10 })).messages.map(({ content }) => content)).toEqual([long]);
  });

  it('fails, keeps what is relevant, or puts a summary in the place of what goes', async () => {
    await expect(fitTokenBudget([message('user', long)], { maxTokens: 10, strategy: 'fail' })).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
    const many = [message('user', `keep ${long}`), message('user', `drop ${long}`), message('user', 'last')];
    const relevant = await fitTokenBudget(many, { maxTokens: 140, strategy: 'relevance', relevance: ({ content }) => (content.startsWith('keep') ? 1 : 0) });
    expect(relevant.messages.map(({ content }) => content.slice(0, 4))).toEqual(['keep', 'last']);
    const summed = await fitTokenBudget(many, { maxTokens: 40, strategy: 'summarise', summarise: (gone) => message('system', `${gone.length} earlier`) });
    expect(summed.messages.map(({ content }) => content)).toEqual(['2 earlier', 'last']);
  });

  it('leaves no result of a tool without its call', async () => {
    const fitted = await fitTokenBudget([call('1', 'search', { q: long }), result('1', 'found'), message('user', 'ok')], { maxTokens: 30 });
    expect(fitted.messages.map(({ role }) => role)).toEqual(['user']);
  });

  it('refuses options that cannot be met', async () => {
    for (const options of [{ maxTokens: -1 }, { maxTokens: 5, strategy: 'random' }, { maxTokens: 5, strategy: 'relevance' }, { maxTokens: 5, strategy: 'summarise' }, { max: 3 }]) await expect(fitTokenBudget([], options as never)).rejects.toThrow(InvalidOptionError);
  });

  it('never exceeds the budget but for one message, and keeps the order', async () => {
    const conversation = fc.array(fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), content: fc.string({ maxLength: 80 }) }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(conversation, fc.integer({ min: 1, max: 120 }), async (list, maxTokens) => {
        const messages = list.map(({ role, content }) => message(role, content));
        const fitted = await fitTokenBudget(messages, { maxTokens });
        expect(fitted.tokens <= maxTokens || fitted.messages.length === 1).toBe(true);
        expect(fitted.messages).toEqual(messages.slice(messages.length - fitted.messages.length));
      }),
      { numRuns: 200, seed: 20260301 },
    );
  });
});

describe('compactMessages', () => {
  const history = [message('system', 'rules'), call('1', 'read', { f: 1 }), result('1', long), call('2', 'read', { f: 2 }), result('2', long, { isError: true }), call('3', 'read', { f: 3 }), result('3', long), message('user', 'a'), message('assistant', 'b'), message('user', 'c'), message('assistant', 'd')];

  it('does nothing below the threshold, folds the oldest results above it, and stops when it is below again', () => {
    expect(compactMessages(history, { maxTokens: 100_000 }).folded).toBe(0);
    const once = compactMessages(history, { maxTokens: 500 });
    expect([once.folded, once.messages[2]?.content, once.messages[6]?.content]).toEqual([1, '[result of a tool, 500 characters, folded]', long]);
    const all = compactMessages(history, { maxTokens: 50 });
    expect(all.folded).toBe(2);
    expect([all.messages[0]?.content, all.messages[4]?.content, all.messages.slice(-4).map(({ content }) => content)]).toEqual(['rules', long, ['a', 'b', 'c', 'd']]);
  });

  it('changes nothing the second time', () => {
    const once = compactMessages(history, { maxTokens: 50 });
    const twice = compactMessages(once.messages, { maxTokens: 50 });
    expect([twice.messages, twice.folded, twice.collapsed]).toEqual([once.messages, 0, 0]);
  });

  it('collapses calls that were made again with the same arguments and result', () => {
    const repeated = [call('1', 'time'), result('1', 'noon'), message('user', long), call('2', 'time'), result('2', 'noon'), message('user', 'x'), message('user', 'y')];
    const compacted = compactMessages(repeated, { maxTokens: 100, pinned: 2 });
    expect([compacted.collapsed, compacted.messages.map(({ role }) => role)]).toEqual([2, ['user', 'assistant', 'tool', 'user', 'user']]);
  });
});

describe('budget stages', () => {
  it('fit what settled upstream and say so', async () => {
    const events: string[] = [];
    const eventSink = { emit: async () => undefined, tryEmit: ({ type }: { type: string }) => void events.push(type) };
    const graph = new Pipeline()
      .withStage('prompt', () => ({ messages: [message('user', long), message('user', 'now')] }))
      .withStage('budget', new TokenBudgetStage({ maxTokens: 20 }), { dependencies: ['prompt'] })
      .withStage('compact', new CompactionStage({ maxTokens: 1000 }), { dependencies: ['budget'] })
      .build();
    const results = await graph.run({}, { eventSink });
    expect(results.require('budget').data).toMatchObject({ truncated: true, changed: 1 });
    expect(results.require('compact').data.messages.map(({ content }) => content)).toEqual(['now']);
    expect(events).toContain('context.truncated');
  });

  it('fit what flows in; other elements pass at once', async () => {
    const out = await new Pipeline().chain(new TokenBudgetStage({ maxTokens: 20 })).build().executeSync([user(long), textElement('x'), user('now')]);
    expect(out.map(show)).toEqual(['x', 'user: now']);
  });
});
