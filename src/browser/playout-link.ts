/**
 * Between the playout worklet and those who command it: the speaker on the page, and the audio
 * worker, which silences the voice without asking the page.
 */
import type { PlayoutCommand, PlayoutReport } from '../audio/playout-message.js';
import type { SampleSink } from './sample-transport.js';

/** Name under which the playout processor is registered. */
export const PLAYOUT_PROCESSOR = 'sluice-playout';

/** `processorOptions` of the playout node. */
export interface PlayoutSetup {
  /** Compiled audio.wasm; `null` plays plainly, with fades. */
  readonly module: WebAssembly.Module | null;
  /** Audio held at most, in milliseconds. */
  readonly capacityMs: number;
  /** Time between position reports, in milliseconds. */
  readonly reportEveryMs: number;
  /** Audio held before the first answer starts, in milliseconds. */
  readonly prebufferMs: number;
  /** Held below which a source in real time is played slower, in milliseconds. */
  readonly slowBelowMs: number;
}

/** What the worklet can be told over the port of its node. */
export type PlayoutNodeCommand =
  | PlayoutCommand
  /** Another thread may command over `port` from now on, and gets what is rendered through `reference`. */
  | { readonly type: 'attach'; readonly port: MessagePort; readonly reference: SampleSink }
  /** Ends the processor for good. */
  | { readonly type: 'close' };

/** What another thread can tell the worklet over its port. */
export type PlayoutControlCommand = PlayoutCommand | { readonly type: 'detach' };

/** A report with its place on the context's clock. */
export interface PlayoutNotice extends PlayoutReport {
  /** Frame of the context's clock (`currentTime · sampleRate`) at which it was true. */
  readonly contextFrame: number;
}
