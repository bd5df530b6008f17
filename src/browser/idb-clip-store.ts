/**
 * Recordings of spoken notes, in the browser's database: the sound of a turn that the recogniser had
 * no words for. Kept apart from the conversation, so that a store of texts stays a store of texts.
 */
import type { DBSchema } from 'idb';
import { AudioChunk } from '../audio/chunk.js';
import { requireAudioFormat } from '../audio/format.js';
import { systemClock, type Clock } from '../base/clock.js';
import { randomId, type IdSource } from '../base/id.js';
import { refuseUnknownOptions, requireFunction, requireName } from '../base/option.js';
import type { Clip, ClipStore } from '../offline/note-book.js';
import { IdbConnection } from './idb-connection.js';

/** Options of {@link IndexedDBClipStore}. */
export interface IndexedDBClipStoreOptions {
  /** Gives the recording of the turn being answered; `null` for typed turns. A session's `utterance` is it. */
  readonly utterance: () => AudioChunk | null;
  /** Plays a recording once what is being said has ended. A session's `play` is it. */
  readonly play: (audio: AudioChunk) => void;
  /** Name of the database. @default 'sluice-clips' */
  readonly name?: string;
  readonly ids?: IdSource;
  readonly clock?: Clock;
}

interface Row {
  readonly id: string;
  readonly data: Uint8Array;
  readonly format: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly createdMs: number;
}

interface Schema extends DBSchema {
  clips: { key: string; value: Row };
}

/** Keeps recordings of spoken notes. */
export class IndexedDBClipStore implements ClipStore {
  readonly #connection: IdbConnection<Schema>;
  readonly #utterance: () => AudioChunk | null;
  readonly #play: (audio: AudioChunk) => void;
  readonly #ids: IdSource;
  readonly #clock: Clock;

  /** Opens nothing yet. Throws `InvalidOptionError`. */
  constructor(options: IndexedDBClipStoreOptions) {
    refuseUnknownOptions('IndexedDBClipStore', options, ['utterance', 'play', 'name', 'ids', 'clock']);
    const { name = 'sluice-clips', ids = randomId, clock = systemClock } = options;
    this.#utterance = requireFunction('IndexedDBClipStore.utterance', options.utterance);
    this.#play = requireFunction('IndexedDBClipStore.play', options.play);
    this.#ids = ids;
    this.#clock = clock;
    this.#connection = new IdbConnection<Schema>({ name: requireName('IndexedDBClipStore.name', name), migrations: [(db) => void db.createObjectStore('clips', { keyPath: 'id' })], clock });
  }

  /** Keeps the recording of the turn; `undefined` when there is none. Rejects with a `StorageError`. */
  async keep(place: { readonly signal?: AbortSignal } = {}): Promise<Clip | undefined> {
    const audio = this.#utterance();
    if (audio === null) return undefined;
    const id = this.#ids();
    // The chunk's bytes may be a view of a larger buffer, which the database would store whole.
    const row: Row = { id, data: audio.data.slice(), format: audio.format, sampleRate: audio.sampleRate, channels: audio.channels, createdMs: this.#clock.epochMs() };
    await this.#connection.run(['clips'], 'readwrite', { signal: place.signal }, (tx) => tx.objectStore('clips').put(row));
    return { id, durationMs: audio.durationMs };
  }

  /** Plays recordings in order; those that are gone are left out. */
  async play(ids: readonly string[], options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    for (const id of ids) {
      const row = await this.#connection.run(['clips'], 'readonly', { signal: options.signal }, (tx) => tx.objectStore('clips').get(id));
      if (row !== undefined) this.#play(new AudioChunk({ data: row.data, format: requireAudioFormat('clip.format', row.format), sampleRate: row.sampleRate, channels: row.channels }));
    }
  }

  /** Deletes recordings. */
  async delete(ids: readonly string[]): Promise<void> {
    await this.#connection.run(['clips'], 'readwrite', {}, (tx) => Promise.all(ids.map((id) => tx.objectStore('clips').delete(id))));
  }

  /** Deletes all recordings; resolves to how many there were. */
  async deleteAll(): Promise<number> {
    return this.#connection.run(['clips'], 'readwrite', {}, async (tx) => {
      const store = tx.objectStore('clips');
      const count = await store.count();
      await store.clear();
      return count;
    });
  }

  /** Closes the connection. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}
