/**
 * Speaks an answer while it is being written: text elements in, audio elements and speech marks out.
 *
 * Tokens are cut into pieces; a piece is synthesised while the one before it is written, so that one
 * synthesis is ahead at most, and the order of the answer is kept. What follows an `interrupt` element
 * is not spoken.
 */
import { toError } from '../base/errors.js';
import { refuseUnknownOptions, requireBoolean } from '../base/option.js';
import type { TTSProvider } from '../providers/tts.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { Channel } from '../stream/channel.js';
import { audioElement, type StreamElement } from '../stream/element.js';
import { SentenceSplitter } from './sentence-splitter.js';
import { speechMarkElement } from './speech-mark.js';
import { Synthesis } from './synthesis.js';
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
  const stopper = new AbortController();
  const onAbort = (): void => stopper.abort(ctx.signal.reason);
  if (ctx.signal.aborted) onAbort();
  else ctx.signal.addEventListener('abort', onAbort, { once: true });
  const options = { ...voiceOptions(ctx), signal: stopper.signal };
  const spoken = { pieces: 0, durationMs: 0, text: '' };
  const next = async (): Promise<Synthesis | undefined> => {
    const source = await pieces.read();
    return source === undefined ? undefined : new Synthesis(provider, source, { ...options, previousText: spoken.text.slice(-200) });
  };
  let ahead = next();
  let complete = false;
  try {
    for (;;) {
      const current = await ahead;
      complete = current === undefined;
      if (current === undefined) break;
      ahead = next();
      ahead.catch(() => undefined); // awaited by the loop; this only keeps an early failure from being called unhandled
      spoken.text += current.source;
      if (spoken.pieces === 0) ctx.tryEmitEvent('voice.first_piece', { time_ms: ctx.clock.now() });
      if (!(await deliver(ctx, current, spoken))) break;
      spoken.pieces++;
    }
  } finally {
    pieces.cancel();
    ctx.signal.removeEventListener('abort', onAbort);
    if (!complete) stopper.abort(); // a piece failed or nobody listens: it and the one ahead are not wanted
  }
  return spoken;
}

/** Writes a piece and counts its audio; false when it was broken off or nobody listens any more. */
async function deliver(ctx: StageContext, synthesis: Synthesis, spoken: { durationMs: number }): Promise<boolean> {
  const { output, clock } = ctx;
  const { source, form } = synthesis;
  const options = { source: ctx.stageName };
  const taken = output.write(speechMarkElement({ mark: 'pieceStart', source }, options));
  if (taken !== true && !(await taken)) {
    synthesis.stop();
    return false;
  }
  const whole = await synthesis.deliver((event) => {
    if (event.type === 'audio') {
      if (spoken.durationMs === 0) ctx.tryEmitEvent('voice.first_audio', { time_ms: clock.now() });
      spoken.durationMs += event.chunk.durationMs;
      return output.write(audioElement(event.chunk, options));
    }
    return event.type === 'word' ? output.write(speechMarkElement({ mark: 'word', sourceEnd: form.sourceEnd(event.charEnd), endMs: event.endMs }, options)) : true;
  });
  if (whole) await output.write(speechMarkElement({ mark: 'pieceEnd' }, options));
  return whole;
}
