/** Several recognisers as one: the first that understands in time is believed; a session that breaks goes on with the next. */
import { AudioChunk } from '../../audio/chunk.js';
import { refuseUnknownOptions } from '../../base/option.js';
import type { STTCapabilities, STTOptions, STTProvider, STTSession } from '../stt.js';
import type { STTResponse } from '../stt-response.js';
import { FALLBACK_OPTIONS, FallbackChain, type FallbackOptions } from './fallback-chain.js';
import { FallbackSession } from './fallback-session.js';

/** Options of a {@link FallbackRecognizer}. */
export interface FallbackRecognizerOptions extends FallbackOptions<STTProvider> {
  /** @default 'fallback' */
  readonly id?: string;
}

/**
 * Asks recognisers in their order; the rules are those of {@link FallbackOptions}. It has `open` when all of them have:
 * a session whose recogniser breaks is opened again at the next one, with the audio that no final has covered yet, so
 * that nothing said is lost. Rejects with `ProvidersFailedError`. Call `close` to end the background probes.
 */
export class FallbackRecognizer implements STTProvider {
  readonly id: string;
  readonly capabilities: STTCapabilities;
  readonly open?: (options?: STTOptions) => Promise<STTSession>;
  readonly #chain: FallbackChain<STTProvider>;

  constructor(providers: readonly STTProvider[], options: FallbackRecognizerOptions = {}) {
    refuseUnknownOptions('FallbackRecognizer', options, [...FALLBACK_OPTIONS, 'id']);
    this.id = options.id ?? 'fallback';
    const chain = new FallbackChain('FallbackRecognizer', 'recogniser', providers, options, { timeoutMs: 10_000, probe });
    this.#chain = chain;
    const all = (has: (capabilities: STTCapabilities) => boolean): boolean => providers.every(({ capabilities }) => capabilities !== undefined && has(capabilities));
    this.capabilities = Object.freeze({ interim: all((one) => one.interim), words: all((one) => one.words), endOfTurn: all((one) => one.endOfTurn), local: all((one) => one.local) });
    if (providers.every((provider) => provider.open !== undefined)) this.open = (given = {}) => FallbackSession.open(chain, given);
  }

  /** Which recognisers are worth asking now, in the order of preference. */
  get status(): FallbackChain<STTProvider>['status'] {
    return this.#chain.status;
  }

  /** Warms the first recogniser up, and the next where that fails. */
  async warmUp(): Promise<void> {
    const { end } = await this.#chain.begin(async (provider) => provider.warmUp?.(), undefined, { timeoutMs: 60_000 });
    end();
  }

  async transcribe(audio: AudioChunk | Uint8Array, options: STTOptions = {}): Promise<STTResponse> {
    const { value, end } = await this.#chain.begin((provider, signal) => provider.transcribe(audio, { ...options, signal }), options.signal);
    end();
    return value;
  }

  /** Ends the background probes; calls reject with `ClosedError` afterwards. */
  close(): void {
    this.#chain.close();
  }
}

// A fifth of a second of silence: understood as nothing by whoever is well.
const probe = (provider: STTProvider, signal: AbortSignal): Promise<unknown> => provider.transcribe(new AudioChunk({ float32: new Float32Array(3200), sampleRate: 16000 }), { signal });
