// The user's turn: when it ends, what is begun before that is sure, and what becomes of it.
import { describe, expect, it } from 'vitest';
import type { LLMEvent } from '../../src/providers/llm.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import type { TurnDetector, TurnObservation } from '../../src/providers/turn-detector.js';
import { StageOutput } from '../../src/stage/output.js';
import type { Stage } from '../../src/stage/stage.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { converse, live, LiveRecognizer, say, ScriptedLLM, steps } from './conversation.js';

const speech = (ms = 500): Float32Array => new Float32Array(16 * ms);

describe('the end of the turn', () => {
  it.each([
    ['complete words', 'What time is it?', 340],
    ['words that say nothing', 'what time is it', 500],
    ['words that leave the sentence open', 'I would like the', 1900],
    ['a number that is being dictated', 'my number is four one five', 2300],
  ])('comes with %s after a silence counted from the last speech sample', async (_what, text, silenceMs) => {
    const talk = live();
    await talk.session.start();
    await say(talk, text);
    const endMs = talk.clock.now() - 200;
    await talk.clock.advance(silenceMs - 200 - 1);
    expect(talk.events.some((event) => event.type === 'turnStart')).toBe(false);
    await talk.clock.advance(1.001);
    const [turnStart] = talk.events.filter((event) => event.type === 'turnStart');
    expect(turnStart).toBeDefined();
    await talk.clock.advance(5000);
    expect(talk.reports()[0]?.latency?.parts.endpoint).toBeCloseTo(silenceMs, 0);
    expect(endMs).toBeGreaterThan(0);
  });

  it('is not delayed by an input that tells of the silence late: the greater of both counts, not the sum', async () => {
    const talk = live();
    await talk.session.start();
    talk.microphone.onset();
    talk.microphone.audio(speech());
    talk.recognizer.hears('what time is it');
    await talk.clock.advance(500);
    const endMs = talk.clock.now();
    await talk.clock.advance(900);
    talk.microphone.end({ endMs });
    await talk.clock.advance(5000);
    expect(talk.reports()[0]?.latency?.parts.endpoint).toBe(900);
  });

  it('is put off by a sound until it is known that it was none', async () => {
    const talk = live();
    await talk.session.start();
    await say(talk, 'what time is it');
    talk.microphone.onset();
    await talk.clock.advance(400);
    expect(talk.reports()).toEqual([]);
    talk.microphone.end({ misfire: true });
    await talk.clock.advance(2000);
    expect(talk.reports()).toHaveLength(1);
    expect(talk.reports()[0]?.latency?.parts.endpoint).toBe(600);
  });

  it('comes after the longest turn, although the user speaks on; the rest is the next turn', async () => {
    const talk = live('Fine.', { turns: { maxTurnMs: 1000 } });
    await talk.session.start();
    talk.microphone.onset();
    for (let n = 0; n < 3; n++) {
      talk.microphone.audio(speech());
      await talk.clock.advance(500);
    }
    talk.microphone.end();
    await talk.clock.advance(5000);
    expect(talk.reports().filter(({ source }) => source === 'voice')).toHaveLength(2);
  });

  it('comes when an input stops in the middle of speech', async () => {
    const talk = live();
    await talk.session.start();
    talk.microphone.onset();
    talk.microphone.audio(speech());
    await talk.clock.advance(0);
    talk.recognizer.hears('hello');
    await talk.clock.advance(4999);
    expect(talk.session.state).toBe('hearing');
    await talk.clock.advance(5000);
    expect(talk.reports()[0]).toMatchObject({ userText: 'hello' });
    expect(talk.session.state).toBe('listening');
  });

  it('is that of a recogniser that knows it', async () => {
    const talk = live();
    await talk.session.start();
    talk.microphone.onset();
    talk.microphone.audio(speech());
    await talk.clock.advance(100);
    talk.recognizer.hears('lights off');
    talk.recognizer.tells({ type: 'eager-end-of-turn', probability: 0.5 });
    talk.recognizer.tells({ type: 'turn-resumed' });
    talk.recognizer.tells({ type: 'end-of-turn', probability: 0.9 });
    await talk.clock.advance(3000);
    expect(talk.reports()).toMatchObject([{ userText: 'lights off' }]);
    expect(steps(talk.events).filter((step) => step.startsWith('early'))).toEqual(['early begun', 'early discarded']);
  });

  it('waits for the application where it is asked to', async () => {
    const talk = live('Fine.', { turns: { endpointing: 'manual' } });
    await talk.session.start();
    await say(talk, 'first part');
    await talk.clock.advance(20000);
    expect(talk.reports()).toEqual([]);
    await say(talk, 'second part');
    expect(talk.session.commit()).toBe(true);
    expect(talk.session.commit()).toBe(false);
    await talk.clock.advance(5000);
    expect(talk.reports().map(({ userText }) => userText)).toEqual(['first part second part']);
  });

  it('comes at once when the button is released', async () => {
    const talk = live();
    await talk.session.start();
    talk.session.setMode('hold');
    talk.session.hold();
    talk.microphone.audio(speech());
    await talk.clock.advance(500);
    talk.recognizer.hears('stop');
    talk.session.release();
    await talk.clock.advance(2000);
    expect(talk.reports()).toMatchObject([{ userText: 'stop', latency: { parts: { endpoint: 0 } } }]);
  });

  it('is judged by a detector of the application, with the samples where it wants them; one that fails leaves it to the silence', async () => {
    const seen: TurnObservation[] = [];
    const detector: TurnDetector = {
      predict(observation) {
        seen.push(observation);
        return seen.length === 1 ? Promise.resolve({ endProbability: 1 }) : Promise.reject(new Error('no model'));
      },
    };
    const talk = live('Fine.', { turns: { detector }, language: 'de' });
    await talk.session.start();
    await say(talk, 'and then the');
    await talk.clock.advance(2000);
    expect(talk.reports()[0]?.latency?.parts.endpoint).toBe(300);
    expect(seen[0]).toMatchObject({ text: 'and then the', language: 'de', silenceMs: 200 });
    expect(seen[0]?.audio).toHaveLength(8000);
    await say(talk, 'and then the');
    await talk.clock.advance(5000);
    expect(talk.reports()).toHaveLength(2);
    expect(talk.events.filter((event) => event.type === 'error').length).toBeGreaterThan(0);
  });
});

