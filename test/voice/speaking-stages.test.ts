import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { decodeBase64 } from '../../src/base/base64.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { SpeakerProvider, TTSEvent, TTSOptions, TTSProvider } from '../../src/providers/tts.js';
import { createStageContext } from '../../src/stage/context.js';
import { createStageInputs } from '../../src/stage/inputs.js';
import { StageOutput } from '../../src/stage/output.js';
import { Channel } from '../../src/stream/channel.js';
import { audioElement, interruptElement, textElement, type StreamElement } from '../../src/stream/element.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';
import { PlayoutStage } from '../../src/voice/playout-stage.js';
import { SpeakerStage } from '../../src/voice/speaker-stage.js';
import { speechMarkElement, speechMarkOf } from '../../src/voice/speech-mark.js';
import { SpeechStage } from '../../src/voice/speech-stage.js';
import { StreamingTTSStage } from '../../src/voice/streaming-tts-stage.js';
import { TTSStage } from '../../src/voice/tts-stage.js';
import type { Playback, VoiceOutput } from '../../src/voice/voice-output.js';

/** 100 ms of audio per word, in one chunk per word. */
class Words implements TTSProvider {
  readonly id = 'words';
  readonly asked: string[] = [];
  readonly options: TTSOptions[] = [];
  active = 0;
  mostActive = 0;

  async synthesize(text: string, options: TTSOptions = {}): Promise<Uint8Array> {
    this.options.push(options);
    return new Uint8Array(text.split(/\s+/u).length * 3200);
  }

  async *stream(text: string | AsyncIterable<string>, options: TTSOptions = {}): AsyncGenerator<TTSEvent> {
    this.asked.push(String(text));
    this.options.push(options);
    this.mostActive = Math.max(this.mostActive, ++this.active);
    let endMs = 0;
    for (const match of String(text).matchAll(/\S+/gu)) {
      yield { type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(3200) }) };
      endMs += 100;
      yield { type: 'word', text: match[0], charStart: match.index, charEnd: match.index + match[0].length, startMs: endMs - 100, endMs };
    }
    this.active--;
    yield { type: 'finish' };
  }
}

function settled(response: unknown, extensions: Record<string, unknown> = {}) {
  const snapshot = new ContextSnapshot({ extensions });
  return createStageContext({ snapshot, stageName: 'tts', inputs: createStageInputs(snapshot, { priorOutputs: { llm: StageOutput.ok({ response }) }, declaredDeps: ['llm'] }) });
}

function live(items: readonly StreamElement[], options: { clock?: ManualClock; signal?: AbortSignal; snapshot?: ContextSnapshot } = {}) {
  const input = new Channel<StreamElement>({ capacity: 1000 });
  for (const item of items) input.tryWrite(item);
  const output = new Channel<StreamElement>({ capacity: 1000 });
  return { input, output, ctx: createStageContext({ snapshot: new ContextSnapshot(), stageName: 'stage', input, output, ...options }) };
}

async function drain(output: Channel<StreamElement>): Promise<readonly StreamElement[]> {
  output.close();
  const items: StreamElement[] = [];
  for await (const item of output) items.push(item);
  return items;
}

describe('TTSStage', () => {
  it('speaks a settled answer: base64 audio, its duration and the response without bytes', async () => {
    const voice = new Words();
    const output = await new TTSStage(voice).execute(settled('two words', { voice: 'anna', language: 'en' }));
    expect(output).toMatchObject({ status: 'ok', data: { durationMs: 200, text: 'two words', tts: { duration_ms: 200, sample_rate: 16000, byte_count: 6400, provider: 'words', characters_processed: 9 } } });
    expect(decodeBase64((output.data as { audio: string }).audio).byteLength).toBe(6400);
    expect((output.data as { tts: object }).tts).not.toHaveProperty('audio');
    expect(voice.options[0]).toMatchObject({ voice: 'anna', language: 'en' });
  });

  it.each(['', undefined, null, 5])('skips the response %j', async (response) => {
    expect(await new TTSStage(new Words()).execute(settled(response))).toMatchObject({ status: 'skip', data: { reason: 'No response text' } });
  });

  it('fails with the error of the voice', async () => {
    const mute: TTSProvider = { synthesize: () => Promise.reject(new Error('no voice today')), stream: () => { throw new Error('not used'); } };
    expect(await new TTSStage(mute).execute(settled('hello'))).toMatchObject({ status: 'fail', error: 'no voice today' });
  });
});

