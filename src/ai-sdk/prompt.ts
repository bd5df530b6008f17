/** Messages of a conversation as a prompt of the SDK, and back. */
import { decodeBase64 } from '../base/base64.js';
import type { ContentPart } from '../context/content-part.js';
import { Message } from '../context/message.js';
import { toolCall } from '../context/tool-call.js';
import type { AiContentPart, AiMessage, AiVersion } from './model-types.js';

/** A message as the SDK has it; results of tools are paired with the name of their call. */
export function toAiMessage({ role, content, toolCalls = [], toolCallId = '', parts = [] }: Message, all: readonly Message[], version: AiVersion): AiMessage {
  if (role === 'system') return { role, content };
  if (role === 'tool') {
    const toolName = all.flatMap((message) => message.toolCalls ?? []).find(({ id }) => id === toolCallId)?.name ?? 'unknown';
    return { role, content: [{ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: content } }] };
  }
  const others: readonly AiContentPart[] = [...parts.map((part) => toAiPart(part, version)), ...toolCalls.map((call) => ({ type: 'tool-call', toolCallId: call.id, toolName: call.name, input: call.arguments ?? {} }))];
  return { role, content: [...(content === '' && others.length > 0 ? [] : [{ type: 'text', text: content }]), ...others] };
}

function toAiPart(part: ContentPart, version: AiVersion): AiContentPart {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const { mimeType, data, url, name } = part;
  const bytes = data ?? new URL(url ?? 'data:,'); // a part has one of the two
  // Version 4 says which of the two it is.
  const file = version !== 'v4' ? bytes : bytes instanceof URL ? { type: 'url', url: bytes } : { type: 'data', data: bytes };
  return { type: 'file', mediaType: mimeType, data: file, ...(name === undefined ? {} : { filename: name }) };
}

/** Our messages for a message of the SDK: one, or one per result of a tool. Parts of unknown types are left out. */
export function fromAiMessage(message: AiMessage): readonly Message[] {
  if (message.role === 'system') return [new Message({ role: 'system', content: message.content })];
  const results = message.content.filter((part) => part.type === 'tool-result');
  if (message.role === 'tool') return results.map((part) => new Message({ role: 'tool', content: resultText(part.output), toolCallId: part.toolCallId ?? '' }));
  const text = message.content.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('');
  const calls = message.content.flatMap((part) => (part.type === 'tool-call' && part.toolName !== undefined && part.toolName !== '' ? [toolCall({ id: part.toolCallId ?? '', name: part.toolName, arguments: part.input })] : []));
  const files = message.content.flatMap(fromAiFile);
  return [new Message({ role: message.role, content: text, ...(calls.length === 0 ? {} : { toolCalls: calls }), ...(files.length === 0 ? {} : { parts: files }) })];
}

function fromAiFile({ type, mediaType = '', data, filename }: AiContentPart): readonly ContentPart[] {
  if (type !== 'file' || mediaType === '') return [];
  const [major] = mediaType.split('/', 1);
  const kind = major === 'image' || major === 'audio' || major === 'video' ? major : 'file';
  const tagged = (typeof data === 'object' && data !== null ? data : {}) as { readonly type?: unknown; readonly data?: unknown; readonly url?: unknown };
  const inner = tagged.type === 'data' ? tagged.data : tagged.type === 'url' ? tagged.url : data;
  const source = inner instanceof Uint8Array ? { data: inner } : inner instanceof URL ? { url: inner.href } : typeof inner === 'string' ? (/^[a-z]+:/.test(inner) ? { url: inner } : { data: decodeBase64(inner) }) : undefined;
  return source === undefined ? [] : [{ type: kind, mimeType: mediaType, ...source, ...(filename === undefined ? {} : { name: filename }) }];
}

/** What a tool gave, as the text that a model reads. */
function resultText(output: unknown): string {
  const { type, value, reason } = (typeof output === 'object' && output !== null ? output : {}) as { readonly type?: unknown; readonly value?: unknown; readonly reason?: unknown };
  if (typeof value === 'string') return value;
  if (type === 'execution-denied') return JSON.stringify({ error: 'denied', ...(typeof reason === 'string' ? { reason } : {}) });
  if (type === 'content' && Array.isArray(value)) return value.map((part: { readonly text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('');
  return JSON.stringify(value ?? null);
}