describe('the mark that speech is meant', () => {
  it('counts also when it has overtaken the onset', async () => {
    const talk = live('One two three four five six.');
    await talk.session.start();
    void talk.session.send('count');
    await talk.clock.advance(600);
    talk.microphone.confirm();
    talk.microphone.onset();
    talk.microphone.audio(speech(300));
    await talk.clock.advance(100);
    talk.recognizer.hears('stop it');
    talk.recognizer.hears('stop it now');
    await talk.clock.advance(10);
    expect(steps(talk.events)).toContain('interruption committed');
  });
});

describe('the pauses of the user', () => {
  it('are bridged: what is said before and after is one turn', async () => {
    const talk = live();
    await talk.session.start();
    await say(talk, 'I would like a coffee');
    await say(talk, 'and a cake.');
    await talk.clock.advance(3000);
    expect(talk.reports().map(({ userText }) => userText)).toEqual(['I would like a coffee and a cake.']);
    expect(talk.llm.prompts.at(-1)?.at(-1)?.content).toBe('I would like a coffee and a cake.');
  });

  it('are learnt, those of which the assistant was heard are not', async () => {
    const talk = live('One two three four five.', { interruption: { strategy: 'ignore' }, turns: { eager: false } });
    const endpoint = async (): Promise<number> => {
      const before = talk.reports().length;
      await say(talk, 'what time is it');
      await talk.clock.advance(10000);
      return talk.reports()[before]?.latency?.parts.endpoint ?? NaN;
    };
    await talk.session.start();
    expect(await endpoint()).toBe(500);
    // Two stretches with the answer's beginning between them: a gap of 800 ms that is no pause.
    await say(talk, 'what time is it');
    await talk.clock.advance(600);
    expect(talk.session.state).toBe('speaking');
    await say(talk, 'and the weather');
    await talk.clock.advance(10000);
    expect(await endpoint()).toBe(500);
    await say(talk, 'set a timer for the');
    await talk.clock.advance(1000);
    await say(talk, 'eggs please');
    await talk.clock.advance(10000);
    expect(await endpoint()).toBeGreaterThan(500); // one pause of 1,200 ms, with a tenth of the weight
  });
});

