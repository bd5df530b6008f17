import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { encodeBase64 } from '../../src/base/base64.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { STTOptions, STTProvider } from '../../src/providers/stt.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import { createStageContext } from '../../src/stage/context.js';
import { createStageInputs } from '../../src/stage/inputs.js';
import { createAudioPorts } from '../../src/stage/ports.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { STTStage } from '../../src/voice/stt-stage.js';

const AUDIO = new AudioChunk({ data: new Uint8Array(3200) });

function context(extensions: Record<string, unknown>, options: { clock?: ManualClock; signal?: AbortSignal; ports?: ReturnType<typeof createAudioPorts> } = {}) {
  const snapshot = new ContextSnapshot({ extensions });
  return createStageContext({ snapshot, stageName: 'stt', inputs: createStageInputs(snapshot, { ports: options.ports }), clock: options.clock, signal: options.signal });
}

/** Fails as often as told, then answers. */
function provider(failures = 0, error: Error = new Error('busy')): STTProvider & { readonly calls: STTOptions[] } {
  const calls: STTOptions[] = [];
  return {
    calls,
    async transcribe(audio, options = {}) {
      calls.push(options);
      if (calls.length <= failures) throw error;
      return new STTResponse({ text: 'hello', confidence: 0.8, durationMs: audio instanceof AudioChunk ? audio.durationMs : 100, provider: 'p', model: 'm' });
    },
  };
}

describe('STTStage', () => {
  it.each([
    ['an AudioChunk', AUDIO],
    ['bytes', new Uint8Array(3200)],
    ['base64 text', encodeBase64(new Uint8Array(3200))],
  ])('transcribes %s', async (_name, audio) => {
    const output = await new STTStage(provider()).execute(context({ audio_input: audio }));
    expect(output).toMatchObject({ status: 'ok', data: { transcript: 'hello', confidence: 0.8, stt: { text: 'hello', provider: 'p', model: 'm', duration_ms: 100 } } });
  });

  it('passes the language of the snapshot, and takes the recogniser from the ports', async () => {
    const stt = provider();
    await new STTStage().execute(context({ audio_input: AUDIO, language: 'de' }, { ports: createAudioPorts({ sttClient: stt }) }));
    expect(stt.calls[0]?.language).toBe('de');
  });

  it.each([
    [{}, 'No audio input'],
    [{ audio_input: '' }, 'No audio input'],
    [{ audio_input: new AudioChunk({ data: new Uint8Array(0) }) }, 'No audio input'],
    [{ audio_input: new Uint8Array(320) }, 'Audio input is too short'],
  ])('skips %j', async (extensions, reason) => {
    expect(await new STTStage(provider()).execute(context(extensions))).toMatchObject({ status: 'skip', data: { reason } });
  });

  it('tries again with growing pauses, and gives up after the last try', async () => {
    const clock = new ManualClock();
    const stt = provider(2);
    const done = new STTStage({ provider: stt }).execute(context({ audio_input: AUDIO }, { clock }));
    await clock.advance(249);
    expect(stt.calls).toHaveLength(1);
    await clock.advance(1);
    expect(stt.calls).toHaveLength(2);
    await clock.advance(500);
    expect(await done).toMatchObject({ status: 'ok' });
    const failing = provider(9);
    expect(await clock.settle(new STTStage({ provider: failing }).execute(context({ audio_input: AUDIO }, { clock })) as Promise<unknown>)).toMatchObject({ status: 'fail', error: 'busy' });
    expect(failing.calls).toHaveLength(3);
  });

  it('does not try again what is fatal', async () => {
    const stt = provider(9, Object.assign(new Error('no such language'), { fatal: true }));
    expect(await new STTStage({ provider: stt }).execute(context({ audio_input: AUDIO }))).toMatchObject({ status: 'fail' });
    expect(stt.calls).toHaveLength(1);
  });

  it('goes on with an empty transcript after a time-out when asked to, and fails otherwise', async () => {
    const clock = new ManualClock();
    let seen: AbortSignal | undefined;
    const deaf: STTProvider = {
      transcribe(_audio, options) {
        seen = options?.signal;
        return new Promise(() => undefined);
      },
    };
    const soft = new STTStage({ provider: deaf, timeoutMs: 1000, onTimeout: 'empty' }).execute(context({ audio_input: AUDIO }, { clock }));
    await clock.advance(1000);
    expect(await soft).toMatchObject({ status: 'ok', data: { transcript: '', sttTimeout: true } });
    expect(seen?.aborted).toBe(true);
    const hard = new STTStage({ provider: deaf, timeoutMs: 1000 }).execute(context({ audio_input: AUDIO }, { clock }));
    await clock.advance(1000);
    expect(await hard).toMatchObject({ status: 'fail', cause: { code: 'STT_TIMEOUT' } });
    expect(clock.pending).toBe(0);
  });

  it('ends at once when the run is canceled, also when the recogniser ignores its signal', async () => {
    const stop = new AbortController();
    const deaf: STTProvider = { transcribe: () => new Promise(() => undefined) };
    const done = new STTStage({ provider: deaf }).execute(context({ audio_input: AUDIO }, { signal: stop.signal }));
    stop.abort('enough');
    await expect(done).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('fails clearly without a recogniser, and refuses options it does not know', async () => {
    expect(await new STTStage().execute(context({ audio_input: AUDIO }))).toMatchObject({ status: 'fail', error: expect.stringContaining('sttProvider') as string });
    expect(() => new STTStage({ timeout: 3 } as never)).toThrow(/STTStage.timeout/);
    expect(() => new STTStage({ onTimeout: 'ignore' } as never)).toThrow(/onTimeout/);
  });
});
