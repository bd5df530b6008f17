/**
 * A scenario: everything that a simulated conversation is made of, as plain data that survives JSON.
 * What the user does, what the room and the devices do, how the providers behave, and optionally the
 * log that came of it, against which a replay is compared.
 */
import type { Data } from '../base/data.js';

/** When a step begins. Times are milliseconds on the simulation's clock. What does not come is given up once nothing has gone on for a second. */
export type ScenarioMoment =
  /** So long after the end of the step before. */
  | { readonly afterMs: number }
  /** At this moment, or at once when it has passed. */
  | { readonly atMs: number }
  /** Once so many words of one answer have left the loudspeaker. */
  | { readonly heardWords: number }
  /** Once the session is in this state. */
  | { readonly state: 'idle' | 'listening' | 'hearing' | 'thinking' | 'speaking' }
  /** Once so many turns have ended since the beginning. */
  | { readonly turns: number };

/** A pause inside an utterance, behind the word with this number (from 1). */
export interface ScenarioPause {
  readonly afterWord: number;
  readonly ms: number;
}

/** What the user says aloud. */
interface Utterance {
  readonly text: string;
  /** @default 170 */
  readonly wordsPerMinute?: number;
  readonly pauses?: readonly ScenarioPause[];
}

/** What the user does, or what happens to a device. Without `when`, speech and typing wait until nothing is being asked or answered; everything else comes at once. */
export type ScenarioStep = { readonly when?: ScenarioMoment } & (
  /** Speaks, hands-free. */
  | ({ readonly do: 'say' } & Utterance)
  /** Presses the talk button, speaks, and lets it go. */
  | ({ readonly do: 'press' } & Utterance)
  /** Coughs, clicks or hums: sound without words. */
  | { readonly do: 'sound'; readonly sound: 'cough' | 'click' | 'hum'; readonly ms: number }
  /** Types a turn. */
  | { readonly do: 'type'; readonly text: string }
  /** Presses the stop button. */
  | { readonly do: 'interrupt' }
  /** Does nothing for a while. */
  | { readonly do: 'wait'; readonly ms: number }
  /** The application lets the assistant say something. */
  | { readonly do: 'prompt'; readonly text: string }
  /** Stops and starts listening. */
  | { readonly do: 'stop' }
  | { readonly do: 'start' }
  /** Presses and lets go of the talk button, and says what the button is for; what is said meanwhile is a step of its own, or on the tape. */
  | { readonly do: 'hold' }
  | { readonly do: 'release' }
  | { readonly do: 'mode'; readonly mode: 'handsFree' | 'hold' }
  /** Leaves: the session is closed in the middle of whatever goes on. */
  | { readonly do: 'leave' }
  /** The page is gone: nothing is closed, nothing is told, and no more of it happens. */
  | { readonly do: 'crash' }
  /** The loudspeaker renders nothing for a while. */
  | { readonly do: 'stall'; readonly ms: number }
  /** Another loudspeaker takes over, with its own latency, after a gap. */
  | { readonly do: 'switchOutput'; readonly ms: number; readonly latencyMs: number }
);

/** Something that goes wrong in a provider. */
export interface ScenarioFault {
  /** Number of the call, from 0. */
  readonly call?: number;
  /** Share of calls, from 0 to 1, where no `call` is named. @default 1 */
  readonly rate?: number;
  /** Rejects before the first item; breaks off after half of them; hangs after half of them; or does not notice that it is aborted. */
  readonly kind: 'reject' | 'break' | 'hang' | 'deaf';
  /** A call that hangs rejects after so long. @default it hangs until it is aborted */
  readonly timeoutMs?: number;
}

/** Speech recognition that knows what was said. */
export interface SimulatedSTTSettings {
  /** From the end of the speech to the transcript. @default 150 */
  readonly finalMs?: number;
  /** From the end of a word to the partial transcript that has it. @default 100 */
  readonly partialMs?: number;
  /** Times vary by up to so many milliseconds, later only. @default 0 */
  readonly jitterMs?: number;
  readonly faults?: readonly ScenarioFault[];
  /** Calls as recorded, in order; those beyond the last are simulated. */
  readonly calls?: readonly RecordedSTTCall[];
  /** Sessions as recorded, in order. */
  readonly sessions?: readonly RecordedSTTSession[];
}

/** What the model answers: a text, or calls of tools and what it says when they have answered. */
export type SimulatedAnswer = string | {
  /** Said before the calls. */
  readonly text?: string;
  readonly calls: readonly { readonly name: string; readonly input?: Data }[];
  /** Said when the tools have answered. */
  readonly then: string;
};

/** A language model that says what it is told. */
export interface SimulatedLLMSettings {
  /** @default 250 */
  readonly firstTokenMs?: number;
  /** A token is a word with the white space behind it. @default 80 */
  readonly tokensPerSecond?: number;
  /** The time of each token varies by up to so many milliseconds, later only. @default 0 */
  readonly jitterMs?: number;
  /** One for each question, from the first again after the last. @default ['All right.'] */
  readonly answers?: readonly SimulatedAnswer[];
  readonly faults?: readonly ScenarioFault[];
  readonly calls?: readonly RecordedCall[];
}

