/**
 * A turn as server-sent events in the AI SDK's UI message stream: what its `useChat` reads. One text
 * part per answer, errors as parts, `[DONE]` at the end.
 */
import type { AudioChunk } from '../audio/chunk.js';
import { encodeBase64 } from '../base/base64.js';
import type { TurnPart } from './edge-turn.js';

/** Headers of the stream; the version is what AI SDK clients look for. */
export const uiMessageStreamHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
  'x-vercel-ai-ui-message-stream': 'v1',
});

/** What the first event tells beside the message's id. */
export interface StreamFacts {
  readonly messageId: string;
  readonly sessionId: string | null;
}

/** Writes the events of one turn, in order. */
export class UIMessageStreamWriter {
  readonly #facts: StreamFacts;
  #textOpen = false;

  constructor(facts: StreamFacts) {
    this.#facts = facts;
  }

  /** The event that opens the stream. */
  start(): string {
    const { messageId, sessionId } = this.#facts;
    return event({ type: 'start', messageId, ...(sessionId === null ? {} : { messageMetadata: { session_id: sessionId } }) });
  }

  /** The events of a part. */
  part(part: TurnPart): string {
    switch (part.type) {
      case 'text': {
        const open = this.#textOpen ? '' : event({ type: 'text-start', id: this.#facts.messageId });
        this.#textOpen = true;
        return open + event({ type: 'text-delta', id: this.#facts.messageId, delta: part.delta });
      }
      case 'audio':
        return event({ type: 'data-audio', data: audioData(part.chunk), transient: true });
      case 'interrupt':
        return event({ type: 'data-interrupt', data: { reason: part.reason }, transient: true });
      case 'end':
        return this.#closeText() + (part.cancelReason === null ? event({ type: 'finish', finishReason: part.finishReason }) : event({ type: 'abort' })) + DONE;
    }
  }

  /** The events of a failure, which end the stream. */
  error(message: string): string {
    return this.#closeText() + event({ type: 'error', errorText: message }) + DONE;
  }

  #closeText(): string {
    const close = this.#textOpen ? event({ type: 'text-end', id: this.#facts.messageId }) : '';
    this.#textOpen = false;
    return close;
  }
}

const DONE = 'data: [DONE]\n\n';

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function audioData({ data, sampleRate, channels, format, timestampMs }: AudioChunk): object {
  return { audio: encodeBase64(data), sample_rate: sampleRate, channels, format, timestamp_ms: timestampMs };
}
