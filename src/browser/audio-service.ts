/**
 * What the audio worker does for the page: it listens, one session per microphone, and converts whole
 * recordings in one call. The page controls it through Comlink; samples, elements and levels travel
 * over their own ports and never wait for a control message.
 */
import { proxy, type ProxyMarked } from 'comlink';
import { Resampler, type ResamplerQuality } from '../audio/resampler.js';
import { systemClock, type Clock } from '../base/clock.js';
import { deferred } from '../base/deferred.js';
import type { InputMode } from '../voice/voice-input.js';
import { heardTransfer, isUrgent, type Heard, type HeardLevel } from './heard.js';
import { LatestWriter } from './latest-port.js';
import { Listener, type BargeIn, type ListeningThresholds } from './listener.js';
import type { PlayoutControlCommand, PlayoutNotice } from './playout-link.js';
import { portWriter, type PortWriter } from './port-channel.js';
import type { PostedWasm } from './posted-wasm.js';
import { sampleReceiver, type SampleReceiver, type SampleSource } from './sample-transport.js';
import { carryingErrors } from './worker-error.js';

/** What a microphone hands over to have itself listened to. */
export interface ListenSetup {
  /** Rate of the samples, in Hz. */
  readonly deviceSampleRate: number;
  readonly samples: SampleSource;
  /** Port channel for {@link Heard} items. */
  readonly elements: MessagePort;
  /** Port for {@link HeardLevel}. */
  readonly levels: MessagePort;
  /** Port to the playout worklet, and what it renders at which rate; `null` without a loudspeaker. */
  readonly playout: { readonly port: MessagePort; readonly reference: SampleSource; readonly sampleRate: number } | null;
  readonly thresholds: ListeningThresholds;
  readonly bargeIn: BargeIn;
  readonly mode: InputMode;
  readonly spectrum: boolean;
}

/** Figures of one session. */
export interface ListenStats {
  readonly framesReceived: number;
  readonly framesDropped: number;
  readonly elementsDropped: number;
}

/** One microphone's session in the worker. */
export interface ListeningSession {
  setMode(mode: InputMode): void;
  setBargeIn(action: BargeIn): void;
  hold(): void;
  release(): void;
  stats(): ListenStats;
  /** Ends an open utterance, the elements and everything of this session. */
  close(): void;
}

/** What the worker offers. */
export interface AudioService {
  /** Compiles audio.wasm; every other call waits for it. */
  start(wasm: PostedWasm): Promise<void>;
  /** Time origin of the worker's clock, milliseconds since 1970. */
  timeOrigin(): number;
  listen(setup: ListenSetup): Promise<ListeningSession & ProxyMarked>;
  /** Converts a whole recording (interleaved). */
  resample(samples: Float32Array, options: { readonly from: number; readonly to: number; readonly channels?: number; readonly quality?: ResamplerQuality }): Promise<Float32Array>;
}

// A page that does not read for this long loses audio: the longest turn, in pieces of 20 ms.
const PARKED_ITEMS = 1500;

/** Makes the service; `load` compiles audio.wasm, `timeOrigin` is that of `clock`. */
export function audioService(load: (wasm: PostedWasm) => Promise<WebAssembly.Module>, timeOrigin: number, clock: Clock = systemClock): AudioService {
  const started = deferred<WebAssembly.Module>();
  const ready = started.promise;
  ready.catch(() => undefined); // told by `start`
  const service: AudioService = {
    async start(wasm) {
      load(wasm).then(started.resolve, started.reject);
      await ready;
    },
    timeOrigin: () => timeOrigin,
    async listen(setup) {
      return proxy(new Listening(setup, await ready, clock));
    },
    async resample(samples, { from, to, channels = 1, quality = 'best' }) {
      const resampler = new Resampler({ from, to, channels, quality, module: await ready });
      try {
        const head = resampler.process(samples).slice();
        const tail = resampler.flush();
        const whole = new Float32Array(head.length + tail.length);
        whole.set(head);
        whole.set(tail, head.length);
        return whole;
      } finally {
        resampler.close();
      }
    },
  };
  return carryingErrors(service);
}

