/**
 * What a voice session tells its application, for showing. Texts here are the user's and the
 * assistant's as the guards left them; they go to the application only, never to the event sink.
 */
import type { StageStatus } from '../stage/kind.js';
import type { Redaction, TurnReport, TurnSource } from './turn.js';

/** What the session is doing. */
export type VoiceState = 'idle' | 'listening' | 'hearing' | 'thinking' | 'speaking' | 'closed';

/** What happened to the answer while somebody spoke over it. */
export type InterruptionStep = 'paused' | 'resumed' | 'committed';

/** What a session tells. Times are milliseconds on the session's clock. */
export type VoiceEvent =
  | { readonly type: 'state'; readonly state: VoiceState; readonly previous: VoiceState }
  | { readonly type: 'turnStart'; readonly turnId: string; readonly source: TurnSource; readonly atMs: number }
  | { readonly type: 'userText'; readonly turnId: string; readonly text: string; readonly redactions: readonly Redaction[] }
  | { readonly type: 'answerText'; readonly turnId: string; readonly text: string }
  | { readonly type: 'stageStart'; readonly turnId: string; readonly stage: string; readonly atMs: number }
  | { readonly type: 'stageEnd'; readonly turnId: string; readonly stage: string; readonly atMs: number; readonly status: StageStatus }
  | { readonly type: 'playback'; readonly turnId: string; readonly atMs: number }
  | { readonly type: 'interruption'; readonly step: InterruptionStep; readonly atMs: number }
  | { readonly type: 'turnEnd'; readonly turnId: string; readonly report: TurnReport }
  | { readonly type: 'error'; readonly error: Error };

/** Takes the events of a session. */
export type VoiceListener = (event: VoiceEvent) => void;
