/** The stages of a session's turns, made from its options. */
import { MemoryFetchStage } from '../memory/fetch-stage.js';
import { MemoryWriteStage } from '../memory/write-stage.js';
import type { StageContext } from '../stage/context.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import type { HeardText } from './heard-text.js';
import { LLMStage } from './llm-stage.js';
import { PlayoutStage } from './playout-stage.js';
import type { SessionRecognizer } from './session-recognizer.js';
import { SpeakerStage } from './speaker-stage.js';
import { SpeechStage } from './speech-stage.js';
import { STTStage } from './stt-stage.js';
import { sayGraph, turnGraph, type TurnGraph, type TurnStages } from './turn-graph.js';
import type { TurnHistory } from './turn-history.js';
import type { TurnJournal } from './turn-journal.js';
import type { Playback } from './voice-output.js';
import type { VoiceSessionOptions } from './voice-session-options.js';
import type { VoiceTelemetry } from './voice-telemetry.js';

/** What the stages tell the session, and ask it. */
export interface TurnHooks {
  readonly onPlayback: (playback: Playback, heard?: HeardText) => void;
  readonly onText: (text: string) => void;
  /** Why nothing more of an answer is heard. */
  readonly onSilence: (error: Error) => void;
  /** Whether the turn under way counts; what others can see or hear waits for it. */
  readonly confirmed: (ctx: StageContext) => Promise<boolean> | true;
  readonly history: TurnHistory;
  /** Checkpoints of the turn under way; its last write waits for them. */
  readonly journal: TurnJournal | undefined;
  readonly stt: SessionRecognizer | undefined;
  /** Traces the stages and the calls of tools. */
  readonly telemetry: VoiceTelemetry | undefined;
  /** The model's loading, while it lasts. */
  readonly loading: () => Promise<unknown> | undefined;
  /** Ends tools when the session ends. */
  readonly sessionSignal: AbortSignal;
}

/** The graph of a turn, and that of something the assistant says by itself. */
export function buildTurnGraphs(options: VoiceSessionOptions, hooks: TurnHooks): { readonly turn: TurnGraph; readonly say: TurnGraph } {
  const { llm, memory, memoryConfig, guardrails, tools, systemPrompt, approve, modelDeadlines = {}, notUnderstood = 'Sorry, I did not catch that.' } = options;
  const { history, stt, telemetry } = hooks;
  const stages: TurnStages = {
    stt: stt === undefined ? undefined : new STTStage({ provider: stt }),
    memoryFetch: memory === undefined ? undefined : new MemoryFetchStage(memory, memoryConfig),
    inputGuard: guardrails?.input,
    llm: new LLMStage({
      provider: llm,
      mayAct: hooks.confirmed,
      recall: history.recall,
      onTools: (exchange) => history.addExchange(exchange),
      deadlines: modelDeadlines,
      loading: hooks.loading,
      toolSignal: hooks.sessionSignal,
      ...(telemetry === undefined ? {} : { onToolCall: telemetry.tool }),
      ...(systemPrompt === undefined ? {} : { systemPrompt }),
      ...(tools === undefined ? {} : { tools }),
      ...(approve === undefined ? {} : { approve }),
      ...(notUnderstood === null ? {} : { emptyReply: notUnderstood }),
    }),
    outputGuard: guardrails?.output,
    ...voiceStages(options, hooks),
    memoryWrite: memory === undefined ? undefined : remembered(new MemoryWriteStage(memory, { ids: history.entryIds }), hooks),
    onText: hooks.onText,
    wrappers: telemetry === undefined ? [] : [telemetry.wrapper],
  };
  return { turn: turnGraph(stages), say: sayGraph(stages) };
}

function voiceStages({ tts, output, firstClause }: VoiceSessionOptions, hooks: TurnHooks): Pick<TurnStages, 'tts' | 'playout'> {
  if (tts === undefined) return {};
  const { onPlayback, onSilence, confirmed: maySound } = hooks;
  if ('stream' in tts) {
    const speech = new SpeechStage({ provider: tts, ...(firstClause === undefined ? {} : { firstClause }) });
    return { tts: speech, ...(output === undefined ? {} : { playout: new PlayoutStage(output, { onPlayback, onSilence, maySound }) }) };
  }
  return { playout: new SpeakerStage({ provider: tts, maySound, onSpeech: (stop) => onPlayback(speakerPlayback(stop)) }) };
}

/** A turn that is taken back is not remembered; any other is, once its checkpoints are written. */
function remembered(stage: Stage<object>, { confirmed, journal }: TurnHooks): Stage<object> {
  const { name, kind } = stage;
  return {
    name,
    kind,
    async execute(ctx) {
      if (!(await confirmed(ctx))) return StageOutput.skip('the turn was taken back');
      await journal?.finish();
      return stage.execute(ctx);
    },
  };
}

/** A voice that plays by itself cannot be held and resumed: holding it does nothing, cutting it stops it. */
function speakerPlayback(stop: AbortController): Playback {
  return {
    write: () => false,
    end: () => undefined,
    cut: () => stop.abort('cut'),
    pause: () => undefined,
    resume: () => undefined,
    heard: () => ({ heardMs: 0, renderedMs: 0 }),
    done: new Promise(() => undefined),
  };
}
