/** Figures of a session, counted from its events. */
import type { VoiceEvent } from './voice-event.js';

/** Figures since the session was opened. */
export interface VoiceStats {
  /** Turns that have ended, the assistant's own included. */
  readonly turns: number;
  /** Turns that were begun before their end was sure. */
  readonly earlyTurns: number;
  /** How many of these were taken back. */
  readonly earlyDiscarded: number;
  /** Milliseconds that beginning early has saved, in all. */
  readonly savedMs: number;
  /** Answers that were cut. */
  readonly interruptions: number;
  /** Sounds over an answer that were nothing. */
  readonly falseInterruptions: number;
  /** How many of these were mere signs of listening. */
  readonly backchannels: number;
}

/** Counts. */
export class StatsCounter {
  #stats: VoiceStats = { turns: 0, earlyTurns: 0, earlyDiscarded: 0, savedMs: 0, interruptions: 0, falseInterruptions: 0, backchannels: 0 };

  /** Figures so far. */
  get stats(): VoiceStats {
    return this.#stats;
  }

  /** Takes an event of the session. */
  count(event: VoiceEvent): void {
    const stats = this.#stats;
    if (event.type === 'turnEnd') this.#stats = { ...stats, turns: stats.turns + 1, savedMs: stats.savedMs + event.report.savedMs };
    else if (event.type === 'early' && event.step === 'begun') this.#stats = { ...stats, earlyTurns: stats.earlyTurns + 1 };
    else if (event.type === 'early' && event.step === 'discarded') this.#stats = { ...stats, earlyDiscarded: stats.earlyDiscarded + 1 };
    else if (event.type === 'interruption' && event.step === 'committed') this.#stats = { ...stats, interruptions: stats.interruptions + 1 };
    else if (event.type === 'released') this.#stats = { ...stats, falseInterruptions: stats.falseInterruptions + 1, backchannels: stats.backchannels + (event.reason === 'backchannel' ? 1 : 0) };
  }
}