describe('StreamingTTSStage', () => {
  it('gives each chunk to the callback, one after the other, and counts', async () => {
    const chunks: number[] = [];
    const output = await new StreamingTTSStage(new Words(), async (chunk) => void chunks.push(chunk.data.byteLength)).execute(settled('one two three'));
    expect(output).toMatchObject({ status: 'ok', data: { chunksSent: 3, totalBytes: 9600, text: 'one two three' } });
    expect(chunks).toEqual([3200, 3200, 3200]);
  });

  it('reports what was sent before a callback failed', async () => {
    let count = 0;
    const output = await new StreamingTTSStage(new Words(), () => {
      if (++count === 2) throw new Error('the socket is gone');
    }).execute(settled('one two three'));
    expect(output).toMatchObject({ status: 'fail', error: 'the socket is gone', data: { chunksSent: 1, totalBytes: 3200 } });
  });
});

describe('SpeechStage', () => {
  it('speaks sentence by sentence in order, with marks that lead back to the text', async () => {
    const voice = new Words();
    const { input, output, ctx } = live(['One ', 'two. ', 'It costs ', '$5 today.'].map((text) => textElement(text)));
    input.close();
    const settledAs = await new SpeechStage({ provider: voice, firstClause: false }).execute(ctx);
    expect(settledAs).toMatchObject({ status: 'ok', data: { pieces: 2, durationMs: 700, text: 'One two. It costs $5 today.' } });
    expect(voice.asked).toEqual(['One two. ', 'It costs five dollars today.']);
    expect(voice.options[1]).toMatchObject({ previousText: 'One two. ' });
    const items = await drain(output);
    expect(items.filter((item) => item.type === 'audio')).toHaveLength(7);
    const marks = items.flatMap((item) => speechMarkOf(item) ?? []);
    expect(marks[0]).toEqual({ mark: 'pieceStart', source: 'One two. ' });
    const second = marks.slice(marks.findLastIndex((mark) => mark.mark === 'pieceStart'));
    expect(second.flatMap((mark) => (mark.mark === 'word' ? ['It costs $5 today.'.slice(0, mark.sourceEnd)] : []))).toEqual(['It', 'It costs', 'It costs', 'It costs $5', 'It costs $5 today.']);
  });

  it('synthesises one piece ahead, never more', async () => {
    const voice = new Words();
    const { input, ctx } = live([textElement('A b. C d. E f. G h. I j. K l. M n.')]);
    input.close();
    await new SpeechStage(voice).execute(ctx);
    expect(voice.mostActive).toBeLessThanOrEqual(2);
    expect(voice.asked).toHaveLength(7);
  });

  it('stops the voice, also for the piece ahead, when nobody listens any more', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    let given = 0;
    let ended = 0;
    const endless: TTSProvider = {
      synthesize: () => Promise.reject(new Error('not used')),
      async *stream(_text, { signal } = {}) {
        signals.push(signal);
        try {
          for (; signal?.aborted !== true; given++) {
            yield { type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(320) }) };
            await Promise.resolve();
          }
        } finally {
          ended++;
        }
      },
    };
    const { input, output, ctx } = live([textElement('First piece. Second piece. Third piece. ')]);
    input.close();
    const running = new SpeechStage(endless).execute(ctx);
    for (let seen = 0; seen < 10; seen++) await output.read();
    output.cancel();
    await running;
    while (ended < 2) await Promise.resolve();
    expect(signals).toHaveLength(2);
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
    const before = given;
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    expect(given).toBe(before);
  });

  it('tells the voice of the last piece too that nobody listens any more', async () => {
    let given: AbortSignal | undefined;
    const endless: TTSProvider = {
      synthesize: () => Promise.reject(new Error('not used')),
      async *stream(_text, { signal } = {}) {
        given = signal;
        for (;;) {
          yield { type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(320) }) };
          await Promise.resolve();
        }
      },
    };
    const { input, output, ctx } = live([textElement('One piece. ')]);
    input.close();
    const running = new SpeechStage(endless).execute(ctx);
    for (let read = 0; read < 3; read++) await output.read();
    output.cancel();
    await running;
    expect(given?.aborted).toBe(true);
  });

  it('tells the voice of an abort at once, and gives on nothing that comes late', async () => {
    const stop = new AbortController();
    const seen: (AbortSignal | undefined)[] = [];
    const slow: TTSProvider = {
      synthesize: () => Promise.reject(new Error('not used')),
      async *stream(_text, { signal } = {}) {
        seen.push(signal);
        yield { type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(320) }) };
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        yield { type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(640) }) };
      },
    };
    const { input, output, ctx } = live([textElement('One piece. ')], { signal: stop.signal });
    input.close();
    const running = new SpeechStage(slow).execute(ctx);
    for (let read = 0; read < 2; read++) await output.read();
    stop.abort();
    const outcome = await running.catch(() => undefined);
    expect(seen[0]?.aborted).toBe(true);
    expect(outcome?.data['durationMs'] ?? 10).toBe(10); // the first chunk, not the late one
    for (let item = output.tryRead(); item !== undefined; item = output.tryRead()) expect(item.type).not.toBe('audio');
  });

  it('passes what was said before, so that the voice goes on in its tune', async () => {
    const voice = new Words();
    const { input, ctx } = live([textElement('One two. Three four. Five six.')]);
    input.close();
    await new SpeechStage(voice).execute(ctx);
    expect(voice.options.map(({ previousText }) => previousText)).toEqual(['', 'One two. ', 'One two. Three four. ']);
  });

  it('speaks nothing that follows an interrupt', async () => {
    const voice = new Words();
    const { input, ctx } = live([textElement('Kept. '), interruptElement('guard'), textElement('Never said.')]);
    input.close();
    await new SpeechStage(voice).execute(ctx);
    expect(voice.asked.join('')).toBe('Kept. ');
  });

  it('fails with the error of the voice, also when the text goes on', async () => {
    const broken: TTSProvider = {
      synthesize: () => Promise.reject(new Error('not used')),
      async *stream() {
        yield { type: 'audio', chunk: new AudioChunk({ data: new Uint8Array(320) }) };
        throw new Error('the voice broke');
      },
    };
    const { input, ctx } = live([textElement('One. Two. Three.')]);
    input.close();
    await expect(new SpeechStage(broken).execute(ctx)).rejects.toThrow('the voice broke');
  });

  it('says markup-only pieces with silence, and still counts them as text', async () => {
    const voice = new Words();
    const { input, ctx } = live([textElement('🎉🎉')]);
    input.close();
    expect(await new SpeechStage(voice).execute(ctx)).toMatchObject({ data: { durationMs: 0, text: '🎉🎉' } });
    expect(voice.asked).toEqual([]);
  });
});

