// A whole conversation by voice in a real Chromium, in one page: a question, a cough and an "uh-huh" over the answer,
// an interruption, silence, and two questions close together.
import { describe, expect } from 'vitest';
import { it } from '../assistant-page.js';
import { stretches } from '../evidence.js';

interface Told {
  readonly type: string;
  readonly step?: string;
}

describe('a conversation with the assistant', () => {
  it('goes on over a cough and a sign of listening, stops for what is meant, and loses nothing that is said', { timeout: 120_000 }, async ({ assistant }) => {
    const { page, turnsAfter, record, recorded, problems } = await assistant({ speech: [1.5, 'help', 2.2, 'cough', 1.5, 'uh-huh', 1.5, 'time', 4.5, 'sum', 0.9, 'time', 3] });
    await page.evaluate(() => {
      const told: unknown[] = [];
      Object.assign(window, { told });
      (window as unknown as { sluice: { session: { subscribe(listener: (event: { type: string; step?: string }) => void): void } } }).sluice.session.subscribe(({ type, step }) => {
        if (type === 'interruption' || type === 'released' || type === 'turnEnd') told.push({ type, step });
      });
    });
    await page.click('#talk');
    await record();
    const [first, second, third, fourth] = await turnsAfter(4, 60_000);
    const { sampleRate, samples } = await recorded();
    const told = (await page.evaluate(() => (window as unknown as { told: unknown[] }).told)) as readonly Told[];

    expect(first).toMatchObject({ userText: 'help', interrupted: true, error: null });
    expect(second).toMatchObject({ userText: 'what time is it', interrupted: false, error: null });
    expect(third).toMatchObject({ userText: 'what is twelve plus thirty', error: null });
    expect(fourth).toMatchObject({ userText: 'what time is it', interrupted: false, error: null });

    // Over the first answer what was nothing was released, and it was cut once, by what was meant.
    const over = told.slice(0, told.findIndex(({ type }) => type === 'turnEnd'));
    expect(over.filter(({ step }) => step === 'committed')).toHaveLength(1);
    expect(over.filter(({ type }) => type === 'released').length).toBeGreaterThanOrEqual(1);
    expect(over.filter(({ step }) => step === 'paused').length).toBe(over.filter(({ step }) => step === 'resumed').length + 1);
    // What was heard of it is more than a first clause: it went on behind the cough.
    expect(first?.spoken.length).toBeGreaterThan(40);
    expect(first?.generated.startsWith(first.spoken)).toBe(true);
    expect(stretches(samples, sampleRate).length).toBeGreaterThanOrEqual(3);
    expect(problems).toEqual([]);
  });
});