describe('an answer that is begun early', () => {
  it('saves the time of the silence, and is told in order once it counts', async () => {
    const talk = live('Fine.');
    await talk.session.start();
    await say(talk, 'what time is it');
    await talk.clock.advance(3000);
    const report = talk.reports()[0];
    // 300 ms between the first silence and the end of the turn; the answer takes 20 + 100 + 10 + 50 ms.
    expect(report?.savedMs).toBe(180);
    expect(report?.latency).toMatchObject({ totalMs: 520, parts: { endpoint: 500, device: 20 } });
    expect(steps(talk.events)).toEqual(['state listening', 'state hearing', 'early begun', 'early confirmed', 'turnStart', 'state thinking', 'userText', 'playback', 'state speaking', 'turnEnd', 'state listening']);
    expect(talk.session.stats).toMatchObject({ turns: 1, earlyTurns: 1, earlyDiscarded: 0, savedMs: 180 });
  });

  it('leaves no trace when the user goes on', async () => {
    const talk = live('Fine.');
    await talk.session.start();
    await say(talk, 'I would like a coffee');
    await talk.clock.advance(250); // the first answer is ready to be played
    expect(talk.voice.spoken).toEqual(['Fine.']);
    expect(talk.speaker.reports).toEqual([]);
    await say(talk, 'and a cake please');
    await talk.clock.advance(5000);
    expect(talk.llm.prompts.map((prompt) => prompt.map(({ content }) => content))).toEqual([['I would like a coffee'], ['I would like a coffee and a cake please']]);
    expect(await talk.remembered()).toEqual(['user: I would like a coffee and a cake please', 'assistant: Fine.']);
    expect(talk.session.history.map(({ role, content }) => [role, content])).toEqual([['user', 'I would like a coffee and a cake please'], ['assistant', 'Fine.']]);
    expect(talk.speaker.reports).toHaveLength(1);
    const told = steps(talk.events);
    expect(told).toEqual(['state listening', 'state hearing', 'early begun', 'early discarded', 'early begun', 'early confirmed', 'turnStart', 'state thinking', 'userText', 'playback', 'state speaking', 'turnEnd', 'state listening']);
    expect(talk.session.stats).toMatchObject({ turns: 1, earlyTurns: 2, earlyDiscarded: 1 });
    expect(talk.events.filter((event) => 'turnId' in event && event.type !== 'early').map((event) => 'turnId' in event && event.turnId)).toEqual(expect.not.arrayContaining([talk.events.flatMap((event) => (event.type === 'early' && event.step === 'discarded' ? [event.turnId] : []))[0]]));
  });

  it('runs no tool before it counts', async () => {
    const ran: number[] = [];
    const talk = live('', {
      tools: new ToolRegistry([{ name: 'order', execute: () => void ran.push(talk.clock.now()) }]),
      llm: {
        id: 'caller',
        complete: () => Promise.reject(new Error('the session streams')),
        async *stream(messages): AsyncGenerator<LLMEvent> {
          if (messages.at(-1)?.role === 'tool') yield { type: 'text', delta: 'Done.' };
          else yield { type: 'tool-call', id: 'a', name: 'order', input: {} };
          yield { type: 'finish', reason: 'stop' };
        },
      },
    });
    await talk.session.start();
    await say(talk, 'order a coffee');
    const firstSilenceMs = talk.clock.now();
    await talk.clock.advance(200);
    await say(talk, 'no wait a tea');
    expect(ran).toEqual([]);
    await talk.clock.advance(5000);
    expect(ran).toHaveLength(1);
    expect(ran[0]).toBeGreaterThanOrEqual(firstSilenceMs + 300);
    expect(talk.session.history.map(({ role, content, toolCalls, toolCallId }) => [role, content, toolCalls?.[0]?.id ?? toolCallId])).toEqual([
      ['user', 'order a coffee no wait a tea', undefined], ['assistant', '', 'a'], ['tool', 'null', 'a'], ['assistant', 'Done.', undefined],
    ]);
  });

  it('asks no model that acts by itself before it counts', async () => {
    const clock = new ManualClock();
    const asked: number[] = [];
    const scripted = new ScriptedLLM(clock, 'Done.');
    const recognizer = new LiveRecognizer(clock);
    const talk = converse('', {
      stt: recognizer,
      llm: {
        id: 'acting', sideEffects: true, complete: () => scripted.complete(),
        stream(messages, options) {
          asked.push(clock.now());
          return scripted.stream(messages, options);
        },
      },
    }, clock);
    await talk.session.start();
    await say({ ...talk, recognizer }, 'set a timer');
    const silenceMs = clock.now() - 200;
    await clock.advance(5000);
    expect(asked).toEqual([silenceMs + 500]);
    expect(talk.reports()[0]).toMatchObject({ spoken: 'Done.', savedMs: 20 });
  });

  it('is not begun where the application does not want it', async () => {
    const talk = live('Fine.', { turns: { eager: false } });
    await talk.session.start();
    await say(talk, 'what time is it');
    await talk.clock.advance(3000);
    expect(talk.reports()[0]).toMatchObject({ savedMs: 0, latency: { totalMs: 500 + 100 + 10 + 50 + 20 } });
  });

  it('reports what broke only when it counts', async () => {
    const guard: Stage = { name: 'guard', kind: 'guard', execute: (ctx) => (ctx.inputs.userText.includes('cake') ? StageOutput.ok({ guardrailPassed: true, violations: [] }) : StageOutput.fail('refused', { guardrailPassed: false, violations: [] })) };
    const talk = live('Fine.', { guardrails: { input: guard } });
    await talk.session.start();
    await say(talk, 'I would like');
    await talk.clock.advance(100);
    await say(talk, 'a cake');
    await talk.clock.advance(5000);
    expect(talk.reports()).toMatchObject([{ refused: false, error: null, spoken: 'Fine.' }]);
    expect(talk.voice.spoken).toEqual(['Fine.']);
  });

  it('is given up when the session is closed', async () => {
    const talk = live('Fine.');
    await talk.session.start();
    await say(talk, 'I would like');
    await talk.clock.settle(talk.session.close());
    expect(talk.reports()).toEqual([]);
    expect(await talk.remembered()).toEqual([]);
    expect(talk.clock.pending).toBe(0);
    expect(talk.recognizer.closed).toBe(talk.recognizer.opened);
  });
});

