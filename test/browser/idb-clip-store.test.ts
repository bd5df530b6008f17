import { afterEach, describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { IndexedDBClipStore } from '../../src/browser/idb-clip-store.js';

const stores: IndexedDBClipStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) {
    await store.deleteAll();
    await store.close();
  }
});

function open(utterance: () => AudioChunk | null): { readonly store: IndexedDBClipStore; readonly played: AudioChunk[] } {
  const played: AudioChunk[] = [];
  const store = new IndexedDBClipStore({ name: 'clips-test', utterance, play: (audio) => played.push(audio) });
  stores.push(store);
  return { store, played };
}

const chunk = (value: number): AudioChunk => new AudioChunk({ float32: new Float32Array(1600).fill(value), sampleRate: 16000 });

describe('IndexedDBClipStore', () => {
  it('keeps the recording of the turn and plays it again, in a new connection too', async () => {
    const first = open(() => chunk(0.25));
    const clip = await first.store.keep();
    expect(clip).toMatchObject({ durationMs: 100 });
    const second = open(() => null);
    await second.store.play([clip?.id as string]);
    expect(second.played).toHaveLength(1);
    expect(second.played[0]).toMatchObject({ sampleRate: 16000, channels: 1, format: 'float_32', durationMs: 100 });
    expect(second.played[0]?.data).toEqual(chunk(0.25).data);
  });

  it('keeps only the samples of the recording, not the buffer they lie in', async () => {
    const wide = new Float32Array(160_000).fill(0.5);
    const { store, played } = open(() => new AudioChunk({ float32: wide.subarray(1000, 2600), sampleRate: 16000 }));
    const clip = await store.keep();
    await store.play([clip?.id as string]);
    expect(played[0]?.data.buffer.byteLength).toBe(6400);
  });

  it('has nothing to keep for a typed turn', async () => {
    expect(await open(() => null).store.keep()).toBeUndefined();
  });

  it('plays in order, leaves out what is gone, and deletes', async () => {
    let value = 0;
    const { store, played } = open(() => chunk((value += 0.1)));
    const clips = [await store.keep(), await store.keep(), await store.keep()].map((clip) => clip?.id as string);
    await store.delete([clips[1] as string, 'unknown']);
    await store.play(clips);
    expect(played.map(({ data }) => Math.round(new Float32Array(data.buffer)[0] as number * 10))).toEqual([1, 3]);
    expect(await store.deleteAll()).toBe(2);
  });

  it('rejects a wait that is aborted, and calls after close', async () => {
    const { store } = open(() => chunk(1));
    const stop = new AbortController();
    stop.abort('enough');
    await expect(store.keep({ signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    const other = new IndexedDBClipStore({ name: 'clips-test', utterance: () => chunk(1), play: () => undefined });
    await other.close();
    await expect(other.keep()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
