/** A conversation as the body of a chat completion. */
import { encodeBase64 } from '../../base/base64.js';
import type { Data } from '../../base/data.js';
import type { ContentPart } from '../../context/content-part.js';
import type { Message } from '../../context/message.js';
import type { ToolCall } from '../../context/tool-call.js';
import type { ToolDefinition } from '../tool.js';

/** A message in the form of the interface. Parts that it has no form for (video, files by address) are left out. */
export function chatMessage(message: Message): Data {
  const { role, content, toolCalls = [], toolCallId, parts } = message;
  if (role === 'tool') return { role, tool_call_id: toolCallId ?? '', content };
  const body = parts === undefined ? content : [...(content === '' ? [] : [{ type: 'text', text: content }]), ...parts.flatMap(chatPart)];
  if (role !== 'assistant' || toolCalls.length === 0) return { role, content: body };
  return { role, content: content === '' ? null : content, tool_calls: toolCalls.map(chatToolCall) };
}

/** A tool in the form of the interface. */
export function chatTool({ name, description, inputSchema }: ToolDefinition): Data {
  return { type: 'function', function: { name, ...(description === undefined ? {} : { description }), parameters: inputSchema ?? { type: 'object', properties: {} } } };
}

function chatToolCall({ id, name, arguments: input, rawArguments }: ToolCall): Data {
  // Arguments are text. A model that wrote broken JSON is shown what it wrote.
  return { id, type: 'function', function: { name, arguments: rawArguments ?? (typeof input === 'string' ? input : JSON.stringify(input ?? {})) } };
}

function chatPart(part: ContentPart): readonly Data[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }];
  const { type, mimeType, data, url, name } = part;
  const address = url ?? (data === undefined ? undefined : `data:${mimeType};base64,${encodeBase64(data)}`);
  if (type === 'image' && address !== undefined) return [{ type: 'image_url', image_url: { url: address } }];
  const format = /^audio\/(?:x-|vnd\.)?(wave?|mpeg|mp3)$/.exec(mimeType)?.[1];
  if (type === 'audio' && data !== undefined && format !== undefined) return [{ type: 'input_audio', input_audio: { data: encodeBase64(data), format: format.startsWith('wav') ? 'wav' : 'mp3' } }];
  if (type === 'file' && data !== undefined && address !== undefined) return [{ type: 'file', file: { file_data: address, filename: name ?? 'file' } }];
  return [];
}