/** A voice whose audio is a number: each sample says which synthesis it belongs to. */
export interface SimulatedTTSSettings {
  /** @default 120 */
  readonly firstFrameMs?: number;
  /** Time of synthesis for one second of speech, in seconds. @default 0.1 */
  readonly realTimeFactor?: number;
  /** @default 170 */
  readonly wordsPerMinute?: number;
  /** @default 40 */
  readonly chunkMs?: number;
  /** Whether word times are reported. @default true */
  readonly words?: boolean;
  /** Each chunk comes up to so many milliseconds later, in order, as over a network. @default 0 */
  readonly jitterMs?: number;
  readonly faults?: readonly ScenarioFault[];
  readonly calls?: readonly RecordedCall[];
}

/** The loudspeaker. */
export interface SimulatedOutputSettings {
  /** From rendering to the ear. @default 20 */
  readonly latencyMs?: number;
  /** The device renders so much at once; 0 renders continuously. @default 2.6666666666666665 (128 frames at 48 kHz) */
  readonly quantumMs?: number;
  /** Answers as recorded, in order. */
  readonly playbacks?: readonly RecordedPlayback[];
}

/** What a recorded loudspeaker did with an answer. */
export interface RecordedPlayback {
  /** From the first audio written to the first sample rendered. */
  readonly startDelayMs: number;
  /** How much was heard of an answer that was cut. */
  readonly heardMs?: number;
}

/** What a recorded microphone sent, at milliseconds from the beginning. */
export type RecordedElement =
  | { readonly at: number; readonly element: 'speechStart'; readonly onsetMs: number; readonly detectedMs: number }
  | { readonly at: number; readonly element: 'audio'; readonly ms: number }
  | { readonly at: number; readonly element: 'interrupt' }
  | { readonly at: number; readonly element: 'speechEnd'; readonly endMs: number; readonly speechMs: number; readonly misfire: boolean; readonly truncated: boolean };

/** A recorded session of a recogniser: its events at milliseconds from its opening. */
export interface RecordedSTTSession {
  readonly events: readonly {
    readonly afterMs: number;
    readonly type: 'speech-start' | 'partial' | 'final' | 'eager-end-of-turn' | 'turn-resumed' | 'end-of-turn' | 'error';
    readonly id?: string;
    readonly text?: string;
    readonly confidence?: number;
    readonly finalized?: boolean;
    readonly probability?: number;
    readonly fatal?: boolean;
  }[];
}

/** A recorded call of a recogniser. */
export interface RecordedSTTCall {
  readonly afterMs: number;
  readonly text: string;
  readonly failed?: boolean;
}

/** A recorded call of a model or a voice: what came when. */
export interface RecordedCall {
  readonly items: readonly RecordedItem[];
  readonly end: 'finish' | 'error' | 'hang';
  readonly endMs: number;
}

/** One recorded item; times are milliseconds from the beginning of the call. */
export type RecordedItem =
  | { readonly afterMs: number; readonly text: string }
  | { readonly afterMs: number; readonly tool: { readonly id: string; readonly name: string; readonly input: unknown } }
  | { readonly afterMs: number; readonly audioMs: number }
  | { readonly afterMs: number; readonly word: { readonly text: string; readonly charStart: number; readonly charEnd: number; readonly startMs: number; readonly endMs: number } };

/** A tool that the model may call. */
export interface SimulatedTool {
  readonly name: string;
  /** @default 0 */
  readonly ms?: number;
  /** What it gives. @default 'ok' */
  readonly result?: unknown;
  readonly fails?: boolean;
}

/** A conversation to simulate. */
export interface Scenario {
  readonly format: 'sluice.scenario';
  readonly version: 1;
  /** Seed of every jitter and every fault with a rate. @default 1 */
  readonly seed?: number;
  /** `events`: speech is known without listening, fast. `real`: the user's speech is synthesised and goes through the resampler, the detector and the segmenter. @default 'events' */
  readonly audio?: 'events' | 'real';
  /** What the user does, one step after the other. */
  readonly user: readonly ScenarioStep[];
  /** What happens beside it, one step after the other. */
  readonly room?: readonly ScenarioStep[];
  readonly stt?: SimulatedSTTSettings;
  readonly llm?: SimulatedLLMSettings;
  readonly tts?: SimulatedTTSSettings;
  readonly output?: SimulatedOutputSettings;
  /** What the microphone sent, where it was recorded; the room is then silent. */
  readonly input?: readonly RecordedElement[];
  readonly tools?: readonly SimulatedTool[];
  /** Options of the session that are plain data. */
  readonly session?: Data;
  /** Longest conversation, in milliseconds of virtual time. @default 600000 */
  readonly limitMs?: number;
  /** What came of it, for a replay. */
  readonly log?: readonly SimulationLogEntry[];
}

/** One line of the log: a moment, a name, and facts. */
export interface SimulationLogEntry {
  /** Milliseconds on the simulation's clock, to the microsecond. */
  readonly at: number;
  readonly event: string;
  readonly data: Readonly<Data>;
}
