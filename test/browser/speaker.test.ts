import { afterEach, describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { createSpeaker } from '../../src/browser/speaker.js';
import type { Speaker, SpeakerEvent, SpeakerOptions } from '../../src/browser/speaker-contract.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import type { PlaybackReport } from '../../src/voice/voice-output.js';
import { bestCorrelation, frames, largestStep, record, sine, sineChunk, tapedContext, trimmed, until } from './sounds.js';

const open: Speaker[] = [];

function speakerWith(options: SpeakerOptions = {}): { speaker: Speaker; events: SpeakerEvent[] } {
  const speaker = createSpeaker(options);
  open.push(speaker);
  const events: SpeakerEvent[] = [];
  speaker.onEvent((event) => events.push(event));
  return { speaker, events };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((speaker) => speaker.close()));
});

describe.each(['auto', 'scheduled'] as const)('a speaker with renderer %s', (renderer) => {
  it('plays an answer to its end and says how much was heard', async () => {
    const { speaker, events } = speakerWith({ renderer });
    await speaker.start();
    expect(speaker.renderer).toBe(renderer === 'auto' ? 'worklet' : 'scheduled');
    const playback = speaker.begin();
    expect(await playback.write(sineChunk(440, 300))).toBe(true);
    playback.end();
    const report = await playback.done;
    expect(report.interrupted).toBe(false);
    expect(report.writtenMs).toBeCloseTo(300, 3);
    expect(report.heardMs).toBeCloseTo(300, 0);
    expect(report.renderedMs).toBe(report.heardMs);
    expect(report.underruns).toBe(0);
    expect(report.firstHeardAtMs).toBeGreaterThan(0);
    expect(events.map((event) => (event.type === 'state' ? event.state : event.type))).toEqual(['starting', 'ready', 'started', 'finished']);
  });

  it('starts by itself when the first answer begins', async () => {
    const { speaker } = speakerWith({ renderer });
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 50));
    playback.end();
    expect((await playback.done).heardMs).toBeCloseTo(50, 0);
  });

  it('cuts at once and reports only what was heard', async () => {
    const { speaker } = speakerWith({ renderer });
    await speaker.start();
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 2000));
    await until(() => playback.heard().heardMs > 200);
    const before = playback.heard();
    playback.cut();
    const report = await playback.done;
    expect(report.interrupted).toBe(true);
    expect(report.heardMs).toBeGreaterThanOrEqual(before.heardMs - 1);
    // What was asked here is obeyed at the place where rendering is then, not at the end of what is queued.
    expect(report.heardMs).toBeLessThan(before.heardMs + 500);
    expect(report.heardMs).toBeLessThanOrEqual(report.renderedMs);
    expect(await playback.write(sineChunk(440, 10))).toBe(false);
  });

  it('goes on after a pause at the sample it stopped at', async () => {
    const { speaker, events } = speakerWith({ renderer });
    await speaker.start();
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 900));
    playback.end();
    await until(() => playback.heard().heardMs > 100);
    playback.pause();
    // What was rendered is heard one output latency later; then nothing goes on.
    await until(() => events.some(({ type }) => type === 'paused') && playback.heard().heardMs === playback.heard().renderedMs);
    const held = playback.heard();
    expect(held.heardMs).toBeGreaterThan(99);
    expect(held.heardMs).toBeLessThan(900);
    await frames(15);
    expect(playback.heard()).toEqual(held);
    playback.resume();
    const report = await playback.done;
    expect(report.interrupted).toBe(false);
    expect(report.heardMs).toBeCloseTo(900, 0);
  });

  it('drops the answer before when another begins', async () => {
    const { speaker } = speakerWith({ renderer });
    await speaker.start();
    const first = speaker.begin();
    void first.write(sineChunk(440, 1000));
    await until(() => first.heard().heardMs > 50);
    const second = speaker.begin();
    void second.write(sineChunk(660, 100));
    second.end();
    expect((await first.done).interrupted).toBe(true);
    expect((await second.done).interrupted).toBe(false);
    expect(await first.write(sineChunk(440, 10))).toBe(false);
  });

  it('lets a writer wait while enough is queued', async () => {
    const { speaker } = speakerWith({ renderer, maxQueuedMs: 200 });
    await speaker.start();
    const playback = speaker.begin();
    let written = false;
    void Promise.resolve(playback.write(sineChunk(440, 800))).then(() => (written = true));
    await until(() => playback.heard().renderedMs > 100);
    expect(written).toBe(false);
    playback.end();
    await playback.done;
    expect(written).toBe(true);
  });

  it('reports what was heard when it is closed in the middle of an answer', async () => {
    const { speaker } = speakerWith({ renderer });
    await speaker.start();
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 2000));
    await until(() => playback.heard().heardMs > 100);
    await speaker.close();
    const report = await playback.done;
    expect(report.interrupted).toBe(true);
    expect(report.heardMs).toBeGreaterThan(90);
    expect(speaker.state).toBe('closed');
    expect(() => speaker.begin()).toThrow(/closed/);
  });

  it('plays what was written, sample for sample, whatever the sizes of the chunks', async () => {
    const { context, tape } = await tapedContext();
    const { speaker } = speakerWith({ renderer, context });
    await speaker.start();
    const rate = speaker.sampleRate;
    // A rising tone is like itself at one alignment only.
    const sweep = Float32Array.from({ length: Math.round(rate * 0.6) }, (_, n) => 0.5 * Math.sin(2 * Math.PI * (200 + (600 * n) / rate) * (n / rate)));
    const playback = speaker.begin();
    for (const [from, to] of [[0, 1], [1, 500], [500, 501], [501, 9000], [9000, sweep.length]] as const) {
      await playback.write(new AudioChunk({ float32: sweep.slice(from, to), sampleRate: rate }));
    }
    playback.end();
    expect((await playback.done).underruns).toBe(0);
    const heard = await tape.stop();
    await speaker.close();
    await context.close();
    // A start that no double says exactly is interpolated, by less than a millionth of a millionth of a sample.
    const start = heard.findIndex((sample) => Math.abs(sample) > 1e-6);
    // The tone begins at zero, so its first sample cannot be seen.
    const played = heard.subarray(start - 1, start - 1 + sweep.length);
    expect(bestCorrelation(sweep, played, 3)).toBeGreaterThan(0.999);
    expect(Math.max(...sweep.subarray(0, -500).map((sample, n) => Math.abs(sample - (played[n] as number))))).toBeLessThan(1e-6);
  });

  it('fades when it is cut: no step that a click would be', async () => {
    const { context, tape } = await tapedContext();
    const { speaker } = speakerWith({ renderer, context });
    await speaker.start();
    const playback = speaker.begin();
    void playback.write(sineChunk(220, 1500));
    await until(() => playback.heard().heardMs > 200);
    playback.cut();
    await playback.done;
    const heard = trimmed(await tape.stop(), 0.0005);
    await speaker.close();
    await context.close();
    // The steepest step of the sine itself, and a little for its conversion.
    const natural = (2 * Math.PI * 220 * 0.5) / context.sampleRate;
    expect(largestStep(heard)).toBeLessThan(natural * 1.2);
    expect(heard.length).toBeLessThan(context.sampleRate * 0.7);
  });
});

