// @realm node
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { StageOutput } from '../../src/stage/output.js';
import type { Stage } from '../../src/stage/stage.js';
import type { Scenario, ScenarioStep } from '../../src/testing/scenario.js';
import { simulate, type SimulationResult } from '../../src/testing/simulator.js';
import { wordsHeard } from '../property/conversation-laws.js';
import { scale, seed } from '../tools/scale.js';

const ANSWER = 'First you boil the water, then you add the tea, and after that you wait for some minutes. Pour it. Enjoy it with a friend.';

function scenario(user: readonly ScenarioStep[], more: Partial<Scenario> = {}): Scenario {
  return { format: 'sluice.scenario', version: 1, user, llm: { answers: [ANSWER] }, ...more };
}

function told({ memory }: SimulationResult): readonly unknown[] {
  return memory.map(({ role, content, metadata }) => [role, content, metadata['unfinished'] === true]);
}

describe('a session that crashes in the middle of an answer', () => {
  it('has in memory what was asked and what was heard until the last checkpoint, marked as unfinished', async () => {
    const memory = new InMemoryStore();
    const crashed = await simulate(scenario([{ do: 'type', text: 'how do I make tea' }, { do: 'crash', when: { heardWords: 12 } }]), { memory });
    expect(crashed.end).toBe('crash');
    const [question, answer] = crashed.memory;
    expect(question).toMatchObject({ role: 'user', content: 'how do I make tea', metadata: { unfinished: true } });
    expect(answer).toMatchObject({ role: 'assistant', metadata: { unfinished: true, interrupted: true } });
    expect(ANSWER.startsWith(answer?.content ?? '-')).toBe(true);
    // Twelve words at 170 words a minute take four seconds; a checkpoint is a second old at most, which is three words.
    expect(answer?.content.split(' ').length).toBeGreaterThanOrEqual(8);
    expect(answer?.content.split(' ').length).toBeLessThanOrEqual(12);
  });

  it('goes on where it broke off when it is opened again, and holds nothing twice', async () => {
    const memory = new InMemoryStore();
    const crashed = await simulate(scenario([{ do: 'type', text: 'how do I make tea' }, { do: 'crash', when: { heardWords: 12 } }]), { memory });
    const heard = crashed.memory[1]?.content ?? '';
    const resumed = await simulate(scenario([{ do: 'type', text: 'go on' }], { llm: { answers: ['Then you pour it.'] } }), { memory, firstId: 5000 });
    expect(resumed.prompts[0]?.map(({ role, content }) => [role, content])).toEqual([['user', 'how do I make tea'], ['assistant', heard], ['user', 'go on']]);
    expect(told(resumed)).toEqual([['user', 'how do I make tea', true], ['assistant', heard, true], ['user', 'go on', false], ['assistant', 'Then you pour it.', false]]);
  });

  it('has the question alone when nothing of the answer was heard yet', async () => {
    const crashed = await simulate(scenario([{ do: 'type', text: 'tea?' }, { do: 'crash', when: { afterMs: 350 } }]));
    expect(told(crashed)).toEqual([['user', 'tea?', true]]);
  });

  it('has nothing of a question that the guard had not let pass', async () => {
    const guard: Stage = { name: 'guard', kind: 'guard', execute: () => StageOutput.fail('refused', { guardrailPassed: false, violations: [] }) };
    const crashed = await simulate(scenario([{ do: 'type', text: 'tea?' }, { do: 'crash', when: { afterMs: 350 } }]), { session: { guardrails: { input: guard }, refusal: null } });
    expect(told(crashed)).toEqual([]);
  });

  it('keeps nothing before a turn has ended where checkpoints are not wanted', async () => {
    const crashed = await simulate(scenario([{ do: 'type', text: 'tea?' }, { do: 'crash', when: { heardWords: 12 } }], { session: { journalMs: null } }));
    expect(told(crashed)).toEqual([]);
  });

  it('never holds an unheard word, a word twice, or less than all but one interval, whenever it crashes', async () => {
    const random = seededRandom(seed);
    for (let n = 0; n < scale(6, 500); n++) {
      const memory = new InMemoryStore();
      const atMs = Math.floor(random() * 14_000);
      const crashed = await simulate(scenario([{ do: 'type', text: 'one' }, { do: 'say', text: 'and the second question' }], { seed: n, room: [{ do: 'crash', when: { atMs } }], tts: { jitterMs: 60 } }), { memory });
      const playing = crashed.log.findLast(({ event }) => event === 'playback' || event === 'turnEnd')?.event === 'playback' ? crashed.playbacks.at(-1) : undefined;
      if (playing !== undefined) {
        const kept = crashed.memory.at(-1)?.role === 'assistant' ? (crashed.memory.at(-1)?.content.split(' ') ?? []).filter((word) => word !== '') : [];
        expect(kept, `crash at ${atMs}`).toEqual(wordsHeard(crashed, playing, atMs).slice(0, kept.length));
        // A checkpoint is an interval old at most, and knows of what had left the loudspeaker one latency before.
        expect(kept.length, `crash at ${atMs}`).toBeGreaterThanOrEqual(wordsHeard(crashed, playing, atMs - 1000 - 20 - 3).length);
      }
      const resumed = await simulate(scenario([{ do: 'type', text: 'again' }]), { memory, firstId: 9000 });
      const contents = resumed.memory.map(({ id }) => id);
      expect(new Set(contents).size).toBe(contents.length);
      expect(resumed.memory.map(({ role }) => role).join(' '), `crash at ${atMs}`).toMatch(/^(?:user (?:assistant )?){1,3}assistant$|^user assistant$/u);
      expect(resumed.memory.slice(-2).map(({ metadata }) => metadata['unfinished'])).toEqual([undefined, undefined]);
    }
  });
});

describe('a session that ends as it should', () => {
  it('leaves no checkpoint behind', async () => {
    const result = await simulate(scenario([{ do: 'type', text: 'tea?' }, { do: 'interrupt', when: { heardWords: 12 } }, { do: 'type', text: 'and?' }]));
    expect(result.memory.map(({ metadata }) => metadata['unfinished'])).toEqual([undefined, undefined, undefined, undefined]);
  });
});
