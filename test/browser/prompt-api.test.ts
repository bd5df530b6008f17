import { describe, expect, it } from 'vitest';
import { BrowserLanguageModel, type PromptApi } from '../../src/browser/prompt-api.js';
import { Message } from '../../src/context/message.js';
import type { LLMEvent } from '../../src/providers/llm.js';

interface Made {
  readonly api: PromptApi;
  readonly created: Parameters<PromptApi['create']>[0][];
  readonly prompts: string[];
  destroyed: number;
  canceled: boolean;
}

function fake(deltas: readonly (string | Error)[], availability: 'available' | 'unavailable' | Error = 'available'): Made {
  const made: Made = {
    created: [],
    prompts: [],
    destroyed: 0,
    canceled: false,
    api: {
      availability: () => (availability instanceof Error ? Promise.reject(availability) : Promise.resolve(availability)),
      create: (options) => {
        made.created.push(options);
        return Promise.resolve({
          promptStreaming(input, { signal } = {}) {
            made.prompts.push(input);
            let at = 0;
            return new ReadableStream<string>({
              start(controller) {
                signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')));
              },
              pull(controller) {
                const next = deltas[at++];
                if (next === undefined) controller.close();
                else if (next instanceof Error) controller.error(next);
                else controller.enqueue(next);
              },
              cancel() {
                made.canceled = true;
              },
            }, { highWaterMark: 0 });
          },
          destroy: () => void made.destroyed++,
        });
      },
    },
  };
  return made;
}

const message = (role: 'user' | 'assistant' | 'system' | 'tool', content: string): Message => new Message({ role, content });
const conversation = [message('system', 'Be brief.'), message('user', 'Hello'), message('assistant', 'Hi!'), message('user', 'What time is it?')];

