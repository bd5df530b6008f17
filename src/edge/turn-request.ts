/**
 * A request for a turn, read from a body: our own form `{ input_text, session_id?, metadata? }`, or
 * the one that the AI SDK's chat transport posts, `{ id, messages: [{ role, parts }] }`. Everything a
 * client can get wrong is a 400 that says what.
 */
import { isPlainObject, type Data } from '../base/data.js';
import { isUuid } from '../base/id.js';
import { readField } from '../context/wire.js';
import { EdgeError } from './edge-error.js';

/** What a client asks. */
export interface TurnRequest {
  readonly inputText: string;
  /** The session it names, a UUID. */
  readonly sessionId: string | null;
  /** The name a chat client gives its conversation, which need not be a UUID. */
  readonly chatId: string | null;
  readonly metadata: Data;
  /** Whether the client's protocol is the AI SDK's, which is always streamed. */
  readonly isChat: boolean;
}

/** Reads a body of at most `maxBytes`; throws a 413 as soon as there is more, whatever the headers say. */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  const declared = Number(request.headers.get('Content-Length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
    // A body of declared length ends there, which the server sees to. Its text is read at once, which is several times
  // cheaper than its bytes; what was no UTF-8 in it shows as replacement signs and, mostly, in another length.
  if (declared > 0) {
    const text = await request.text().catch((error: unknown) => { throw unreadable(error); });
    if (text.length > maxBytes) throw tooLarge(maxBytes);
    if (text.includes(REPLACEMENT) && new TextEncoder().encode(text).byteLength !== declared) throw unreadable(undefined);
    return text;
  }
  if (request.body === null) return '';
  const reader = request.body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes += part.value.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      text += decoder.decode(part.value, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    await reader.cancel().catch(() => undefined); // it has failed already, or the client is gone
    throw error instanceof EdgeError ? error : unreadable(error);
  }
}

// What decoders put in place of bytes that are no UTF-8.
const REPLACEMENT = '\uFFFD';

function unreadable(cause: unknown): EdgeError {
  return new EdgeError(400, 'BAD_BODY', 'The body could not be read as UTF-8 text.', {}, cause);
}

/** The turn that a body asks for. */
export function parseTurnRequest(body: string, maxInputChars: number): TurnRequest {
  const dict = parseJson(body);
  if (!isPlainObject(dict)) throw bad('BAD_JSON', 'The body must be a JSON object such as { "input_text": "Hello" }.');
  const sessionId = readField(dict, 'session_id') ?? null;
  if (sessionId !== null && !isUuid(sessionId)) throw bad('BAD_SESSION', 'session_id must be a UUID. Leave it out for a new session.');
  const metadata = dict['metadata'] ?? {};
  if (!isPlainObject(metadata)) throw bad('BAD_METADATA', 'metadata must be a JSON object.');
  const isChat = Array.isArray(dict['messages']);
  const inputText = isChat ? lastUserText(dict['messages'] as readonly unknown[]) : readField(dict, 'input_text');
  if (typeof inputText !== 'string' || inputText.trim() === '') throw bad('BAD_INPUT', isChat ? 'The last message must be one of the user with text in it.' : 'input_text must be a string that is not empty.');
  if (inputText.length > maxInputChars) throw new EdgeError(413, 'INPUT_TOO_LONG', `The text is longer than ${maxInputChars} characters.`);
  const { id } = dict;
  return { inputText, sessionId: sessionId as string | null, chatId: isChat && typeof id === 'string' && id !== '' && id.length <= 256 ? id : null, metadata, isChat };
}

// A client's history is not taken for the conversation: what was said is in memory, and a client could write anything.
function lastUserText(messages: readonly unknown[]): string | undefined {
  const last = messages.at(-1);
  if (!isPlainObject(last) || last['role'] !== 'user') return undefined;
  if (typeof last['content'] === 'string') return last['content'];
  if (!Array.isArray(last['parts'])) return undefined;
  return last['parts'].map((part: unknown) => (isPlainObject(part) && part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad('BAD_JSON', 'The body is not JSON.');
  }
}

function bad(code: string, message: string): EdgeError {
  return new EdgeError(400, code, message);
}

function tooLarge(maxBytes: number): EdgeError {
  return new EdgeError(413, 'BODY_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`);
}
