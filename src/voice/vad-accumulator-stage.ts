/**
 * Gathers a stream of audio into turns: chunks in, one audio element per turn out.
 *
 * Boundaries are in audio time, so audio that comes faster than real time gives the same turns.
 * Leading silence is trimmed to the pre-roll; speech that is too short is no turn; speech without end
 * is cut at the maximum. Where voice activity never fires, what was heard is forwarded at the end all
 * the same: it degrades open. Text, control and audio marked `passthrough` go through at once.
 */
import { AdaptiveVad } from '../audio/adaptive-vad.js';
import { AudioChunk } from '../audio/chunk.js';
import { decodePcm, type SampleEncoding } from '../audio/pcm.js';
import { Segmenter, type SegmenterOptions, type SegmentEvent } from '../audio/segmenter.js';
import type { VAD } from '../audio/voice-activity.js';
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireBoolean, requireName } from '../base/option.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { audioElement, endOfTurnElement, interruptElement, type ElementOf, type StreamElement } from '../stream/element.js';

/** Options of {@link VADAccumulatorStage}. */
export interface VADAccumulatorOptions {
  /** Thresholds of the turns; the sample rate is that of the audio. */
  readonly turns?: Omit<SegmenterOptions, 'sampleRate'>;
  /** Makes the detector of each run; it is given frames of 10 ms at the audio's own rate. @default one by level alone */
  readonly vad?: () => VAD;
  /** Whether the assistant speaks; speech then puts an `interrupt` element before anything else. @default never */
  readonly isBotSpeaking?: () => boolean;
  /** Told of every frame and its probability of speech; true ends the turn that is open. */
  readonly endTurn?: (frame: Float32Array, probability: number) => boolean;
  /** Put an `endOfTurn` element behind each turn. @default false */
  readonly endOfTurn?: boolean;
  /** @default 'vad_accumulator' */
  readonly name?: string;
}

/** What {@link VADAccumulatorStage} settles with. */
export interface VADAccumulatorData {
  readonly turns: number;
  readonly interruptions: number;
}

/** Audio whose samples cannot be read as numbers. */
export class UnreadableAudioError extends SluiceError {
  override readonly name: string = 'UnreadableAudioError';

  constructor(format: string) {
    super(`VADAccumulatorStage cannot read '${format}': it takes PCM (pcm_16, pcm_24, pcm_32, float_32). Decode the audio before it.`, { code: 'UNREADABLE_AUDIO' });
  }
}

const OPTIONS = ['turns', 'vad', 'isBotSpeaking', 'endTurn', 'endOfTurn', 'name'];
const PCM: readonly string[] = ['pcm_16', 'pcm_24', 'pcm_32', 'float_32'];

/** Chunks of audio to turns. */
export class VADAccumulatorStage implements Stage<VADAccumulatorData> {
  readonly name: string;
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.ACCUMULATE;
  readonly #options: VADAccumulatorOptions;
  readonly #endOfTurn: boolean;

