import { describe, expect, it } from 'vitest';
import { InvalidIdError } from '../../src/base/id.js';
import { Message } from '../../src/context/message.js';
import { MemoryEntry, memoryEntries } from '../../src/memory/entry.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const S = '550e8400-e29b-41d4-a716-446655440000';

describe('MemoryEntry', () => {
  it('reads the seed’s dictionary', () => {
    const entry = MemoryEntry.fromDict({ id: 'msg_123', session_id: S, role: 'user', content: 'Hello, world!', timestamp: '2023-01-01T00:00:00+00:00', metadata: {} });
    expect(entry.timestamp).toEqual(new Date('2023-01-01T00:00:00Z'));
    expect(entry.toDict()).toEqual({ id: 'msg_123', session_id: S, role: 'user', content: 'Hello, world!', timestamp: '2023-01-01T00:00:00.000Z', metadata: {} });
  });

  it('keeps the millisecond, and takes a timestamp without a zone as UTC', () => {
    const entry = new MemoryEntry({ sessionId: S, role: 'user', content: '', timestamp: new Date(1700000000123) });
    expect(MemoryEntry.fromDict(entry.toDict()).timestampMs).toBe(1700000000123);
    expect(MemoryEntry.fromDict({ ...entry.toDict(), timestamp: '2023-01-01T05:06:07.008' }).timestamp.toISOString()).toBe('2023-01-01T05:06:07.008Z');
    expect(MemoryEntry.fromDict({ ...entry.toDict(), metadata: undefined, timestamp: null }).metadata).toEqual({});
  });

  it('reads camelCase, and native values in place of texts', () => {
    const entry = MemoryEntry.fromDict({ id: 'a', sessionId: S, role: 'system', content: 'c', timestamp: new Date(5) });
    expect([entry.sessionId, entry.timestampMs]).toEqual([S, 5]);
  });

  it('stamps with its clock and gives itself an id where none is given', () => {
    const entry = new MemoryEntry({ sessionId: S, role: 'user', content: 'c' }, new ManualClock({ epochMs: 77 }));
    expect(entry.timestampMs).toBe(77);
    expect(entry.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a session that is no UUID', () => {
    expect(() => new MemoryEntry({ sessionId: 'x', role: 'user', content: '' })).toThrow(InvalidIdError);
    expect(() => MemoryEntry.fromDict({ id: 'a', role: 'user', content: '' })).toThrow(InvalidIdError);
  });

  it.each([{ role: 'bot' }, { content: 5 }, { id: '' }, { metadata: [] }, { timestamp: new Date(NaN) }, { timestamp: 'yesterday' }])('refuses %j', (init) => {
    expect(() => new MemoryEntry({ sessionId: S, role: 'user', content: '', ...(init as object) })).toThrow(`MemoryEntry.${Object.keys(init)[0]}`);
  });

  it('does not tell the content in its errors', () => {
    expect(() => new MemoryEntry({ sessionId: S, role: 'my secret' as 'user', content: 'my secret' })).toThrow(/^(?!.*my secret)/);
  });

  it('cannot be changed', () => {
    const entry = new MemoryEntry({ sessionId: S, role: 'user', content: 'c', metadata: { a: { b: 1 } } });
    expect(Object.isFrozen(entry) && Object.isFrozen(entry.metadata) && Object.isFrozen(entry.metadata['a'])).toBe(true);
    entry.timestamp.setTime(0);
    expect(entry.timestampMs).toBeGreaterThan(0);
  });

  it('turns into a message and back with tool calls and what was heard', () => {
    const message = new Message({ role: 'assistant', content: 'Hel', spoken: 'Hel', generated: 'Hello', interrupted: true, timestamp: new Date(9), metadata: { mood: 'calm' }, toolCalls: [{ id: 't', name: 'light', arguments: { on: true } }] });
    const entry = MemoryEntry.fromMessage(message, { sessionId: S, id: 'e' });
    expect(entry.metadata).toMatchObject({ mood: 'calm', spoken: 'Hel', generated: 'Hello', interrupted: true });
    expect(MemoryEntry.fromDict(JSON.parse(JSON.stringify(entry))).toMessage().toDict()).toEqual(message.toDict());
  });

  it('is what a write takes, alone or in a list', () => {
    const entry = new MemoryEntry({ sessionId: S, role: 'user', content: 'c' });
    expect(memoryEntries(entry)).toEqual([entry]);
    expect(memoryEntries([entry])).toEqual([entry]);
    expect(() => memoryEntries([entry, entry.toDict() as never])).toThrow('write.entry');
    expect(() => memoryEntries('x' as never)).toThrow('write.entry');
  });
});
