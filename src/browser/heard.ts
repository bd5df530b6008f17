/**
 * What the audio worker says to the page, in a form that survives cloning, and how the page reads it:
 * stream elements, with times on the clock of the session.
 *
 * Times travel as milliseconds since the time origin of the worker plus that origin, because two
 * threads have one clock but two origins.
 */
import { AudioChunk } from '../audio/chunk.js';
import { element, Priority, type StreamElement } from '../stream/element.js';
import type { SpeechEndMetadata, SpeechStartMetadata } from '../voice/voice-input.js';

/** Rate of everything the worker hands out, in Hz. */
export const SPEECH_RATE = 16000;

/** One element on its way. */
export type Heard =
  | { readonly type: 'speechStart'; readonly onsetMs: number; readonly detectedMs: number; readonly audioStartMs: number }
  | { readonly type: 'audio'; readonly samples: Float32Array; readonly timestampMs: number }
  | { readonly type: 'interrupt'; readonly atMs: number; readonly silenced: boolean }
  | { readonly type: 'speechEnd'; readonly endMs: number; readonly speechMs: number; readonly misfire: boolean; readonly truncated: boolean };

/** Level on its way; see `InputLevel`. */
export interface HeardLevel {
  readonly rms: number;
  readonly peak: number;
  readonly speech: number;
  readonly spectrum: Float32Array | null;
}

/** True for what must overtake audio. */
export const isUrgent = (item: Heard): boolean => item.type === 'interrupt';

/** Buffers of an item that move instead of being copied. */
export const heardTransfer = (item: unknown): Transferable[] => ((item as Heard).type === 'audio' ? [(item as Extract<Heard, { type: 'audio' }>).samples.buffer] : []);

/** Makes stream elements of what arrives, numbered from 0. `toClock` converts absolute times to the session's clock. */
export function heardDecoder(source: string, toClock: (absoluteMs: number) => number, epochMs: () => number): (item: unknown) => StreamElement {
  let sequence = 0;
  let chunks = 0;
  return (value) => {
    const item = value as Heard;
    const header = { sequence: sequence++, timestampMs: epochMs(), source };
    switch (item.type) {
      case 'audio':
        return element({ type: 'audio', audio: new AudioChunk({ float32: item.samples, sampleRate: SPEECH_RATE, timestampMs: item.timestampMs, sequence: chunks++ }) }, header);
      case 'speechStart':
        return element({ type: 'speechStart' }, { ...header, metadata: { onsetMs: toClock(item.onsetMs), detectedMs: toClock(item.detectedMs), audioStartMs: toClock(item.audioStartMs) } satisfies SpeechStartMetadata });
      case 'speechEnd': {
        const { speechMs, misfire, truncated } = item;
        return element({ type: 'speechEnd' }, { ...header, metadata: { endMs: toClock(item.endMs), speechMs, misfire, truncated } satisfies SpeechEndMetadata });
      }
      case 'interrupt':
        return element({ type: 'interrupt', reason: 'speech' }, { ...header, priority: Priority.CRITICAL, metadata: { atMs: toClock(item.atMs), silenced: item.silenced } });
    }
  };
}
