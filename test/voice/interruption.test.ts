// What happens to an answer when somebody makes a sound over it, event by event.
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { sleep } from '../../src/base/clock.js';
import type { LLMEvent } from '../../src/providers/llm.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { VirtualMicrophone } from '../../src/testing/virtual-microphone.js';
import { converse, live, MS_PER_WORD, say, steps } from './conversation.js';

const ANSWER = 'One two three four five. Six seven eight nine ten. Eleven twelve.';
const WORDS = 12;
// First audio: 100 ms to the first token, 5 or 6 tokens until the first sentence is complete, 50 ms of voice; 20 ms to the ear.
const FIRST_HEARD_MS = 100 + 50 + 50 + 20;

/** An answer is heard; after that, only what follows is in `events`. */
async function speaking(talk: ReturnType<typeof live>, words = 2.5): Promise<void> {
  await talk.session.start();
  void talk.session.send('count');
  await talk.clock.advance(FIRST_HEARD_MS + words * MS_PER_WORD);
  expect(talk.session.state).toBe('speaking');
  talk.events.length = 0;
}

describe('a sound over an answer, with the strategy immediate', () => {
  it('cuts it when it is meant: the whole order of events', async () => {
    const talk = live((messages) => (messages.at(-1)?.content === 'count' ? ANSWER : 'Sure.'));
    await speaking(talk);
    await say(talk, 'what is the weather like');
    await talk.clock.advance(5000);
    expect(steps(talk.events)).toEqual([
      'interruption paused', 'state hearing', 'interruption committed', 'turnEnd interrupted',
      'early begun', 'early confirmed', 'turnStart', 'state thinking', 'userText', 'playback', 'state speaking', 'turnEnd', 'state listening',
    ]);
    expect(talk.reports()[0]).toMatchObject({ interrupted: true, spoken: 'One two', generated: expect.stringContaining('One two three') as string });
    expect(await talk.remembered()).toEqual(['user: count', 'assistant: One two', 'user: what is the weather like', 'assistant: Sure.']);
    expect(talk.session.stats).toMatchObject({ interruptions: 1, falseInterruptions: 0 });
  });

  it('cuts it as soon as two words are understood, while the user still speaks', async () => {
    const talk = live(ANSWER);
    await speaking(talk);
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(1600));
    await talk.clock.advance(100);
    talk.recognizer.hears('stop please');
    await talk.clock.advance(100);
    expect(steps(talk.events)).not.toContain('interruption committed'); // not meant yet
    talk.microphone.confirm();
    await talk.clock.advance(0);
    expect(steps(talk.events)).not.toContain('interruption committed'); // guessed once
    talk.recognizer.hears('stop please now');
    await talk.clock.advance(0);
    expect(steps(talk.events)).toContain('interruption committed');
  });

  it('is not cut by a guess that is taken back', async () => {
    const talk = live(ANSWER);
    await speaking(talk);
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(1600));
    talk.microphone.confirm();
    await talk.clock.advance(100);
    for (const guess of ['hundred', 'a hundred', '']) {
      talk.recognizer.hears(guess);
      await talk.clock.advance(100);
    }
    talk.microphone.end({ speechMs: 400 });
    await talk.clock.advance(5000);
    expect(steps(talk.events)).not.toContain('interruption committed');
    expect(talk.reports()).toMatchObject([{ spoken: ANSWER }]);
  });

  it('cuts it when the speech lasts longer than any sign of listening, understood or not', async () => {
    const clock = new ManualClock();
    const talk = converse(ANSWER, {}, clock);
    await talk.session.start();
    void talk.session.send('count');
    await clock.advance(1000);
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(16 * 400));
    talk.microphone.confirm();
    await clock.advance(400);
    talk.microphone.audio(new Float32Array(16 * 700));
    await clock.advance(700);
    expect(steps(talk.events)).not.toContain('interruption committed');
    talk.microphone.audio(new Float32Array(16 * 100));
    await clock.advance(100);
    expect(steps(talk.events)).toContain('interruption committed');
  });

  const nothing: readonly (readonly [what: string, text: string | null, ms: number, reason: string])[] = [
    ['a click', null, 20, 'misfire'],
    ['a burst of 50 ms', null, 50, 'misfire'],
    ['a key of the keyboard', null, 40, 'misfire'],
    ['a short cough', '', 200, 'silence'],
    ['a long cough', '', 600, 'silence'],
    ['uh-huh', 'Uh-huh.', 400, 'backchannel'],
    ['yeah', 'yeah', 300, 'backchannel'],
    ['mm', 'mm', 300, 'backchannel'],
    ['okay, right', 'okay, right', 700, 'backchannel'],
  ];
  it.each(nothing)('goes on from the same sample after %s', async (_what, text, ms, reason) => {
    const talk = live(ANSWER);
    await speaking(talk);
    if (text === null) {
      talk.microphone.onset();
      talk.microphone.audio(new Float32Array(16 * ms));
      await talk.clock.advance(ms + 100);
      talk.microphone.end({ misfire: true, speechMs: 0 });
    } else await say(talk, text, ms);
    await talk.clock.advance(5000);
    expect(steps(talk.events)).toEqual(['interruption paused', 'state hearing', 'interruption resumed', 'state speaking', `released ${reason}`, 'turnEnd', 'state listening']);
    expect(talk.speaker.reports).toMatchObject([{ interrupted: false, heardMs: WORDS * MS_PER_WORD, writtenMs: WORDS * MS_PER_WORD }]);
    expect(talk.reports()).toMatchObject([{ spoken: ANSWER }]);
    expect(talk.llm.prompts).toHaveLength(1);
  });

  it.each(nothing.filter(([, text]) => text !== null))('is not cut by %s with a recogniser that needs the whole utterance either', async (_what, text, ms) => {
    const clock = new ManualClock();
    const talk = converse(ANSWER, { stt: { transcribe: async () => (await sleep(clock, 150), new STTResponse({ text: text ?? '' })) } }, clock);
    await talk.session.start();
    void talk.session.send('count');
    await clock.advance(800);
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(16 * ms));
    await clock.advance(ms);
    if (ms >= 250) talk.microphone.confirm();
    talk.microphone.end({ speechMs: ms });
    await clock.advance(10000);
    expect(talk.speaker.reports).toMatchObject([{ interrupted: false, heardMs: WORDS * MS_PER_WORD }]);
    expect(talk.session.stats).toMatchObject({ interruptions: 0, falseInterruptions: 1 });
  });

  it('takes "yeah" for an answer where the assistant has asked', async () => {
    const talk = live((messages) => (messages.at(-1)?.content === 'count' ? 'Shall I book the table for you?' : 'Booked.'));
    await speaking(talk, 6);
    await say(talk, 'yeah', 300);
    await talk.clock.advance(5000);
    expect(talk.reports()).toMatchObject([{ interrupted: true }, { userText: 'yeah', spoken: 'Booked.' }]);
  });

  it('wants as many words as it is told', async () => {
    const talk = live(ANSWER, { interruption: { minWords: 3 } });
    await speaking(talk);
    await say(talk, 'hey there', 1500);
    await talk.clock.advance(100);
    expect(steps(talk.events)).toContain('released few-words');
    await say(talk, 'please stop now', 1500);
    await talk.clock.advance(100);
    expect(steps(talk.events)).toContain('interruption committed');
  });

  it('knows the words of the application, and can be told that every word is meant', async () => {
    const own = live(ANSWER, { interruption: { backchannels: ['Roger that'] } });
    await speaking(own);
    await say(own, 'roger that', 600);
    await own.clock.advance(20);
    expect(steps(own.events)).toContain('released backchannel');
    const strict = live(ANSWER, { interruption: { backchannels: false } });
    await speaking(strict);
    await say(strict, 'yeah', 300);
    await strict.clock.advance(20);
    expect(steps(strict.events)).toContain('interruption committed');
  });

  it('goes on after a while when nothing is known, and is still cut by words that come late', async () => {
    const clock = new ManualClock();
    const talk = converse(`${ANSWER} ${ANSWER}`, { stt: { transcribe: async () => (await sleep(clock, 2000), new STTResponse({ text: 'stop it' })) } }, clock);
    await talk.session.start();
    void talk.session.send('count');
    await clock.advance(800);
    talk.events.length = 0;
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(16 * 400));
    await clock.advance(400);
    talk.microphone.end({ speechMs: 400 });
    await clock.advance(1199);
    expect(steps(talk.events)).not.toContain('interruption resumed');
    await clock.advance(1);
    expect(steps(talk.events)).toContain('interruption resumed');
    await clock.advance(900);
    expect(steps(talk.events)).toContain('interruption committed');
  });

  it('is judged by the detector of the application where there is one', async () => {
    const talk = live(ANSWER, { turns: { detector: { predict: ({ text }) => Promise.resolve({ endProbability: 1, backchannelProbability: text === 'indeed so' ? 0.9 : 0.1 }) } } });
    await speaking(talk);
    await say(talk, 'indeed so', 240);
    await talk.clock.advance(50);
    expect(steps(talk.events)).toContain('released backchannel');
    await say(talk, 'yeah', 240);
    await talk.clock.advance(50);
    expect(steps(talk.events)).toContain('interruption committed');
  });

  it('holds an answer that becomes ready meanwhile, before its first sample', async () => {
    const talk = live(ANSWER);
    await talk.session.start();
    void talk.session.send('count');
    await talk.clock.advance(50);
    talk.events.length = 0;
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(1600));
    await talk.clock.advance(500);
    expect(steps(talk.events)).toEqual(['state hearing', 'playback', 'interruption paused']);
    talk.microphone.end({ misfire: true });
    await talk.clock.advance(5000);
    expect(talk.speaker.reports).toMatchObject([{ interrupted: false, heardMs: WORDS * MS_PER_WORD }]);
  });

  it('without a recogniser is cut by speech that is meant, and by nothing shorter', async () => {
    const clock = new ManualClock();
    const talk = converse(ANSWER, { stt: undefined as never }, clock);
    await talk.session.start();
    void talk.session.send('count');
    await clock.advance(800);
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(1600));
    talk.microphone.end({ speechMs: 100 });
    await clock.advance(100);
    expect(talk.session.stats).toMatchObject({ falseInterruptions: 1, interruptions: 0 });
    talk.microphone.onset();
    talk.microphone.audio(new Float32Array(4800));
    talk.microphone.confirm();
    await clock.advance(0);
    expect(talk.session.stats.interruptions).toBe(1);
  });
});

