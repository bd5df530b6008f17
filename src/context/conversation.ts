/** The history of a conversation as a run sees it: messages, what was just said, and where it was routed. */
import { frozenCopy, type Data } from '../base/data.js';
import { InvalidOptionError, requireNumber } from '../base/option.js';
import { Message, type MessageInit } from './message.js';
import { RoutingDecision, type RoutingDecisionInit } from './routing-decision.js';
import { dataToWire, fromWire, optionalText, readField, requireList, requireRecord } from './wire.js';

/** Fields of a {@link Conversation}. */
export interface ConversationInit {
  /** Oldest first. @default [] */
  readonly messages?: readonly (Message | MessageInit)[] | undefined;
  readonly routingDecision?: RoutingDecision | RoutingDecisionInit | null | undefined;
  /** Latest raw input. */
  readonly inputText?: string | null | undefined;
  /** Duration of the speech that brought it, in milliseconds. */
  readonly inputAudioDurationMs?: number | null | undefined;
  /** @default {} */
  readonly metadata?: Readonly<Data> | undefined;
}

/** A frozen conversation. */
export class Conversation {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** What the router decided, if one ran. */
  readonly routingDecision: RoutingDecision | null;
  /** Latest raw input. */
  readonly inputText: string | null;
  /** Duration of the speech that brought it, in milliseconds. */
  readonly inputAudioDurationMs: number | null;
  /** Additional facts; frozen. */
  readonly metadata: Readonly<Data>;

  /** Throws `InvalidOptionError` naming the field that is wrong. */
  constructor(init: ConversationInit = {}) {
    const { messages = [], routingDecision } = init;
    if (!Array.isArray(messages)) throw new InvalidOptionError('Conversation.messages', messages, 'a list of messages');
    this.messages = Object.freeze(messages.map((message: Message | MessageInit) => (message instanceof Message ? message : new Message(message))));
    this.routingDecision = routingDecision === undefined || routingDecision === null ? null : routingDecision instanceof RoutingDecision ? routingDecision : new RoutingDecision(routingDecision);
    this.inputText = optionalText('Conversation.inputText', init.inputText);
    this.inputAudioDurationMs = optionalDuration('Conversation.inputAudioDurationMs', init.inputAudioDurationMs);
    this.metadata = frozenCopy(requireRecord('Conversation.metadata', init.metadata ?? {}));
    Object.freeze(this);
  }

  /** A copy with more messages at the end. */
  withMessages(...messages: readonly (Message | MessageInit)[]): Conversation {
    return this.with({ messages: [...this.messages, ...messages] });
  }

  /** A copy with other fields. */
  with(changes: ConversationInit): Conversation {
    const { messages, routingDecision, inputText, inputAudioDurationMs, metadata } = this;
    return new Conversation({ messages, routingDecision, inputText, inputAudioDurationMs, metadata, ...changes });
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return {
      messages: this.messages.map((message) => message.toDict()),
      routing_decision: this.routingDecision?.toDict() ?? null,
      input_text: this.inputText,
      input_audio_duration_ms: this.inputAudioDurationMs,
      metadata: dataToWire(this.metadata),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): Conversation {
    const routing = readField(dict, 'routing_decision') ?? null;
    return new Conversation({
      messages: requireList('Conversation.fromDict.messages', dict['messages']).map((message) => Message.fromDict(requireRecord('Conversation.fromDict.messages', message))),
      routingDecision: routing === null ? null : RoutingDecision.fromDict(requireRecord('Conversation.fromDict.routing_decision', routing)),
      inputText: readField(dict, 'input_text') as string | null, // the constructor checks both
      inputAudioDurationMs: readField(dict, 'input_audio_duration_ms') as number | null,
      metadata: fromWire(dict['metadata'] ?? {}) as Data,
    });
  }
}

/** A duration of at least 0 ms, or nothing. */
export function optionalDuration(option: string, value: unknown): number | null {
  return value === undefined || value === null ? null : requireNumber(option, value, { min: 0 });
}
