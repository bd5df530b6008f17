import { describe, expect, it } from 'vitest';
import { Message } from '../../src/context/message.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { OfflineAgent, type OfflineAgentOptions } from '../../src/offline/offline-agent.js';
import type { Timer } from '../../src/offline/timer-book.js';
import type { LLMEvent, LLMOptions } from '../../src/providers/llm.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const user = (content: string): Message => new Message({ role: 'user', content });
const assistant = (content: string): Message => new Message({ role: 'assistant', content });
const agent = (options: OfflineAgentOptions = {}): OfflineAgent => new OfflineAgent({ memory: new InMemoryStore(), timeZone: 'UTC', ...options });
const ask = async (one: OfflineAgent, text: string, options: LLMOptions = { sessionId: 's' }): Promise<string> => (await one.complete([user(text)], options)).content;
const events = async (stream: AsyncIterable<LLMEvent>): Promise<LLMEvent[]> => {
  const all: LLMEvent[] = [];
  for await (const event of stream) all.push(event);
  return all;
};
const afternoon = (): ManualClock => new ManualClock({ epochMs: Date.UTC(2026, 10, 21, 15, 5) });

describe('OfflineAgent', () => {
  it.each([
    ['what time is it', 'It is 3:05 PM.'], ['what is the date today', 'It is Saturday, November 21, 2026.'], ['what day is tomorrow', 'Tomorrow is Sunday, November 22, 2026.'], ['what was yesterday', 'Yesterday was Friday, November 20, 2026.'],
    ['what is twelve plus thirty', 'Twelve plus thirty is 42.'], ['2+3*4', '2+3 times 4 is 14.'], ['10 / 0', 'Nothing can be divided by zero.'], ['the square root of -4', 'That has no real result.'], ['9^999', 'That is too large to say.'],
    ['convert ten miles to kilometers', '10 miles are 16.09 kilometers.'], ['how many feet in a mile', '1 mile is 5280 feet.'], ['convert ten miles to grams', 'Miles cannot be converted to grams.'], ['one celsius in fahrenheit', '1 degree celsius is 33.8 degrees fahrenheit.'],
    ['set a timer for five minutes', 'Timer set for 5 minutes.'], ['set a tea timer for 3 minutes', 'Timer set for 3 minutes: tea.'], ['set a timer for 0 seconds', 'A timer needs at least one second.'], ['set a timer for 400 days', 'That is too long for a timer. I can count up to twenty days.'], ['cancel the timer', 'No timer is running.'], ['list my timers', 'No timer is running.'],
    ['recall my notes', 'You have no notes.'], ['forget my notes', 'There is no note to forget.'], ['forget that', 'There is no note to forget.'],
    ['hello', 'Hello! Say help to hear what I can do.'], ['stop', 'Okay.'], ['repeat', 'I have not said anything yet.'], ['what did i say', 'You have not said anything before that.'],
    ['', 'I did not catch that. Say help to hear what I can do.'], ['sing me a lullaby', 'I did not catch that. Say help to hear what I can do.'],
  ])('answers %j with %j', async (text, answer) => {
    const one = agent({ clock: afternoon() });
    expect(await ask(one, text)).toBe(answer);
    one.close();
  });

  it('answers the last user message, whatever stands around it', async () => {
    expect((await agent({ clock: afternoon() }).complete([user('hello'), assistant('Hello!'), user('what time is it'), new Message({ role: 'system', content: 'be brief' })])).content).toBe('It is 3:05 PM.');
    expect((await agent().complete([])).content).toMatch(/^I did not catch that/);
  });

  it('streams the answer word by word, and ends with finish', async () => {
    const all = await events(agent({ clock: afternoon() }).stream([user('what time is it')]));
    expect(all).toEqual([
      { type: 'text', delta: 'It' }, { type: 'text', delta: ' is' }, { type: 'text', delta: ' 3:05' }, { type: 'text', delta: ' PM.' },
      { type: 'finish', reason: 'stop', usage: { inputTokens: 4, outputTokens: 4 } },
    ]);
  });

  it('streams what complete gives', async () => {
    for (const text of ['help', 'what is 2 + 2', 'nonsense here', 'convert 5 feet to inches']) {
      const joined = (await events(agent().stream([user(text)]))).map((event) => (event.type === 'text' ? event.delta : '')).join('');
      expect(joined).toBe(await ask(agent(), text));
    }
  });

  it('says who answered, and how much', async () => {
    const response = await agent().complete([user('hello')]);
    expect(response.toDict()).toMatchObject({ provider: 'offline', model: 'sluice-offline-agent', input_tokens: 1, output_tokens: 9, finish_reason: 'stop' });
  });

  it('stops at once when its signal aborts, and does nothing when it has', async () => {
    const one = agent();
    const controller = new AbortController();
    const seen: string[] = [];
    await expect((async () => {
      for await (const event of one.stream([user('help')], { signal: controller.signal })) {
        if (event.type === 'text') seen.push(event.delta);
        if (seen.length === 3) controller.abort();
      }
    })()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen.length).toBe(3);
    await expect(one.complete([user('remember the milk')], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await ask(one, 'recall my notes')).toBe('You have no notes.');
  });

  it('refuses work after close, and unknown options', async () => {
    const one = agent();
    one.close();
    await expect(one.complete([user('hello')])).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => new OfflineAgent({ colour: 'red' } as unknown as OfflineAgentOptions)).toThrow(/no such option/);
    expect(() => new OfflineAgent({ memory: {} as unknown as InMemoryStore })).toThrow(/MemoryStore/);
  });
});

