/** A policy of one's own: an object with `check`. It sees the text, and says whether it may pass. */
import { Message } from 'sluice';
import { GuardrailResult, GuardrailStage, InjectionDetector, PIIDetector, PolicyViolation, ViolationType, type GuardrailCheck } from 'sluice/guardrails';
import { LLMResponse, type LLMProvider } from 'sluice/providers';
import { createVoiceSession, type VoiceSession } from 'sluice/voice';

/** Nobody gives away how a film ends. */
export class NoSpoilers implements GuardrailCheck {
  readonly name = 'no-spoilers';

  check(content: string): GuardrailResult {
    const found = /\b(?:who (?:dies|did it)|the (?:murderer|killer|twist)|how (?:does )?it ends?|in the end)\b/i.exec(content);
    if (found === null) return new GuardrailResult({ passed: true });
    // The message is for people and logs: it never repeats what was said.
    const violation = new PolicyViolation({ type: ViolationType.CUSTOM, message: 'Asks for the end of a film', severity: 0.9, location: [found.index, found.index + found[0].length] });
    return new GuardrailResult({ passed: false, violations: [violation] });
  }
}

/** Stands for a model: it repeats what it was told, so that one sees what the guards let through. */
const parrot: LLMProvider = {
  id: 'parrot',
  complete: (messages) => Promise.resolve(new LLMResponse({ content: heard(messages) })),
  async *stream(messages) {
    yield { type: 'text', delta: heard(messages) };
    yield { type: 'finish', reason: 'stop' };
  },
};

const heard = (messages: readonly Message[]): string => `I was told: ${messages.at(-1)?.content ?? ''}`;

export function guardedAssistant(): VoiceSession {
  return createVoiceSession({
    llm: parrot,
    guardrails: { input: new GuardrailStage({ checks: [new NoSpoilers(), new InjectionDetector(), new PIIDetector({ redact: true })] }) },
    refusal: 'I do not give away how it ends.',
  });
}
