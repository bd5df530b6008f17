/**
 * One message of a conversation. An answer that was spoken and cut keeps both truths: `content` is
 * what counts for the conversation (what was heard), `generated` what the model wrote, `spoken` what
 * left the speaker, `interrupted` that it was cut.
 */
import { frozenCopy, type Data } from '../base/data.js';
import { InvalidOptionError, requireBoolean, requireOneOf } from '../base/option.js';
import { contentPart, contentPartFromDict, contentPartToDict, type ContentPart } from './content-part.js';
import { toolCall, toolCallFromDict, toolCallToDict, type ToolCall } from './tool-call.js';
import { dataToWire, fromWire, optionalMoment, optionalText, readField, requireList, requireRecord } from './wire.js';

/** Who speaks in a {@link Message}. */
export const MessageRole = { USER: 'user', ASSISTANT: 'assistant', SYSTEM: 'system', TOOL: 'tool' } as const;
export type MessageRole = (typeof MessageRole)[keyof typeof MessageRole];

/** The roles, for validation. */
export const messageRoles: readonly MessageRole[] = Object.freeze(Object.values(MessageRole));

/** Fields of a {@link Message}. */
export interface MessageInit {
  readonly role: MessageRole;
  /** The text; empty where the message is only tool calls or parts. */
  readonly content: string;
  /** @default {} */
  readonly metadata?: Readonly<Data> | undefined;
  /** Tools the assistant asks to run. */
  readonly toolCalls?: readonly ToolCall[] | undefined;
  /** On a `tool` message: the call it answers. */
  readonly toolCallId?: string | undefined;
  /** Parts that are not text alone. */
  readonly parts?: readonly ContentPart[] | undefined;
  /** What was heard of a spoken answer. */
  readonly spoken?: string | undefined;
  /** What the model wrote, where it differs from `content`. */
  readonly generated?: string | undefined;
  /** True when the answer was cut. */
  readonly interrupted?: boolean | undefined;
  /** @default null */
  readonly timestamp?: Date | null | undefined;
}

const NO_METADATA: Readonly<Data> = Object.freeze({});

/** One frozen message. */
export class Message {
  /** Who speaks. */
  readonly role: MessageRole;
  /** The text. */
  readonly content: string;
  /** Additional facts; frozen all the way down. */
  readonly metadata: Readonly<Data>;
  /** Tools the assistant asks to run. */
  readonly toolCalls: readonly ToolCall[] | undefined;
  /** On a `tool` message: the call it answers. */
  readonly toolCallId: string | undefined;
  /** Parts that are not text alone. */
  readonly parts: readonly ContentPart[] | undefined;
  /** What was heard of a spoken answer. */
  readonly spoken: string | undefined;
  /** What the model wrote, where it differs from `content`. */
  readonly generated: string | undefined;
  /** True when the answer was cut. */
  readonly interrupted: boolean | undefined;
  readonly #timestampMs: number | null;

  /** Throws `InvalidOptionError` naming the field for a wrong type or an unknown role. */
  constructor(init: MessageInit) {
    this.role = requireOneOf('Message.role', init.role, messageRoles);
    if (typeof init.content !== 'string') throw new InvalidOptionError('Message.content', init.content, 'a string');
    this.content = init.content;
    this.metadata = init.metadata === undefined ? NO_METADATA : frozenCopy(requireRecord('Message.metadata', init.metadata));
    this.toolCalls = init.toolCalls === undefined ? undefined : Object.freeze(init.toolCalls.map(toolCall));
    this.toolCallId = optionalText('Message.toolCallId', init.toolCallId) ?? undefined;
    this.parts = init.parts === undefined ? undefined : Object.freeze(init.parts.map(contentPart));
    this.spoken = optionalText('Message.spoken', init.spoken) ?? undefined;
    this.generated = optionalText('Message.generated', init.generated) ?? undefined;
    this.interrupted = init.interrupted === undefined ? undefined : requireBoolean('Message.interrupted', init.interrupted);
    this.#timestampMs = optionalMoment('Message.timestamp', init.timestamp);
    Object.freeze(this);
  }

  /** When it was said, where known; a new Date at each reading. */
  get timestamp(): Date | null {
    return this.#timestampMs === null ? null : new Date(this.#timestampMs);
  }

  /** A copy with other fields. */
  with(changes: Partial<MessageInit>): Message {
    const { role, content, metadata, toolCalls, toolCallId, parts, spoken, generated, interrupted, timestamp } = this;
    return new Message({ role, content, metadata, toolCalls, toolCallId, parts, spoken, generated, interrupted, timestamp, ...changes });
  }

  /** Wire form, snake_case; absent fields are left out. */
  toDict(): Data {
    return {
      role: this.role,
      content: this.content,
      timestamp: this.timestamp?.toISOString() ?? null,
      metadata: dataToWire(this.metadata),
      ...(this.toolCalls === undefined ? {} : { tool_calls: this.toolCalls.map(toolCallToDict) }),
      ...(this.toolCallId === undefined ? {} : { tool_call_id: this.toolCallId }),
      ...(this.parts === undefined ? {} : { parts: this.parts.map(contentPartToDict) }),
      ...(this.spoken === undefined ? {} : { spoken: this.spoken }),
      ...(this.generated === undefined ? {} : { generated: this.generated }),
      ...(this.interrupted === undefined ? {} : { interrupted: this.interrupted }),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling; tool calls may be in chat-completions form. */
  static fromDict(dict: Readonly<Data>): Message {
    const toolCalls = readField(dict, 'tool_calls') ?? undefined;
    const { parts } = dict;
    return new Message({
      role: dict['role'] as MessageRole, // the constructor checks each
      content: (dict['content'] ?? '') as string, // chat-completions messages with tool calls have null
      metadata: fromWire(dict['metadata'] ?? {}) as Data,
      timestamp: (dict['timestamp'] ?? null) as Date | null,
      ...(toolCalls === undefined ? {} : { toolCalls: requireList('Message.fromDict.tool_calls', toolCalls).map((call) => toolCallFromDict(requireRecord('Message.fromDict.tool_calls', call))) }),
      toolCallId: (readField(dict, 'tool_call_id') ?? undefined) as string | undefined,
      ...(parts === undefined || parts === null ? {} : { parts: requireList('Message.fromDict.parts', parts).map((part) => contentPartFromDict(requireRecord('Message.fromDict.parts', part))) }),
      spoken: (dict['spoken'] ?? undefined) as string | undefined,
      generated: (dict['generated'] ?? undefined) as string | undefined,
      interrupted: (dict['interrupted'] ?? undefined) as boolean | undefined,
    });
  }
}