  /** Throws `InvalidOptionError`. */
  constructor(options: VADAccumulatorOptions = {}) {
    refuseUnknownOptions('VADAccumulatorStage', options, OPTIONS);
    new Segmenter(options.turns); // refuses wrong thresholds now, not at the first chunk
    this.#options = options;
    this.#endOfTurn = requireBoolean('VADAccumulatorStage.endOfTurn', options.endOfTurn ?? false);
    this.name = requireName('VADAccumulatorStage.name', options.name ?? 'vad_accumulator');
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<VADAccumulatorData>> => {
    const run = new Accumulation(this.#options, this.#endOfTurn, ctx.stageName);
    const write = async (items: readonly StreamElement[]): Promise<boolean> => {
      for (const item of items) if (!(await ctx.output.write(item))) return false;
      return true;
    };
    for (let item: StreamElement | undefined = await ctx.input.read(); item !== undefined; item = await ctx.input.read()) {
      const given = item.type === 'audio' && item.metadata?.['passthrough'] !== true ? run.push(item) : item.type === 'endOfStream' ? [...run.flush(), item] : [item];
      if (!(await write(given))) return StageOutput.ok(run.counts);
    }
    await write(run.flush());
    return StageOutput.ok(run.counts);
  };
}

/** The state of one run. */
class Accumulation {
  readonly #options: VADAccumulatorOptions;
  readonly #endOfTurn: boolean;
  readonly #source: string;
  readonly #vad: VAD;
  #segmenter: Segmenter | undefined;
  #rate = 0;
  #frame = new Float32Array(0);
  #filled = 0;
  #turns = 0;
  #interruptions = 0;

  constructor(options: VADAccumulatorOptions, endOfTurn: boolean, source: string) {
    this.#options = options;
    this.#endOfTurn = endOfTurn;
    this.#source = source;
    this.#vad = options.vad?.() ?? new AdaptiveVad();
  }

  get counts(): VADAccumulatorData {
    return { turns: this.#turns, interruptions: this.#interruptions };
  }

  push({ audio }: ElementOf<'audio'>): readonly StreamElement[] {
    const out: StreamElement[] = [];
    if (audio.sampleRate !== this.#rate) {
      out.push(...this.flush()); // another rate is another recording
      this.#rate = audio.sampleRate;
      this.#segmenter = new Segmenter({ ...this.#options.turns, sampleRate: audio.sampleRate });
      this.#frame = new Float32Array(Math.max(1, Math.round(audio.sampleRate / 100)));
    }
    for (const sample of monoSamples(audio)) {
      this.#frame[this.#filled++] = sample;
      if (this.#filled === this.#frame.length) out.push(...this.#take());
    }
    return out;
  }

  /** The turn that is open, at the end of the stream. */
  flush(): readonly StreamElement[] {
    const segmenter = this.#segmenter;
    if (segmenter === undefined) return [];
    const rest = this.#filled > 0 ? segmenter.push(this.#frame.slice(0, this.#filled), 0) : [];
    this.#filled = 0;
    return [...rest, ...segmenter.flush()].flatMap((event) => this.#elements(event));
  }

  #take(): readonly StreamElement[] {
    const segmenter = this.#segmenter as Segmenter; // frames exist only once it does
    this.#filled = 0;
    const probability = this.#vad.process(this.#frame);
    const events = [...segmenter.push(this.#frame, probability)];
    if (this.#options.endTurn?.(this.#frame, probability) === true && segmenter.inSpeech) events.push(...segmenter.flush());
    return events.flatMap((event) => this.#elements(event));
  }

  #elements(event: SegmentEvent): readonly StreamElement[] {
    const options = { source: this.#source };
    if (event.type === 'speechConfirmed' && this.#options.isBotSpeaking?.() === true) {
      this.#interruptions++;
      return [interruptElement('user_speech', options)];
    }
    if (event.type !== 'speechEnd') return [];
    const audio = new AudioChunk({ float32: event.audio, sampleRate: this.#rate, timestampMs: event.audioStartMs, sequence: this.#turns++ });
    return [audioElement(audio, options), ...(this.#endOfTurn ? [endOfTurnElement(options)] : [])];
  }
}

/** The samples of a chunk, channels averaged. */
function monoSamples(chunk: AudioChunk): Float32Array {
  if (!PCM.includes(chunk.format)) throw new UnreadableAudioError(chunk.format);
  const samples = decodePcm(chunk.data, chunk.format as SampleEncoding);
  if (chunk.channels === 1) return samples;
  const mono = new Float32Array(Math.floor(samples.length / chunk.channels));
  for (let n = 0; n < mono.length; n++) {
    let sum = 0;
    for (let c = 0; c < chunk.channels; c++) sum += samples[n * chunk.channels + c] as number; // within whole frames
    mono[n] = sum / chunk.channels;
  }
  return mono;
}
