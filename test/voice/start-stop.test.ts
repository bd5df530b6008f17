// A thousand sessions opened, used and closed: everything they opened is closed, and nothing is kept.
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { deferred } from '../../src/base/deferred.js';
import type { LLMEvent } from '../../src/providers/llm.js';
import type { TTSEvent } from '../../src/providers/tts.js';
import { VirtualMicrophone } from '../../src/testing/virtual-microphone.js';
import { createVoiceSession } from '../../src/voice/voice-session.js';
import type { Playback, PlaybackReport } from '../../src/voice/voice-output.js';
import { scale } from '../tools/scale.js';
import { live, say } from './conversation.js';

interface Memory {
  readonly gc?: () => void;
  readonly process?: { memoryUsage(): { readonly heapUsed: number } };
}

async function* answer(): AsyncGenerator<LLMEvent> {
  for (const delta of ['It ', 'is ', 'noon.']) yield { type: 'text', delta };
  yield { type: 'finish', reason: 'stop' };
}

async function* sound(): AsyncGenerator<TTSEvent> {
  yield { type: 'audio', chunk: new AudioChunk({ float32: new Float32Array(160), sampleRate: 16000 }) };
}

/** An answer that is heard as soon as it is written. */
function instantPlayback(): Playback {
  const done = deferred<PlaybackReport>();
  let writtenMs = 0;
  const end = (interrupted: boolean): void => done.resolve({ heardMs: writtenMs, renderedMs: writtenMs, writtenMs, interrupted, firstHeardAtMs: null, underruns: 0 });
  return {
    write(chunk) {
      writtenMs += chunk.durationMs;
      return true;
    },
    end: () => end(false),
    cut: () => end(true),
    pause: () => undefined,
    resume: () => undefined,
    heard: () => ({ heardMs: writtenMs, renderedMs: writtenMs }),
    done: done.promise,
  };
}

describe('sessions that come and go', () => {
  it('leave no timer, recogniser, microphone or loudspeaker open, however they end', async () => {
    for (let n = 0; n < scale(20, 1000); n++) {
      const talk = live('One two three.');
      await talk.session.start();
      if (n % 4 === 1) await say(talk, 'I would like');
      else if (n % 4 === 2) {
        void talk.session.send('count').catch(() => undefined);
        await talk.clock.advance(300);
        await say(talk, 'uh-huh');
      } else if (n % 4 === 3) {
        talk.microphone.onset();
        talk.microphone.audio(new Float32Array(160));
        await talk.clock.advance(10);
      }
      if (n % 2 === 0) await talk.session.stop();
      await talk.clock.settle(talk.session.close());
      expect(talk.microphone.elements.closed).toBe(true);
      expect(talk.speaker.closed).toBe(true);
      expect(talk.recognizer.closed).toBe(talk.recognizer.opened);
      expect(talk.clock.pending).toBe(0);
      expect(talk.session.state).toBe('closed');
    }
  });

  it('keep nothing of a session that listens for hours: start and stop, a thousand times', async () => {
    const { gc, process } = globalThis as unknown as Memory;
    // Providers without a memory of their own, on the real clock: what grows is the session's.
    const microphone = new VirtualMicrophone();
    const session = createVoiceSession({
      input: microphone,
      llm: { id: 'instant', complete: () => Promise.reject(new Error('the session streams')), stream: () => answer() },
      tts: { synthesize: () => Promise.reject(new Error('the session streams')), stream: () => sound() },
      output: { latencyMs: 0, start: () => Promise.resolve(), close: () => Promise.resolve(), begin: instantPlayback },
    });
    const cycle = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        await session.start();
        await session.send('what time is it');
        await session.stop();
      }
    };
    const cycles = scale(10, 1000);
    await cycle(Math.min(cycles, 150)); // history is full
    gc?.();
    const before = process?.memoryUsage().heapUsed ?? 0;
    await cycle(cycles);
    gc?.();
    // Only where the collector can be called the heap says anything.
    if (gc !== undefined && process !== undefined) expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 20);
    expect(session.history.length).toBeLessThanOrEqual(200);
    await session.close();
  });
});
