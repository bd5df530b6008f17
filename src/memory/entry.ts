/**
 * One remembered message of a session. Its id is unique within the session: writing an entry with an
 * id that is there already replaces that entry in its place, so a write may be repeated safely.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { frozenCopy, type Data } from '../base/data.js';
import { randomId, requireUuid } from '../base/id.js';
import { InvalidOptionError, requireName, requireOneOf } from '../base/option.js';
import { Message, messageRoles, type MessageRole } from '../context/message.js';
import { dataToWire, fromWire, optionalMoment, readField, requireRecord } from '../context/wire.js';

/** Fields of a {@link MemoryEntry}. */
export interface MemoryEntryInit {
  /** Unique within the session. @default a new UUID */
  readonly id?: string | undefined;
  /** The session, a UUID. */
  readonly sessionId: string;
  readonly role: MessageRole;
  readonly content: string;
  /** @default now */
  readonly timestamp?: Date | null | undefined;
  /** @default {} */
  readonly metadata?: Readonly<Data> | undefined;
}

const NO_METADATA: Readonly<Data> = Object.freeze({});
// The session of the entry made last: a store reads many of one session, and its id need not be examined each time.
let lastSession: string | undefined;

/** A frozen entry of memory. */
export class MemoryEntry {
  /** Unique within the session. */
  readonly id: string;
  /** The session, a UUID. */
  readonly sessionId: string;
  /** Who said it. */
  readonly role: MessageRole;
  /** What was said; of a spoken answer, what was heard. */
  readonly content: string;
  /** Additional facts; frozen all the way down. */
  readonly metadata: Readonly<Data>;
  /** `timestamp` as milliseconds since 1970. */
  readonly timestampMs: number;

  /** Throws `InvalidIdError` or `InvalidOptionError` naming the field. `clock` stamps where no timestamp is given. */
  constructor(init: MemoryEntryInit, clock: Clock = systemClock) {
    this.id = init.id === undefined ? randomId() : requireName('MemoryEntry.id', init.id);
    this.sessionId = init.sessionId === lastSession ? init.sessionId : (lastSession = requireUuid('MemoryEntry.sessionId', init.sessionId));
    this.role = requireOneOf('MemoryEntry.role', init.role, messageRoles);
    if (typeof init.content !== 'string') throw new InvalidOptionError('MemoryEntry.content', init.content, 'a string');
    this.content = init.content;
    this.metadata = init.metadata === undefined || init.metadata === null ? NO_METADATA : frozenCopy(requireRecord('MemoryEntry.metadata', init.metadata));
    this.timestampMs = optionalMoment('MemoryEntry.timestamp', init.timestamp) ?? clock.epochMs();
    Object.freeze(this);
  }

  /** When it was said, to the millisecond; a new Date at each reading. */
  get timestamp(): Date {
    return new Date(this.timestampMs);
  }

  /** A copy with other fields. */
  with(changes: Partial<MemoryEntryInit>): MemoryEntry {
    const { id, sessionId, role, content, timestamp, metadata } = this;
    return new MemoryEntry({ id, sessionId, role, content, timestamp, metadata, ...changes });
  }

  /** The entry as a message of a conversation; tool calls and what was spoken come back from the metadata. */
  toMessage(): Message {
    const { tool_calls, tool_call_id, spoken, generated, interrupted, ...metadata } = this.metadata;
    return Message.fromDict({ role: this.role, content: this.content, timestamp: this.timestamp, metadata, tool_calls, tool_call_id, spoken, generated, interrupted });
  }

  /** An entry of a message; what a message has beyond role, content and timestamp is kept in the metadata. */
  static fromMessage(message: Message, place: { readonly sessionId: string; readonly id?: string }, clock: Clock = systemClock): MemoryEntry {
    const { role, content, timestamp, metadata, ...rest } = message.toDict();
    const init = { sessionId: place.sessionId, role: role as MessageRole, content: content as string, timestamp: message.timestamp, metadata: { ...(metadata as Data), ...rest } };
    return new MemoryEntry(place.id === undefined ? init : { ...init, id: place.id }, clock);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return {
      id: this.id,
      session_id: this.sessionId,
      role: this.role,
      content: this.content,
      timestamp: this.timestamp.toISOString(),
      metadata: dataToWire(this.metadata),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling; the id and the session must be there. */
  static fromDict(dict: Readonly<Data>): MemoryEntry {
    requireRecord('MemoryEntry.fromDict', dict);
    return new MemoryEntry({
      id: requireName('MemoryEntry.fromDict.id', dict['id']),
      sessionId: readField(dict, 'session_id') as string, // the constructor checks each
      role: dict['role'] as MessageRole,
      content: dict['content'] as string,
      timestamp: (dict['timestamp'] ?? null) as Date | null,
      metadata: fromWire(dict['metadata'] ?? {}) as Data,
    });
  }
}

/** The entries of a write, as a list; throws `InvalidOptionError` before anything is written when one is no entry. */
export function memoryEntries(entry: MemoryEntry | readonly MemoryEntry[]): readonly MemoryEntry[] {
  const entries = entry instanceof MemoryEntry ? [entry] : entry;
  if (!Array.isArray(entries)) throw new InvalidOptionError('write.entry', entry, 'a MemoryEntry or a list of them');
  for (const one of entries) if (!(one instanceof MemoryEntry)) throw new InvalidOptionError('write.entry', one, 'a MemoryEntry (use MemoryEntry.fromDict for stored data)');
  return entries as readonly MemoryEntry[];
}
