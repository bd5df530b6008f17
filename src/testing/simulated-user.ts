/**
 * Carries out the steps of a scenario, one after the other, each at its moment: somebody who speaks,
 * coughs, types and presses buttons, or a device that has its troubles.
 */
import { sleep } from '../base/clock.js';
import { deferred } from '../base/deferred.js';
import { ClosedError, SluiceError } from '../base/errors.js';
import type { VoiceState } from '../voice/voice-event.js';
import type { VoiceSession } from '../voice/voice-session.js';
import type { ManualClock } from './manual-clock.js';
import type { ScenarioStep } from './scenario.js';
import { planUtterance, type SimulatedRoom } from './simulated-room.js';
import type { SimulationLog } from './simulation-log.js';
import type { VirtualSpeaker } from './virtual-speaker.js';

/** What a person in a simulation can reach. */
export interface Scene {
  readonly clock: ManualClock;
  readonly session: VoiceSession;
  readonly room: SimulatedRoom;
  readonly speaker: VirtualSpeaker;
  readonly log: SimulationLog;
  /** Voices made ahead, by step; empty where sound is not real. */
  readonly samples: ReadonlyMap<ScenarioStep, Float32Array>;
  /** Aborts when the conversation is over. */
  readonly signal: AbortSignal;
  /** Turns that have ended. */
  readonly turns: () => number;
  /** Words of the present answer that have left the loudspeaker. */
  readonly heardWords: () => number;
  /** Steps that wait for something to happen; called when nothing will. */
  readonly waiting: Set<() => void>;
  /** Everything ends here and now. */
  readonly crash: () => void;
}

// How often the words heard are counted: far below the length of a word.
const LOOK_MS = 10;
const WORDS_PER_MINUTE = 170;

/** Carries out `steps`; settles when the last one has ended. */
export async function performSteps(scene: Scene, steps: readonly ScenarioStep[]): Promise<void> {
  let endedMs = scene.clock.now();
  for (const step of steps) {
    await moment(scene, step, endedMs);
    if (scene.signal.aborted) return;
    const { when: _when, ...facts } = step;
    scene.log.write('step', facts);
    await perform(scene, step);
    endedMs = scene.clock.now();
  }
}

async function moment(scene: Scene, step: ScenarioStep, endedMs: number): Promise<unknown> {
  const { clock, signal } = scene;
  const { when } = step;
  if (when === undefined) return step.do === 'say' || step.do === 'press' || step.do === 'type' || step.do === 'prompt' ? until(scene, () => isQuiet(scene)) : undefined;
  if ('afterMs' in when) return pause(clock, endedMs + when.afterMs - clock.now(), signal);
  if ('atMs' in when) return pause(clock, when.atMs - clock.now(), signal);
  if (!('heardWords' in when)) return until(scene, () => holds(scene, when));
  // Words are heard without an event; nothing is heard while nothing is said.
  while (!signal.aborted && scene.heardWords() < when.heardWords) {
    if (scene.session.state === 'speaking') await pause(clock, LOOK_MS, signal);
    else if (!(await until(scene, () => scene.session.state === 'speaking'))) break;
  }
  return undefined;
}

function holds({ session, turns }: Scene, when: { readonly state: VoiceState } | { readonly turns: number }): boolean {
  return 'state' in when ? session.state === when.state : turns() >= when.turns;
}

function isQuiet({ session }: Scene): boolean {
  return session.state === 'idle' || session.state === 'listening';
}

/** Waits until `condition` holds: looks whenever the session tells something. False when it gave up, at `giveUpMs` or because nothing will happen. */
async function until({ clock, session, signal, waiting }: Scene, condition: () => boolean, giveUpMs?: number): Promise<boolean> {
  if (condition()) return true;
  if (signal.aborted) return false;
  const met = deferred<boolean>();
  const giveUp = (): void => met.resolve(false);
  const unsubscribe = session.subscribe(() => {
    if (condition()) met.resolve(true);
  });
  waiting.add(giveUp);
  signal.addEventListener('abort', giveUp, { once: true });
  const cancel = giveUpMs === undefined ? undefined : clock.after(giveUpMs - clock.now(), giveUp);
  const held = await met.promise;
  unsubscribe();
  waiting.delete(giveUp);
  cancel?.();
  signal.removeEventListener('abort', giveUp);
  return held;
}

async function pause(clock: ManualClock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await sleep(clock, ms, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

async function perform(scene: Scene, step: ScenarioStep): Promise<unknown> {
  const { clock, session, room, speaker, signal, log } = scene;
  switch (step.do) {
    case 'say':
    case 'press': {
      const plan = planUtterance(step.text, step.wordsPerMinute ?? WORDS_PER_MINUTE, step.pauses);
      const samples = scene.samples.get(step);
      const durationMs = samples === undefined ? plan.durationMs : samples.length / 16;
      const scaled = samples === undefined ? plan : { ...plan, durationMs, words: plan.words.map((word) => ({ ...word, startMs: (word.startMs * durationMs) / plan.durationMs, endMs: (word.endMs * durationMs) / plan.durationMs })) };
      if (step.do === 'press') {
        session.setMode('hold');
        session.hold();
      }
      room.speak(scaled, samples);
      await pause(clock, durationMs, signal);
      if (step.do === 'press' && !signal.aborted) {
        session.release();
        session.setMode('handsFree');
      }
      // What was said is heard a little later; a step that waits for quiet must not mistake that for quiet.
      return step.do === 'say' ? until(scene, () => !isQuiet(scene), room.endMs + 1500) : undefined;
    }
    case 'sound':
      room.sound(step.sound, step.ms, scene.samples.get(step));
      return pause(clock, step.ms, signal);
    case 'type':
      told(log, 'send', session.send(step.text));
      return pause(clock, 1, signal); // by then its turn has begun, or waits for the one under way
    case 'prompt':
      told(log, 'say', session.say(step.text));
      return pause(clock, 1, signal);
    case 'interrupt':
      return session.interrupt();
    case 'wait':
      return pause(clock, step.ms, signal);
    case 'stop':
      return session.stop();
    case 'start':
      return session.start();
    case 'hold':
      return session.hold();
    case 'release':
      return session.release();
    case 'mode':
      return session.setMode(step.mode);
    case 'leave':
      void session.close();
      return undefined;
    case 'crash':
      return scene.crash();
    case 'stall':
      return speaker.stall(step.ms);
    case 'switchOutput':
      return speaker.switchTo(step.latencyMs, step.ms);
  }
}

/** A turn that was asked for goes on by itself; that a closed session refuses it is part of the story. */
function told(log: SimulationLog, call: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof ClosedError)) throw error;
    log.write('refused', { call, code: (error as SluiceError).code });
  });
}
