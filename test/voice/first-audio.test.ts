// @realm node
// The first sound of an answer comes when it must and not a millisecond later: the way from the question to the ear
// is computed from the scenario alone, and the session is held against it on virtual time.
import { describe, expect, it } from 'vitest';
import type { Scenario, ScenarioStep } from '../../src/testing/scenario.js';
import { simulate } from '../../src/testing/simulator.js';
import { SentenceSplitter } from '../../src/voice/sentence-splitter.js';

const ANSWER = 'Of course, I can tell you a little more about the river, if you like to hear it. It begins in the hills. Then it runs to the sea.';
const FIRST_TOKEN_MS = 250;
const FIRST_FRAME_MS = 120;
const LATENCY_MS = 20;

/** Tokens until the voice can begin: those that the first piece needs to be known as one. */
function tokensOfFirstPiece(firstClause: boolean): number {
  const splitter = new SentenceSplitter({ firstClause });
  const tokens = ANSWER.match(/\s*\S+\s*/gu) ?? [];
  return tokens.findIndex((token) => splitter.push(token).length > 0) + 1;
}

async function firstAudioMs(tokensPerSecond: number, firstClause: boolean, question: ScenarioStep, more: Partial<Scenario> = {}): Promise<{ readonly fromTurnMs: number; readonly fromQuestionMs: number }> {
  const { reports, playbacks, log } = await simulate({
    format: 'sluice.scenario',
    version: 1,
    user: [question],
    llm: { answers: [ANSWER], firstTokenMs: FIRST_TOKEN_MS, tokensPerSecond },
    tts: { firstFrameMs: FIRST_FRAME_MS },
    output: { latencyMs: LATENCY_MS, quantumMs: 0 },
    ...more,
    session: { firstClause, ...more.session },
  });
  const heardAtMs = playbacks[0]?.spans[0]?.heardAtMs ?? NaN;
  const llmMs = log.find(({ event, data }) => event === 'call.begin' && data['provider'] === 'llm')?.at ?? NaN;
  return { fromTurnMs: heardAtMs - llmMs, fromQuestionMs: reports[0]?.latency?.totalMs ?? NaN };
}

describe.each([50, 100, 200])('the first sound of an answer, at %i tokens a second', (tokensPerSecond) => {
  it.each([['sentence', false], ['clause', true]] as const)('comes exactly when its first %s can be spoken, after a typed question', async (_, firstClause) => {
    const idealMs = FIRST_TOKEN_MS + ((tokensOfFirstPiece(firstClause) - 1) * 1000) / tokensPerSecond + FIRST_FRAME_MS + LATENCY_MS;
    const { fromTurnMs, fromQuestionMs } = await firstAudioMs(tokensPerSecond, firstClause, { do: 'type', text: 'more?' });
    expect(fromTurnMs - idealMs).toBeCloseTo(0, 6);
    expect(fromQuestionMs - idealMs).toBeCloseTo(0, 6);
  });

  it.each([['sentence', false], ['clause', true]] as const)('comes exactly when its first %s can be spoken, after a spoken question', async (_, firstClause) => {
    // Nothing beside the model, the voice and the device stands between the text of the question and the first sound.
    const idealMs = FIRST_TOKEN_MS + ((tokensOfFirstPiece(firstClause) - 1) * 1000) / tokensPerSecond + FIRST_FRAME_MS + LATENCY_MS;
    const { fromTurnMs } = await firstAudioMs(tokensPerSecond, firstClause, { do: 'say', text: 'Tell me more about the river.' });
    expect(fromTurnMs - idealMs).toBeCloseTo(0, 6);
  });
});

it('an answer goes on without a gap when its synthesis is faster than its speech', async () => {
  const { playbacks, reports } = await simulate({ format: 'sluice.scenario', version: 1, user: [{ do: 'type', text: 'more?' }], llm: { answers: [ANSWER], tokensPerSecond: 100 }, tts: { realTimeFactor: 0.5 } });
  expect(playbacks[0]?.spans).toHaveLength(1);
  expect(reports[0]?.error).toBeNull();
});
