import { describe, expect, it } from 'vitest';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { NoteBook, NOTES_SESSION, type Clip, type ClipStore } from '../../src/offline/note-book.js';

class Clips implements ClipStore {
  readonly kept: Clip[] = [];
  readonly played: string[][] = [];
  readonly deleted: string[] = [];
  next: Clip | undefined = { id: 'clip_1', durationMs: 1500 };

  keep(): Promise<Clip | undefined> {
    const clip = this.next;
    if (clip !== undefined) this.kept.push(clip);
    return Promise.resolve(clip);
  }
  play(ids: readonly string[]): Promise<void> {
    this.played.push([...ids]);
    return Promise.resolve();
  }
  delete(ids: readonly string[]): Promise<void> {
    this.deleted.push(...ids);
    return Promise.resolve();
  }
}

describe('NoteBook', () => {
  it('gives back what it was told, oldest first, also to a new book on the same store', async () => {
    const store = new InMemoryStore();
    const book = new NoteBook(store);
    await book.remember('one');
    await book.remember('two');
    expect((await new NoteBook(store).recall()).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('keeps notes apart from conversations', async () => {
    const store = new InMemoryStore();
    await new NoteBook(store).remember('one');
    await store.clear('550e8400-e29b-41d4-a716-446655440000');
    expect((await new NoteBook(store).recall()).length).toBe(1);
    await store.clear(NOTES_SESSION);
    expect(await new NoteBook(store).recall()).toEqual([]);
  });

  it('has no limit of twenty entries', async () => {
    const book = new NoteBook(new InMemoryStore());
    for (let n = 0; n < 40; n++) await book.remember(`note ${n}`);
    expect((await book.recall()).length).toBe(40);
  });

  it('forgets the last note, then the one before, then says that there is none', async () => {
    const book = new NoteBook(new InMemoryStore());
    await book.remember('one');
    await book.remember('two');
    expect(await book.forgetLast()).toBe(true);
    expect((await book.recall()).map(({ text }) => text)).toEqual(['one']);
    expect(await book.forgetLast()).toBe(true);
    expect(await book.forgetLast()).toBe(false);
    expect(await book.recall()).toEqual([]);
  });

  it('leaves no text of a forgotten note in the store', async () => {
    const store = new InMemoryStore();
    const book = new NoteBook(store);
    await book.remember('the secret door');
    await book.forgetLast();
    expect(JSON.stringify(await store.export())).not.toContain('secret');
  });

  it('counts the notes it forgets, not what it forgot before', async () => {
    const book = new NoteBook(new InMemoryStore());
    await book.remember('one');
    await book.remember('two');
    await book.forgetLast();
    expect(await book.forget()).toBe(1);
    expect(await book.forget()).toBe(0);
  });

  it('keeps, plays and deletes recordings', async () => {
    const clips = new Clips();
    const book = new NoteBook(new InMemoryStore(), clips);
    expect(await book.rememberClip({ sessionId: 's', runId: 'r' })).toBe(true);
    await book.remember('text');
    const notes = await book.recall();
    expect(notes).toEqual([{ text: '', clipId: 'clip_1' }, { text: 'text', clipId: undefined }]);
    await book.play(notes);
    expect(clips.played).toEqual([['clip_1']]);
    await book.forget();
    expect(clips.deleted).toEqual(['clip_1']);
  });

  it('deletes the recording of the last note with it', async () => {
    const clips = new Clips();
    const book = new NoteBook(new InMemoryStore(), clips);
    await book.rememberClip({ sessionId: 's' });
    await book.forgetLast();
    expect(clips.deleted).toEqual(['clip_1']);
  });

  it('keeps nothing when there is no recording', async () => {
    const clips = new Clips();
    clips.next = undefined;
    const book = new NoteBook(new InMemoryStore(), clips);
    expect(await book.rememberClip({ sessionId: 's' })).toBe(false);
    expect(await new NoteBook(new InMemoryStore()).rememberClip({ sessionId: 's' })).toBe(false);
    expect(await book.recall()).toEqual([]);
  });

  it('does nothing once its signal has aborted', async () => {
    const store = new InMemoryStore();
    await expect(new NoteBook(store).remember('one', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(await new NoteBook(store).recall()).toEqual([]);
  });
});
