/** The stages of a session's turns, made from its options. */
import { MemoryFetchStage } from '../memory/fetch-stage.js';
import { MemoryWriteStage } from '../memory/write-stage.js';
import { LLMStage } from './llm-stage.js';
import { PlayoutStage } from './playout-stage.js';
import { SpeakerStage } from './speaker-stage.js';
import { SpeechStage } from './speech-stage.js';
import { STTStage } from './stt-stage.js';
import { sayGraph, turnGraph, type TurnGraph, type TurnStages } from './turn-graph.js';
import type { Playback } from './voice-output.js';
import type { VoiceSessionOptions } from './voice-session-options.js';

/** What the stages tell the session. */
export interface TurnHooks {
  readonly onPlayback: (playback: Playback) => void;
  readonly onText: (text: string) => void;
}

/** The graph of a turn, and that of something the assistant says by itself. */
export function buildTurnGraphs(options: VoiceSessionOptions, hooks: TurnHooks): { readonly turn: TurnGraph; readonly say: TurnGraph } {
  const { llm, stt, memory, memoryConfig, guardrails, tools, systemPrompt, notUnderstood = 'Sorry, I did not catch that.', ids } = options;
  const stages: TurnStages = {
    stt: stt === undefined ? undefined : new STTStage({ provider: stt }),
    memoryFetch: memory === undefined ? undefined : new MemoryFetchStage(memory, memoryConfig),
    inputGuard: guardrails?.input,
    llm: new LLMStage({
      provider: llm,
      ...(systemPrompt === undefined ? {} : { systemPrompt }),
      ...(tools === undefined ? {} : { tools }),
      ...(notUnderstood === null ? {} : { emptyReply: notUnderstood }),
    }),
    outputGuard: guardrails?.output,
    ...voiceStages(options, hooks),
    memoryWrite: memory === undefined ? undefined : new MemoryWriteStage(memory, ids === undefined ? {} : { ids }),
    onText: hooks.onText,
  };
  return { turn: turnGraph(stages), say: sayGraph(stages) };
}

function voiceStages({ tts, output }: VoiceSessionOptions, hooks: TurnHooks): Pick<TurnStages, 'tts' | 'playout'> {
  if (tts === undefined) return {};
  if ('stream' in tts) return { tts: new SpeechStage({ provider: tts }), ...(output === undefined ? {} : { playout: new PlayoutStage(output, hooks.onPlayback) }) };
  return { playout: new SpeakerStage({ provider: tts, onSpeech: (stop) => hooks.onPlayback(speakerPlayback(stop)) }) };
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
