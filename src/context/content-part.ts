/** The parts of a message that is more than text: images, audio, video and files, by bytes or by address. */
import { decodeBase64 } from '../base/base64.js';
import type { Data } from '../base/data.js';
import { InvalidOptionError, requireName, requireOneOf } from '../base/option.js';
import { readField, toWire } from './wire.js';

/** Bytes (shared, not copied) or an address; one of the two. */
export interface MediaPart {
  readonly type: 'image' | 'audio' | 'video' | 'file';
  /** For example `image/png`. */
  readonly mimeType: string;
  readonly data?: Uint8Array;
  readonly url?: string;
  /** Name of a file. */
  readonly name?: string;
}

/** One part of a message. */
export type ContentPart = { readonly type: 'text'; readonly text: string } | MediaPart;

/** Returns a frozen copy of `part`; throws `InvalidOptionError` for anything that is no part. */
export function contentPart(part: ContentPart): ContentPart {
  const type = requireOneOf('ContentPart.type', part.type, ['text', 'image', 'audio', 'video', 'file']);
  if (part.type === 'text') {
    if (typeof part.text !== 'string') throw new InvalidOptionError('ContentPart.text', part.text, 'a string');
    return Object.freeze({ type: 'text', text: part.text });
  }
  const { mimeType, data, url, name } = part;
  requireName('ContentPart.mimeType', mimeType);
  if (data !== undefined ? !(data instanceof Uint8Array) : typeof url !== 'string') throw new InvalidOptionError('ContentPart.data', data ?? url, 'a Uint8Array in data, or an address in url');
  return Object.freeze({
    type: type as MediaPart['type'],
    mimeType,
    ...(data === undefined ? {} : { data }),
    ...(url === undefined ? {} : { url }),
    ...(name === undefined ? {} : { name }),
  });
}

/** Wire form; bytes as base64. */
export function contentPartToDict(part: ContentPart): Data {
  if (part.type === 'text') return { type: 'text', text: part.text };
  return {
    type: part.type,
    mime_type: part.mimeType,
    ...(part.data === undefined ? {} : { data: toWire(part.data) }),
    ...(part.url === undefined ? {} : { url: part.url }),
    ...(part.name === undefined ? {} : { name: part.name }),
  };
}

/** Reads the wire form, either spelling. */
export function contentPartFromDict(dict: Readonly<Data>): ContentPart {
  const { data } = dict;
  return contentPart({
    ...dict,
    mimeType: readField(dict, 'mime_type'),
    ...(typeof data === 'string' ? { data: decodeBase64(data) } : {}),
  } as unknown as ContentPart); // contentPart checks every field
}