class Listening implements ListeningSession {
  readonly #listener: Listener;
  readonly #clock: Clock;
  readonly #samples: SampleReceiver;
  readonly #reference: SampleReceiver | undefined;
  readonly #referenceRate: Resampler | undefined;
  readonly #playout: MessagePort | undefined;
  readonly #levels: LatestWriter<HeardLevel>;
  readonly #elements: PortWriter<Heard>;
  #parked = 0;
  #received = 0;
  #droppedElements = 0;

  constructor(setup: ListenSetup, module: WebAssembly.Module, clock: Clock) {
    const { deviceSampleRate, thresholds, bargeIn, mode, spectrum, playout } = setup;
    this.#clock = clock;
    this.#elements = portWriter<Heard>(setup.elements, { transfer: heardTransfer, critical: isUrgent });
    this.#levels = new LatestWriter(setup.levels);
    this.#listener = new Listener({
      deviceSampleRate, thresholds, bargeIn, mode, spectrum, module,
      output: {
        element: (item) => this.#send(item),
        level: (level) => this.#levels.write(this.#levels.ready || level.spectrum === null ? level : { ...level, spectrum: level.spectrum.slice() }),
        playout: (command) => this.#playout?.postMessage(command satisfies PlayoutControlCommand),
      },
    });
    this.#samples = sampleReceiver(setup.samples, Math.round(deviceSampleRate / 100), (block, lost) => {
      this.#received += block.length;
      this.#listener.push(block, clock.now(), lost);
    });
    if (playout === null) return;
    this.#playout = playout.port;
    let sounding = false;
    playout.port.onmessage = (event: MessageEvent<PlayoutNotice>) => {
      sounding = isSounding(event.data, sounding);
      this.#listener.setPlaying(sounding);
    };
    this.#referenceRate = playout.sampleRate === deviceSampleRate ? undefined : new Resampler({ from: playout.sampleRate, to: deviceSampleRate, quality: 'fast', module });
    this.#reference = sampleReceiver(playout.reference, Math.round(playout.sampleRate / 100), (block) => {
      this.#listener.pushReference(this.#referenceRate?.process(block) ?? block);
    });
  }

  setMode(mode: InputMode): void {
    this.#listener.setMode(mode);
  }

  setBargeIn(action: BargeIn): void {
    this.#listener.setBargeIn(action);
  }

  hold(): void {
    this.#listener.hold();
  }

  release(): void {
    this.#listener.release(this.#clock.now());
  }

  stats(): ListenStats {
    return { framesReceived: this.#received, framesDropped: this.#samples.dropped, elementsDropped: this.#droppedElements };
  }

  close(): void {
    this.#samples.close();
    this.#reference?.close();
    this.#playout?.postMessage({ type: 'detach' } satisfies PlayoutControlCommand);
    this.#playout?.close();
    this.#listener.finish();
    this.#listener.close();
    this.#referenceRate?.close();
    this.#levels.close();
    this.#elements.close();
  }

  #send(item: Heard): void {
    if (this.#elements.tryWrite(item)) return;
    // Marks of speech are never dropped: a page that is late must still see every utterance begin and end.
    if (item.type === 'audio' && this.#parked >= PARKED_ITEMS) {
      this.#droppedElements++;
      return;
    }
    this.#parked++;
    void Promise.resolve(this.#elements.write(item)).then(() => this.#parked--);
  }
}

// Whether there is an answer that an interruption would silence: also while it is held or runs dry.
function isSounding(notice: PlayoutNotice, before: boolean): boolean {
  if (notice.type === 'started' || notice.type === 'resumed') return true;
  if (notice.type === 'ended' || notice.type === 'cut') return false;
  return before || notice.playing;
}
