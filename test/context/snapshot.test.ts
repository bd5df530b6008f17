import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Clock } from '../../src/base/clock.js';
import { InvalidIdError } from '../../src/base/id.js';
import { InvalidOptionError } from '../../src/base/option.js';
import { ExtensionBundle, ExtensionRegistry, noExtensions } from '../../src/context/extension-bundle.js';
import { Message } from '../../src/context/message.js';
import { RunIdentity } from '../../src/context/run-identity.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { Data } from '../../src/base/data.js';

const A = '550e8400-e29b-41d4-a716-446655440000';
const B = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const at = (epochMs: number): Clock => ({ now: () => 0, epochMs: () => epochMs, after: () => () => undefined });

describe('ContextSnapshot', () => {
  it('has nothing but its stamp when made from nothing', () => {
    const snapshot = new ContextSnapshot({}, at(1700000000000));
    expect(snapshot.createdAt).toEqual(new Date(1700000000000));
    expect(snapshot.runId.createdAt).toEqual(new Date(1700000000000));
    expect(snapshot.sessionId).toBeNull();
    expect(snapshot.messages).toEqual([]);
    expect(snapshot.documents).toEqual([]);
    expect(snapshot.webResults).toEqual([]);
    expect(snapshot.profile).toBeNull();
    expect(snapshot.memory).toBeNull();
    expect(snapshot.routingDecision).toBeNull();
    expect(snapshot.metadata).toEqual({});
    expect(snapshot.extensions).toBe(noExtensions);
  });

  it.each(['pipelineRunId', 'requestId', 'sessionId', 'userId', 'orgId', 'interactionId'] as const)('takes %s flat or in runId', (id) => {
    expect(new ContextSnapshot({ [id]: A })[id]).toBe(A);
    expect(new ContextSnapshot({ runId: { [id]: A } })[id]).toBe(A);
    expect(new ContextSnapshot({ runId: new RunIdentity({ [id]: A }) }).runId[id]).toBe(A);
  });

  it('lets a flat id win over the one in runId and keeps the others', () => {
    const snapshot = new ContextSnapshot({ runId: { sessionId: A, userId: A }, sessionId: B });
    expect(snapshot.sessionId).toBe(B);
    expect(snapshot.userId).toBe(A);
  });

  it.each(['abc', '', 7, {}, '550e8400e29b41d4a716446655440000'])('refuses %j as an id', (id) => {
    expect(() => new ContextSnapshot({ sessionId: id as string })).toThrow(InvalidIdError);
  });

  it.each([
    [{ inputText: 5 }, 'ContextSnapshot.inputText'],
    [{ inputAudioDurationMs: -1 }, 'ContextSnapshot.inputAudioDurationMs'],
    [{ inputAudioDurationMs: NaN }, 'ContextSnapshot.inputAudioDurationMs'],
    [{ metadata: [] }, 'ContextSnapshot.metadata'],
    [{ createdAt: new Date(NaN) }, 'ContextSnapshot.createdAt'],
    [{ extensions: 'x' }, 'ExtensionBundle.values'],
    [{ session_id: A }, 'ContextSnapshot.session_id'],
    [{ conversation: { messages: 'x' } }, 'Conversation.messages'],
  ])('refuses %j and names the field', (init, option) => {
    expect(() => new ContextSnapshot(init as object)).toThrow(InvalidOptionError);
    expect(() => new ContextSnapshot(init as object)).toThrow(option);
  });

  it('is a deep copy that nobody can change, while the caller’s objects stay theirs', () => {
    const metadata = { nested: { list: [{ deep: 1 }] } };
    const extensions = { bag: { open: true } };
    const snapshot = new ContextSnapshot({ metadata, extensions, conversation: { messages: [{ role: 'user', content: 'hi', metadata: { a: { b: 1 } } }] } });
    metadata.nested.list.push({ deep: 2 });
    extensions.bag.open = false;
    expect(snapshot.metadata).toEqual({ nested: { list: [{ deep: 1 }] } });
    expect(snapshot.extensions.get('bag')).toEqual({ open: true });
    expect(everyObjectFrozen(snapshot)).toBe(true);
    expect(Object.isFrozen(metadata)).toBe(false);
    snapshot.createdAt.setFullYear(1980);
    expect(snapshot.createdAt.getFullYear()).toBeGreaterThan(1980);
  });

  it('shares bytes instead of copying them', () => {
    const audio = new Uint8Array([1, 2, 3]);
    expect(new ContextSnapshot({ extensions: { audio_input: audio } }).extensions.get('audio_input')).toBe(audio);
  });

  it('keeps every field that a copy does not name, without copying it', () => {
    const snapshot = new ContextSnapshot({ sessionId: A, inputText: 'a', metadata: { k: 1 }, extensions: { e: 1 }, topology: 't', executionMode: 'm', conversation: {}, enrichments: {}, inputAudioDurationMs: 5 }, at(5));
    const copy = snapshot.withInputText('b');
    expect(copy.inputText).toBe('b');
    for (const field of ['runId', 'metadata', 'extensions', 'topology', 'executionMode', 'conversation', 'enrichments', 'inputAudioDurationMs'] as const) expect(copy[field]).toBe(snapshot[field]);
    expect(copy.createdAt).toEqual(snapshot.createdAt);
    expect(snapshot.withRunId({ userId: B }).runId.sessionId).toBe(A);
    expect(snapshot.withMetadata({ j: 2 }).metadata).toEqual({ k: 1, j: 2 });
    expect(snapshot.withExtensions({ x: 1 }).extensions.get('x')).toBe(1);
    expect(snapshot.withConversation(null).conversation).toBeNull();
    expect(snapshot.withEnrichments({ webResults: [{ u: 1 }] }).webResults).toEqual([{ u: 1 }]);
  });

  it('writes nested bundles and the older flat fields, which are the same data', () => {
    const dict = full().toDict();
    expect(Object.keys(dict).every((key) => /^[a-z_]+$/.test(key))).toBe(true);
    expect(dict['messages']).toBe((dict['conversation'] as Data)['messages']);
    expect(dict['session_id']).toBe(A);
    expect(full().toDict({ flat: false })).not.toHaveProperty('messages');
  });

  it.each([
    ['nested', (s: ContextSnapshot) => s.toDict({ flat: false })],
    ['nested and flat', (s: ContextSnapshot) => s.toDict()],
    ['flat only', (s: ContextSnapshot) => without(s.toDict(), 'run_id', 'conversation', 'enrichments')],
    ['camelCase', (s: ContextSnapshot) => recased(s.toDict()) as Data],
    ['JSON', (s: ContextSnapshot) => JSON.parse(JSON.stringify(s)) as Data],
  ])('is read back from the %s form', (_, form) => {
    const restored = ContextSnapshot.fromDict(form(full()));
    expect(restored.toDict()).toEqual(full().toDict());
    expect(restored.messages[0]).toBeInstanceOf(Message);
    expect(restored.metadata['big']).toBe(123456789012345678901234567890n);
  });

  it('reads extensions of a known type through their codec and others as plain data', () => {
    class Temperature {
      readonly celsius: number;
      constructor(celsius: number) {
        this.celsius = celsius;
      }
    }
    const codec = { type: 'weather', encode: (v: { t: Temperature }) => ({ t: v.t.celsius }), decode: (d: Data) => ({ t: new Temperature(d['t'] as number) }) };
    const snapshot = new ContextSnapshot({ extensions: new ExtensionBundle({ t: new Temperature(20) }, codec) as unknown as ExtensionBundle });
    const dict = snapshot.toDict();
    expect(dict['extensions_type']).toBe('weather');
    expect(ContextSnapshot.fromDict(dict, new ExtensionRegistry().register(codec)).extensions.get('t')).toBeInstanceOf(Temperature);
    expect(ContextSnapshot.fromDict(dict).extensions.get('t')).toBe(20);
  });

  it('survives a round trip through JSON whatever plain data it holds', () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), fc.oneof(json, fc.bigInt())), fc.option(fc.string({ unit: 'binary' })), (metadata, extensions, inputText) => {
        const snapshot = new ContextSnapshot({ metadata, extensions, inputText, sessionId: A });
        const restored = ContextSnapshot.fromDict(JSON.parse(JSON.stringify(snapshot)) as Data);
        expect(JSON.stringify(restored)).toBe(JSON.stringify(snapshot));
        expect(restored.inputText).toBe(inputText);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it('does not take a key named __proto__ for a prototype', () => {
    const metadata = JSON.parse('{"__proto__": {"admin": true}}') as Data;
    const snapshot = ContextSnapshot.fromDict({ metadata });
    expect((snapshot.metadata as { admin?: boolean }).admin).toBeUndefined();
    expect(JSON.stringify(snapshot.metadata)).toBe('{"__proto__":{"admin":true}}');
    expect(JSON.stringify(snapshot.toDict()['metadata'])).toBe('{"__proto__":{"admin":true}}');
  });
});