describe('a speaker', () => {
  it('refuses options it does not have or that are out of range', () => {
    expect(() => createSpeaker({ volume: 2 })).toThrow(/volume/);
    expect(() => createSpeaker({ loudness: 1 } as never)).toThrow(/loudness/);
    expect(() => createSpeaker({ maxQueuedMs: 1 })).toThrow(/maxQueuedMs/);
  });

  it('rejects with the error of an address that does not lead to the worklet', async () => {
    const { speaker, events } = speakerWith({ worklet: { url: new URL('/no-such-worklet.js', location.href) } });
    await expect(speaker.start()).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' });
    expect(speaker.state).toBe('failed');
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'failed' });
    const playback = speaker.begin();
    await expect(playback.done).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' });
  });

  it('plays from the source of the worklet given as text', async () => {
    const { captureWorkletSource } = await import('../../src/browser/capture-worklet-source.generated.js');
    expect(captureWorkletSource).toContain('sluice-capture');
    const { playoutWorkletSource } = await import('../../src/browser/playout-worklet-source.generated.js');
    const { speaker } = speakerWith({ worklet: { source: playoutWorkletSource } });
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 40));
    playback.end();
    expect((await playback.done).heardMs).toBeCloseTo(40, 0);
    expect(speaker.renderer).toBe('worklet');
  });

  it('replaces a renderer that fails, and reports the answer that was playing as interrupted', async () => {
    const { playoutWorkletSource } = await import('../../src/browser/playout-worklet-source.generated.js');
    // Breaks at a sample of 0.99, as a defect would at some input; the processor that replaces it is whole.
    const breaking = playoutWorkletSource.replace(/registerProcessor\(/, '__register(');
    const source = `const __broken = [];
      globalThis.__register = (name, Base) => globalThis.registerProcessor(name, class extends Base {
        process(...given) {
          const goesOn = super.process(...given);
          if (__broken.length === 0 && given[1][0][0].some((sample) => sample > 0.98)) { __broken.push(1); throw new Error('defect'); }
          return goesOn;
        }
      });
      ${breaking}`;
    expect(breaking).not.toBe(playoutWorkletSource);
    const { speaker, events } = speakerWith({ worklet: { source: source.replace(/\b\w+\.__register\(/, '__register(') } });
    await speaker.start();
    const first = speaker.begin();
    void first.write(sineChunk(440, 1000, 48000, 0.995));
    expect((await first.done).interrupted).toBe(true);
    await until(() => events.some((event) => event.type === 'rebuilt'));
    expect(speaker.state).toBe('ready');
    const second = speaker.begin();
    void second.write(sineChunk(440, 100));
    second.end();
    expect((await second.done).heardMs).toBeCloseTo(100, 0);
  });

  it('gives up when every renderer fails', async () => {
    const source = 'registerProcessor("sluice-playout", class extends AudioWorkletProcessor { process() { throw new Error("defect"); } })';
    const { speaker, events } = speakerWith({ worklet: { source } });
    await speaker.start();
    await until(() => speaker.state === 'failed');
    expect(events.filter((event) => event.type === 'rebuilt')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'failed', error: { code: 'PLAYOUT_FAILED' } });
  });

  it('refuses compressed audio with an error that says what to do', async () => {
    const { speaker } = speakerWith();
    await speaker.start();
    expect(() => speaker.begin().write(new AudioChunk({ data: new Uint8Array(10), format: 'mp3' }))).toThrow(/decodeAudioData/);
  });

  it.each([8000, 16000, 22050, 24000, 44100, 48000])('gives the full length of a chunk of %i Hz', async (rate) => {
    const { speaker } = speakerWith();
    const playback = speaker.begin();
    void playback.write(new AudioChunk({ float32: sine(300, 120, rate), sampleRate: rate }));
    playback.end();
    const report = await playback.done;
    expect(report.heardMs).toBeGreaterThanOrEqual(119.9);
    expect(report.heardMs).toBeLessThan(120.2);
  });

  it('gives what is played as a stream, for recording', async () => {
    const { speaker } = speakerWith({ tap: true });
    await speaker.start();
    const context = new AudioContext({ sampleRate: speaker.sampleRate });
    const tape = await record(speaker.recording as MediaStream, context); // `tap` makes one
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 600, speaker.sampleRate));
    playback.end();
    await playback.done;
    await frames(10);
    const heard = trimmed(await tape.stop(), 0.01);
    await context.close();
    // Two contexts have two clocks, and what one gives too late the other leaves out: only pieces are compared.
    const piece = Math.round(speaker.sampleRate / 50);
    const tone = sine(440, 40, speaker.sampleRate);
    const matches = Array.from({ length: Math.floor(heard.length / piece) }, (_, n) => bestCorrelation(heard.subarray(n * piece, (n + 1) * piece), tone, 110));
    expect(matches.filter((match) => match > 0.999).length).toBeGreaterThan(4);
    expect(Math.max(...heard)).toBeCloseTo(0.5, 1);
  });

  it('obeys a thread that holds a control port, and tells it what happens', async () => {
    const { speaker } = speakerWith();
    await speaker.start();
    const control = await speaker.openControl(false);
    const notices: string[] = [];
    (control as NonNullable<typeof control>).port.onmessage = (event) => notices.push(event.data.type);
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 400));
    playback.end();
    await until(() => playback.heard().renderedMs > 60);
    control?.port.postMessage({ type: 'pause' });
    await until(() => notices.includes('paused'));
    control?.port.postMessage({ type: 'resume' });
    expect((await playback.done).heardMs).toBeCloseTo(400, 0);
    expect(notices.filter((type) => type !== 'position')).toEqual(['started', 'paused', 'resumed', 'ended']);
    control?.port.postMessage({ type: 'detach' });
  });

  it('obeys such a thread while this one is busy', async () => {
    const { speaker } = speakerWith();
    await speaker.start();
    const control = await speaker.openControl(false);
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 12_000));
    await until(() => playback.heard().renderedMs > 200);
    // Pauses and resumes, and tells on the clock of all threads when the worklet had obeyed.
    const code = `onmessage = ({ data: port }) => {
      port.onmessage = ({ data }) => {
        if (data.type === 'paused') { postMessage(performance.timeOrigin + performance.now()); port.postMessage({ type: 'resume' }); }
        if (data.type === 'resumed') setTimeout(() => port.postMessage({ type: 'pause' }), 60);
      };
      port.postMessage({ type: 'pause' });
    }`;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
    const obeyed: number[] = [];
    worker.onmessage = (event: MessageEvent<number>) => obeyed.push(event.data);
    worker.postMessage(control?.port, [control?.port as MessagePort]);
    await until(() => obeyed.length > 0);
    const begun = performance.timeOrigin + performance.now();
    const end = performance.now() + 800;
    while (performance.now() < end) Math.sqrt(end);
    const over = performance.timeOrigin + performance.now();
    await until(() => obeyed.some((time) => time > over));
    worker.terminate();
    // How soon is measured by `npm run bench`.
    expect(obeyed.filter((time) => time > begun && time < over).length).toBeGreaterThan(1);
    playback.cut();
    await playback.done;
  });

  it('keeps counting right when a pause comes before the first sample', async () => {
    const { speaker } = speakerWith();
    const playback = speaker.begin();
    playback.pause();
    void playback.write(sineChunk(440, 100));
    playback.end();
    await speaker.start();
    await frames(10);
    expect(playback.heard().heardMs).toBe(0);
    playback.resume();
    expect((await playback.done).heardMs).toBeCloseTo(100, 0);
  });
});

