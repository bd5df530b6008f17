/**
 * The unit that flows over live edges: one typed payload, or one control signal, with its place in
 * the stream and its priority.
 *
 * Elements are plain frozen records built by the functions below. What is constant in a turn lives in
 * the snapshot; what differs per element lives here.
 */
import { AudioChunk } from '../audio/chunk.js';
import type { Data } from '../base/data.js';
import { systemClock } from '../base/clock.js';
import type { ContentPart } from '../context/content-part.js';
import type { Message } from '../context/message.js';
import type { ToolCall } from '../context/tool-call.js';

/** Lanes of a channel: a higher one overtakes, order within one is first in, first out. */
export const Priority = { LOW: 0, NORMAL: 1, HIGH: 2, CRITICAL: 3 } as const;
export type Priority = (typeof Priority)[keyof typeof Priority];

/** What every element carries beside its payload. */
export interface ElementHeader {
  /** Position in the stream of its source, from 0. */
  readonly sequence: number;
  /** When it was made, milliseconds since 1970-01-01T00:00:00Z unless its source says otherwise. */
  readonly timestampMs: number;
  /** Name of the stage or device that made it; empty when nobody said. */
  readonly source: string;
  /** Lane in a priority channel. */
  readonly priority: Priority;
  /** The turn it belongs to, where there is one. */
  readonly turnId?: string;
  /** Free facts for later stages. */
  readonly metadata?: Readonly<Data>;
}

/** The payloads and control signals. */
export type ElementBody =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'audio'; readonly audio: AudioChunk }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'toolCall'; readonly toolCall: ToolCall }
  | { readonly type: 'image'; readonly image: Uint8Array; readonly mimeType: string }
  | { readonly type: 'video'; readonly video: Uint8Array; readonly mimeType: string }
  | { readonly type: 'parts'; readonly parts: readonly ContentPart[] }
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'speechStart' }
  | { readonly type: 'speechEnd' }
  | { readonly type: 'endOfTurn' }
  | { readonly type: 'endOfStream' }
  | { readonly type: 'interrupt'; readonly reason: string }
  | { readonly type: 'error'; readonly error: Error };

/** One element of a stream. */
export type StreamElement = ElementHeader & ElementBody;

/** Name of a payload or control signal. */
export type ElementType = StreamElement['type'];

/** The element of one type. */
export type ElementOf<T extends ElementType> = Extract<StreamElement, { readonly type: T }>;

/** Header fields a caller may set. */
export type ElementOptions = Partial<ElementHeader>;

// Text, messages and pictures are normal; sound is urgent; errors, ends and interrupts are control (PromptKit's defaults).
const DEFAULT_PRIORITY: Readonly<Record<ElementType, Priority>> = {
  text: Priority.NORMAL,
  message: Priority.NORMAL,
  image: Priority.NORMAL,
  toolCall: Priority.NORMAL,
  parts: Priority.NORMAL,
  value: Priority.NORMAL,
  audio: Priority.HIGH,
  video: Priority.HIGH,
  speechStart: Priority.HIGH,
  speechEnd: Priority.HIGH,
  endOfTurn: Priority.HIGH,
  endOfStream: Priority.CRITICAL,
  interrupt: Priority.CRITICAL,
  error: Priority.CRITICAL,
};

const NO_OPTIONS: ElementOptions = {};

type Draft<T extends ElementType> = { -readonly [K in keyof ElementOf<T>]: ElementOf<T>[K] };

/** The header of an element, to which its builder adds the payload before it is frozen: copying header and payload together would cost a third of the whole. */
function begin<T extends ElementType>(type: T, options: ElementOptions = NO_OPTIONS): Draft<T> {
  const { sequence = 0, timestampMs = systemClock.epochMs(), source = '', priority = DEFAULT_PRIORITY[type], turnId, metadata } = options;
  const draft: { -readonly [K in keyof ElementHeader]: ElementHeader[K] } & { type?: T } = { sequence, timestampMs, source, priority };
  if (turnId !== undefined) draft.turnId = turnId;
  if (metadata !== undefined) draft.metadata = metadata;
  draft.type = type;
  return draft as Draft<T>;
}

/** Builds an element of any type; header fields that are left out get their defaults. */
export function element<B extends ElementBody>(body: B, options?: ElementOptions): ElementHeader & B {
  return Object.freeze(Object.assign(begin(body.type, options), body)) as ElementHeader & B;
}

