/** The playout worklet as a renderer. */
import { SluiceError } from '../base/errors.js';
import { playoutWorkletEntry } from './entries.js';
import { addWorklet, type WorkletSource } from './entry.js';
import { PLAYOUT_PROCESSOR, type PlayoutNodeCommand, type PlayoutNotice, type PlayoutSetup } from './playout-link.js';
import { REPORT_EVERY_MS, type Renderer, type RendererSetup } from './renderer.js';

/** The playout processor threw; the browser ends a processor that does. */
export class PlayoutFailedError extends SluiceError {
  override readonly name: string = 'PlayoutFailedError';

  constructor() {
    super('The playout worklet failed while it rendered. The speaker starts another one; the answer that was playing is over.', { code: 'PLAYOUT_FAILED' });
  }
}

/** Loads the worklet and makes its node. Throws `WORKER_UNAVAILABLE` where it cannot be loaded. */
export async function workletRenderer(setup: RendererSetup, source?: WorkletSource): Promise<Renderer> {
  const { context, module, capacityMs, prebufferMs, slowBelowMs, onNotice, onFailure } = setup;
  await addWorklet(context, playoutWorkletEntry, source);
  const processorOptions: PlayoutSetup = { module, capacityMs, prebufferMs, slowBelowMs, reportEveryMs: REPORT_EVERY_MS };
  const node = makeNode(context, processorOptions);
  const post = (command: PlayoutNodeCommand, transfer: Transferable[] = []): void => node.port.postMessage(command, transfer);
  node.port.onmessage = (event: MessageEvent<PlayoutNotice>) => onNotice(event.data);
  node.onprocessorerror = () => onFailure(new PlayoutFailedError());
  return {
    kind: 'worklet',
    node,
    command: (command) => post(command, command.type === 'audio' ? [command.samples.buffer] : []),
    attach: (port, { sink, sinkTransfer }) => post({ type: 'attach', port, reference: sink }, [port, ...sinkTransfer]),
    close() {
      post({ type: 'close' });
      node.port.onmessage = null;
      node.onprocessorerror = null;
      node.port.close();
      node.disconnect();
    },
  };
}

function makeNode(context: AudioContext, processorOptions: PlayoutSetup): AudioWorkletNode {
  const options = { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1] };
  try {
    return new AudioWorkletNode(context, PLAYOUT_PROCESSOR, { ...options, processorOptions });
  } catch (error) {
    // Engines that cannot clone a module into a worklet play plainly.
    if (error instanceof DOMException && error.name === 'DataCloneError') return new AudioWorkletNode(context, PLAYOUT_PROCESSOR, { ...options, processorOptions: { ...processorOptions, module: null } });
    throw error;
  }
}
