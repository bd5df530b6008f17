/**
 * What a voice session tells its application, for showing. Texts here are the user's and the
 * assistant's as the guards left them (but for `partialText`, which no guard has seen and which must be
 * asked for); they go to the application only, never to the event sink.
 *
 * The order of events is part of the contract.
 *
 * A turn by voice, from silence to silence:
 *
 *     state hearing → [partialText …] → [early begun] → early confirmed → turnStart → state thinking
 *       → stageStart/stageEnd … → userText → answerText … → playback → state speaking
 *       → [caption …] → turnEnd → state listening
 *
 * What an early turn did before it was confirmed is told, in order, directly after `early confirmed`;
 * of one that is discarded nothing is told but `early discarded`.
 *
 * Somebody makes a sound over the answer (`interruption` by its steps):
 *
 *     strategy   the sound was nothing                  it was meant
 *     immediate  paused → resumed → released            paused → committed → turnEnd (interrupted) → turnStart …
 *     deferred   released                               deferred → (the sentence ends) → committed → turnEnd → turnStart …
 *     ignore     released                               turnEnd (not interrupted) → turnStart …
 *
 * `paused` comes before `state hearing`. `committed` comes when the answer falls silent: in the same call the playback is cut and the work on
 * the answer is canceled, so nothing of it is heard or told after it. Tools that run are not canceled,
 * and memory is written before `turnEnd`. An answer that is ready while somebody speaks begins with
 * `playback → interruption paused` in one call, before its first sample.
 */
import type { StageStatus } from '../stage/kind.js';
import type { Redaction, TurnReport, TurnSource } from './turn.js';

/** What the session is doing. */
export type VoiceState = 'idle' | 'listening' | 'hearing' | 'thinking' | 'speaking' | 'closed';

/** What happened to the answer while somebody spoke over it. */
export type InterruptionStep = 'paused' | 'resumed' | 'deferred' | 'committed';

/** Why a sound over an answer was nothing: too short, not understood, a mere sign of listening, or too few words. */
export type ReleaseReason = 'misfire' | 'silence' | 'backchannel' | 'few-words';

/** What became of a turn that was begun before its end was sure. */
export type EarlyStep = 'begun' | 'confirmed' | 'discarded';

/** What a session tells. Times are milliseconds on the session's clock. */
export type VoiceEvent =
  | { readonly type: 'state'; readonly state: VoiceState; readonly previous: VoiceState }
  /** What was understood so far of a turn that is being spoken. Only with the option `partialText`: no guard has seen it. */
  | { readonly type: 'partialText'; readonly text: string }
  | { readonly type: 'early'; readonly step: EarlyStep; readonly turnId: string; readonly atMs: number }
  | { readonly type: 'turnStart'; readonly turnId: string; readonly source: TurnSource; readonly atMs: number }
  | { readonly type: 'userText'; readonly turnId: string; readonly text: string; readonly redactions: readonly Redaction[] }
  | { readonly type: 'answerText'; readonly turnId: string; readonly text: string }
  | { readonly type: 'stageStart'; readonly turnId: string; readonly stage: string; readonly atMs: number }
  | { readonly type: 'stageEnd'; readonly turnId: string; readonly stage: string; readonly atMs: number; readonly status: StageStatus }
  | { readonly type: 'playback'; readonly turnId: string; readonly atMs: number }
  /** What has been heard of the answer, as it is heard. Only with the option `captions`. */
  | { readonly type: 'caption'; readonly turnId: string; readonly text: string; readonly atMs: number }
  | { readonly type: 'interruption'; readonly step: InterruptionStep; readonly atMs: number }
  /** A sound over an answer was nothing: it makes no turn, and the answer goes on. */
  | { readonly type: 'released'; readonly reason: ReleaseReason; readonly atMs: number }
  | { readonly type: 'turnEnd'; readonly turnId: string; readonly report: TurnReport }
  /** Nothing has happened for a while; `count` from 1, until the user is back. */
  | { readonly type: 'away'; readonly count: number; readonly atMs: number }
  /** The assistant was called by its name. */
  | { readonly type: 'awake'; readonly atMs: number }
  | { readonly type: 'error'; readonly error: Error };

/** Takes the events of a session. */
export type VoiceListener = (event: VoiceEvent) => void;
