import { describe, expect, it } from 'vitest';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { InvalidScenarioError, parseScenario } from '../../src/testing/read-scenario.js';
import type { Scenario, ScenarioStep } from '../../src/testing/scenario.js';
import { simulate, type SimulationResult } from '../../src/testing/simulator.js';

const LONG = 'It is twenty past nine in the morning. The sun is out, and it will stay so until the evening comes.';
const ALL: Partial<Scenario> = {
  seed: 7,
  llm: { answers: [LONG, 'You are welcome.', { text: 'Let me look. ', calls: [{ name: 'clock' }], then: 'It is noon.' }], jitterMs: 15 },
  stt: { jitterMs: 40, faults: [{ rate: 0.3, kind: 'reject' }] },
  tts: { jitterMs: 90 },
  tools: [{ name: 'clock', ms: 80, result: { hour: 12 } }],
  room: [{ do: 'stall', ms: 120, when: { state: 'speaking' } }, { do: 'switchOutput', ms: 200, latencyMs: 150, when: { afterMs: 700 } }],
};
const BUSY: readonly ScenarioStep[] = [
  { do: 'say', text: 'What time is it, please?', pauses: [{ afterWord: 3, ms: 250 }] },
  { do: 'sound', sound: 'cough', ms: 200, when: { heardWords: 2 } },
  { do: 'say', text: 'Thank you, that is enough.', when: { heardWords: 6 } },
  { do: 'type', text: 'and what about noon' },
  { do: 'press', text: 'One more thing.' },
];

function scenario(user: readonly ScenarioStep[], more: Partial<Scenario> = {}): Scenario {
  return { format: 'sluice.scenario', version: 1, user, ...more };
}

function remembered({ memory }: SimulationResult): readonly string[] {
  return memory.map(({ role, content }) => `${role}: ${content}`);
}

function steps({ log }: SimulationResult, event: string): readonly unknown[] {
  return log.filter((entry) => entry.event === event).map(({ data }) => data['step'] ?? data['state'] ?? data['do']);
}

