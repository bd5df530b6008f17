/**
 * The notes of the offline assistant, kept through the contract of memory stores in a session of
 * their own, so that they outlive conversations and reloads. A note that was only recorded keeps the
 * name of its clip; the sound itself lies in a {@link ClipStore}.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { MemoryConfig } from '../memory/config.js';
import { MemoryEntry } from '../memory/entry.js';
import type { MemoryStore } from '../memory/store.js';

/** The recording of what the user has just said. */
export interface Clip {
  readonly id: string;
  readonly durationMs: number;
}

/** Where recordings of spoken notes are kept; the page gives one that knows the audio of the turn. */
export interface ClipStore {
  /** Keeps the recording of the turn being answered; undefined when there is none (typed turns). */
  keep(place: { readonly sessionId: string; readonly runId?: string; readonly signal?: AbortSignal }): Promise<Clip | undefined>;
  /** Plays recordings one after the other, after the answer. Resolves when they are queued. */
  play(ids: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Deletes recordings; unknown names are no error. */
  delete(ids: readonly string[]): Promise<void>;
}

/** A remembered note: text, or the name of a recording. */
export interface Note {
  readonly text: string;
  readonly clipId: string | undefined;
}

/** Session of the memory store in which notes are kept. */
export const NOTES_SESSION = '6e6f7465-7300-4000-8000-736c75696365';

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Notes in a memory store. */
export class NoteBook {
  readonly #store: MemoryStore;
  readonly #clips: ClipStore | undefined;
  readonly #clock: Clock;
  readonly #sessionId: string;

  constructor(store: MemoryStore, clips?: ClipStore, clock: Clock = systemClock, sessionId: string = NOTES_SESSION) {
    this.#store = store;
    this.#clips = clips;
    this.#clock = clock;
    this.#sessionId = sessionId;
  }

  /** Keeps a note of text. */
  async remember(text: string, options: CallOptions = {}): Promise<void> {
    await this.#store.write(this.#entry(text, {}), options);
  }

  /** Keeps the recording of the turn as a note; false when there is no recording. */
  async rememberClip(place: { readonly sessionId: string; readonly runId?: string }, options: CallOptions = {}): Promise<boolean> {
    const clip = await this.#clips?.keep(options.signal === undefined ? place : { ...place, signal: options.signal });
    if (clip === undefined) return false;
    await this.#store.write(this.#entry('', { clip_id: clip.id, duration_ms: clip.durationMs }), options);
    return true;
  }

  /** All notes, oldest first. */
  async recall(options: CallOptions = {}): Promise<readonly Note[]> {
    const entries = await this.#store.fetch(this.#sessionId, new MemoryConfig({ maxEntries: 0, maxTokens: 0 }), options);
    return entries.filter(isNote).map(noteOf);
  }

  /** Plays the recordings of notes after the answer. */
  async play(notes: readonly Note[], options: CallOptions = {}): Promise<void> {
    const ids = notes.flatMap(({ clipId }) => (clipId === undefined ? [] : [clipId]));
    if (ids.length > 0) await this.#clips?.play(ids, options.signal === undefined ? {} : { signal: options.signal });
  }

  /** Deletes the newest note and its recording; false when there is none. */
  async forgetLast(options: CallOptions = {}): Promise<boolean> {
    return this.forgetAt(-1, options);
  }

  /** Deletes the note at `index` of {@link recall} and its recording, counted from the end when negative; false when there is none. */
  async forgetAt(index: number, options: CallOptions = {}): Promise<boolean> {
    const entries = await this.#store.fetch(this.#sessionId, new MemoryConfig({ maxEntries: 0, maxTokens: 0 }), options);
    const entry = entries.filter(isNote).at(index);
    if (entry === undefined) return false;
    // Stores delete whole sessions only; an entry of the same id replaces the note in its place.
    await this.#store.write(entry.with({ content: '', metadata: { kind: 'forgotten' } }), options);
    const { clipId } = noteOf(entry);
    if (clipId !== undefined) await this.#clips?.delete([clipId]);
    return true;
  }

  /** Deletes all notes and their recordings; resolves to the number of notes. */
  async forget(options: CallOptions = {}): Promise<number> {
    const notes = await this.recall(options);
    const clips = notes.flatMap(({ clipId }) => (clipId === undefined ? [] : [clipId]));
    await this.#store.clear(this.#sessionId, options);
    if (clips.length > 0) await this.#clips?.delete(clips);
    return notes.length;
  }

  #entry(content: string, metadata: Readonly<Record<string, unknown>>): MemoryEntry {
    return new MemoryEntry({ sessionId: this.#sessionId, role: 'user', content, metadata: { kind: 'note', ...metadata } }, this.#clock);
  }
}

function isNote({ metadata }: MemoryEntry): boolean {
  return metadata['kind'] === 'note';
}

function noteOf({ content, metadata }: MemoryEntry): Note {
  return { text: content, clipId: typeof metadata['clip_id'] === 'string' ? metadata['clip_id'] : undefined };
}