describe('a name to be called by', () => {
  it('keeps the assistant asleep until it is called, and away from what the model is told', async () => {
    const talk = live('Fine.', { wake: { phrase: 'hey computer' } });
    await talk.session.start();
    await say(talk, 'what is for dinner');
    await talk.clock.advance(5000);
    expect([talk.llm.prompts, talk.reports(), await talk.remembered()]).toEqual([[], [], []]);
    await say(talk, 'Hey computer, what time is it');
    await talk.clock.advance(5000);
    expect(talk.reports()).toMatchObject([{ userText: 'what time is it', spoken: 'Fine.' }]);
    await say(talk, 'and tomorrow');
    await talk.clock.advance(5000);
    expect(talk.reports()).toHaveLength(2);
    await talk.clock.advance(20000);
    await say(talk, 'good night dear');
    await talk.clock.advance(5000);
    expect(talk.reports()).toHaveLength(2);
  });

  it('alone wakes it, and the next thing said is a turn', async () => {
    const talk = live('Fine.', { wake: { phrase: ['Ava'] } });
    await talk.session.start();
    await say(talk, 'Ava');
    await talk.clock.advance(3000);
    expect(steps(talk.events)).toContain('awake');
    expect(talk.reports()).toEqual([]);
    await say(talk, 'lights on');
    await talk.clock.advance(3000);
    expect(talk.reports()).toMatchObject([{ userText: 'lights on' }]);
  });

  it('needs a recogniser', () => {
    expect(() => converse('', { stt: undefined as never, wake: { phrase: 'x' } })).toThrow(/wake/);
  });
});

describe('a user who is away', () => {
  it('is asked, more than once, and then left alone', async () => {
    const talk = live('Fine.', { idlePrompts: ['Are you there?', 'Call me when you need me.'], awayMs: 10000 });
    await talk.session.start();
    await talk.clock.advance(60000);
    expect(talk.voice.spoken).toEqual(['Are you there?', 'Call me when you need me.']);
    expect(talk.events.flatMap((event) => (event.type === 'away' ? [event.count] : []))).toEqual([1, 2, 3]);
    await say(talk, 'hello again');
    await talk.clock.advance(3000);
    await talk.clock.advance(10000);
    expect(talk.voice.spoken).toEqual(['Are you there?', 'Call me when you need me.', 'Fine.', 'Are you there?']);
  });

  it('is not away while the session does not listen', async () => {
    const talk = live();
    await talk.clock.advance(60000);
    expect(talk.events).toEqual([]);
  });
});

describe('partial transcripts', () => {
  it('are told only when they are asked for, because no guard has seen them', async () => {
    const silent = live();
    await silent.session.start();
    await say(silent, 'my card');
    expect(silent.events.some((event) => event.type === 'partialText')).toBe(false);
    const open = live('Fine.', { partialText: true });
    await open.session.start();
    await say(open, 'my card');
    expect(open.events.filter((event) => event.type === 'partialText')[0]).toMatchObject({ text: 'my card' });
  });
});
