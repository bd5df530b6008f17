import { describe, expect, it, vi } from 'vitest';
import type { Data } from '../../src/base/data.js';
import { StageArtifact } from '../../src/context/artifact.js';
import { Conversation } from '../../src/context/conversation.js';
import { DocumentEnrichment, Enrichments, MemoryEnrichment, ProfileEnrichment } from '../../src/context/enrichments.js';
import { ExtensionBundle, ExtensionRegistry, noExtensions, toExtensionBundle } from '../../src/context/extension-bundle.js';
import { Message } from '../../src/context/message.js';
import { RoutingDecision } from '../../src/context/routing-decision.js';
import { RunIdentity } from '../../src/context/run-identity.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const A = '550e8400-e29b-41d4-a716-446655440000';
const json = (value: unknown): Data => JSON.parse(JSON.stringify(value)) as Data;

describe('RunIdentity', () => {
  it('writes its ids and reads them back, either spelling', () => {
    const identity = new RunIdentity({ pipelineRunId: A, userId: A, createdAt: new Date(5) });
    expect(identity.toDict()).toEqual({ pipeline_run_id: A, request_id: null, session_id: null, user_id: A, org_id: null, interaction_id: null, created_at: '1970-01-01T00:00:00.005Z' });
    expect(RunIdentity.fromDict(json(identity)).toDict()).toEqual(identity.toDict());
    expect(RunIdentity.fromDict({ pipelineRunId: A, userId: A, createdAt: new Date(5) }).toDict()).toEqual(identity.toDict());
  });

  it('is stamped by its clock, and copies keep the stamp', () => {
    const identity = new RunIdentity({}, new ManualClock({ epochMs: 7 }));
    expect(identity.createdAt).toEqual(new Date(7));
    expect(identity.with({ orgId: A }).createdAt).toEqual(new Date(7));
    expect(identity.with({ orgId: A }).with({ orgId: null }).orgId).toBeNull();
  });
});

describe('Conversation', () => {
  it('takes messages made or to be made, and adds to them without changing itself', () => {
    const first = new Message({ role: 'user', content: 'a' });
    const conversation = new Conversation({ messages: [first, { role: 'assistant', content: 'b' }], routingDecision: { reason: 'r' } });
    const longer = conversation.withMessages({ role: 'user', content: 'c' });
    expect([conversation.messages.length, longer.messages.length, longer.messages[0] === first, longer.routingDecision]).toEqual([2, 3, true, conversation.routingDecision]);
    expect(Conversation.fromDict(json(longer)).toDict()).toEqual(longer.toDict());
  });

  it.each([{ messages: {} }, { inputAudioDurationMs: -1 }, { metadata: 'x' }, { inputText: 5 }])('refuses %j', (init) => {
    expect(() => new Conversation(init as object)).toThrow(`Conversation.${Object.keys(init)[0]}`);
  });
});

