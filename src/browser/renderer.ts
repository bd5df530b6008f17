/**
 * What renders for a speaker: the playout worklet, or buffers scheduled from this thread. Both obey
 * the same commands and send the same notices, whose frames may lie in the future where rendering
 * runs ahead of the clock.
 */
import type { PlayoutCommand } from '../audio/playout-message.js';
import type { PlayoutNotice } from './playout-link.js';
import type { SampleRoute } from './sample-transport.js';

/** Renders the answers of one speaker. */
export interface Renderer {
  readonly kind: 'worklet' | 'scheduled';
  /** Where its sound comes out. */
  readonly node: AudioNode;
  command(command: PlayoutCommand): void;
  /** Another thread commands over `port` and gets what is rendered through the route. */
  attach(port: MessagePort, route: SampleRoute): void;
  close(): void;
}

/** What a renderer is made with. */
export interface RendererSetup {
  readonly context: AudioContext;
  /** Compiled audio.wasm; `null` plays plainly. */
  readonly module: WebAssembly.Module | null;
  readonly capacityMs: number;
  readonly prebufferMs: number;
  readonly slowBelowMs: number;
  readonly onNotice: (notice: PlayoutNotice) => void;
  /** The renderer failed and renders no more. */
  readonly onFailure: (error: Error) => void;
}

/** Time between position reports, in milliseconds: two device callbacks of a slow device. */
export const REPORT_EVERY_MS = 20;