describe('timers of the agent', () => {
  it('ring on the clock with a sentence to say, are listed and cancelled', async () => {
    const clock = afternoon();
    const rung: [Timer, string][] = [];
    const one = agent({ clock, onTimer: (timer, announcement) => rung.push([timer, announcement]) });
    await ask(one, 'set a timer for five minutes');
    await ask(one, 'set a tea timer for three minutes');
    await ask(one, 'set a timer for an hour');
    clock.advanceSync(60_000);
    expect(await ask(one, 'list my timers')).toBe('3 timers are running. The timer for tea has 2 minutes left. The 5 minute timer has 4 minutes left. The 1 hour timer has 59 minutes left.');
    expect(await ask(one, 'cancel the 1 hour timer')).toBe('The 1 hour timer is cancelled.');
    expect(await ask(one, 'cancel the coffee timer')).toBe('There is no such timer.');
    clock.advanceSync(120_000);
    expect(rung.map(([{ label, durationMs }, text]) => [label, durationMs, text])).toEqual([['tea', 180_000, 'Time is up: tea.']]);
    clock.advanceSync(3_600_000);
    expect(rung.map(([, text]) => text)).toEqual(['Time is up: tea.', 'Time is up. The 5 minute timer is done.']);
    expect(await ask(one, 'list my timers')).toBe('No timer is running.');
  });

  it('belong to their session', async () => {
    const one = agent();
    await ask(one, 'set a timer for five minutes', { sessionId: 'a' });
    expect(await ask(one, 'cancel', { sessionId: 'b' })).toBe('No timer is running.');
    expect(await ask(one, 'cancel', { sessionId: 'a' })).toBe('The 5 minute timer is cancelled.');
    one.close();
  });

  it('says when there are too many', async () => {
    const one = agent({ clock: new ManualClock() });
    for (let n = 0; n < 50; n++) await ask(one, 'set a timer for five minutes');
    expect(await ask(one, 'set a timer for five minutes')).toBe('Too many timers are running already.');
    expect(await ask(one, 'cancel all timers')).toBe('50 timers are cancelled.');
  });
});

