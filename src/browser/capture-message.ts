/** Between the microphone on the page and its capture worklet. */
import type { SampleSink } from './sample-transport.js';

/** Name under which the capture processor is registered. */
export const CAPTURE_PROCESSOR = 'sluice-capture';

/** What the capture worklet can be told. `close` ends the processor for good. */
export type CaptureCommand = { readonly type: 'connect'; readonly sink: SampleSink } | { readonly type: 'close' };
