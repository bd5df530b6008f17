/** A recogniser that knows what was said in the room, and takes its time. */
import { AudioChunk } from '../audio/chunk.js';
import { sleep, type Clock } from '../base/clock.js';
import { ClosedError, toError } from '../base/errors.js';
import { seededRandom, type RandomSource } from '../base/random.js';
import { STTResponse } from '../providers/stt-response.js';
import type { STTCapabilities, STTEvent, STTOptions, STTProvider, STTSession } from '../providers/stt.js';
import type { Word } from '../providers/word.js';
import { Channel } from '../stream/channel.js';
import type { CallLog } from './call-log.js';
import type { RecordedSTTSession, SimulatedSTTSettings } from './scenario.js';
import type { SimulatedRoom } from './simulated-room.js';
import { faultOf, playTake, SimulatedFault, spoilt, type Take } from './take.js';

/** Where a simulated provider lives. */
export interface SimulatedProviderOptions {
  readonly clock: Clock;
  /** @default 1 */
  readonly seed?: number;
  /** Told of every call. */
  readonly calls?: CallLog;
}

/** Speech recognition without a model. */
export class SimulatedSTT implements STTProvider {
  readonly id = 'simulated-stt';
  readonly capabilities: STTCapabilities = Object.freeze({ interim: true, words: true, endOfTurn: false, local: true });
  readonly #room: SimulatedRoom;
  readonly #settings: SimulatedSTTSettings;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #calls: CallLog | undefined;
  #count = 0;
  #sessions = 0;

  constructor(room: SimulatedRoom, settings: SimulatedSTTSettings, options: SimulatedProviderOptions) {
    this.#room = room;
    this.#settings = settings;
    this.#clock = options.clock;
    this.#random = seededRandom(options.seed ?? 1);
    this.#calls = options.calls;
  }

  /** @inheritdoc */
  async transcribe(audio: AudioChunk | Uint8Array, options: STTOptions = {}): Promise<STTResponse> {
    const startMs = audio instanceof AudioChunk ? audio.timestampMs : this.#clock.now();
    const durationMs = audio instanceof AudioChunk ? audio.durationMs : audio.byteLength / 32;
    return this.#recognise(startMs, startMs + durationMs, options);
  }