describe('the other strategies', () => {
  it('deferred lets the sentence end first: the whole order of events', async () => {
    const talk = live((messages) => (messages.at(-1)?.content === 'count' ? ANSWER : 'Sure.'), { interruption: { strategy: 'deferred' } });
    await speaking(talk);
    await say(talk, 'what is the weather like');
    await talk.clock.advance(5000);
    expect(steps(talk.events)).toEqual([
      'state hearing', 'interruption deferred', 'interruption committed', 'turnEnd interrupted',
      'early begun', 'early confirmed', 'turnStart', 'state thinking', 'userText', 'playback', 'state speaking', 'turnEnd', 'state listening',
    ]);
    expect(talk.reports()[0]).toMatchObject({ interrupted: true, spoken: 'One two three four five. ' });
    expect(talk.speaker.reports[0]).toMatchObject({ heardMs: 5 * MS_PER_WORD, interrupted: true });
  });

  it('ignore lets the answer end first; what was said is answered then, what was nothing is not', async () => {
    const talk = live((messages) => (messages.at(-1)?.content === 'count' ? ANSWER : 'Sure.'), { interruption: { strategy: 'ignore' } });
    await speaking(talk);
    await say(talk, 'uh-huh', 300);
    await talk.clock.advance(100);
    await say(talk, 'what is the weather like');
    await talk.clock.advance(8000);
    expect(steps(talk.events).filter((step) => step.startsWith('interruption'))).toEqual([]);
    expect(talk.reports()).toMatchObject([{ spoken: ANSWER, interrupted: false }, { userText: 'what is the weather like', spoken: 'Sure.' }]);
    expect(talk.session.stats).toMatchObject({ backchannels: 1, interruptions: 0 });
  });

  it('tells an input that acts by itself to leave the voice alone, for ever or while something important is said', async () => {
    class ActingMicrophone extends VirtualMicrophone {
      readonly told: string[] = [];
      bargeIn: 'pause' | 'cut' | 'off' = 'cut';
      setBargeIn(action: 'pause' | 'cut' | 'off'): void {
        this.bargeIn = action;
        this.told.push(action);
      }
      setEndSilence(ms: number): void {
        this.told.push(`${ms} ms`);
      }
    }
    const clock = new ManualClock();
    const deferred = new ActingMicrophone(clock);
    converse('', { input: deferred, interruption: { strategy: 'deferred' }, turns: { endSilenceMs: 150 } }, clock);
    expect(deferred.told).toEqual(['150 ms', 'off']);
    const immediate = new ActingMicrophone(clock);
    const talk = converse('', { input: immediate }, clock);
    await clock.settle(talk.session.say('Attention.', { interruptible: false }));
    expect(immediate.told).toEqual(['200 ms', 'off', 'cut']);
  });
});