describe('Enrichments', () => {
  it('say whether there is any', () => {
    expect(new Enrichments().hasAny).toBe(false);
    for (const init of [{ profile: {} }, { memory: {} }, { documents: [{}] }, { webResults: [{}] }]) expect(new Enrichments(init).hasAny).toBe(true);
  });

  it('come back from their wire form, either spelling', () => {
    const enrichments = new Enrichments({ profile: { userId: A, displayName: 'D', preferences: { a: 1 }, goals: ['g'] }, memory: { recentTopics: ['t'], keyFacts: ['k'], interactionHistorySummary: 's' }, documents: [{ documentId: 'd', documentType: 'note', blocks: [{ b: 1 }], metadata: { m: 1 } }], webResults: [{ url: 'u' }] });
    expect(Enrichments.fromDict(json(enrichments)).toDict()).toEqual(enrichments.toDict());
    expect(Enrichments.fromDict({ webResults: [{ url: 'u' }], profile: { displayName: 'D' } })).toMatchObject({ webResults: [{ url: 'u' }], profile: { displayName: 'D' } });
    expect(enrichments.with({ profile: null }).memory).toBe(enrichments.memory);
  });

  it('read the older names and say so once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    for (let n = 0; n < 2; n++) {
      expect(MemoryEnrichment.fromDict({ short_term: ['a'], long_term: ['b'], summary: 'c' }).toDict()).toEqual({ recent_topics: ['a'], key_facts: ['b'], interaction_history_summary: 'c' });
      expect(DocumentEnrichment.fromDict({ doc_id: 'd', doc_type: 't', content: 'text' }).toDict()).toEqual({ document_id: 'd', document_type: 't', blocks: [{ type: 'text', text: 'text' }], metadata: {} });
    }
    const lines = warn.mock.calls.map(([line]) => String(line));
    warn.mockRestore();
    expect(lines).toHaveLength(6);
    expect(lines[0]).toContain('MemoryEnrichment.short_term is the old name of recent_topics');
  });

  it('prefer the new name to the older one', () => {
    expect(MemoryEnrichment.fromDict({ key_facts: ['new'], long_term: ['old'] }).keyFacts).toEqual(['new']);
  });

  it('refuse what is none of their fields', () => {
    expect(() => new ProfileEnrichment({ userId: 'x' })).toThrow('ProfileEnrichment.userId');
    expect(() => new ProfileEnrichment({ goals: [5 as never] })).toThrow('ProfileEnrichment.goals');
    expect(() => new DocumentEnrichment({ blocks: ['x' as never] })).toThrow('DocumentEnrichment.blocks');
    expect(() => new Enrichments({ webResults: 'x' as never })).toThrow('Enrichments.webResults');
  });
});

describe('ExtensionBundle', () => {
  it('gives values and defaults, and never what objects inherit', () => {
    const bundle = new ExtensionBundle<Data>({ voice: 'alto', none: null, missing: undefined });
    expect([bundle.get('voice'), bundle.get('none', 1), bundle.get('missing', 2), bundle.get('other', 3), bundle.get('other'), bundle.get('toString'), bundle.has('missing'), bundle.has('toString')]).toEqual(['alto', null, 2, 3, undefined, undefined, true, false]);
    expect(bundle.keys()).toEqual(['voice', 'none', 'missing']);
  });

  it('keeps keys as they are, on the way out and back', () => {
    const bundle = new ExtensionBundle<Data>({ snake_key: 1, camelKey: 2, big: 3n });
    expect(bundle.toDict()).toEqual({ snake_key: 1, camelKey: 2, big: { __bigint__: '3' } });
    expect(ExtensionBundle.fromDict(json(bundle)).values).toEqual({ snake_key: 1, camelKey: 2, big: 3n });
    expect(bundle.with({ more: 4 }).get('snake_key')).toBe(1);
  });

  it('is made of a bundle, a record or nothing', () => {
    const bundle = new ExtensionBundle<Data>({ a: 1 });
    expect([toExtensionBundle(bundle), toExtensionBundle(null), toExtensionBundle(undefined)]).toEqual([bundle, noExtensions, noExtensions]);
    expect(toExtensionBundle({ a: 1 }).get('a')).toBe(1);
    expect(() => toExtensionBundle([] as never)).toThrow('ExtensionBundle.values');
  });

  it('has codecs whose names are taken once', () => {
    const codec = { type: 't', encode: (values: Data) => values, decode: (data: Data) => data };
    const registry = new ExtensionRegistry().register(codec);
    expect(registry.get('t')).toBe(codec);
    expect(() => registry.register(codec)).toThrow('ExtensionRegistry.register.type');
  });
});

describe('RoutingDecision and StageArtifact', () => {
  it('come back from their wire form', () => {
    const decision = new RoutingDecision({ agentId: 'a', pipelineName: 'p', topology: 't', reason: 'r' });
    expect(RoutingDecision.fromDict(json(decision)).toDict()).toEqual(decision.toDict());
    const artifact = new StageArtifact({ type: 'card', payload: { when: 5n, list: [{ a: 1 }] } }, new ManualClock({ epochMs: 3 }));
    expect(StageArtifact.fromDict(json(artifact)).toDict()).toEqual(artifact.toDict());
    expect([artifact.timestamp, Object.isFrozen((artifact.payload as Data)['list'])]).toEqual([new Date(3), true]);
    expect(() => new StageArtifact({ type: '' })).toThrow('StageArtifact.type');
  });
});
