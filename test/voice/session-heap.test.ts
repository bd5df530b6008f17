// What is left of sessions that were closed: no object of theirs.
import { expect, it } from 'vitest';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { SimulatedLLM } from '../../src/testing/simulated-llm.js';
import { SimulatedTTS } from '../../src/testing/simulated-tts.js';
import { VirtualMicrophone } from '../../src/testing/virtual-microphone.js';
import { VirtualSpeaker } from '../../src/testing/virtual-speaker.js';
import { createVoiceSession } from '../../src/voice/voice-session.js';
import { heapAfter } from '../audio/heap.js';

/** A conversation of which the caller keeps only what does not keep it alive; every second one ends in the middle of its answer. */
async function conversation(n: number): Promise<readonly WeakRef<object>[]> {
  const clock = new ManualClock();
  const llm = new SimulatedLLM({ answers: ['It is noon. It will be one soon.'] }, { clock });
  const tts = new SimulatedTTS({}, { clock });
  const [input, output] = [new VirtualMicrophone(clock), new VirtualSpeaker({ clock })];
  const session = createVoiceSession({ llm, tts, input, output, memory: new InMemoryStore(), clock, captions: true });
  await session.start();
  const asked = session.send('what time is it').catch(() => undefined);
  if (n % 2 === 0) await clock.settle(asked);
  else await clock.advance(800);
  await clock.settle(session.close());
  return [session, session.graph, clock, input, output, llm, tts].map((one) => new WeakRef(one));
}

it('a session that was closed, also in the middle of an answer, is not held by anything', async () => {
  const left: WeakRef<object>[] = [];
  for (let n = 0; n < 20; n++) left.push(...(await conversation(n)));
  await new Promise((resolve) => setTimeout(resolve, 20)); // a WeakRef holds until the host's next turn
  heapAfter();
  expect(left.length).toBe(140);
  expect(left.filter((one) => one.deref() !== undefined).length).toBe(0);
});
