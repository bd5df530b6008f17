/**
 * Microphone samples off the audio thread: each quantum goes into the ring or the current batch, and
 * nothing else happens here. Plain JavaScript without WebAssembly, so that it runs under every policy;
 * `process` neither allocates nor waits, and posts only a full batch where there is no shared memory.
 */
import { CAPTURE_PROCESSOR, type CaptureCommand } from './capture-message.js';
import { sampleSender, type SampleSender } from './sample-transport.js';
import { workletScope } from './worklet-scope.js';

class CaptureWorklet extends workletScope.AudioWorkletProcessor {
  #sender: SampleSender | undefined;
  #closed = false;

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<CaptureCommand>) => {
      const command = event.data;
      this.#sender?.close();
      this.#sender = command.type === 'connect' ? sampleSender(command.sink) : undefined;
      this.#closed = command.type === 'close';
    };
  }

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    // A source that is gone gives an input without channels.
    const block = inputs[0]?.[0];
    if (block !== undefined) this.#sender?.push(block);
    return !this.#closed;
  }
}

workletScope.registerProcessor(CAPTURE_PROCESSOR, CaptureWorklet);
