/**
 * What a simulated provider does in one call, written down before it does it: items with their times,
 * and how the call ends. Takes are made from rates and delays, with jitter from a seed and with faults,
 * or come from a recording; playing them is the same.
 */
import { sleep, type Clock } from '../base/clock.js';
import { SluiceError } from '../base/errors.js';
import type { RandomSource } from '../base/random.js';
import type { ScenarioFault } from './scenario.js';

/** An item and when it comes, in milliseconds from the beginning of the call. */
export interface TimedItem<T> {
  readonly afterMs: number;
  readonly item: T;
}

/** One call of a provider. */
export interface Take<T> {
  /** In the order of their times. */
  readonly items: readonly TimedItem<T>[];
  /** How the call ends; `hang` waits until it is aborted. */
  readonly end: 'finish' | 'error' | 'hang';
  /** ScenarioMoment it ends, in milliseconds from its beginning. */
  readonly endMs: number;
  /** The provider does not notice that it is aborted, and goes on. */
  readonly deaf?: boolean;
}

/** How a call went. */
export type CallOutcome = 'finish' | 'error' | 'aborted';

/** A simulated provider fails because the scenario says so. */
export class SimulatedFault extends SluiceError {
  override readonly name: string = 'SimulatedFault';

  constructor(provider: string) {
    super(`The simulated ${provider} fails as the scenario says (faults). Take the fault out of the scenario where none is wanted.`, { code: 'SIMULATED_FAULT' });
  }
}

/** The first fault that applies to call number `call`, from 0; each fault with a rate takes one number from `random`. */
export function faultOf(faults: readonly ScenarioFault[], call: number, random: RandomSource): ScenarioFault | undefined {
  let found: ScenarioFault | undefined;
  for (const fault of faults) {
    const applies = fault.call === undefined ? random() < (fault.rate ?? 1) : fault.call === call;
    if (applies) found ??= fault;
  }
  return found;
}

/** What becomes of a take under a fault: nothing comes, the first half comes, or all of it to somebody who has left. */
export function spoilt<T>(take: Take<T>, fault: ScenarioFault | undefined): Take<T> {
  if (fault === undefined) return take;
  if (fault.kind === 'deaf') return { ...take, deaf: true };
  const first = take.items[0]?.afterMs ?? take.endMs;
  if (fault.kind === 'reject') return { items: [], end: 'error', endMs: first };
  const kept = take.items.slice(0, Math.ceil(take.items.length / 2));
  const lastMs = kept.at(-1)?.afterMs ?? first;
  if (fault.kind === 'break') return { items: kept, end: 'error', endMs: lastMs };
  return fault.timeoutMs === undefined ? { items: kept, end: 'hang', endMs: lastMs } : { items: kept, end: 'error', endMs: lastMs + fault.timeoutMs };
}

/** Plays a take on `clock`: an item is given at its time, or at once when it is asked for later. */
export async function* playTake<T>(take: Take<T>, clock: Clock, provider: string, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  const startMs = clock.now();
  const ear = take.deaf === true ? undefined : signal;
  const until = async (afterMs: number): Promise<void> => {
    const waitMs = startMs + afterMs - clock.now();
    if (waitMs > 0 || ear?.aborted === true) await sleep(clock, Math.max(0, waitMs), ear);
  };
  for (const { afterMs, item } of take.items) {
    await until(afterMs);
    yield item;
  }
  await until(take.endMs);
  if (take.end === 'error') throw new SimulatedFault(provider);
  if (take.end === 'hang') await never(clock, signal);
}

/** Waits until `signal` aborts; without one, for good. */
function never(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  // A day: longer than any conversation, and a timer that a simulation can see.
  return sleep(clock, 86_400_000, signal);
}