describe('what must not be interrupted', () => {
  it('is said to its end, whoever speaks, types or asks for silence; what was said is answered then', async () => {
    const talk = live('Sure.');
    await talk.session.start();
    const said = talk.session.say('Attention please, this is important.', { interruptible: false });
    await talk.clock.advance(300);
    talk.session.interrupt();
    await say(talk, 'what is going on here');
    const typed = talk.session.send('hello');
    expect(await talk.clock.settle(said)).toMatchObject({ interrupted: false, spoken: 'Attention please, this is important.' });
    expect(await talk.clock.settle(typed)).toMatchObject({ spoken: 'Sure.' });
    await talk.clock.advance(3000);
    expect(talk.reports().map(({ source }) => source).sort()).toEqual(['say', 'text', 'voice']);
    expect(steps(talk.events).filter((step) => step.startsWith('interruption'))).toEqual([]);
  });

  it('is the result of a tool: it is in the next prompt, with its call, and as soon as it has come', async () => {
    const prompts: (readonly { role: string; content: string }[])[] = [];
    const talk = live('', {
      tools: new ToolRegistry([{ name: 'book', execute: () => sleep(talk.clock, 3000).then(() => ({ booked: true })) }]),
      llm: {
        id: 'caller',
        complete: () => Promise.reject(new Error('the session streams')),
        async *stream(messages): AsyncGenerator<LLMEvent> {
          prompts.push(messages.map(({ role, content }) => ({ role, content })));
          if (messages.at(-1)?.content === 'book a table') yield { type: 'tool-call', id: 'b', name: 'book', input: {} };
          else yield { type: 'text', delta: 'Well.' };
          yield { type: 'finish', reason: 'stop' };
        },
      },
    });
    void talk.session.send('book a table');
    await talk.clock.advance(500);
    expect(await talk.clock.settle(talk.session.send('are you there'))).toMatchObject({ spoken: 'Well.' });
    expect(prompts[1]).toEqual([{ role: 'user', content: 'book a table' }, { role: 'assistant', content: '' }, { role: 'tool', content: '{"status":"running"}' }, { role: 'user', content: 'are you there' }]);
    await talk.clock.advance(5000);
    await talk.clock.settle(talk.session.send('and now'));
    expect(prompts[2]?.slice(0, 4)).toEqual([{ role: 'user', content: 'book a table' }, { role: 'assistant', content: '' }, { role: 'tool', content: '{"booked":true}' }, { role: 'user', content: 'are you there' }]);
  });
});