/** A piece of text. Priority normal. */
export function textElement(text: string, options?: ElementOptions): ElementOf<'text'> {
  const made = begin('text', options);
  made.text = text;
  return Object.freeze(made);
}

/** A piece of audio. Priority high. */
export function audioElement(audio: AudioChunk | ConstructorParameters<typeof AudioChunk>[0], options?: ElementOptions): ElementOf<'audio'> {
  const made = begin('audio', options);
  made.audio = audio instanceof AudioChunk ? audio : new AudioChunk(audio);
  return Object.freeze(made);
}

/** A whole chat message. Priority normal. */
export function messageElement(message: Message, options?: ElementOptions): ElementOf<'message'> {
  const made = begin('message', options);
  made.message = message;
  return Object.freeze(made);
}

/** A model's request to call a tool. Priority normal. */
export function toolCallElement(toolCall: ToolCall, options?: ElementOptions): ElementOf<'toolCall'> {
  const made = begin('toolCall', options);
  made.toolCall = toolCall;
  return Object.freeze(made);
}

/** An encoded picture. Priority normal. */
export function imageElement(image: Uint8Array, mimeType: string, options?: ElementOptions): ElementOf<'image'> {
  const made = begin('image', options);
  made.image = image;
  made.mimeType = mimeType;
  return Object.freeze(made);
}

/** An encoded piece of video. Priority high. */
export function videoElement(video: Uint8Array, mimeType: string, options?: ElementOptions): ElementOf<'video'> {
  const made = begin('video', options);
  made.video = video;
  made.mimeType = mimeType;
  return Object.freeze(made);
}

/** Several content parts of one message. Priority normal. */
export function partsElement(parts: readonly ContentPart[], options?: ElementOptions): ElementOf<'parts'> {
  const made = begin('parts', options);
  made.parts = parts;
  return Object.freeze(made);
}

/** Any other value. Priority normal. */
export function valueElement(value: unknown, options?: ElementOptions): ElementOf<'value'> {
  const made = begin('value', options);
  made.value = value;
  return Object.freeze(made);
}

/** An error that travels with the stream. Priority critical. */
export function errorElement(error: Error, options?: ElementOptions): ElementOf<'error'> {
  const made = begin('error', options);
  made.error = error;
  return Object.freeze(made);
}

/** The end of the stream. Priority critical. */
export function endOfStreamElement(options?: ElementOptions): ElementOf<'endOfStream'> {
  return Object.freeze(begin('endOfStream', options));
}

/** The end of a turn. Priority high. */
export function endOfTurnElement(options?: ElementOptions): ElementOf<'endOfTurn'> {
  return Object.freeze(begin('endOfTurn', options));
}

/** Somebody spoke over the answer, or a guard stopped it. Priority critical. */
export function interruptElement(reason: string, options?: ElementOptions): ElementOf<'interrupt'> {
  const made = begin('interrupt', options);
  made.reason = reason;
  return Object.freeze(made);
}

/** True for elements that carry a payload. */
export function hasContent(item: StreamElement): boolean {
  return !isControl(item);
}

/** True for control signals: turn and stream ends, speech marks, interrupts, errors. */
export function isControl(item: StreamElement): boolean {
  switch (item.type) {
    case 'speechStart':
    case 'speechEnd':
    case 'endOfTurn':
    case 'endOfStream':
    case 'interrupt':
    case 'error':
      return true;
    default:
      return false;
  }
}

/** True for payloads of length zero: empty text, audio, picture, video or list of parts. */
export function isEmpty(item: StreamElement): boolean {
  switch (item.type) {
    case 'text':
      return item.text.length === 0;
    case 'audio':
      return item.audio.data.byteLength === 0;
    case 'image':
      return item.image.byteLength === 0;
    case 'video':
      return item.video.byteLength === 0;
    case 'parts':
      return item.parts.length === 0;
    default:
      return false;
  }
}

/** A copy with another source. */
export function withSource<E extends StreamElement>(item: E, source: string): E {
  return Object.freeze({ ...item, source });
}

/** A copy in another lane. */
export function withPriority<E extends StreamElement>(item: E, priority: Priority): E {
  return Object.freeze({ ...item, priority });
}

/** A copy at another position. */
export function withSequence<E extends StreamElement>(item: E, sequence: number): E {
  return Object.freeze({ ...item, sequence });
}

/** A copy with further metadata; keys given here win. */
export function withMetadata<E extends StreamElement>(item: E, metadata: Data): E {
  return Object.freeze(Object.assign({}, item, { metadata: Object.freeze(Object.assign({}, item.metadata, metadata)) }));
}
