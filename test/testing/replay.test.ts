import { describe, expect, it } from 'vitest';
import { SentenceSplitter } from '../../src/voice/sentence-splitter.js';
import { sequentialIds } from '../../src/testing/builders.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { parseScenario } from '../../src/testing/read-scenario.js';
import { replay } from '../../src/testing/replay.js';
import type { Scenario } from '../../src/testing/scenario.js';
import { recordSession } from '../../src/testing/session-recorder.js';
import { SimulatedLLM } from '../../src/testing/simulated-llm.js';
import { SimulatedMicrophone } from '../../src/testing/simulated-microphone.js';
import { planUtterance, SimulatedRoom } from '../../src/testing/simulated-room.js';
import { SimulatedSTT } from '../../src/testing/simulated-stt.js';
import { SimulatedTTS } from '../../src/testing/simulated-tts.js';
import { simulate } from '../../src/testing/simulator.js';
import { textShape } from '../../src/testing/text-shape.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';

const ANSWERS = ['Anna Smith lives at 14 Elm Street. She has lived there, with her two dogs, since the year 1999.', 'You are welcome, and good night.'];

/** A conversation as it happens: asked aloud, interrupted aloud, then typed and stopped by a button. */
async function record(texts: 'shape' | 'full'): Promise<Scenario> {
  const clock = new ManualClock({ startMs: 5000 });
  const room = new SimulatedRoom(clock);
  const { session, recording } = recordSession({
    llm: new SimulatedLLM({ answers: ANSWERS, jitterMs: 20 }, { clock }),
    stt: new SimulatedSTT(room, { jitterMs: 30 }, { clock }),
    tts: new SimulatedTTS({ jitterMs: 25 }, { clock }),
    input: new SimulatedMicrophone({ clock, room }),
    output: new VirtualSpeaker({ clock, latencyMs: 35 }),
    clock,
    ids: sequentialIds(),
    // A shape has other figures than the text, which take another time to say where they are spelled out.
    ...(texts === 'shape' ? { language: 'und' } : {}),
  }, { texts });
  await session.start();
  await clock.advance(700);
  room.speak(planUtterance('Where does Anna Smith live?', 170));
  await clock.advance(6000);
  room.speak(planUtterance('Thank you, that is enough for me.', 170));
  await clock.advance(12000);
  const typed = session.send('Where does Anna live?');
  await clock.advance(2500);
  session.interrupt();
  await clock.settle(typed);
  await clock.settle(session.close());
  return parseScenario(JSON.stringify(recording()));
}

describe('recordSession', () => {
  it('makes a file that runs again and gives the same conversation', async () => {
    const recording = await record('full');
    const { difference, reports, open } = await replay(recording, { toleranceMs: 2 });
    expect(difference?.report).toBeUndefined();
    expect(reports.length).toBeGreaterThanOrEqual(3);
    expect(reports.some(({ interrupted, spoken }) => interrupted && spoken !== '')).toBe(true);
    expect(open).toEqual([]);
  });

  it('keeps no word of anybody where it is not asked to, and the conversation still runs again', async () => {
    const recording = await record('shape');
    expect(JSON.stringify(recording)).not.toMatch(/Anna|Smith|Elm|dogs|enough|night/u);
    const { difference } = await replay(recording, { toleranceMs: 2 });
    expect(difference?.report).toBeUndefined();
  });

  it('tells where a conversation takes another way, so that a person can read it', async () => {
    const recording = await record('full');
    const { difference } = await replay({ ...recording, user: recording.user.filter((step) => step.do !== 'type') });
    expect(difference?.report).toMatch(/^Event \d+ differs in|^The conversation/u);
    expect(difference?.report).toContain('  - {"at":');
    expect(difference?.report).toContain('  + ');
  });
});

describe('replay', () => {
  it('repeats a simulation to the last byte, and sees a change of a millisecond', async () => {
    const scenario: Scenario = { format: 'sluice.scenario', version: 1, user: [{ do: 'say', text: 'And you?' }], llm: { answers: ANSWERS } };
    const { log } = await simulate(scenario);
    expect((await replay({ ...scenario, log })).difference).toBeUndefined();
    const { difference } = await replay({ ...scenario, log, llm: { answers: ANSWERS, firstTokenMs: 251 } });
    expect(difference).toMatchObject({ expected: { event: 'answerText' }, found: { event: 'answerText' } });
  });

  it('refuses a scenario without a log', async () => {
    await expect(replay({ format: 'sluice.scenario', version: 1, user: [] })).rejects.toThrow(/log/u);
  });
});

describe('textShape', () => {
  it.each(ANSWERS.concat('Dr. Who paid $3.50 at 5 p.m. in Paris. "Why?" J. R. R. Tolkien asked, e.g. twice.', '今日は晴れです。散歩に行きましょう。'))('keeps the length and the sentences of %j', (text) => {
    const shape = textShape(text);
    const lengths = (of: string): readonly number[] => {
      const splitter = new SentenceSplitter();
      return [...splitter.push(of), ...splitter.flush()].map((piece) => piece.length);
    };
    expect(lengths(shape)).toEqual(lengths(text));
    expect(shape).not.toMatch(/[1-9]|Tolkien|Paris|Anna/u);
  });
});
