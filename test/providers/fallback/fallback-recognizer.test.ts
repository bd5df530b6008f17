import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../../src/audio/chunk.js';
import { AbortedError, ClosedError } from '../../../src/base/errors.js';
import { ProvidersFailedError } from '../../../src/providers/fallback/fallback-chain.js';
import { FallbackRecognizer } from '../../../src/providers/fallback/fallback-recognizer.js';
import { STTResponse } from '../../../src/providers/stt-response.js';
import type { STTEvent, STTProvider, STTSession } from '../../../src/providers/stt.js';
import { Channel } from '../../../src/stream/channel.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { ScriptedError } from './scripted.js';

class Session implements STTSession {
  readonly desiredSize = 100;
  readonly events = new Channel<STTEvent>({ capacity: 100 });
  /** First samples of the chunks it was given, and `end` for a finalize. */
  readonly heard: (number | 'end')[] = [];
  closed = false;
  push(audio: AudioChunk): void {
    this.heard.push(audio.data[0] ?? -1);
  }
  finalize(): void {
    this.heard.push('end');
  }
  close(): Promise<void> {
    this.closed = true;
    this.events.close();
    return Promise.resolve();
  }
}

interface Ear extends STTProvider {
  readonly sessions: Session[];
  calls: number;
}

function ear(id: string, fails: 'never' | 'fatal' | 'silent' = 'never'): Ear {
  const sessions: Session[] = [];
  const one: Ear = {
    id,
    sessions,
    calls: 0,
    capabilities: { interim: true, words: id === 'a', endOfTurn: false, local: true },
    transcribe: () => {
      one.calls++;
      return fails === 'fatal' ? Promise.reject(new ScriptedError({ fatal: true })) : fails === 'silent' ? new Promise(() => undefined) : Promise.resolve(new STTResponse({ text: id }));
    },
    open: () => {
      if (fails === 'fatal') return Promise.reject(new ScriptedError({ fatal: true }));
      if (fails === 'silent') return new Promise(() => undefined);
      const session = new Session();
      sessions.push(session);
      return Promise.resolve(session);
    },
  };
  return one;
}

const piece = (mark: number): AudioChunk => new AudioChunk({ data: new Uint8Array(3200).fill(mark) });
const settle = (clock: ManualClock): Promise<void> => clock.advance(0);

describe('FallbackRecognizer', () => {
  it('goes on to the next after 10 s of silence', async () => {
    const clock = new ManualClock();
    const stt = new FallbackRecognizer([ear('a', 'silent'), ear('b')], { clock });
    expect((await clock.settle(stt.transcribe(piece(1)))).text).toBe('b');
    expect(clock.now()).toBe(10_000);
    stt.close();
  });

  it('probes with a moment of silence', async () => {
    const clock = new ManualClock();
    const a = ear('a', 'fatal');
    const stt = new FallbackRecognizer([a, ear('b')], { clock });
    await stt.transcribe(piece(1));
    await clock.advance(3000);
    expect(a.calls).toBe(3);
    stt.close();
    expect(clock.pending).toBe(0);
  });

  it('has sessions when all of its recognisers have', () => {
    const { open: _open, ...without } = ear('b');
    expect(new FallbackRecognizer([ear('a'), ear('b')]).open).toBeTypeOf('function');
    expect(new FallbackRecognizer([ear('a'), without]).open).toBeUndefined();
    expect(new FallbackRecognizer([ear('a'), ear('b')]).capabilities).toEqual({ interim: true, words: false, endOfTurn: false, local: true });
  });
});