describe('notes of the agent', () => {
  it('are remembered, recalled by another agent on the same store, and forgotten', async () => {
    const memory = new InMemoryStore();
    expect(await ask(agent({ memory }), 'Remember that the keys are on the shelf.')).toBe('I will remember: the keys are on the shelf.');
    expect(await ask(agent({ memory }), 'recall my notes')).toBe('You asked me to remember: the keys are on the shelf.');
    await ask(agent({ memory }), 'remember to buy milk');
    expect(await ask(agent({ memory }), 'recall my notes')).toBe('You have 2 notes. Number 1: the keys are on the shelf. Number 2: to buy milk.');
    expect(await ask(agent({ memory }), 'forget that')).toBe('I have forgotten the last note.');
    expect(await ask(agent({ memory }), 'forget my notes')).toBe('I have forgotten your note.');
    expect(await ask(agent({ memory }), 'recall my notes')).toBe('You have no notes.');
  });

  it.each(['remember my card number is ************1111', 'remember me@***.com', 'remember my number is [PHONE_1]', 'remember my card [CREDIT_CARD_2]', 'remember that ███ is mine'])('are not kept from redacted text: %s', async (text) => {
    const memory = new InMemoryStore();
    expect(await ask(agent({ memory }), text)).toBe('That looks private, so I did not keep it.');
    expect((await memory.export()).entries).toEqual([]);
  });

  it('are kept as a recording when the words are unknown, with the run they were said in', async () => {
    const places: unknown[] = [];
    const played: (readonly string[])[] = [];
    const clips = { keep: (place: unknown) => { places.push(place); return Promise.resolve({ id: 'c1', durationMs: 900 }); }, play: (ids: readonly string[]) => { played.push(ids); return Promise.resolve(); }, delete: () => Promise.resolve() };
    const one = agent({ clips });
    expect(await ask(one, 'remember [spoken note]', { sessionId: 's', runId: 'r' })).toBe('I have kept that as a recording.');
    expect(places).toMatchObject([{ sessionId: 's', runId: 'r' }]);
    expect(await ask(one, 'recall my notes')).toBe('There is one recording. I will play it now.');
    expect(played).toEqual([['c1']]);
  });

  it('are not kept as a recording that may hold a card number, nor where there is no recording', async () => {
    let kept = 0;
    const clips = { keep: () => { kept++; return Promise.resolve(undefined); }, play: () => Promise.resolve(), delete: () => Promise.resolve() };
    expect(await ask(agent({ clips }), 'remember [spoken note] four one one one [spoken note]')).toBe('I keep no recordings of long numbers.');
    expect(await ask(agent({ clips }), 'remember [spoken number]')).toBe('I keep no recordings of long numbers.');
    expect(kept).toBe(0);
    expect(await ask(agent({ clips }), 'remember [spoken note]')).toMatch(/^I could not make out the words/);
  });

  it('cannot be kept without a store, and the agent says so', async () => {
    const one = new OfflineAgent();
    expect(await ask(one, 'remember the milk')).toBe('I cannot keep notes here.');
    expect(await ask(one, 'recall my notes')).toBe('I cannot keep notes here.');
  });
});

describe('repeat and what did I say', () => {
  it('repeat what was last said in the conversation, or by the agent', async () => {
    const one = agent({ clock: afternoon() });
    expect((await one.complete([user('a'), assistant('It is noon.'), user('repeat that')])).content).toBe('It is noon.');
    await ask(one, 'what time is it', { sessionId: 'x' });
    expect(await ask(one, 'say that again', { sessionId: 'x' })).toBe('It is 3:05 PM.');
    expect(await ask(one, 'repeat', { sessionId: 'y' })).toBe('I have not said anything yet.');
  });

  it('say the user message before', async () => {
    expect((await agent().complete([user('set a timer for five minutes.'), assistant('Timer set.'), user('what did I say?')])).content).toBe('You said: set a timer for five minutes.');
  });
});

describe('tools of the application', () => {
  const lamp = { name: 'lamp', execute: ({ on }: Readonly<Record<string, unknown>>) => ({ answer: on === true ? 'The lamp is on.' : 'The lamp is off.' }) };

  it('are asked before the patterns of the agent, and stand in its registry', async () => {
    const one = agent({ tools: [{ tool: lamp, read: (text) => (/lamp/.test(text) ? { on: /\bon\b/.test(text) } : undefined) }] });
    expect(await ask(one, 'turn the lamp on')).toBe('The lamp is on.');
    expect(await ask(one, 'hello')).toMatch(/^Hello/);
    expect(one.tools.definitions.map(({ name }) => name)).toEqual(['get_time', 'get_date', 'set_timer', 'list_timers', 'cancel_timers', 'calculate', 'convert_units', 'remember_note', 'recall_notes', 'forget_notes', 'lamp']);
  });

  it('may answer with plain text or with nothing', async () => {
    const tool = (result: unknown): OfflineAgent => agent({ tools: [{ tool: { name: 'x', execute: () => result }, read: () => ({}) }] });
    expect(await ask(tool('Plain.'), 'go')).toBe('Plain.');
    expect(await ask(tool(undefined), 'go')).toBe('Done.');
  });

  it('may not bear the name of one of the agent’s', () => {
    expect(() => agent({ tools: [{ tool: { ...lamp, name: 'calculate' }, read: () => undefined }] })).toThrow(/registered already/);
  });

  it('hand their errors to the caller', async () => {
    const one = agent({ tools: [{ tool: { name: 'x', execute: () => { throw new Error('broken'); } }, read: () => ({}) }] });
    await expect(ask(one, 'go')).rejects.toThrow('broken');
  });
});
