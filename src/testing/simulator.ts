/**
 * Whole conversations on a virtual clock: somebody in a room, a session as an application opens it,
 * and providers and devices that behave as a scenario says. The same scenario gives the same log, byte
 * for byte, and minutes take milliseconds.
 *
 * Everything that waits must wait on the simulation's clock; what is passed in `session` and reads the
 * host's time, the network or a file makes a simulation that cannot be repeated.
 */
import { SluiceError } from '../base/errors.js';
import type { IdSource } from '../base/id.js';
import { seededRandom } from '../base/random.js';
import type { Message } from '../context/message.js';
import { MemoryConfig } from '../memory/config.js';
import type { MemoryEntry } from '../memory/entry.js';
import { InMemoryStore } from '../memory/in-memory-store.js';
import type { MemoryStore } from '../memory/store.js';
import { ToolRegistry } from '../providers/tools.js';
import type { TurnReport } from '../voice/turn.js';
import { createVoiceSession, type VoiceSession } from '../voice/voice-session.js';
import type { VoiceSessionOptions } from '../voice/voice-session-options.js';
import { sequentialIds } from './builders.js';
import { CallLog } from './call-log.js';
import { ManualClock } from './manual-clock.js';
import { requireScenario } from './read-scenario.js';
import type { SimulationLogEntry, Scenario } from './scenario.js';
import { SimulatedLLM } from './simulated-llm.js';
import { SimulatedMicrophone } from './simulated-microphone.js';
import { SimulatedRoom } from './simulated-room.js';
import { SimulatedSTT } from './simulated-stt.js';
import { simulatedTools } from './simulated-tools.js';
import { labelOf, SimulatedTTS, type Synthesis } from './simulated-tts.js';
import { performSteps, type Scene } from './simulated-user.js';
import { logHash, logText, SimulationLog } from './simulation-log.js';
import type { VirtualPlayback } from './virtual-playback.js';
import type { VirtualSpeaker } from './virtual-speaker.js';
import { voicesOf } from './scenario-voices.js';
import { TapedMicrophone } from './taped-microphone.js';
import { TapedSpeaker } from './taped-speaker.js';

// A conversation that is over is left alone for so long, so that what comes late is seen.
const AFTERMATH_MS = 1000;
// 128 frames at 48 kHz.
const QUANTUM_MS = 128 / 48;
const SESSION_ID = '00000000-0000-4000-8000-0000000051a1';

/** What a simulation is given beside its scenario. */
export interface SimulationOptions {
  /** Options of the session that are no plain data: guards, another memory, providers of one's own. They replace what the scenario describes. */
  readonly session?: Partial<VoiceSessionOptions>;
  /** Where the conversation is kept, for one that goes on after another. @default a new InMemoryStore */
  readonly memory?: MemoryStore;
  /** First of the ids, so that two conversations over one memory do not share them. @default 1 */
  readonly firstId?: number;
}

/** Why a simulation ended: the user had done everything, the longest time was over, nothing could happen any more, or the page was gone. */
export type SimulationEnd = 'done' | 'limit' | 'stuck' | 'crash';

/** What came of a simulation. */
export interface SimulationResult {
  readonly end: SimulationEnd;
  readonly log: readonly SimulationLogEntry[];
  /** The log as text, a line of JSON for each event. */
  readonly text: string;
  /** Short name of the log; the same for the same bytes. */
  readonly hash: string;
  /** Virtual milliseconds that it took. */
  readonly durationMs: number;
  readonly sessionId: string;
  /** Reports of all turns, in the order of their ends. */
  readonly reports: readonly TurnReport[];
  /** What the model was given, call by call. */
  readonly prompts: readonly (readonly Message[])[];
  /** What memory holds of the session at the end. */
  readonly memory: readonly MemoryEntry[];
  /** What the loudspeaker played, with the truth about what was heard when. */
  readonly playbacks: readonly VirtualPlayback[];
  readonly syntheses: readonly Synthesis[];
  /** What was left open: calls, sessions, timers. Empty when everything was closed. */
  readonly open: readonly string[];
}

