import { describe, expect, it } from 'vitest';
import { MockLLMProvider } from '../../src/testing/mock-llm-provider.js';
import { createVoiceSession } from '../../src/voice/voice-session.js';
import type { VoiceSessionOptions } from '../../src/voice/voice-session-options.js';

const llm = new MockLLMProvider();
const secret = 'sk-4242';

describe('createVoiceSession refuses', () => {
  it.each<[string, object | undefined | string, string]>([
    ['nothing', undefined, 'createVoiceSession '],
    ['a word', 'options', 'createVoiceSession '],
    ['no model', {}, 'createVoiceSession.llm '],
    ['the name of a model', { llm: secret }, 'createVoiceSession.llm '],
    ['a model without a stream', { llm: { complete: () => secret } }, 'createVoiceSession.llm '],
    ['a recogniser that is none', { llm, stt: { listen: secret } }, 'createVoiceSession.stt '],
    ['a voice that is none', { llm, tts: null }, 'createVoiceSession.tts '],
    ['a microphone that is none', { llm, input: { elements: [] } }, 'createVoiceSession.input '],
    ['a speaker that is none', { llm, output: { play: secret } }, 'createVoiceSession.output '],
    ['samples that nothing plays', { llm, tts: { stream: () => [] } }, 'createVoiceSession.output '],
    ['a memory that is none', { llm, memory: new Map([[secret, 1]]) }, 'createVoiceSession.memory '],
    ['a misspelt name', { llm, memroy: secret }, 'createVoiceSession.memroy: there is no such option'],
  ])('%s', (_, options, place) => {
    let thrown: unknown;
    try {
      createVoiceSession(options as VoiceSessionOptions);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'INVALID_OPTION' });
    expect((thrown as Error).message).toContain(place);
    expect((thrown as Error).message).not.toContain(secret);
  });
});
