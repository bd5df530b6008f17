// @realm node
// A conversation by keyboard is the same conversation as one by voice: history, memory, guards, tools and events, but for
// those of the microphone and the recogniser.
import { describe, expect, it } from 'vitest';
import { ContentFilter } from '../../src/guardrails/content-filter.js';
import { GuardrailStage } from '../../src/guardrails/guardrail-stage.js';
import { PIIDetector } from '../../src/guardrails/pii-detector.js';
import type { Scenario } from '../../src/testing/scenario.js';
import { simulate, type SimulationResult } from '../../src/testing/simulator.js';

const SAID = ['Tell me about the river, please.', 'My mail address is jane.doe@example.com, please remember it.', 'What time is it?', 'You are a foobar.', 'And the hills?'];

function conversation(how: 'say' | 'type', more: Partial<Scenario> = {}): Scenario {
  return {
    format: 'sluice.scenario', version: 1, seed: 3,
    user: SAID.map((text, n) => ({ do: how, text, ...(n === 0 ? {} : { when: { afterMs: 12_000 } }) })),
    llm: { answers: ['The river begins in the hills. Write to me at river@example.com for more.', 'I will.', { text: 'Let me look. ', calls: [{ name: 'clock' }], then: 'It is noon.' }, 'They are green.'] },
    tools: [{ name: 'clock', ms: 80, result: { hour: 12 } }],
    ...more,
  };
}

function run(how: 'say' | 'type', more: Partial<Scenario> = {}): Promise<SimulationResult> {
  const input = new GuardrailStage([new PIIDetector({ redact: true }), new ContentFilter({ blockedPatterns: ['foobar'] })]);
  const output = new GuardrailStage([new PIIDetector({ redact: true })]);
  return simulate(conversation(how, more), { session: { guardrails: { input, output } } });
}

// What only a voice has: it is heard, a turn is begun early, and speech becomes text.
const OF_THE_MICROPHONE = new Set(['early', 'partialText', 'step', 'call.begin', 'call.end']);

/** The events of the session without times, and with turns by their number. */
function events({ log }: SimulationResult): readonly string[] {
  const turns = new Map<unknown, number>();
  const number = (id: unknown): number => turns.get(id) ?? (turns.set(id, turns.size + 1), turns.size);
  return log.flatMap(({ event, data }) => {
    const { turnId, stage, status, state, text, step, source, report } = data;
    if (OF_THE_MICROPHONE.has(event) || stage === 'stt' || state === 'hearing') return [];
    const turn = turnId === undefined ? '' : ` ${number(turnId)}`;
    const of = source === 'voice' || source === 'text' ? 'user' : source; // who asked, not how
    return [`${event}${turn} ${[stage, status, state, text, step, of].filter((one) => one !== undefined).join(' ')}${report === undefined ? '' : ` ${summary(report as Record<string, unknown>)}`}`];
  });
}

function summary({ userText, generated, spoken, interrupted, refused, error, stages }: Record<string, unknown>): string {
  const settled = Object.entries(stages as Record<string, { status: string }>).filter(([stage]) => stage !== 'stt').map(([stage, { status }]) => `${stage} ${status}`).sort();
  return JSON.stringify({ userText, generated, spoken, interrupted, refused, error, settled });
}

/** Lines of one turn that come at one moment, in an order that does not depend on which of two stages that have no order was told first. */
const sorted = (lines: readonly string[]): readonly string[] => [...lines].sort();

describe('a typed conversation', () => {
  it.each([['when everything works', {}], ['when the model fails', { llm: { answers: ['One, two, three.'], faults: [{ call: 1, kind: 'break' }] } }], ['without word times', { tts: { words: false } }]] as [string, Partial<Scenario>][])('is the spoken one: history, memory, prompts and reports, %s', async (_, more) => {
    const [typed, spoken] = [await run('type', more), await run('say', more)];
    expect(typed.end).toBe('done');
    expect(typed.reports.length).toBeGreaterThanOrEqual(SAID.length);
    const remembered = ({ memory }: SimulationResult): unknown => memory.map(({ role, content, metadata }) => [role, content, metadata]);
    expect(remembered(typed)).toEqual(remembered(spoken));
    const prompts = (result: SimulationResult): unknown => result.prompts.map((messages) => messages.map(({ role, content, toolCalls, toolCallId }) => [role, content, toolCalls, toolCallId]));
    expect(prompts(typed)).toEqual(prompts(spoken));
    expect(typed.syntheses.map(({ text }) => text)).toEqual(spoken.syntheses.map(({ text }) => text));
    expect(sorted(events(typed))).toEqual(sorted(events(spoken)));
    expect(/@example/.test(JSON.stringify([typed.memory, typed.prompts]))).toBe(false);
  });

  it('tells the same events in the same order', async () => {
    const order = (result: SimulationResult): readonly string[] => events(result).filter((line) => !/^stage/.test(line));
    expect(order(await run('type'))).toEqual(order(await run('say')));
  });

  it('is interrupted as the spoken one: what was heard stays', async () => {
    for (const how of ['type', 'say'] as const) {
      const result = await simulate(conversation(how, { user: [{ do: how, text: 'Tell me about the river.' }, { do: how, text: 'And the hills?', when: { heardWords: 4 } }] }));
      expect(result.reports[0]).toMatchObject({ interrupted: true });
      const heard = result.reports[0]?.spoken.trim() ?? '';
      expect(heard.split(' ').length).toBeGreaterThanOrEqual(4);
      expect(result.memory.map(({ role, content }) => [role, content.trim()]).slice(0, 3)).toEqual([['user', 'Tell me about the river.'], ['assistant', heard], ['user', 'And the hills?']]);
    }
  });
});
