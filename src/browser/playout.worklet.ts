/**
 * The loudspeaker's end: a shell around `PlayoutProcessor`. Commands come over the port of the node
 * and over the ports of other threads, reports go to all of them. What is rendered is handed to those
 * who listen for echo, and only while something sounds.
 */
import { PlayoutProcessor, type PlayoutOptions } from '../audio/playout-processor.js';
import { PLAYOUT_PROCESSOR, type PlayoutControlCommand, type PlayoutNodeCommand, type PlayoutSetup } from './playout-link.js';
import { sampleSender, type SampleSender } from './sample-transport.js';
import { workletScope } from './worklet-scope.js';

interface Listening {
  readonly port: MessagePort;
  readonly reference: SampleSender;
}

class PlayoutWorklet extends workletScope.AudioWorkletProcessor {
  readonly #processor: PlayoutProcessor;
  #listening: readonly Listening[] = [];
  #rendered = 0;
  #closed = false;

  constructor({ processorOptions }: { readonly processorOptions: PlayoutSetup }) {
    super();
    this.#processor = makeProcessor(processorOptions);
    this.port.onmessage = (event: MessageEvent<PlayoutNodeCommand>) => this.#obey(event.data);
  }

  process(_inputs: unknown, outputs: readonly (readonly Float32Array[])[]): boolean {
    const channels = outputs[0];
    const first = channels?.[0];
    if (channels === undefined || first === undefined) return !this.#closed;
    this.#processor.process(first);
    this.#rendered += first.length;
    for (let c = 1; c < channels.length; c++) channels[c]?.set(first);
    if (this.#listening.length > 0 && isAudible(first)) this.#refer(first);
    if (this.#processor.reportDue) this.#report(workletScope.currentFrame + first.length);
    return !this.#closed;
  }

  #obey(command: PlayoutNodeCommand): void {
    if (command.type === 'attach') return this.#attach(command.port, sampleSender(command.reference));
    if (command.type === 'close') {
      this.#closed = true;
      for (const listening of this.#listening) this.#detach(listening);
      return;
    }
    this.#processor.receive(command);
    // While the context is suspended no quantum follows that would report.
    if (this.#processor.reportDue) this.#report(workletScope.currentFrame);
  }

  #attach(port: MessagePort, reference: SampleSender): void {
    const listening = { port, reference };
    port.onmessage = (event: MessageEvent<PlayoutControlCommand>) => {
      const command = event.data;
      if (command.type === 'detach') this.#detach(listening);
      else this.#obey(command);
    };
    this.#listening = [...this.#listening, listening];
    this.#obey({ type: 'report' });
  }

  #detach(listening: Listening): void {
    listening.reference.close();
    listening.port.close();
    this.#listening = this.#listening.filter((one) => one !== listening);
  }

  #refer(block: Float32Array): void {
    for (let n = 0; n < this.#listening.length; n++) this.#listening[n]?.reference.push(block);
  }

  // `nowFrame` is where the context's clock stands when everything counted in `#rendered` has been rendered.
  #report(nowFrame: number): void {
    for (let report = this.#processor.takeReport(); report !== undefined; report = this.#processor.takeReport()) {
      const notice = { ...report, contextFrame: nowFrame + report.frame - this.#rendered };
      this.port.postMessage(notice);
      for (const { port } of this.#listening) port.postMessage(notice);
    }
  }
}

function isAudible(block: Float32Array): boolean {
  for (let n = 0; n < block.length; n++) if (block[n] !== 0) return true;
  return false;
}

function makeProcessor({ module, capacityMs, reportEveryMs, prebufferMs, slowBelowMs }: PlayoutSetup): PlayoutProcessor {
  const options: PlayoutOptions = { sampleRate: workletScope.sampleRate, capacityMs, reportEveryMs, initialStartMs: prebufferMs, slowBelowMs };
  if (module === null) return new PlayoutProcessor(options);
  try {
    return new PlayoutProcessor({ ...options, module });
  } catch {
    // A policy may refuse WebAssembly here although the page may use it; plain playback needs none.
    return new PlayoutProcessor(options);
  }
}

workletScope.registerProcessor(PLAYOUT_PROCESSOR, PlayoutWorklet);
