import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { deferred } from '../../src/base/deferred.js';
import type { TTSEvent, TTSProvider } from '../../src/providers/tts.js';
import { Synthesis } from '../../src/voice/synthesis.js';

const chunk = (sequence: number): TTSEvent => ({ type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(2), sequence }) });
const voice = (stream: TTSProvider['stream']): TTSProvider => ({ synthesize: () => Promise.reject(new Error('not used')), stream });
const turns = async (count = 20): Promise<void> => {
  for (let n = 0; n < count; n++) await Promise.resolve();
};

/** A synthesis of "Two pieces.", and the numbers of the chunks it has handed on. */
function begin(stream: TTSProvider['stream'], signal = new AbortController().signal): { readonly piece: Synthesis; readonly taken: number[]; readonly take: (event: TTSEvent) => boolean } {
  const taken: number[] = [];
  return { piece: new Synthesis(voice(stream), 'Two pieces.', { signal, previousText: '' }), taken, take: (event) => event.type === 'audio' && taken.push(event.chunk.sequence) > 0 };
}

describe('a piece on its way from the voice', () => {
  it('is handed on in order: what came before its turn, and what comes then', async () => {
    const rest = deferred<void>();
    const { piece, taken, take } = begin(async function* () {
      for (let n = 0; n < 3; n++) yield chunk(n);
      await rest.promise;
      for (let n = 3; n < 6; n++) yield chunk(n);
    });
    await turns();
    const whole = piece.deliver(take);
    await turns();
    expect(taken).toEqual([0, 1, 2]);
    rest.resolve();
    expect(await whole).toBe(true);
    expect(taken).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('waits for whoever takes it, also for what was kept', async () => {
    const { piece } = begin(async function* () {
      for (let n = 0; n < 4; n++) yield chunk(n);
    });
    await turns();
    const open = [deferred<boolean>(), deferred<boolean>()];
    let asked = 0;
    const whole = piece.deliver(() => open[asked++]?.promise ?? true);
    await turns();
    expect(asked).toBe(1);
    open[0]?.resolve(true);
    await turns();
    expect(asked).toBe(2);
    open[1]?.resolve(true);
    expect(await whole).toBe(true);
    expect(asked).toBe(4);
  });

  it('does not run ahead without end', async () => {
    let given = 0;
    const { piece, taken, take } = begin(async function* () {
      for (; given < 3000; given++) yield chunk(given);
    });
    await turns(20_000);
    expect(given).toBe(1023); // the 1024th is kept, and the voice is asked for no other
    expect(await piece.deliver(take)).toBe(true);
    expect(taken).toEqual(Array.from({ length: 3000 }, (_, n) => n));
  });

  it('ends with false when it is stopped, when nobody takes it, and when its signal aborts', async () => {
    const endless: TTSProvider['stream'] = async function* () {
      for (let n = 0; ; n++) {
        yield chunk(n);
        await Promise.resolve();
      }
    };
    const one = begin(endless);
    expect(await one.piece.deliver(() => false)).toBe(false);
    const two = begin(endless);
    const whole = two.piece.deliver(two.take);
    await turns();
    two.piece.stop();
    expect(await whole).toBe(false);
    const ending = new AbortController();
    const three = begin(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }), ending.signal);
    ending.abort();
    expect(await three.piece.deliver(three.take)).toBe(false);
    const late = begin(endless, ending.signal);
    expect(await late.piece.deliver(late.take)).toBe(false);
    expect(late.taken).toEqual([]);
  });

  it('rejects with what the voice threw, behind what it had given; unheard when nobody takes it', async () => {
    const failing: TTSProvider['stream'] = async function* () {
      yield chunk(0);
      throw new TypeError('no voice');
    };
    const { piece, taken, take } = begin(failing);
    await turns();
    await expect(piece.deliver(take)).rejects.toThrow('no voice');
    expect(taken).toEqual([0]);
    begin(failing);
    await turns();
  });

  it('asks the voice for nothing when there is nothing to say', async () => {
    let asked = 0;
    const silent = new Synthesis(voice(() => {
      asked++;
      throw new Error('not asked');
    }), '***', { signal: new AbortController().signal, previousText: '' });
    expect(await silent.deliver(() => true)).toBe(true);
    expect(asked).toBe(0);
  });
});
