// What short examples may take as given: providers, a store, a context, some audio. An example that uses one of these
// names without declaring it gets it from here.
import { AudioChunk, ContextSnapshot, createStageContext, InMemoryStore, PassthroughStage, Pipeline, StageKind, StageOutput } from 'sluice';
import type { StageContext } from 'sluice';
import { createSpeaker } from 'sluice/browser';
import type { Speaker } from 'sluice/browser';
import { MockLLMProvider, MockSTTProvider, MockTTSProvider } from 'sluice/testing';

export const sessionId = '550e8400-e29b-41d4-a716-446655440000';
export const llm: MockLLMProvider = new MockLLMProvider({ responseText: 'Hello!' });
export const stt: MockSTTProvider = new MockSTTProvider({ transcriptions: ['Hello'], latencyMs: 0 });
export const tts: MockTTSProvider = new MockTTSProvider({ sampleRate: 16_000, latencyMs: 0 });
export const memory: InMemoryStore = new InMemoryStore();
export const store: InMemoryStore = memory;
export const snapshot: ContextSnapshot = new ContextSnapshot({ sessionId, inputText: 'Hello' });
export const ctx: StageContext = createStageContext({ snapshot });
export const signal: AbortSignal = new AbortController().signal;
export const audio: Uint8Array = new Uint8Array(3200);
export const chunk: AudioChunk = new AudioChunk({ data: audio });
export const text = 'Call me at 555-123-4567';
export const pipeline = new Pipeline().withStage('upper', (ctx) => StageOutput.ok({ text: (ctx.snapshot.inputText ?? '').toUpperCase() }), StageKind.TRANSFORM);
export const graph = pipeline.build();
export const runId = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
export const stage: PassthroughStage = new PassthroughStage('stage');
/** A speaker; only examples that are not run use it. */
export const speaker: Speaker = createSpeaker();
/** A button of the page; only examples that are not run use it. */
export const button: { onclick: (() => void) | null } = { onclick: null };
