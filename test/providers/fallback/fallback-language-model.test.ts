import { describe, expect, it } from 'vitest';
import { AbortedError, ClosedError } from '../../../src/base/errors.js';
import { InvalidOptionError } from '../../../src/base/option.js';
import { Message } from '../../../src/context/message.js';
import { ProvidersFailedError, ProviderTimeoutError } from '../../../src/providers/fallback/fallback-chain.js';
import { FallbackLanguageModel, type FallbackLanguageModelOptions } from '../../../src/providers/fallback/fallback-language-model.js';
import { ProviderEmptyError } from '../../../src/providers/fallback/followed-stream.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { recorder, scripted, ScriptedError, type Act, type Scripted } from './scripted.js';

const asking = [new Message({ role: 'user', content: 'hi' })];
const well = (word: string): Act => ({ words: [word] });
const fails = (options: ConstructorParameters<typeof ScriptedError>[0] = {}, words: readonly string[] = []): Act => ({ words, error: new ScriptedError(options) });

interface Stage {
  readonly clock: ManualClock;
  readonly members: readonly Scripted[];
  readonly llm: FallbackLanguageModel;
  readonly log: ReturnType<typeof recorder>;
  /** The words of an answer, with time running as far as needed. */
  say(signal?: AbortSignal): Promise<string>;
}

function stage(scripts: readonly (readonly Act[])[], options: FallbackLanguageModelOptions = {}): Stage {
  const clock = new ManualClock();
  const log = recorder();
  const members = scripts.map((script, n) => scripted('abc'[n] ?? '', clock, script));
  const llm = new FallbackLanguageModel(members, { clock, eventEmitter: log.emit, ...options });
  const words = async (signal: AbortSignal | undefined): Promise<string> => {
    let text = '';
    for await (const event of llm.stream(asking, signal === undefined ? {} : { signal })) if (event.type === 'text') text += event.delta;
    return text;
  };
  return { clock, members, llm, log, say: (signal) => clock.settle(words(signal)) };
}

