// @realm node
// A page that is reloaded at any moment of a turn: the conversation goes on from what IndexedDB holds.
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { IndexedDBMemoryStore } from '../../src/browser/idb-memory-store.js';
import { nextTurn } from '../../src/base/turn.js';
import type { MemoryStore } from '../../src/memory/store.js';
import type { Scenario, ScenarioStep } from '../../src/testing/scenario.js';
import { simulate, type SimulationResult } from '../../src/testing/simulator.js';
import { wordsHeard } from '../property/conversation-laws.js';
import { scale } from '../tools/scale.js';

const ANSWER = 'First you boil the water, then you add the tea. Let me see what there is.';
const words = (text: string): readonly string[] => text.split(/\s+/u).filter((word) => word !== '');

function scenario(user: readonly ScenarioStep[], more: Partial<Scenario> = {}): Scenario {
  return {
    format: 'sluice.scenario', version: 1, user, session: { journalMs: 250 },
    llm: { answers: ['It is noon.', { text: ANSWER, calls: [{ name: 'pantry' }], then: ' There is green tea, and black tea too.' }] },
    tools: [{ name: 'pantry', ms: 300, result: { tea: ['green', 'black'] } }],
    ...more,
  };
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

/** Lets virtual time wait for a database, which takes turns of the host: as if a disk took no time. */
function atOnce(store: IndexedDBMemoryStore): MemoryStore {
  const hold = <T>(work: Promise<T>): Promise<T> => {
    let open = true;
    const turn = (): void => {
      if (open) nextTurn(turn);
    };
    turn();
    return work.finally(() => (open = false));
  };
  return new Proxy<MemoryStore>(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result: unknown = (value as (...all: unknown[]) => unknown).apply(target, args);
        return result instanceof Promise ? hold(result) : result;
      };
    },
  });
}

/** A conversation whose page goes away `atMs` after it has begun, or at its end. */
async function page(name: string, atMs: number | undefined, steps: readonly ScenarioStep[], more: Partial<Scenario> = {}, firstId = 1): Promise<SimulationResult> {
  const memory = new IndexedDBMemoryStore({ name });
  const result = await simulate(scenario(steps, { ...more, ...(atMs === undefined ? {} : { room: [{ do: 'crash', when: { atMs } }] }) }), { memory: atOnce(memory), firstId });
  await memory.close();
  return result;
}

describe('a page that is reloaded in the middle of a turn', () => {
  it('goes on, whenever it was: asked and answered stay paired, nothing unheard is kept, nothing is there twice', async () => {
    const steps: readonly ScenarioStep[] = [{ do: 'type', text: 'what time is it' }, { do: 'type', text: 'how do I make tea', when: { afterMs: 2500 } }];
    const { durationMs } = await page('whole', undefined, steps);
    const seen = new Set<string>();
    for (let atMs = 0; atMs < durationMs; atMs += scale(500, 20)) {
      const name = `cut at ${atMs}`;
      const cut = await page(name, atMs, steps);
      const kept = cut.memory;
      const roles = kept.map(({ role }) => role).join(' ');
      expect(roles, name).toMatch(/^(?:|user|user assistant|user assistant user|user assistant user assistant)$/u);
      seen.add(`${roles}: ${kept.map(({ metadata }) => (metadata['unfinished'] === true ? 'unfinished' : 'whole')).join(' ')}`);
      const playback = cut.playbacks.at(-1);
      const last = kept.at(-1);
      if (playback !== undefined && last?.role === 'assistant') expect(words(last.content), name).toEqual(wordsHeard(cut, playback, atMs).slice(0, words(last.content).length));
      const resumed = await page(name, undefined, [{ do: 'type', text: 'go on' }], { llm: { answers: ['Then you pour it.'] } }, 5000);
      expect(resumed.end).toBe('done');
      const before = kept.map(({ role, content }) => [role, content.trim()]);
      expect(resumed.prompts[0]?.map(({ role, content }) => [role, content.trim()]), name).toEqual([...before, ['user', 'go on']]);
      expect(resumed.memory.map(({ role, content }) => [role, content.trim()]), name).toEqual([...before, ['user', 'go on'], ['assistant', 'Then you pour it.']]);
      expect(new Set(resumed.memory.map(({ id }) => id)).size, name).toBe(resumed.memory.length);
    }
    // Cuts fell into each part of a turn.
    for (const state of ['user: unfinished', 'user assistant: unfinished unfinished', 'user assistant: whole whole', 'user assistant user: whole whole unfinished', 'user assistant user assistant: whole whole unfinished unfinished']) expect(seen).toContain(state);
  });
});
