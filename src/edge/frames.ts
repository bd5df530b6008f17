/**
 * What goes over a conversation's WebSocket. Binary frames are audio in the format last agreed; text
 * frames are JSON with a `type`:
 *
 *   both ways      text · audio_format · end_of_turn · interrupt
 *   from client    ping
 *   from server    session · turn_end · error · pong
 *
 * Everything a client can get wrong is a `FrameError`, whose message the client is told.
 */
import { AudioChunk } from '../audio/chunk.js';
import { AudioFormat } from '../audio/format.js';
import { isPlainObject, type Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { readField } from '../context/wire.js';

/** A frame is none of the protocol's. */
export class FrameError extends SluiceError {
  override readonly name: string = 'FrameError';

  constructor(message: string) {
    super(message, { code: 'BAD_FRAME' });
  }
}

/** Format of the audio in binary frames. */
export interface FrameAudioFormat {
  readonly sampleRate: number;
  readonly channels: number;
  readonly format: AudioFormat;
}

/** PCM, 16 bits, mono, 16 kHz: what both sides assume until one says otherwise. */
export const defaultFrameFormat: FrameAudioFormat = Object.freeze({ sampleRate: 16000, channels: 1, format: AudioFormat.PCM_16 });

/** A frame from a client, read. */
export type ClientFrame =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'audio'; readonly bytes: Uint8Array }
  | { readonly type: 'audio_format'; readonly format: FrameAudioFormat }
  | { readonly type: 'end_of_turn' }
  | { readonly type: 'interrupt'; readonly reason: string }
  | { readonly type: 'ping' };

/** What a WebSocket gives as a message. */
export type FrameData = string | ArrayBuffer | Uint8Array;

// A WebSocket may carry 32 MiB on some platforms; a frame of speech is some kilobytes.
const MAX_TEXT_CHARS = 64 * 1024;
const MAX_AUDIO_BYTES = 1024 * 1024;
const MAX_REASON_CHARS = 200;

/** Reads a frame; throws {@link FrameError}. */
export function readFrame(data: FrameData): ClientFrame {
  if (typeof data !== 'string') {
    if (!(data instanceof Uint8Array || data instanceof ArrayBuffer)) throw new FrameError('A frame must be text or bytes. Set the socket’s binaryType to arraybuffer.');
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
    if (bytes.byteLength > MAX_AUDIO_BYTES) throw new FrameError(`A binary frame is larger than ${MAX_AUDIO_BYTES} bytes. Send audio in smaller pieces.`);
    return { type: 'audio', bytes };
  }
  if (data.length > MAX_TEXT_CHARS) throw new FrameError(`A text frame is longer than ${MAX_TEXT_CHARS} characters.`);
  const dict = parse(data);
  switch (dict['type']) {
    case 'text': {
      const { text } = dict;
      if (typeof text !== 'string' || text.trim() === '') throw new FrameError('A text frame needs a `text` that is not empty.');
      return { type: 'text', text };
    }
    case 'audio_format':
      return { type: 'audio_format', format: formatOf(dict) };
    case 'end_of_turn':
    case 'ping':
      return { type: dict['type'] };
    case 'interrupt': {
      const { reason = 'interrupted' } = dict;
      if (typeof reason !== 'string' || reason.length > MAX_REASON_CHARS) throw new FrameError(`The \`reason\` of an interrupt is a text of at most ${MAX_REASON_CHARS} characters.`);
      return { type: 'interrupt', reason };
    }
    default:
      throw new FrameError('A text frame needs a `type`: text, audio_format, end_of_turn, interrupt or ping.');
  }
}

/** A JSON frame. */
export function jsonFrame(type: string, fields: Data = {}): string {
  return JSON.stringify({ type, ...fields });
}

/** Frames of audio: the format first where it is new. Keep one per socket. */
export class AudioFrameWriter {
  #format: FrameAudioFormat = defaultFrameFormat;

  /** The frames of a chunk. */
  frames({ data, sampleRate, channels, format }: AudioChunk): readonly (string | Uint8Array)[] {
    const current = this.#format;
    if (current.sampleRate === sampleRate && current.channels === channels && current.format === format) return [data];
    this.#format = { sampleRate, channels, format };
    return [jsonFrame('audio_format', { sample_rate: sampleRate, channels, format }), data];
  }
}

/** The chunk of a binary frame. */
export function frameAudio(bytes: Uint8Array, format: FrameAudioFormat, sequence: number, timestampMs: number): AudioChunk {
  return new AudioChunk({ data: bytes, ...format, sequence, timestampMs });
}

function parse(text: string): Data {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FrameError('A text frame must be JSON.');
  }
  if (isPlainObject(value)) return value;
  throw new FrameError('A text frame must be a JSON object.');
}

const FORMATS: readonly unknown[] = Object.values(AudioFormat);

function formatOf(dict: Data): FrameAudioFormat {
  const sampleRate = readField(dict, 'sample_rate') ?? defaultFrameFormat.sampleRate;
  const { channels = 1, format = AudioFormat.PCM_16 } = dict;
  if (typeof sampleRate !== 'number' || !Number.isInteger(sampleRate) || sampleRate < 8000 || sampleRate > 192000) throw new FrameError('`sample_rate` must be a whole number from 8000 to 192000.');
  if (channels !== 1 && channels !== 2) throw new FrameError('`channels` must be 1 or 2.');
  if (!FORMATS.includes(format)) throw new FrameError('`format` must name an audio format such as pcm_16.');
  return { sampleRate, channels, format: format as AudioFormat }; // checked against the list
}