describe('FallbackLanguageModel', () => {
  it('asks the first, and nobody else, while it answers', async () => {
    const { say, members, log, clock, llm } = stage([[well('A')], [well('B')]]);
    expect([await say(), await say()]).toEqual(['A', 'A']);
    expect(members.map(({ calls }) => calls.length)).toEqual([2, 0]);
    expect([log.events, clock.pending, llm.status]).toEqual([[], 0, [{ id: 'a', available: true }, { id: 'b', available: true }]]);
  });

  it('goes on to the next at once for a fatal error', async () => {
    const { say, clock, log } = stage([[fails({ fatal: true })], [well('B')]]);
    expect(await say()).toBe('B');
    expect(clock.now()).toBe(0);
    expect(log.events).toEqual(['attempt_failed a', 'unavailable a', 'failed_over a>b']);
    expect(log.data[0]).toEqual({ role: 'language model', provider: 'a', attempt: 1, duration_ms: 0, fatal: true, error: 'Error' });
  });

  it('tries once more after 100 ms before it goes on for an error that may pass', async () => {
    const { say, clock, members } = stage([[fails(), fails()], [well('B')]]);
    expect(await say()).toBe('B');
    expect(members[0]?.calls).toEqual([0, 100]);
    expect(clock.now()).toBe(100);
  });

  it('stays with the first when its second try succeeds', async () => {
    const { say, members, log } = stage([[fails(), well('A')], [well('B')]]);
    expect(await say()).toBe('A');
    expect([members[1]?.calls, log.events]).toEqual([[], ['attempt_failed a']]);
  });

  it('goes on after 5 s of silence, and tells the silent one to stop', async () => {
    const { say, clock, members, log } = stage([['silent'], [well('B')]]);
    expect(await say()).toBe('B');
    expect(clock.now()).toBe(5000);
    expect(members[0]?.signals[0]?.aborted).toBe(true);
    expect(log.data[0]).toMatchObject({ error_code: 'PROVIDER_TIMEOUT', duration_ms: 5000 });
  });

  it('retries after 100 ms and three times after 2 s where there is no other', async () => {
    const { say, members, clock } = stage([[fails(), fails(), fails(), fails(), well('A')]]);
    expect(await say()).toBe('A');
    expect(members[0]?.calls).toEqual([0, 100, 2100, 4100, 6100]);
    expect(clock.pending).toBe(0);
  });

  it('gives up with the reasons of all', async () => {
    const { say } = stage([[fails({ fatal: true })], ['silent'], ['empty']], { retryDelaysMs: [] });
    const error: unknown = await say().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProvidersFailedError);
    const { errors, fatal, message } = error as ProvidersFailedError;
    expect(errors.map((one) => one.constructor)).toEqual([ScriptedError, ProviderTimeoutError, ProviderEmptyError]);
    expect(fatal).toBe(false);
    expect(message).toContain('PROVIDER_TIMEOUT');
  });

  it('is fatal when every failure is', async () => {
    await expect(stage([[fails({ fatal: true })], [fails({ fatal: true })]]).say()).rejects.toMatchObject({ fatal: true, code: 'PROVIDERS_FAILED' });
  });

  it('waits as long as the only provider asks, but no longer than allowed', async () => {
    const patient = stage([[fails({ retryAfterMs: 3000 }), well('A')]]);
    expect(await patient.say()).toBe('A');
    expect(patient.members[0]?.calls).toEqual([0, 3000]);
    await expect(stage([[fails({ retryAfterMs: 11_000 }), well('A')]]).say()).rejects.toBeInstanceOf(ProvidersFailedError);
    const choice = stage([[fails({ retryAfterMs: 3000 }), well('A')], [well('B')]]);
    expect(await choice.say()).toBe('B');
    expect(choice.clock.now()).toBe(0);
  });

  it('does not ask again once something was said', async () => {
    const { say, members, llm } = stage([[fails({}, ['Hel'])], [well('B')]]);
    await expect(say()).rejects.toBeInstanceOf(ScriptedError);
    expect(members.map(({ calls }) => calls.length)).toEqual([1, 0]);
    expect(llm.status[0]).toEqual({ id: 'a', available: false });
  });

  it('does not count thinking time after the first item', async () => {
    const clock = new ManualClock();
    const llm = new FallbackLanguageModel([scripted('a', clock, [{ words: ['A'] }])], { clock });
    const events = llm.stream(asking);
    expect((await events.next()).value).toEqual({ type: 'text', delta: 'A' });
    await clock.advance(60_000);
    expect((await events.next()).value).toEqual({ type: 'finish', reason: 'stop' });
  });

  it('takes the end of an answer with an error before its first word for a failure', async () => {
    const { llm, clock } = stage([[well('B')]]);
    const broken = new FallbackLanguageModel([{ id: 'x', complete: () => Promise.reject(new Error('no')), async *stream() { yield await Promise.resolve({ type: 'finish', reason: 'error' } as const); } }, llm], { clock, retryDelaysMs: [] });
    const events = [];
    for await (const event of broken.stream(asking)) events.push(event.type);
    expect(events).toEqual(['text', 'finish']);
    broken.close();
    llm.close();
  });

  it('completes by the same rules, with a limit of its own', async () => {
    const { llm, clock } = stage([[{ words: ['A'], afterMs: 70_000 }], [{ words: ['B'], afterMs: 20_000 }]]);
    expect((await clock.settle(llm.complete(asking))).content).toBe('B');
    expect(clock.now()).toBe(80_000);
    llm.close();
  });

  it('warms up the first that can', async () => {
    const clock = new ManualClock();
    const warm: string[] = [];
    const member = (id: string, warmUp: () => Promise<void>): Scripted => ({ ...scripted(id, clock, [well(id)]), warmUp });
    const llm = new FallbackLanguageModel([member('a', () => Promise.reject(new ScriptedError({ fatal: true }))), member('b', () => Promise.resolve(void warm.push('b')))], { clock });
    await llm.warmUp();
    expect(warm).toEqual(['b']);
    llm.close();
  });

  describe('when the signal aborts', () => {
    it.each<[string, readonly Act[]]>([['while it waits for the first item', ['silent']], ['between two tries', [fails()]]])('settles at once %s, and asks nobody else', async (_when, script) => {
      const stop = new AbortController();
      const { llm, members, clock, log } = stage([script, [well('B')]]);
      const events = llm.stream(asking, { signal: stop.signal });
      const next = events.next();
      await clock.advance(50);
      stop.abort('enough');
      await expect(next).rejects.toBeInstanceOf(AbortedError);
      expect(members[1]?.calls).toEqual([]);
      expect(log.events.filter((event) => event.startsWith('unavailable'))).toEqual([]);
      expect(clock.pending).toBe(0);
    });

    it('settles at once in the middle of an answer, also when the model ignores its signal', async () => {
      const clock = new ManualClock();
      let returned = false;
      const llm = new FallbackLanguageModel([{ id: 'deaf', complete: () => new Promise(() => undefined), stream: () => ({ [Symbol.asyncIterator]: () => {
        let given = false;
        return { next: () => { if (given) return new Promise(() => undefined); given = true; return Promise.resolve({ done: false, value: { type: 'text', delta: 'A' } as const }); }, return: () => { returned = true; return Promise.resolve({ done: true, value: undefined }); } };
      } }) }], { clock });
      const stop = new AbortController();
      const events = llm.stream(asking, { signal: stop.signal });
      await events.next();
      const next = events.next();
      stop.abort();
      await expect(next).rejects.toBeInstanceOf(AbortedError);
      expect(returned).toBe(true);
    });
  });

  describe('recovery', () => {
    it('probes in the background, and prefers the first again once it is well', async () => {
      const { say, clock, members, llm, log } = stage([[fails({ fatal: true }), fails(), fails(), well('A')], [well('B')]]);
      expect(await say()).toBe('B');
      await clock.advance(999);
      expect(members[0]?.calls).toEqual([0]);
      await clock.advance(1);
      await clock.advance(2000);
      expect(llm.status[0]?.available).toBe(false);
      expect(await say()).toBe('B');
      await clock.advance(4000);
      expect(members[0]?.calls).toEqual([0, 1000, 3000, 7000]);
      expect(log.events.at(-1)).toBe('recovered a');
      expect(await say()).toBe('A');
      expect(clock.pending).toBe(0);
    });

    it('probes a provider that answers probes and fails calls less and less often, half a minute at most', async () => {
      // Calls and probes alternate: each probe succeeds, each call fails.
      const flapping: Act[] = Array.from({ length: 16 }, (_, n) => (n % 2 === 0 ? fails({ fatal: true }) : well('A')));
      const { say, clock, members } = stage([flapping, [well('B')]]);
      const pauses: number[] = [];
      for (let round = 0; round < 8; round++) {
        expect(await say()).toBe('B');
        const failedAt = clock.now();
        const known = members[0]?.calls.length ?? 0;
        while (members[0]?.calls.length === known) await clock.advance(500);
        pauses.push(clock.now() - failedAt);
      }
      expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    });

    it('begins with short pauses again after a success', async () => {
      const { say, clock, members } = stage([[fails({ fatal: true }), fails(), well('A'), well('A'), fails({ fatal: true }), well('A')], [well('B')]]);
      expect(await say()).toBe('B');
      await clock.advance(3000);
      expect(await say()).toBe('A');
      expect(await say()).toBe('B');
      await clock.advance(1000);
      expect(members[0]?.calls.at(-1)).toBe(4000);
    });

    it('gives up a probe that is silent, and tells it to stop', async () => {
      const { say, clock, members } = stage([[fails({ fatal: true }), 'silent', well('A')], [well('B')]]);
      await say();
      await clock.advance(1000 + 5000 + 2000);
      expect(members[0]?.calls).toEqual([0, 1000, 8000]);
      expect(members[0]?.signals[1]?.aborted).toBe(true);
      expect(await say()).toBe('A');
    });

    it('asks those that failed when nobody else is left, and believes them when they answer', async () => {
      const { say, clock, llm } = stage([[fails({ fatal: true }), well('A')], [fails({ fatal: true }), fails({ fatal: true })]]);
      await expect(say()).rejects.toBeInstanceOf(ProvidersFailedError);
      expect(llm.status.map(({ available }) => available)).toEqual([false, false]);
      expect(await say()).toBe('A');
      expect(llm.status.map(({ available }) => available)).toEqual([true, false]);
      llm.close();
      expect(clock.pending).toBe(0);
    });

    it('uses the probe it is given', async () => {
      const probed: string[] = [];
      const { say, clock } = stage([[fails({ fatal: true })], [well('B')]], { probe: (provider) => Promise.resolve(probed.push(provider.id)), recoveryMs: 10 });
      await say();
      await clock.advance(10);
      expect(probed).toEqual(['a']);
    });

    it('ends with close, which ends everything', async () => {
      const { say, clock, llm } = stage([[fails({ fatal: true })], [well('B')]]);
      await say();
      expect(clock.pending).toBe(1);
      llm.close();
      expect(clock.pending).toBe(0);
      await expect(llm.complete(asking)).rejects.toBeInstanceOf(ClosedError);
    });
  });

  it('refuses options that do not fit', () => {
    expect(() => new FallbackLanguageModel([])).toThrow(InvalidOptionError);
    const one = scripted('a', new ManualClock(), []);
    for (const options of [{ timeoutMs: 0 }, { retryDelaysMs: [-1] }, { recoveryMs: 0 }, { completeTimeoutMs: 0 }, { other: 1 }]) expect(() => new FallbackLanguageModel([one], options as FallbackLanguageModelOptions)).toThrow(InvalidOptionError);
  });
});