  /** @inheritdoc Partials come word by word while the speech goes on. */
  open(options: STTOptions = {}): Promise<STTSession> {
    const recorded = this.#settings.sessions?.[this.#sessions++];
    if (recorded !== undefined) return Promise.resolve(tapedSession(recorded, this.#clock, options.signal));
    const session = new SimulatedSTTSession(this.#clock, this.#room, (this.#settings.partialMs ?? 100) + this.#jitter(), (fromMs, toMs) => this.#recognise(fromMs, toMs, options));
    this.#calls?.opened('stt session');
    return Promise.resolve({ ...session.face(), close: async () => {
      if (session.close()) this.#calls?.closed('stt session');
    } });
  }

  async #recognise(fromMs: number, toMs: number, { signal, language = 'en' }: STTOptions): Promise<STTResponse> {
    const take = this.#take(fromMs, toMs, language);
    const call = this.#calls?.begin('stt');
    try {
      for await (const response of playTake(take, this.#clock, 'recogniser', signal)) {
        call?.item();
        call?.end('finish');
        return response;
      }
      throw new ClosedError('SimulatedSTT'); // a take has an item, or ends otherwise
    } catch (error) {
      call?.end(signal?.aborted === true ? 'aborted' : 'error');
      throw error;
    }
  }

  #take(fromMs: number, toMs: number, language: string): Take<STTResponse> {
    const call = this.#count++;
    const recorded = this.#settings.calls?.[call];
    const words = this.#room.wordsDuring(fromMs, toMs).map(({ text, startMs, endMs }) => ({ text, startMs: startMs - fromMs, endMs: endMs - fromMs }));
    const text = recorded?.text ?? words.map((word) => word.text).join(' ');
    const afterMs = recorded?.afterMs ?? (this.#settings.finalMs ?? 150) + this.#jitter();
    const item = new STTResponse({ text, confidence: text === '' ? 0 : 0.95, durationMs: toMs - fromMs, language, words: recorded === undefined ? words : [], provider: this.id, latencyMs: afterMs });
    if (recorded?.failed === true) return { items: [], end: 'error', endMs: afterMs };
    return spoilt({ items: [{ afterMs, item }], end: 'finish', endMs: afterMs }, faultOf(this.#settings.faults ?? [], call, this.#random));
  }

  #jitter(): number {
    return this.#random() * (this.#settings.jitterMs ?? 0);
  }
}

/** A session that gives the events of a recording, whatever is pushed. */
function tapedSession({ events }: RecordedSTTSession, clock: Clock, signal: AbortSignal | undefined): STTSession {
  const channel = new Channel<STTEvent>({ capacity: 1024 });
  const cancels = events.map((event) => clock.after(event.afterMs, () => void channel.tryWrite(tapedEvent(event))));
  const close = (): void => {
    for (const cancel of cancels) cancel();
    channel.close();
  };
  signal?.addEventListener('abort', close, { once: true });
  return {
    push: () => undefined,
    finalize: () => undefined,
    desiredSize: Infinity,
    events: channel,
    close: async () => {
      signal?.removeEventListener('abort', close);
      close();
    },
  };
}

function tapedEvent({ type, id = '', text = '', confidence, finalized, probability = 1, fatal = false }: RecordedSTTSession['events'][number]): STTEvent {
  if (type === 'partial') return { type, id, text };
  if (type === 'final') return { type, id, text, ...(confidence === undefined ? {} : { confidence }), ...(finalized === undefined ? {} : { finalized }) };
  if (type === 'error') return { type, error: new SimulatedFault('recogniser'), fatal };
  if (type === 'speech-start') return { type, timeMs: 0 };
  return type === 'turn-resumed' ? { type } : { type, probability };
}

class SimulatedSTTSession {
  readonly #clock: Clock;
  readonly #room: SimulatedRoom;
  readonly #partialMs: number;
  readonly #recognise: (fromMs: number, toMs: number) => Promise<STTResponse>;
  readonly #events = new Channel<STTEvent>({ capacity: 1024 });
  #fromMs: number | undefined;
  #toMs = 0;
  #words: readonly Word[] = [];
  #utterance = 0;

  constructor(clock: Clock, room: SimulatedRoom, partialMs: number, recognise: (fromMs: number, toMs: number) => Promise<STTResponse>) {
    this.#clock = clock;
    this.#room = room;
    this.#partialMs = partialMs;
    this.#recognise = recognise;
  }

  face(): Omit<STTSession, 'close'> {
    return { push: (audio) => this.#push(audio), finalize: () => void this.#finalize(), desiredSize: Infinity, events: this.#events };
  }

  /** False when it was closed already. */
  close(): boolean {
    if (this.#events.closed) return false;
    this.#events.close();
    return true;
  }

  #push(audio: AudioChunk): void {
    if (this.#events.closed) throw new ClosedError('STTSession');
    if (this.#fromMs === undefined) {
      this.#fromMs = audio.timestampMs;
      this.#words = [];
      this.#events.tryWrite({ type: 'speech-start', timeMs: audio.timestampMs });
    }
    this.#toMs = audio.timestampMs + audio.durationMs;
    const words = this.#room.wordsDuring(this.#fromMs, this.#toMs);
    if (words.length === this.#words.length) return;
    this.#words = words;
    const utterance = this.#utterance;
    const text = words.map((word) => word.text).join(' ');
    void sleep(this.#clock, this.#partialMs).then(() => {
      if (utterance === this.#utterance && !this.#events.closed) this.#events.tryWrite({ type: 'partial', id: `utterance-${utterance}`, text });
    });
  }

  async #finalize(): Promise<void> {
    if (this.#events.closed) throw new ClosedError('STTSession');
    const id = `utterance-${this.#utterance++}`;
    const fromMs = this.#fromMs ?? this.#toMs;
    this.#fromMs = undefined;
    try {
      const { text, words, confidence, language } = await this.#recognise(fromMs, this.#toMs);
      if (!this.#events.closed) this.#events.tryWrite({ type: 'final', id, text, words, confidence, language });
    } catch (error) {
      if (!this.#events.closed) this.#events.tryWrite({ type: 'error', error: toError(error), fatal: false });
    }
  }
}
