/**
 * Keeps the turn under way in memory before it has ended, so that a conversation whose page is closed
 * or crashes in the middle of an answer goes on where it broke off.
 *
 * The promise, for a session that is opened later with the same `sessionId` and the same memory:
 * - What the user asked is in the history once the guard has let it pass, and what was heard of the
 *   answer up to the last checkpoint before the crash; what was heard after that checkpoint (at most
 *   one interval) is lost. A turn that is taken back or refused leaves nothing.
 * - Both entries say `unfinished: true` in their metadata, the answer also `interrupted: true`: what is
 *   missing is marked, never guessed. Nothing unheard is ever kept as heard.
 * - Nothing is there twice. A checkpoint and the end of the turn write entries with the same ids, and a
 *   store replaces an entry whose id it knows; the last write of a turn waits for a checkpoint that is
 *   under way, so that it is never overtaken.
 */
import type { Clock } from '../base/clock.js';
import { MemoryEntry } from '../memory/entry.js';
import type { MemoryStore } from '../memory/store.js';
import type { HeardText } from './heard-text.js';
import type { Playback } from './voice-output.js';

/** What a {@link TurnJournal} needs. */
export interface TurnJournalOptions {
  readonly store: MemoryStore;
  readonly sessionId: string;
  readonly clock: Clock;
  /** Milliseconds between checkpoints while an answer plays. */
  readonly everyMs: number;
  /** Id of the entry of a turn, the same at each call. */
  readonly entryId: (turnId: string, role: 'user' | 'assistant') => string;
}

/** Checkpoints of the turn under way. */
export class TurnJournal {
  readonly #options: TurnJournalOptions;
  #turnId: string | undefined;
  #question: MemoryEntry | undefined; // until it is written
  #spoken = '';
  #cancel: () => void = () => undefined;
  #pending: Promise<void> = Promise.resolve();

  constructor(options: TurnJournalOptions) {
    this.#options = options;
  }

  /** A turn begins. */
  begin(turnId: string): void {
    this.#turnId = turnId;
    this.#question = undefined;
    this.#spoken = '';
  }

  /** The turn under way asks this, as the guard has left it. */
  asked(turnId: string, text: string): void {
    if (turnId !== this.#turnId || text === '') return;
    this.#question = this.#entry(turnId, 'user', text, {});
    this.#write([this.#question]);
  }

  /** The answer of the turn under way plays. */
  playing(turnId: string, playback: Playback, heard: HeardText): void {
    if (turnId !== this.#turnId) return;
    const checkpoint = (): void => {
      this.#cancel = this.#options.clock.after(this.#options.everyMs, checkpoint);
      const spoken = heard.at(playback.heard().heardMs);
      if (spoken === this.#spoken) return;
      this.#spoken = spoken;
      const answer = this.#entry(turnId, 'assistant', spoken, { spoken, generated: heard.text, interrupted: true });
      this.#write(this.#question === undefined ? [answer] : [this.#question, answer]);
    };
    this.#cancel();
    this.#cancel = this.#options.clock.after(this.#options.everyMs, checkpoint);
  }

  /** The turn under way has no further checkpoints; resolves when none is being written. */
  finish(): Promise<void> {
    this.#turnId = undefined;
    this.#cancel();
    return this.#pending;
  }

  #entry(turnId: string, role: 'user' | 'assistant', content: string, metadata: Readonly<Record<string, unknown>>): MemoryEntry {
    const { sessionId, entryId, clock } = this.#options;
    return new MemoryEntry({ id: entryId(turnId, role), sessionId, role, content, metadata: { ...metadata, unfinished: true } }, clock);
  }

  #write(entries: readonly MemoryEntry[]): void {
    // One after the other. A checkpoint that cannot be written is as if it had not been made; a store
    // that is broken fails again, and is told of, when the turn ends.
    this.#pending = this.#pending.then(() => this.#options.store.write(entries)).then(() => {
      if (this.#question !== undefined && entries.includes(this.#question)) this.#question = undefined;
    }, () => undefined);
  }
}
