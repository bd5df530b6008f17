/**
 * Speaks an answer while it is being written: text elements in, audio elements and speech marks out.
 *
 * Tokens are cut into pieces; a piece is synthesised while the one before it is written, so that one
 * synthesis is ahead at most, and the order of the answer is kept. What follows an `interrupt` element
 * is not spoken.
 */
import { toError } from '../base/errors.js';
import { refuseUnknownOptions, requireBoolean } from '../base/option.js';
import type { TTSEvent, TTSProvider } from '../providers/tts.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { Channel } from '../stream/channel.js';
import { audioElement, type StreamElement } from '../stream/element.js';
import { SentenceSplitter } from './sentence-splitter.js';
import { speechMarkElement } from './speech-mark.js';
import { spokenForm, type SpokenForm } from '../spoken/spoken-form.js';
import { voiceOf, voiceOptions } from './tts-stage.js';

/** Options of {@link SpeechStage}. */
export interface SpeechStageOptions {
  /** @default the run's `AudioPorts.ttsProvider` */
  readonly provider?: TTSProvider;
  /** Begin with the first clause instead of the first sentence. @default true */
  readonly firstClause?: boolean;
}

/** What {@link SpeechStage} settles with. */
export interface SpeechStageData {
  /** Pieces that were synthesised. */
  readonly pieces: number;
  /** Milliseconds of audio that were written. */
  readonly durationMs: number;
  /** What was given to the voice, as generated. */
  readonly text: string;
}

interface Synthesis {
  readonly source: string;
  readonly form: SpokenForm;
  readonly events: Channel<TTSEvent>;
  /** Ends the synthesis: the voice's signal aborts, and what it still gives is dropped. */
  stop(): void;
  /** What the voice threw; the channel only says that it failed. */
  failure: Error | undefined;
}

// Half a minute of audio in chunks of 100 ms and more words than any sentence has: one piece fits, so
// that the synthesis ahead never waits for the one that is being played.
const PIECE_CAPACITY = 1024;

/** Text to speech over live edges. */
export class SpeechStage implements Stage<SpeechStageData> {
  readonly name = 'tts';
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.GENERATE;
  readonly #provider: TTSProvider | undefined;
  readonly #firstClause: boolean;

  constructor(options: TTSProvider | SpeechStageOptions = {}) {
    const given: SpeechStageOptions = 'synthesize' in options ? { provider: options } : options;
    refuseUnknownOptions('SpeechStage', given, ['provider', 'firstClause']);
    this.#provider = given.provider;
    this.#firstClause = requireBoolean('SpeechStage.firstClause', given.firstClause ?? true);
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<SpeechStageData>> => {
    const provider = voiceOf(ctx, this.#provider);
    if (provider === undefined) return StageOutput.fail('SpeechStage has no voice: pass a provider to its constructor or AudioPorts with ttsProvider to the run');
    const pieces = new Channel<string>({ capacity: 1024, signal: ctx.signal });
    const [, spoken] = await Promise.all([this.#cut(ctx, pieces), speak(ctx, provider, pieces)]);
    return StageOutput.ok(spoken);
  };

  /** Cuts the incoming text into pieces. */
  async #cut(ctx: StageContext, pieces: Channel<string>): Promise<void> {
    const splitter = new SentenceSplitter({ firstClause: this.#firstClause });
    try {
      for (let item: StreamElement | undefined = ctx.input.tryRead() ?? (await ctx.input.read()); item !== undefined; item = ctx.input.tryRead() ?? (await ctx.input.read())) {
        if (item.type === 'interrupt') break;
        if (item.type === 'audio' && !(await ctx.output.write(item))) return; // a recording: it is speech already
        if (item.type !== 'text') continue;
        for (const piece of splitter.push(item.text)) if (!(await pieces.write(piece))) return;
      }
      for (const piece of splitter.flush()) if (!(await pieces.write(piece))) return;
      pieces.close();
    } catch (thrown) {
      pieces.abort(toError(thrown)); // `speak` rejects with it
    }
  }
}

async function speak(ctx: StageContext, provider: TTSProvider, pieces: Channel<string>): Promise<SpeechStageData> {
  let count = 0;
  let durationMs = 0;
  let text = '';
  const next = async (): Promise<Synthesis | undefined> => {
    const source = await pieces.read();
    return source === undefined ? undefined : synthesise(ctx, provider, source, text.slice(-200));
  };
  let ahead = next();
  try {
    for (;;) {
      const current = await ahead;
      if (current === undefined) break;
      ahead = next();
      ahead.catch(() => undefined); // awaited by the loop; this only keeps an early failure from being called unhandled
      text += current.source;
      if (count === 0) ctx.tryEmitEvent('voice.first_piece', { time_ms: ctx.clock.now() });
      const played = await deliver(ctx, current, durationMs === 0).catch((thrown: unknown) => {
        throw current.failure ?? thrown;
      });
      if (played === undefined) break;
      count++;
      durationMs += played;
    }
  } finally {
    // The piece ahead is not wanted when this one failed or nobody listens; at the end of the text there is none.
    pieces.cancel();
    ahead.then((synthesis) => synthesis?.stop(), () => undefined);
  }
  return { pieces: count, durationMs, text };
}

/** Starts a synthesis; its events are buffered until they are delivered. */
function synthesise(ctx: StageContext, provider: TTSProvider, source: string, previousText: string): Synthesis {
  const options = voiceOptions(ctx);
  const form = spokenForm(source, { previousText, ...(options.language === undefined ? {} : { language: options.language }) });
  const events = new Channel<TTSEvent>({ capacity: PIECE_CAPACITY, signal: ctx.signal });
  const stopper = new AbortController();
  const onAbort = (): void => stopper.abort(ctx.signal.reason);
  const stop = (): void => {
    events.cancel();
    stopper.abort();
  };
  const synthesis: Synthesis = { source, form, events, stop, failure: undefined };
  const pump = async (): Promise<void> => {
    try {
      if (form.text !== '') {
        for await (const event of provider.stream(form.text, { ...options, signal: stopper.signal, previousText })) {
          if (!events.tryWrite(event) && !(await events.write(event))) return;
        }
      }
      events.close();
    } catch (thrown) {
      synthesis.failure = toError(thrown);
      events.abort(synthesis.failure); // `deliver` rejects with it
    } finally {
      ctx.signal.removeEventListener('abort', onAbort);
    }
  };
  if (ctx.signal.aborted) onAbort();
  else ctx.signal.addEventListener('abort', onAbort, { once: true });
  void pump();
  return synthesis;
}

/** Writes a piece and returns the milliseconds of audio it had; `undefined` when nobody listens any more. */
async function deliver(ctx: StageContext, { source, form, events, stop }: Synthesis, first: boolean): Promise<number | undefined> {
  const options = { source: ctx.stageName };
  let durationMs = 0;
  if (!(await ctx.output.write(speechMarkElement({ mark: 'pieceStart', source }, options)))) {
    stop();
    return undefined;
  }
  for await (const event of events) {
    if (event.type === 'audio') {
      if (first && durationMs === 0) ctx.tryEmitEvent('voice.first_audio', { time_ms: ctx.clock.now() });
      durationMs += event.chunk.durationMs;
      if (!(await ctx.output.write(audioElement(event.chunk, options)))) {
        stop();
        return undefined;
      }
    } else if (event.type === 'word') {
      await ctx.output.write(speechMarkElement({ mark: 'word', sourceEnd: form.sourceEnd(event.charEnd), endMs: event.endMs }, options));
    }
  }
  await ctx.output.write(speechMarkElement({ mark: 'pieceEnd' }, options));
  return durationMs;
}
