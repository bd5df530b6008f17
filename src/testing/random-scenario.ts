/**
 * Scenarios by chance: conversations that nobody would think of, the same one for the same seed. For
 * tests that look for laws a session must keep whatever happens.
 */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import { seededRandom, type RandomSource } from '../base/random.js';
import type { Scenario, ScenarioFault, ScenarioMoment, ScenarioStep, SimulatedAnswer } from './scenario.js';

/** What a random scenario may have. */
export interface RandomScenarioOptions {
  /** Most steps of the user. @default 8 */
  readonly maxSteps?: number;
  /** Share of providers' calls that go wrong, 0 to 1. @default 0.1 */
  readonly faultRate?: number;
  /** @default 'events' */
  readonly audio?: 'events' | 'real';
}

const SAID = ['Yes.', 'What time is it?', 'Tell me about the river and the hills behind it.', 'Stop.', 'No wait, I meant the other one.', 'uh-huh', 'My number is four one five, two six.', 'And then?'];
const ANSWERED = [
  'Yes.',
  'It is noon.',
  'The river begins in the hills. It runs to the sea. Nobody knows how long it has done so.',
  'First you boil the water, then you add the tea, and after that you wait for some minutes. Pour it. Enjoy it with a friend.',
  'Of course. I can tell you more about that, if you like. There is a lot to say, and I do not want to keep you from your work.',
];
const TOOLS = ['clock', 'weather', 'broken'];

/** A scenario from a seed. Its answers have no markup, so that what is heard can be held against what was written word by word. */
export function randomScenario(seed: number, options: RandomScenarioOptions = {}): Scenario {
  refuseUnknownOptions('randomScenario', options, ['maxSteps', 'faultRate', 'audio']);
  const maxSteps = requireNumber('randomScenario.maxSteps', options.maxSteps ?? 8, { min: 1, integer: true });
  const faultRate = requireNumber('randomScenario.faultRate', options.faultRate ?? 0.1, { min: 0, max: 1 });
  const dice = new Dice(seededRandom(requireNumber('randomScenario.seed', seed, { min: 0 })));
  const faults = (): ScenarioFault[] => (faultRate === 0 ? [] : [randomFault(dice, faultRate)]);
  return {
    format: 'sluice.scenario',
    version: 1,
    seed: dice.between(0, 1_000_000),
    audio: options.audio ?? 'events',
    user: dice.list(dice.between(2, maxSteps), () => userStep(dice)),
    room: dice.list(dice.between(0, 2), () => deviceStep(dice)),
    stt: { finalMs: dice.between(0, 600), jitterMs: dice.between(0, 200), faults: faults() },
    llm: { firstTokenMs: dice.between(0, 800), tokensPerSecond: dice.between(5, 200), jitterMs: dice.between(0, 60), answers: dice.list(dice.between(1, 5), () => answer(dice)), faults: faults() },
    tts: { firstFrameMs: dice.between(0, 400), realTimeFactor: dice.between(0, 120) / 100, wordsPerMinute: dice.between(120, 260), chunkMs: dice.pick([20, 40, 100]), jitterMs: dice.pick([0, 30, 200]), faults: faults() },
    output: { latencyMs: dice.pick([0, 20, 180]), quantumMs: dice.pick([0, 128 / 48, 512 / 48]) },
    tools: [{ name: 'clock', ms: dice.between(0, 900) }, { name: 'weather', ms: dice.between(0, 90), result: { sky: 'blue' } }, { name: 'broken', ms: dice.between(0, 300), fails: true }],
    limitMs: 240_000,
  };
}

function userStep(dice: Dice): ScenarioStep {
  const when = dice.chance(0.6) ? { when: moment(dice) } : {};
  const kind = dice.between(0, 11);
  if (kind <= 3) return { do: 'say', text: dice.pick(SAID), wordsPerMinute: dice.between(110, 260), pauses: dice.list(dice.between(0, 1), () => ({ afterWord: dice.between(1, 4), ms: dice.between(50, 1500) })), ...when };
  if (kind <= 6) return { do: 'type', text: dice.pick(SAID), ...when };
  if (kind === 7) return { do: 'press', text: dice.pick(SAID), ...when };
  if (kind === 8) return { do: 'sound', sound: dice.pick(['cough', 'click', 'hum'] as const), ms: dice.between(20, 400), ...when };
  if (kind === 9) return { do: 'interrupt', ...when };
  if (kind === 10) return { do: 'prompt', text: 'Your timer is done.', ...when };
  return dice.chance(0.3) ? { do: 'leave', ...when } : { do: 'wait', ms: dice.between(0, 3000) };
}

function moment(dice: Dice): ScenarioMoment {
  const kind = dice.between(0, 3);
  if (kind === 0) return { afterMs: dice.between(0, 2500) };
  if (kind === 1) return { state: dice.pick(['thinking', 'speaking', 'listening'] as const) };
  if (kind === 2) return { afterMs: dice.between(0, 40) };
  return { heardWords: dice.between(0, 12) };
}

function deviceStep(dice: Dice): ScenarioStep {
  const when: ScenarioMoment = dice.chance(0.5) ? { state: 'speaking' } : { afterMs: dice.between(0, 6000) };
  return dice.chance(0.5) ? { do: 'stall', ms: dice.between(0, 700), when } : { do: 'switchOutput', ms: dice.between(0, 500), latencyMs: dice.between(0, 250), when };
}

function answer(dice: Dice): SimulatedAnswer {
  if (dice.chance(0.7)) return dice.pick(ANSWERED);
  return { ...(dice.chance(0.5) ? { text: 'Let me look. ' } : {}), calls: dice.list(dice.between(1, 3), () => ({ name: dice.pick([...TOOLS, 'unknown']) })), then: dice.pick(ANSWERED) };
}

function randomFault(dice: Dice, rate: number): ScenarioFault {
  const kind = dice.pick(['reject', 'break', 'hang', 'deaf'] as const);
  return { rate, kind, ...(kind === 'hang' ? { timeoutMs: dice.between(100, 6000) } : {}) };
}

/** Choices from a source of numbers. */
class Dice {
  readonly #random: RandomSource;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** A whole number, both ends included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1));
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)] as T; // inside; callers pass at least one
  }

  list<T>(length: number, make: () => T): T[] {
    return Array.from({ length }, make);
  }
}
