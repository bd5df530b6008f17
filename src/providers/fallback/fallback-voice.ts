/** Several voices as one: the first that gives a sample in time speaks the text. */
import { decodePcm, encodePcm } from '../../audio/pcm.js';
import { Resampler } from '../../audio/resampler.js';
import { refuseUnknownOptions } from '../../base/option.js';
import type { TTSCapabilities, TTSEvent, TTSOptions, TTSProvider } from '../tts.js';
import { FALLBACK_OPTIONS, FallbackChain, type FallbackOptions } from './fallback-chain.js';
import { followStream, ProviderEmptyError, releaseStream, startStream } from './followed-stream.js';
import { ReplayableText } from './replayable-text.js';

/** Options of a {@link FallbackVoice}. */
export interface FallbackVoiceOptions extends FallbackOptions<TTSProvider> {
  /** @default 'fallback' */
  readonly id?: string;
}

// What a provider has that says no rate (`TTSProvider.sampleRate`).
const DEFAULT_RATE = 16000;

/**
 * Asks voices in their order; the rules are those of {@link FallbackOptions}. Once a sample was given, a failure is the
 * text's failure. A name of a voice (`TTSOptions.voice`) is given to the first provider only, because others do not
 * know it. Rejects with `ProvidersFailedError`. Call `close` to end the background probes.
 */
export class FallbackVoice implements TTSProvider {
  readonly id: string;
  /** The rate of the first voice; `synthesize` converts what others give, which needs `audio.wasm` (`loadAudio`). */
  readonly sampleRate: number;
  readonly capabilities: TTSCapabilities;
  readonly #chain: FallbackChain<TTSProvider>;

  constructor(providers: readonly TTSProvider[], options: FallbackVoiceOptions = {}) {
    refuseUnknownOptions('FallbackVoice', options, [...FALLBACK_OPTIONS, 'id']);
    this.id = options.id ?? 'fallback';
    this.#chain = new FallbackChain('FallbackVoice', 'voice', providers, options, { timeoutMs: 10_000, probe });
    this.sampleRate = providers[0]?.sampleRate ?? DEFAULT_RATE;
    const all = (has: (capabilities: TTSCapabilities) => boolean): boolean => providers.every(({ capabilities }) => capabilities !== undefined && has(capabilities));
    this.capabilities = Object.freeze({ streamingInput: all((one) => one.streamingInput), words: all((one) => one.words), pcm: all((one) => one.pcm), local: all((one) => one.local) });
  }

  /** Which voices are worth asking now, in the order of preference. */
  get status(): FallbackChain<TTSProvider>['status'] {
    return this.#chain.status;
  }

  /** Warms the first voice up, and the next where that fails. */
  async warmUp(): Promise<void> {
    const { end } = await this.#chain.begin(async (provider) => provider.warmUp?.(), undefined, { timeoutMs: 60_000 });
    end();
  }

  async synthesize(text: string, options: TTSOptions = {}): Promise<Uint8Array> {
    const { value, provider, end } = await this.#chain.begin((one, signal) => one.synthesize(text, this.#options(one, options, signal)), options.signal);
    end();
    const rate = provider.sampleRate ?? DEFAULT_RATE;
    if (rate === this.sampleRate) return value;
    const converter = new Resampler({ from: rate, to: this.sampleRate });
    try {
      const body = encodePcm(converter.process(decodePcm(value)));
      const end = encodePcm(converter.flush());
      const bytes = new Uint8Array(body.length + end.length);
      bytes.set(body);
      bytes.set(end, body.length);
      return bytes;
    } finally {
      converter.close();
    }
  }

  async *stream(text: string | AsyncIterable<string>, options: TTSOptions = {}): AsyncGenerator<TTSEvent, undefined> {
    const replayable = typeof text === 'string' ? undefined : new ReplayableText(text);
    try {
      const begun = await this.#chain.begin((provider, signal) => startStream(provider.stream(replayable ?? (text as string), this.#options(provider, options, signal))), options.signal, { release: releaseStream }); // a text that is no string is replayable
      yield* followStream(begun, 'The voice', options.signal);
    } finally {
      await replayable?.close();
    }
    return undefined;
  }

  /** Ends the background probes; calls reject with `ClosedError` afterwards. */
  close(): void {
    this.#chain.close();
  }

  #options(provider: TTSProvider, { voice, ...others }: TTSOptions, signal: AbortSignal): TTSOptions {
    return { ...others, signal, ...(voice !== undefined && provider === this.#chain.members[0]?.provider ? { voice } : {}) };
  }
}

async function probe(provider: TTSProvider, signal: AbortSignal): Promise<void> {
  for await (const event of provider.stream('Hi.', { signal })) if (event.type === 'audio') return;
  throw new ProviderEmptyError();
}
