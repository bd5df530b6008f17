import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/base/clock.js';
import { deferred } from '../../src/base/deferred.js';
import type { LLMEvent, LLMOptions } from '../../src/providers/llm.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { ModelCall, ModelTimeoutError, modelLimits } from '../../src/voice/model-call.js';
import { converse } from './conversation.js';

const LIMITS = { firstTokenMs: 1000, silenceMs: 500, answerMs: 3000 };

function call(limits = LIMITS): { readonly clock: ManualClock; readonly call: ModelCall; readonly ended: Promise<string>; readonly aborted: AbortController } {
  const clock = new ManualClock();
  const aborted = new AbortController();
  const one = new ModelCall(clock, limits);
  const ended = one.run(aborted.signal, () => new Promise<void>((_, reject) => one.signal.addEventListener('abort', () => aborted.signal.aborted && reject(new Error('aborted'))))).then(() => 'done', (error: Error) => (error instanceof ModelTimeoutError ? error.deadline : error.message));
  return { clock, call: one, ended, aborted };
}

describe('a call of a model', () => {
  it('is given up when it does not begin in time', async () => {
    const { clock, call: one, ended } = call();
    await clock.advance(999);
    expect(one.over).toBe(false);
    await clock.advance(1);
    expect(await ended).toBe('firstTokenMs');
    expect(one.signal.reason).toMatchObject({ name: 'ModelTimeoutError', code: 'MODEL_TIMEOUT', deadline: 'firstTokenMs' });
    expect(clock.pending).toBe(0);
  });

  it('is given up when it falls silent, and not while it is kept waiting', async () => {
    const { clock, call: one, ended } = call({ ...LIMITS, answerMs: 0 });
    await clock.advance(900);
    one.came();
    await clock.advance(400);
    one.came();
    const parked = one.park(sleep(clock, 2000));
    await clock.advance(2000);
    await parked;
    await clock.advance(499);
    expect(one.over).toBe(false);
    await clock.advance(1);
    expect(await ended).toBe('silenceMs');
    expect(clock.pending).toBe(0);
  });

  it('is given up when the whole takes too long', async () => {
    const { clock, call: one, ended } = call();
    for (let n = 0; n < 7; n++) {
      await clock.advance(400);
      one.came();
    }
    await clock.advance(200);
    expect(await ended).toBe('answerMs');
  });

  it('has no deadline where none is wanted, and ends as its work does', async () => {
    const { clock, call: one, ended, aborted } = call(modelLimits('test', { firstTokenMs: null, silenceMs: null, answerMs: null }));
    one.came();
    expect(clock.pending).toBe(0);
    aborted.abort();
    expect(await ended).toBe('aborted');
  });

  it('takes deadlines of a millisecond and more, or null', () => {
    expect(modelLimits('test')).toEqual({ firstTokenMs: 30_000, silenceMs: 15_000, answerMs: 300_000 });
    expect(() => modelLimits('test', { silenceMs: 0 })).toThrow(/test\.silenceMs/);
    expect(() => modelLimits('test', { tokenMs: 1 } as never)).toThrow(/tokenMs/);
  });
});

describe('a session whose model hangs', () => {
  const hanging = (heed: boolean, words: readonly string[] = []) => {
    const signals: (AbortSignal | undefined)[] = [];
    return {
      signals,
      id: 'hanging',
      complete: () => Promise.reject(new Error('the session streams')),
      async *stream(_: unknown, options: LLMOptions = {}): AsyncGenerator<LLMEvent> {
        signals.push(options.signal);
        for (const delta of words) yield { type: 'text', delta };
        await new Promise((_, reject) => heed && options.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
      },
    };
  };

  it.each([['notices that it is given up', true], ['does not notice it', false]])('says so, and goes on: a model that %s', async (_, heed) => {
    const llm = hanging(heed);
    const talk = converse('', { llm });
    const report = await talk.clock.settle(talk.session.send('tea?'));
    expect(report.error).toMatchObject({ name: 'StageError', cause: { name: 'ModelTimeoutError', deadline: 'firstTokenMs' } });
    expect(talk.clock.now()).toBeGreaterThanOrEqual(30_000);
    expect(talk.clock.now()).toBeLessThan(31_000);
    expect(llm.signals[0]?.aborted).toBe(true);
    await talk.clock.advance(5000);
    expect(talk.voice.spoken).toEqual(['Sorry, something went wrong.']);
    expect(talk.events.filter(({ type }) => type === 'error').length).toBe(1);
    expect(talk.session.state).toBe('idle');
  });

  it('waits for a model that is being loaded, as long as that takes', async () => {
    const loaded = deferred<void>();
    const talk = converse('', { llm: { ...hanging(true), warmUp: () => loaded.promise }, failure: null });
    const asked = talk.session.send('tea?');
    await talk.clock.advance(120_000);
    expect(talk.session.state).toBe('thinking');
    loaded.resolve();
    await talk.clock.advance(29_000);
    expect(talk.session.state).toBe('thinking');
    expect((await talk.clock.settle(asked)).error).toMatchObject({ cause: { deadline: 'firstTokenMs' } });
  });

  it('keeps what was heard until then, beside what was asked', async () => {
    const talk = converse('', { llm: hanging(false, ['First ', 'you ', 'boil ', 'the ', 'water. ', 'Then ']), failure: null, modelDeadlines: { silenceMs: 4000 } });
    const report = await talk.clock.settle(talk.session.send('tea?'));
    expect(report.error).toMatchObject({ cause: { deadline: 'silenceMs' } });
    expect(report.spoken.trim()).toBe('First you boil the water.');
    expect((await talk.remembered()).map((one) => one.trim())).toEqual(['user: tea?', 'assistant: First you boil the water.']);
    expect(talk.clock.pending).toBe(0);
  });
});