function spoken(words: readonly string[]): readonly StreamElement[] {
  const items: StreamElement[] = [speechMarkElement({ mark: 'pieceStart', source: words.join(' ') })];
  words.forEach((_word, index) => {
    items.push(audioElement(new AudioChunk({ data: new Uint8Array(3200) })));
    items.push(speechMarkElement({ mark: 'word', sourceEnd: words.slice(0, index + 1).join(' ').length, endMs: (index + 1) * 100 }));
  });
  items.push(speechMarkElement({ mark: 'pieceEnd' }));
  return items;
}

describe('PlayoutStage', () => {
  it('settles with the whole text when everything was heard', async () => {
    const clock = new ManualClock();
    const { input, ctx } = live(spoken(['one', 'two', 'three']), { clock });
    input.close();
    const output = await clock.settle(new PlayoutStage(new VirtualSpeaker({ clock, latencyMs: 30 })).execute(ctx) as Promise<StageOutput>);
    expect(output).toMatchObject({ status: 'ok', data: { spoken: 'one two three', generated: 'one two three', interrupted: false, heardMs: 300, writtenMs: 300, firstHeardAtMs: 30, underruns: 0 } });
  });

  it('settles with what was heard when the playback is cut, and when the run is canceled', async () => {
    for (const how of ['cut', 'signal'] as const) {
      const clock = new ManualClock();
      const stop = new AbortController();
      let cut = (): void => undefined;
      const { input, ctx } = live(spoken(['one', 'two', 'three', 'four']), { clock, signal: stop.signal });
      input.close();
      const done = new PlayoutStage(new VirtualSpeaker({ clock }), { onPlayback: (playback) => (cut = () => playback.cut()) }).execute(ctx);
      await clock.advance(250);
      if (how === 'cut') cut();
      else stop.abort('enough');
      expect(await done).toMatchObject({ status: 'ok', data: { spoken: 'one two', generated: 'one two three four', interrupted: true, heardMs: 250 } });
    }
  });

  it('plays what there is when the answer breaks off, and says so', async () => {
    const clock = new ManualClock();
    const { input, ctx } = live(spoken(['one', 'two']).slice(0, 3), { clock });
    input.abort(new Error('the model is away'));
    const output = await clock.settle(new PlayoutStage(new VirtualSpeaker({ clock })).execute(ctx) as Promise<StageOutput>);
    expect(output).toMatchObject({ status: 'ok', data: { spoken: 'one', interrupted: true } });
  });

  // A loudspeaker that takes some words and then is gone.
  const breaking = (afterWrites: number): { output: VoiceOutput; error: Error } => {
    const error = new Error('the loudspeaker is gone');
    let writes = 0;
    let fail = (): void => undefined;
    const done = new Promise<never>((_, reject) => (fail = () => reject(error)));
    const playback: Playback = {
      done,
      write: async () => {
        writes++;
        if (writes <= afterWrites) return true;
        fail();
        return false;
      },
      end: () => undefined,
      cut: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      heard: () => ({ heardMs: afterWrites * 100, renderedMs: afterWrites * 100 }),
    };
    return { output: { start: async () => undefined, begin: () => playback, close: async () => undefined, latencyMs: 0 }, error };
  };

  it.each([
    ['typed', { inputText: 'count' }, { spoken: 'one two three', interrupted: false }],
    ['spoken', { inputText: 'count', inputAudioDurationMs: 900 }, { spoken: 'one', interrupted: true }],
    ['own', {}, { spoken: 'one', interrupted: true }],
  ] as const)('tells why nothing more is heard; of a %s turn it keeps what reached the user', async (_, snapshot, expected) => {
    const clock = new ManualClock();
    const { output, error } = breaking(1);
    const told: Error[] = [];
    const { input, ctx } = live(spoken(['one', 'two', 'three']), { clock, snapshot: new ContextSnapshot(snapshot) });
    input.close();
    const settled = await clock.settle(new PlayoutStage(output, { onSilence: (reason) => void told.push(reason) }).execute(ctx) as Promise<StageOutput>);
    expect(settled).toMatchObject({ status: 'ok', data: { ...expected, heardMs: 100, firstHeardAtMs: null } });
    expect(told).toEqual([error]);
  });

  it('begins no playback for an answer without sound', async () => {
    const clock = new ManualClock();
    const speaker = new VirtualSpeaker({ clock });
    const { input, ctx } = live([], { clock });
    input.close();
    expect(await new PlayoutStage(speaker).execute(ctx)).toMatchObject({ status: 'ok', data: { spoken: '', generated: '', interrupted: false, firstHeardAtMs: null } });
    expect(speaker.reports).toEqual([]);
  });
});

describe('SpeakerStage', () => {
  it('speaks through a voice that plays by itself, and reports what was spoken', async () => {
    const said: string[] = [];
    const provider: SpeakerProvider = { speak: async (text) => (said.push(text), { spokenChars: text.length, interrupted: false }) };
    const { input, ctx } = live([textElement('One. Two **three**.')]);
    input.close();
    expect(await new SpeakerStage({ provider }).execute(ctx)).toMatchObject({ status: 'ok', data: { spoken: 'One. Two **three**.', interrupted: false } });
    expect(said).toEqual(['One. ', 'Two three.']);
  });

  it('keeps only what was spoken when it is stopped', async () => {
    const provider: SpeakerProvider = { speak: (_text, options) => new Promise((resolve) => options?.signal?.addEventListener('abort', () => resolve({ spokenChars: 7, interrupted: true }))) };
    let stop: AbortController | undefined;
    const { input, ctx } = live([textElement('One two three. Four five.')]);
    input.close();
    const done = new SpeakerStage({ provider, onSpeech: (controller) => (stop = controller) }).execute(ctx);
    await Promise.resolve();
    stop?.abort('cut');
    expect(await done).toMatchObject({ data: { spoken: 'One two', interrupted: true } });
  });
});