describe('a speaker that the browser keeps silent', () => {
  /** A context that waits for a gesture, or has no loudspeaker: `resume` neither resolves nor rejects. */
  async function silentContext(): Promise<AudioContext> {
    const context = new AudioContext();
    await context.suspend();
    context.resume = () => new Promise(() => undefined);
    return context;
  }

  it('gives an answer up that nobody could hear for five seconds, says why, and keeps no timer', async () => {
    const clock = new ManualClock();
    const context = await silentContext();
    const { speaker, events } = speakerWith({ context, clock });
    const playback = speaker.begin();
    const written = playback.write(sineChunk(440, 4000));
    await until(() => clock.pending > 1);
    await clock.advance(4900);
    await until(() => speaker.state === 'blocked');
    let over = false;
    playback.done.catch(() => (over = true));
    await clock.advance(90);
    expect(over).toBe(false);
    await clock.advance(20);
    await expect(playback.done).rejects.toMatchObject({ code: 'GESTURE_NEEDED' });
    expect(await written).toBe(false);
    expect(events).toContainEqual(expect.objectContaining({ type: 'state', state: 'blocked' }));
    expect(clock.pending).toBe(0);
    await context.close();
  });

  it('plays the answer when the user acts before that', async () => {
    const clock = new ManualClock();
    const context = await silentContext();
    const { speaker } = speakerWith({ context, clock });
    const playback = speaker.begin();
    void playback.write(sineChunk(440, 50));
    playback.end();
    await until(() => clock.pending > 1);
    await clock.advance(3000);
    await until(() => speaker.state === 'blocked');
    await AudioContext.prototype.resume.call(context);
    await until(() => speaker.state === 'ready');
    let report: PlaybackReport | undefined;
    void playback.done.then((settled) => (report = settled));
    await until(() => {
      void clock.advance(1000); // the device runs in real time, what the speaker waits for in the clock's
      return report !== undefined;
    });
    expect(report).toMatchObject({ interrupted: false });
    expect(report?.heardMs).toBeCloseTo(50, 0);
    await context.close();
  });
});