describe('a session of FallbackRecognizer', () => {
  async function opened(members: readonly Ear[], signal?: AbortSignal): Promise<{ clock: ManualClock; session: STTSession; events: STTEvent[]; stt: FallbackRecognizer; over: Promise<void> }> {
    const clock = new ManualClock();
    const stt = new FallbackRecognizer(members, { clock, retryDelaysMs: [] });
    const session = await stt.open?.(signal === undefined ? {} : { signal });
    if (session === undefined) throw new Error('no sessions');
    const events: STTEvent[] = [];
    const over = (async () => {
      for await (const event of session.events) events.push(event);
    })();
    return { clock, session, events, stt, over };
  }

  it('opens at the first that can', async () => {
    const b = ear('b');
    const { session, stt } = await opened([ear('a', 'fatal'), b]);
    session.push(piece(1));
    expect(b.sessions[0]?.heard).toEqual([1]);
    expect(session.desiredSize).toBe(100);
    await session.close();
    expect(b.sessions[0]?.closed).toBe(true);
    stt.close();
  });

  it('goes on with the next when one breaks, with the audio that no final has covered', async () => {
    const [a, b] = [ear('a'), ear('b')];
    const { session, clock, events, stt } = await opened([a, b]);
    session.push(piece(1));
    session.finalize();
    session.push(piece(2)); // spoken before the final of the first came
    a.sessions[0]?.events.tryWrite({ type: 'final', id: '0', text: 'one' });
    await settle(clock);
    session.push(piece(3));
    a.sessions[0]?.events.tryWrite({ type: 'partial', id: '1', text: 'tw' });
    a.sessions[0]?.events.tryWrite({ type: 'error', error: new ScriptedError({ fatal: true }), fatal: true });
    await settle(clock);
    expect(a.sessions[0]?.closed).toBe(true);
    session.push(piece(4));
    session.finalize();
    expect(b.sessions[0]?.heard).toEqual([2, 3, 4, 'end']);
    b.sessions[0]?.events.tryWrite({ type: 'final', id: '0', text: 'two three four' });
    await settle(clock);
    expect(events).toEqual([{ type: 'final', id: '0:0', text: 'one' }, { type: 'partial', id: '0:1', text: 'tw' }, { type: 'final', id: '1:0', text: 'two three four' }]);
    await session.close();
    stt.close();
  });

  it('repeats a finalize that was not answered', async () => {
    const [a, b] = [ear('a'), ear('b')];
    const { session, clock, stt } = await opened([a, b]);
    session.push(piece(1));
    session.finalize();
    session.push(piece(2));
    a.sessions[0]?.events.abort(new ScriptedError());
    await settle(clock);
    expect(b.sessions[0]?.heard).toEqual([1, 'end', 2]);
    await session.close();
    stt.close();
  });

  it('keeps half a minute at most', async () => {
    const [a, b] = [ear('a'), ear('b')];
    const { session, clock, stt } = await opened([a, b]);
    for (let n = 0; n < 350; n++) session.push(piece(n % 250));
    a.sessions[0]?.events.close();
    await settle(clock);
    expect(b.sessions[0]?.heard).toHaveLength(300);
    expect(b.sessions[0]?.heard[0]).toBe(50);
    await session.close();
    stt.close();
  });

  it('hands on errors that are not fatal, and ends with one that is when nobody is left', async () => {
    const a = ear('a');
    const { session, clock, events, over, stt } = await opened([a, ear('b', 'fatal')]);
    a.sessions[0]?.events.tryWrite({ type: 'error', error: new ScriptedError(), fatal: false });
    await settle(clock);
    expect(a.sessions[0]?.closed).toBe(false);
    // The first is opened again as the last resort, and breaks again until it cannot be opened.
    (a as { open?: unknown }).open = () => Promise.reject(new ScriptedError({ fatal: true }));
    a.sessions[0]?.events.tryWrite({ type: 'error', error: new ScriptedError({ fatal: true }), fatal: true });
    await over;
    expect(events.map((event) => event.type === 'error' && event.fatal)).toEqual([false, true]);
    expect(events[1]).toMatchObject({ error: expect.any(ProvidersFailedError) as Error });
    expect(() => session.push(piece(1))).toThrow(ClosedError);
    stt.close();
    expect(clock.pending).toBe(0);
  });

  it('ends when the signal aborts, and does not open for one that has aborted', async () => {
    const a = ear('a');
    const stop = new AbortController();
    const { session, over, stt } = await opened([a, ear('b')], stop.signal);
    stop.abort();
    expect(() => session.push(piece(1))).toThrow(ClosedError);
    await over;
    expect(a.sessions[0]?.closed).toBe(true);
    await expect(stt.open?.({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
    expect(a.sessions).toHaveLength(1);
    stt.close();
  });
});