/** A conversation cannot be simulated as it was described. */
export class SimulationError extends SluiceError {
  override readonly name: string = 'SimulationError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'SIMULATION', cause });
  }
}

/**
 * Runs a conversation from its first step to the closed session. Throws `InvalidScenarioError` for a
 * scenario that is none; whatever goes wrong inside the conversation is in the result.
 *
 * @example
 * ```ts
 * const { reports, hash } = await simulate({
 *   format: 'sluice.scenario',
 *   version: 1,
 *   user: [{ do: 'say', text: 'What time is it?' }, { do: 'say', text: 'Thank you.', when: { heardWords: 2 } }],
 *   llm: { answers: ['It is twenty past nine in the morning.', 'You are welcome.'] },
 * });
 * console.log(reports.map(({ spoken }) => spoken), hash);
 * ```
 */
export async function simulate(scenario: Scenario, options: SimulationOptions = {}): Promise<SimulationResult> {
  const checked = requireScenario(scenario);
  const simulation = new Simulation(checked, options, await voicesOf(checked));
  return simulation.run();
}

/** A store that keeps nothing of what happens after a crash. */
function untilCrash(store: MemoryStore, crashed: () => boolean): MemoryStore {
  return {
    fetch: (sessionId, config, options) => store.fetch(sessionId, config, options),
    write: (entry, options) => (crashed() ? Promise.resolve() : store.write(entry, options)),
    clear: (sessionId, options) => (crashed() ? Promise.resolve(0) : store.clear(sessionId, options)),
  };
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #clock = new ManualClock();
  readonly #log = new SimulationLog(this.#clock);
  readonly #room = new SimulatedRoom(this.#clock);
  readonly #calls = new CallLog((event, data) => this.#log.write(event, data));
  readonly #over = new AbortController();
  readonly #speaker: VirtualSpeaker;
  readonly #llm: SimulatedLLM;
  readonly #tts: SimulatedTTS;
  readonly #memory: MemoryStore;
  readonly #session: VoiceSession;
  readonly #reports: TurnReport[] = [];
  readonly #scene: Scene;
  #crashed = false;

  constructor(scenario: Scenario, options: SimulationOptions, samples: Scene['samples']) {
    this.#scenario = scenario;
    const { seed = 1, audio = 'events', output = {} } = scenario;
    const clock = this.#clock;
    const calls = this.#calls;
    // Each has a stream of numbers of its own, so that a change of one does not move the others.
    const stt = new SimulatedSTT(this.#room, scenario.stt ?? {}, { clock, seed: seed * 4 + 1, calls });
    this.#llm = new SimulatedLLM(scenario.llm ?? {}, { clock, seed: seed * 4 + 2, calls });
    this.#tts = new SimulatedTTS(scenario.tts ?? {}, { clock, seed: seed * 4 + 3, calls });
    this.#speaker = new TapedSpeaker({ clock, latencyMs: output.latencyMs ?? 20, quantumMs: output.quantumMs ?? QUANTUM_MS }, output.playbacks ?? []);
    this.#memory = untilCrash(options.memory ?? new InMemoryStore(), () => this.#crashed);
    const ids: IdSource = sequentialIds(options.firstId ?? 1);
    this.#session = createVoiceSession({
      stt,
      llm: this.#llm,
      tts: this.#tts,
      input: scenario.input !== undefined ? new TapedMicrophone(clock, scenario.input) : new SimulatedMicrophone({ clock, room: this.#room, ...(audio === 'real' ? { noise: seededRandom(seed * 4) } : {}) }),
      output: this.#speaker,
      memory: this.#memory,
      ...(scenario.tools === undefined ? {} : { tools: new ToolRegistry(simulatedTools(scenario.tools, clock, calls)) }),
      sessionId: SESSION_ID,
      clock,
      ids,
      ...(scenario.session as Partial<VoiceSessionOptions>),
      ...options.session,
    });
    this.#session.subscribe((event) => {
      if (this.#crashed) return;
      this.#log.voice(event);
      if (event.type === 'turnEnd') this.#reports.push(event.report);
    });
    this.#scene = {
      clock, samples,
      session: this.#session,
      room: this.#room,
      speaker: this.#speaker,
      log: this.#log,
      signal: this.#over.signal,
      turns: () => this.#reports.length,
      heardWords: () => this.#heardWords(),
      waiting: new Set(),
      crash: () => this.#crash(),
    };
  }

  async run(): Promise<SimulationResult> {
    const { user, room = [], input = [], limitMs = 600_000 } = this.#scenario;
    const tapeEndMs = input.at(-1)?.at ?? 0;
    let failure: unknown;
    const fail = (thrown: unknown): void => {
      failure ??= thrown;
      this.#over.abort();
    };
    let performed = false;
    void this.#session.start().then(() => performSteps(this.#scene, user)).then(() => (performed = true), fail);
    performSteps(this.#scene, room).catch(fail);
    let quietSinceMs: number | undefined;
    let end: SimulationEnd = 'stuck';
    await this.#clock.advance(0);
    for (;;) {
      if (this.#crashed) {
        end = 'crash';
        break;
      }
      if (failure !== undefined) throw new SimulationError('A step of the scenario could not be carried out. The cause says why.', failure);
      const now = this.#clock.now();
      const quiet = this.#isQuiet() && now >= Math.max(this.#room.endMs, tapeEndMs);
      if (!quiet) quietSinceMs = undefined;
      else if (now - (quietSinceMs ??= now) >= AFTERMATH_MS) {
        if (performed) {
          end = 'done';
          break;
        }
        quietSinceMs = undefined;
        for (const giveUp of this.#scene.waiting) giveUp();
      }
      if (now >= limitMs) {
        end = 'limit';
        break;
      }
      const { nextDelayMs = Infinity } = this.#clock;
      if (nextDelayMs === Infinity && !quiet) break;
      const longestMs = Math.min(limitMs - now, quiet ? AFTERMATH_MS : Infinity);
      if (nextDelayMs <= longestMs) await this.#clock.step();
      else await this.#clock.advance(longestMs);
    }
    return this.#finish(end);
  }

  async #finish(end: SimulationEnd): Promise<SimulationResult> {
    this.#over.abort();
    if (end !== 'crash') await this.#clock.settle(this.#session.close());
    // What does not notice that it was aborted ends when it gives its next item, and nobody takes it.
    await this.#clock.advance(this.#calls.open.length > 0 ? 10 * AFTERMATH_MS : 0);
    const memory = await this.#memory.fetch(this.#session.sessionId, new MemoryConfig({ maxEntries: 1_000_000, maxTokens: 0 }));
    const timers = this.#clock.pending;
    const log = [...this.#log.entries];
    if (end === 'crash') await this.#clock.settle(this.#session.close()); // unheard and unlogged, so that nothing stays behind
    return {
      end, log, memory,
      text: logText(log),
      hash: logHash(log),
      durationMs: this.#clock.now(),
      sessionId: this.#session.sessionId,
      reports: this.#reports,
      prompts: this.#llm.prompts,
      playbacks: this.#speaker.playbacks,
      syntheses: this.#tts.syntheses,
      open: end === 'crash' ? [] : [...this.#calls.open, ...Array.from({ length: timers }, () => 'timer'), ...(this.#speaker.closed ? [] : ['speaker'])],
    };
  }

  #isQuiet(): boolean {
    const { state } = this.#session;
    return state === 'idle' || state === 'listening' || state === 'closed';
  }

  #crash(): void {
    this.#log.write('crash');
    this.#crashed = true;
    this.#over.abort();
  }

  /** Words of the playback that plays now whose last sample has left the loudspeaker. */
  #heardWords(): number {
    const playback = this.#speaker.playbacks.at(-1);
    if (playback === undefined) return 0;
    const heardMs = playback.heardBy(this.#clock.now());
    let count = 0;
    let number = 0;
    for (const { fromMs, chunk } of playback.written) {
      if (labelOf(chunk) === number) continue;
      number = labelOf(chunk);
      count += this.#tts.syntheses[number - 1]?.wordEndsMs.filter((endMs) => fromMs + endMs <= heardMs).length ?? 0;
    }
    return count;
  }
}