function full(): ContextSnapshot {
  return new ContextSnapshot({
    runId: { pipelineRunId: A, requestId: A, sessionId: A, userId: B, orgId: B, interactionId: B, createdAt: new Date(99) },
    conversation: { messages: [{ role: 'user', content: 'hi' }, { role: 'assistant', content: 'hello', spoken: 'hel', generated: 'hello there', interrupted: true, timestamp: new Date(12) }], routingDecision: { agentId: 'a', reason: 'r' } },
    enrichments: { profile: { userId: A, displayName: 'D', goals: ['g'] }, memory: { keyFacts: ['k'] }, documents: [{ documentId: 'd', blocks: [{ b: 1 }] }], webResults: [{ url: 'u' }] },
    extensions: { snake_key: 1, camelKey: { when: new Date(5).toISOString() } },
    inputText: 'hi',
    inputAudioDurationMs: 1200,
    topology: 'chat',
    executionMode: 'practice',
    metadata: { big: 123456789012345678901234567890n, list: [1, null, { a: 'b' }] },
    createdAt: new Date(99),
  });
}

function without(dict: Data, ...keys: string[]): Data {
  return Object.fromEntries(Object.entries(dict).filter(([key]) => !keys.includes(key)));
}

function recased(value: unknown, keep = false): unknown {
  if (Array.isArray(value)) return value.map((item) => recased(item, keep));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [keep ? key : key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), recased(held, keep || key === 'extensions' || key === 'metadata')]),
  );
}

function everyObjectFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(everyObjectFrozen);
}
