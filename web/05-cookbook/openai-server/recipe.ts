/** A model behind an OpenAI-compatible server, and the offline assistant for when it does not answer. */
import type { EventEmitter } from 'sluice';
import { OfflineAgent } from 'sluice/offline';
import { OpenAILanguageModel } from 'sluice/openai';
import { FallbackLanguageModel } from 'sluice/providers';
import { createVoiceSession, type VoiceSession } from 'sluice/voice';

/** Where the model is. */
export interface Server {
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
}

/** A server that breaks is left after one more try; it is probed in the background and asked again once it is well. */
export function serverAssistant({ baseUrl, model, apiKey }: Server, eventEmitter: EventEmitter): { readonly session: VoiceSession; close(): Promise<void> } {
  const llm = new FallbackLanguageModel([
    new OpenAILanguageModel({ baseUrl, model, ...(apiKey === undefined || apiKey === '' ? {} : { apiKey }) }),
    new OfflineAgent(),
  ], { eventEmitter });
  const session = createVoiceSession({ llm, systemPrompt: 'You are a friendly assistant. Answer in one or two short sentences.' });
  return {
    session,
    async close() {
      llm.close();
      await session.close();
    },
  };
}