describe('an answer that was cut', () => {
  it('is marked for the model where the application wants it', async () => {
    for (const memory of [true, false]) {
      const talk = live(ANSWER, { interruptedMarker: ' [the user interrupted]', ...(memory ? {} : { memory: undefined as never }) });
      await speaking(talk);
      talk.session.interrupt();
      void talk.session.send('go on');
      await talk.clock.advance(50);
      expect(talk.llm.prompts.at(-1)?.map(({ content }) => content)).toEqual(['count', 'One two [the user interrupted]', 'go on']);
      expect(talk.session.history.at(-1)).toMatchObject({ content: 'One two', spoken: 'One two', interrupted: true });
    }
  });

  it('is told word by word as it is heard, where captions are wanted', async () => {
    const talk = live(ANSWER, { captions: true });
    await speaking(talk);
    talk.session.interrupt();
    await talk.clock.advance(1000);
    const captions = talk.events.flatMap((event) => (event.type === 'caption' ? [event.text] : []));
    expect(captions).toEqual([]); // nothing new was heard after the cut
    await talk.clock.settle(talk.session.send('again'));
    const all = talk.events.flatMap((event) => (event.type === 'caption' ? [event.text] : []));
    expect(all.at(-1)).toBe(ANSWER);
    expect(all.slice(0, 3)).toEqual(['One', 'One two', 'One two three']);
  });
});

describe('a recording that is played', () => {
  it('can be marked like what is said', async () => {
    const talk = live();
    const played = talk.session.play(new AudioChunk({ float32: new Float32Array(16000) }), { interruptible: false });
    await talk.clock.advance(100);
    talk.session.interrupt();
    expect(await talk.clock.settle(played)).toMatchObject({ interrupted: false });
  });
});