async function all(events: AsyncIterable<LLMEvent>): Promise<LLMEvent[]> {
  const list: LLMEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

describe("the browser's language model", () => {
  it('streams its answer to the last message, with the conversation before it', async () => {
    const made = fake(['It is', '', ' noon.']);
    const model = new BrowserLanguageModel({ api: made.api, systemPrompt: 'You are a clock.' });
    expect(await all(model.stream(conversation))).toEqual([{ type: 'text', delta: 'It is' }, { type: 'text', delta: ' noon.' }, { type: 'finish', reason: 'stop' }]);
    expect(made.prompts).toEqual(['What time is it?']);
    expect(made.created[0]?.initialPrompts).toEqual([
      { role: 'system', content: 'You are a clock.\n\nBe brief.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi!' },
    ]);
    expect(made.destroyed).toBe(1);
  });

  it('gives the whole answer at once', async () => {
    const response = await new BrowserLanguageModel({ api: fake(['a', 'b']).api }).complete(conversation);
    expect(response.content).toBe('ab');
    expect(response.finishReason).toBe('stop');
    expect(response.provider).toBe('browser-language-model');
  });

  it('asks without a history when there is none', async () => {
    const made = fake(['x']);
    await new BrowserLanguageModel({ api: made.api }).complete([message('user', 'Hello')]);
    expect(made.created[0]).not.toHaveProperty('initialPrompts');
  });

  it('ends within the abort, and lets the model go', async () => {
    const made = fake(['a', 'b', 'c']);
    const abort = new AbortController();
    const events = new BrowserLanguageModel({ api: made.api }).stream(conversation, { signal: abort.signal })[Symbol.asyncIterator]();
    expect((await events.next()).value).toEqual({ type: 'text', delta: 'a' });
    abort.abort();
    await expect(events.next()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(made.destroyed).toBe(1);
    await expect(all(new BrowserLanguageModel({ api: made.api }).stream(conversation, { signal: abort.signal }))).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('stops the model when the reader has enough', async () => {
    const made = fake(['a', 'b', 'c']);
    for await (const event of new BrowserLanguageModel({ api: made.api }).stream(conversation)) {
      expect(event).toEqual({ type: 'text', delta: 'a' });
      break;
    }
    expect(made.canceled).toBe(true);
    expect(made.destroyed).toBe(1);
  });

  it.each([
    ['unavailable', fake([], 'unavailable'), 'unavailable', true],
    ['refused by policy', fake([], new DOMException('no', 'NotAllowedError')), 'refused', true],
    ['too long', fake([new DOMException('no', 'QuotaExceededError')]), 'too-long', true],
    ['broken', fake(['a', new TypeError('no')]), 'failed', false],
  ])('reports a model that is %s', async (_name, made, reason, fatal) => {
    await expect(all(new BrowserLanguageModel({ api: made.api }).stream(conversation))).rejects.toMatchObject({ code: 'PROMPT_API', reason, fatal });
  });

  it('reports a browser without a model', async () => {
    const scope = globalThis as { LanguageModel?: unknown };
    const own = scope.LanguageModel;
    scope.LanguageModel = undefined;
    await expect(new BrowserLanguageModel().complete(conversation)).rejects.toMatchObject({ reason: 'missing' });
    scope.LanguageModel = own;
  });

  it('tells how much of a model is downloaded', async () => {
    const made = fake(['x']);
    const heard: number[] = [];
    const api: PromptApi = {
      ...made.api,
      create(options) {
        const monitor = new EventTarget();
        options.monitor?.(monitor);
        monitor.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded: 0.5 }));
        return made.api.create(options);
      },
    };
    await new BrowserLanguageModel({ api, onDownload: (loaded) => heard.push(loaded) }).complete(conversation);
    expect(heard).toEqual([0.5]);
  });
});

interface Read {
  readonly read: string[];
  destroyed: boolean;
}

/** A model whose sessions can be cloned, with room for `room` messages. */
function cloning(room = Infinity): { readonly api: PromptApi; readonly sessions: Read[]; answers: string[] } {
  const sessions: Read[] = [];
  const made = { sessions, answers: ['one', 'two', 'three', 'four'], api: {} as PromptApi };
  const full = (): DOMException => new DOMException('full', 'QuotaExceededError');
  const open = (before: readonly string[]): Awaited<ReturnType<PromptApi['create']>> => {
    const own: Read = { read: [...before], destroyed: false };
    sessions.push(own);
    return {
      promptStreaming(input, { signal } = {}) {
        return new ReadableStream<string>({
          start(controller) {
            if (own.read.length + 2 > room) return controller.error(full());
            signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')));
            const answer = made.answers.shift() ?? '';
            own.read.push(input, answer);
            controller.enqueue(answer);
            if (answer !== 'four') controller.close();
            return undefined;
          },
        });
      },
      append: (messages) => Promise.resolve(void own.read.push(...messages.map(({ content }) => content))),
      clone: () => Promise.resolve(open(own.read)),
      destroy: () => { own.destroyed = true; },
    };
  };
  made.api = { availability: () => Promise.resolve('available'), create: ({ initialPrompts = [] }) => (initialPrompts.length > room ? Promise.reject(full()) : Promise.resolve(open(initialPrompts.map(({ content }) => content)))) };
  return made;
}

describe("the browser's language model, over several turns", () => {
  const turns = (...contents: string[]): Message[] => contents.map((content, n) => message(n % 2 === 0 ? 'user' : 'assistant', content));

  it('reads only what is new of a conversation that goes on', async () => {
    const { api, sessions } = cloning();
    const model = new BrowserLanguageModel({ api });
    await all(model.stream(turns('a')));
    await all(model.stream(turns('a', 'one', 'b')));
    expect(sessions.map(({ read, destroyed }) => [read.join(' '), destroyed])).toEqual([['a one', true], ['a one b two', false]]);
    await all(model.stream([...turns('a', 'one', 'b', 'two'), message('tool', 'result'), message('user', 'c')]));
    expect(sessions[2]?.read.join(' ')).toBe('a one b two result c three');
    model.close();
    expect(sessions.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('keeps no trace of an answer that was cut, and begins anew where the history tells something else', async () => {
    const made = cloning();
    const model = new BrowserLanguageModel({ api: made.api });
    await all(model.stream(turns('a')));
    made.answers = ['four', 'five', 'six'];
    const stop = new AbortController();
    const events = model.stream(turns('a', 'one', 'b'), { signal: stop.signal })[Symbol.asyncIterator]();
    await events.next();
    const next = events.next();
    stop.abort();
    await expect(next).rejects.toMatchObject({ code: 'ABORTED' });
    await all(model.stream(turns('a', 'one', 'c')));
    expect(made.sessions.at(-1)?.read.join(' ')).toBe('a one c five');
    await all(model.stream(turns('a', 'one', 'c', 'fi', 'd')));
    expect(made.sessions.at(-1)?.read.join(' ')).toBe('a one c fi d six');
    expect(made.sessions.filter(({ destroyed }) => !destroyed)).toHaveLength(1);
    model.close();
  });

  it('forgets the oldest messages of a conversation that has become too long, but not what the system says', async () => {
    const { api, sessions } = cloning(5);
    const events = await all(new BrowserLanguageModel({ api }).stream([message('system', 's'), ...turns('a', 'b', 'c', 'd', 'e', 'f', 'g')]));
    expect(events.map(({ type }) => type)).toEqual(['text', 'finish']);
    expect(sessions.at(-1)?.read).toEqual(['s', 'f', 'g', 'one'].filter((one) => sessions.at(-1)?.read.includes(one) === true));
    expect(sessions.at(-1)?.read[0]).toBe('s');
  });

  it('says so when even the question alone is too long', async () => {
    await expect(all(new BrowserLanguageModel({ api: cloning(1).api }).stream(turns('a', 'b', 'c')))).rejects.toMatchObject({ reason: 'too-long', fatal: true });
  });
});