describe('simulate', () => {
  it('lets somebody speak, and an assistant answer', async () => {
    const result = await simulate(scenario([{ do: 'say', text: 'What time is it?' }], { llm: { answers: [LONG] } }));
    expect(result.end).toBe('done');
    expect(result.reports.map(({ userText, spoken, interrupted }) => [userText, spoken, interrupted])).toEqual([['What time is it?', LONG, false]]);
    expect(remembered(result)).toEqual(['user: What time is it?', `assistant: ${LONG}`]);
    expect(result.open).toEqual([]);
  });

  it('gives the same log, byte for byte, for the same seed, and another one for another seed', async () => {
    const [one, two, other] = [await simulate(scenario(BUSY, ALL)), await simulate(scenario(BUSY, ALL)), await simulate(scenario(BUSY, { ...ALL, seed: 8 }))];
    expect(one.text).toBe(two.text);
    expect(one.hash).toBe(two.hash);
    expect(one.hash).toMatch(/^[0-9a-f]{32}$/);
    expect(other.hash).not.toBe(one.hash);
    expect(one.reports.length).toBeGreaterThanOrEqual(4);
  });

  it('gives the same log when other simulations run at the same time', async () => {
    const alone = await simulate(scenario(BUSY, ALL));
    const together = await Promise.all([7, 7, 8, 9].map((seed) => simulate(scenario(BUSY, { ...ALL, seed }))));
    expect(together.slice(0, 2).map(({ hash }) => hash)).toEqual([alone.hash, alone.hash]);
  });

  it('interrupts after the n-th heard word, and memory holds no more than was heard', async () => {
    const result = await simulate(scenario([{ do: 'type', text: 'go' }, { do: 'interrupt', when: { heardWords: 5 } }], { llm: { answers: [LONG] } }));
    expect(result.reports[0]).toMatchObject({ interrupted: true, spoken: 'It is twenty past nine' });
    expect(remembered(result)).toEqual(['user: go', 'assistant: It is twenty past nine']);
  });

  it('lets a cough hold the answer and not lose a sample of it', async () => {
    const result = await simulate(scenario([{ do: 'type', text: 'go' }, { do: 'sound', sound: 'cough', ms: 200, when: { heardWords: 3 } }], { llm: { answers: [LONG] } }));
    expect(result.reports[0]).toMatchObject({ interrupted: false, spoken: LONG });
    const [playback] = result.playbacks;
    expect(playback?.spans.map(({ fromMs, toMs }) => toMs - fromMs).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(playback?.written.at(-1)?.toMs ?? 0, 3);
  });

  it('puts what is typed, said, pressed and prompted into turns', async () => {
    const result = await simulate(scenario([{ do: 'type', text: 'one' }, { do: 'say', text: 'two words' }, { do: 'press', text: 'three of them' }, { do: 'prompt', text: 'Four.' }]));
    expect(result.reports.map(({ source, userText, spoken }) => [source, userText, spoken])).toEqual([
      ['text', 'one', 'All right.'], ['voice', 'two words', 'All right.'], ['voice', 'three of them', 'All right.'], ['say', '', 'Four.'],
    ]);
  });

  it('keeps an utterance with a short pause together, and cuts one with a long pause', async () => {
    const paused = async (ms: number): Promise<readonly string[]> =>
      (await simulate(scenario([{ do: 'say', text: 'call me tomorrow', pauses: [{ afterWord: 2, ms }] }], { llm: { firstTokenMs: 5000 } }))).reports.map(({ userText }) => userText);
    expect(await paused(300)).toEqual(['call me tomorrow']);
    expect(await paused(4000)).toEqual(['call me', 'tomorrow']);
  });

  it('listens to real samples where it is asked to, and still repeats', async () => {
    const real = scenario([{ do: 'say', text: 'What time is it?' }, { do: 'say', text: 'Stop talking please.', when: { heardWords: 3 } }], { audio: 'real', llm: { answers: [LONG, 'Fine.'] } });
    const [one, two] = [await simulate(real), await simulate(real)];
    expect(one.reports.map(({ userText }) => userText)).toEqual(['What time is it?', 'Stop talking please.']);
    expect(one.reports[0]?.interrupted).toBe(true);
    expect(one.hash).toBe(two.hash);
  });

  it('pairs tool calls with their results', async () => {
    const { prompts, reports } = await simulate(scenario([{ do: 'type', text: 'noon?' }], { llm: { answers: [{ calls: [{ name: 'clock' }, { name: 'nobody' }], then: 'Noon.' }] }, tools: [{ name: 'clock', ms: 50, result: 12 }] }));
    expect(prompts[1]?.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool']);
    expect(reports[0]?.spoken).toBe('Noon.');
  });

  it.each(['reject', 'break'] as const)('tells the user when a provider fails (%s), and goes on', async (kind) => {
    for (const provider of ['llm', 'tts'] as const) {
      const result = await simulate(scenario([{ do: 'type', text: 'one' }, { do: 'wait', ms: 4000 }, { do: 'type', text: 'two' }], { [provider]: { faults: [{ call: 0, kind }] } }));
      expect(result.reports[0]?.error, provider).not.toBeNull();
      expect(result.reports.at(-1), provider).toMatchObject({ userText: 'two', spoken: 'All right.', error: null });
      expect(result.open, provider).toEqual([]);
    }
  });

  it('remembers nothing of an answer whose voice failed before its first sound', async () => {
    const result = await simulate(scenario([{ do: 'type', text: 'one' }], { tts: { faults: [{ kind: 'reject' }] }, session: { failure: null } }));
    expect(result.reports[0]).toMatchObject({ spoken: '', generated: 'All right.' });
    expect(remembered(result)).toEqual(['user: one']);
  });

  it('remembers nothing of an answer that was written but not yet spoken when the session was closed', async () => {
    const result = await simulate(scenario([{ do: 'type', text: 'one' }, { do: 'leave', when: { afterMs: 400 } }], { tts: { firstFrameMs: 1000 } }));
    expect(remembered(result)).toEqual(['user: one']);
  });

  it('ends at the limit when a provider hangs, and closes it', async () => {
    const hanging = scenario([{ do: 'type', text: 'one' }], { llm: { faults: [{ kind: 'hang' }] }, limitMs: 20_000 });
    const result = await simulate(hanging, { session: { modelDeadlines: { firstTokenMs: null, silenceMs: null, answerMs: null } } });
    expect(result.end).toBe('limit');
    expect(result.open).toEqual([]);
    expect((await simulate(hanging)).end).toBe('done'); // the session gives a silent model up
  });

  it('leaves in the middle of an answer, and closes everything', async () => {
    const result = await simulate(scenario([{ do: 'type', text: 'go' }, { do: 'leave', when: { heardWords: 4 } }], { llm: { answers: [LONG] } }));
    expect(steps(result, 'state').at(-1)).toBe('closed');
    expect(remembered(result)).toEqual(['user: go', 'assistant: It is twenty past']);
    expect(result.open).toEqual([]);
  });

  it('leaves no recognition open when somebody leaves while letting go of the talk button', async () => {
    const result = await simulate(scenario([{ do: 'press', text: 'Stop.' }, { do: 'leave', when: { afterMs: 0 } }]));
    expect(result.open).toEqual([]);
  });

  it('goes on with a conversation that is in the memory', async () => {
    const memory = new InMemoryStore();
    await simulate(scenario([{ do: 'type', text: 'one' }]), { memory });
    const { prompts } = await simulate(scenario([{ do: 'type', text: 'two' }]), { memory, firstId: 1000 });
    expect(prompts[0]?.map(({ content }) => content)).toEqual(['one', 'All right.', 'two']);
  });
});

describe('a scenario', () => {
  it('survives JSON', () => {
    const given = scenario(BUSY, ALL);
    expect(parseScenario(JSON.stringify(given))).toEqual(given);
  });

  it.each([
    ['', 'no JSON {'],
    ['format', { version: 1, user: [] }],
    ['version', { format: 'sluice.scenario', version: 2, user: [] }],
    ['user', { format: 'sluice.scenario', version: 1 }],
    ['user[0].do', scenario([{ do: 'sing' } as never])],
    ['user[0].ms', scenario([{ do: 'wait' } as never])],
    ['user[1].when', scenario([{ do: 'stop' }, { do: 'start', when: {} as never }])],
    ['user[0].when.heardWords', scenario([{ do: 'stop', when: { heardWords: -1 } }])],
    ['llm.tokenPerSecond', scenario([], { llm: { tokenPerSecond: 8 } as never })],
    ['llm.answers[0].then', scenario([], { llm: { answers: [{ calls: [] } as never] } })],
    ['tts.calls[0].items[0]', scenario([], { tts: { calls: [{ items: [{ afterMs: 1 } as never], end: 'finish', endMs: 1 }] } })],
  ])('is refused where %s is wrong', (path, value) => {
    const reading = (): unknown => parseScenario(typeof value === 'string' ? value : JSON.stringify(value));
    expect(reading).toThrow(InvalidScenarioError);
    expect(reading).toThrow(expect.objectContaining({ path }) as Error);
  });

  it('says nothing of its texts when it is refused', () => {
    expect(() => parseScenario('{"user": [{"do": "say", "text": "my secret"')).not.toThrow(/secret/);
  });
});
