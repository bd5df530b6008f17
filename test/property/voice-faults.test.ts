// @realm node
// Every provider breaks in every way at every step of a turn: the session keeps its laws, and answers the next question.
import { describe, expect, it } from 'vitest';
import type { Scenario, ScenarioFault, ScenarioStep } from '../../src/testing/scenario.js';
import { simulate, type SimulationResult } from '../../src/testing/simulator.js';
import { soaking } from '../tools/scale.js';
import { flawsOf } from './conversation-laws.js';

const ANSWER = 'The river begins in the hills. It runs to the sea. Nobody knows how long it has done so.';

function conversation(steps: readonly ScenarioStep[], more: Partial<Scenario>): Promise<SimulationResult> {
  return simulate({
    format: 'sluice.scenario',
    version: 1,
    // A call that was never made leaves its fault to the question in between.
    user: [...steps, { do: 'wait', ms: 9000 }, { do: 'type', text: 'in between' }, { do: 'wait', ms: 9000 }, { do: 'type', text: 'and the next' }],
    llm: { answers: [{ text: 'Let me look. ', calls: [{ name: 'clock' }], then: ANSWER }, 'Fine again.'] },
    tools: [{ name: 'clock', ms: 200 }],
    limitMs: 120_000,
    ...more,
  });
}

const FAULTS: readonly ScenarioFault[] = [
  { call: 0, kind: 'reject' },
  { call: 1, kind: 'reject' },
  { call: 0, kind: 'break' },
  { call: 1, kind: 'break' },
  { call: 0, kind: 'hang', timeoutMs: 3000 },
  { call: 1, kind: 'hang', timeoutMs: 3000 },
  { call: 0, kind: 'deaf' },
  { call: 1, kind: 'deaf' },
];
const EVERY: readonly (readonly [string, readonly ScenarioStep[]])[] = [
  ['and nobody interrupts', [{ do: 'say', text: 'Tell me about the river.' }]],
  ['and the user interrupts while it thinks', [{ do: 'say', text: 'Tell me about the river.' }, { do: 'interrupt', when: { state: 'thinking' } }]],
  ['and the user interrupts while it speaks', [{ do: 'say', text: 'Tell me about the river.' }, { do: 'say', text: 'No, stop it now.', when: { heardWords: 4 } }]],
];
const STEPS = EVERY.filter((_, n) => soaking || n !== 1);

describe.each(['stt', 'llm', 'tts'] as const)('when %s', (provider) => {
  describe.each(FAULTS.filter(({ call }) => soaking || call === 0).map((fault) => [`${fault.kind === 'deaf' ? 'does not notice an abort' : `${fault.kind}s`} in call ${String(fault.call)}`, fault] as const))('%s', (_, fault) => {
    it.each(STEPS)('%s, the laws are kept and the next question is answered', async (_case, steps) => {
      const result = await conversation(steps, { [provider]: { ...(provider === 'llm' ? { answers: [{ text: 'Let me look. ', calls: [{ name: 'clock' }], then: ANSWER }, 'Fine again.'] } : {}), faults: [fault] } });
      expect(flawsOf(result)).toEqual([]);
      expect(result.end).toBe('done');
      const last = result.reports.findLast(({ userText }) => userText === 'and the next');
      expect(last).toMatchObject({ userText: 'and the next', error: null, interrupted: false });
      expect(last?.spoken).not.toBe('');
    });
  });

  it('hangs for good, an interruption frees the session and the next question is answered', async () => {
    const result = await conversation([{ do: 'type', text: 'one' }, { do: 'interrupt', when: { afterMs: 5000 } }], { [provider]: { faults: [{ call: 0, kind: 'hang' }] } });
    expect(flawsOf(result)).toEqual([]);
    expect(result.reports.at(-1)?.spoken).not.toBe('');
  });
});
