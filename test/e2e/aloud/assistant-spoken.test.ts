// The assistant in a real Chromium, by voice: what is said is understood, answered and heard.
import { describe, expect } from 'vitest';
import { it } from '../assistant-page.js';
import { events, stored, stretches } from '../evidence.js';

describe.concurrent('the assistant, by voice', () => {
  it('understands a spoken question and answers it aloud, with latency measured at the ear', async ({ assistant }) => {
    const { page, turnsAfter, problems } = await assistant({ speech: 'what-time' });
    await page.click('#talk');
    const [turn] = await turnsAfter(1);
    expect(turn).toMatchObject({ source: 'voice', userText: 'what time is it', interrupted: false, refused: false, error: null });
    expect(turn?.spoken).toMatch(/^It is/);
    const { totalMs, parts } = turn?.latency ?? { totalMs: NaN, parts: {} };
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(totalMs, 0);
    expect(await page.textContent('#transcript')).toContain('what time is it');
    expect(problems).toEqual([]);
  });

  it('works without cross-origin isolation', async ({ assistant }) => {
    const { page, turnsAfter, problems } = await assistant({ speech: 'what-time', isolation: false });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.click('#talk');
    expect((await turnsAfter(1))[0]).toMatchObject({ source: 'voice', userText: 'what time is it' });
    expect(problems).toEqual([]);
  });

  it('keeps a spoken card number out of memory, events, page and log', async ({ assistant }) => {
    const { page, turnsAfter, log } = await assistant({ speech: 'card-number' });
    await page.click('#talk');
    const [turn] = await turnsAfter(1, 30_000);
    expect(turn?.userText).toMatch(/^my card number is/);
    expect(turn?.userText).not.toMatch(/one one/);
    for (const kept of [await stored(page), await events(page), await page.innerText('body'), log.join('\n')]) expect(kept).not.toMatch(/one one one one/);
  });

  it('falls silent when the user speaks over it; memory then holds only what was heard', async ({ assistant }) => {
    const { page, turnsAfter, record, recorded } = await assistant({ speech: 'barge-in' });
    await page.click('#talk');
    await record();
    const [first, second] = await turnsAfter(2, 40_000);
    // Two answers were heard, and nothing between the cut and the second one: the user's question and the end silence lie there.
    const { sampleRate, samples } = await recorded();
    const sounds = stretches(samples, sampleRate);
    expect(sounds).toHaveLength(2);
    expect((sounds[1]?.startMs ?? 0) - (sounds[0]?.endMs ?? 0)).toBeGreaterThan(1200);
    expect(first).toMatchObject({ userText: 'help', interrupted: true });
    expect(first?.spoken.length).toBeGreaterThan(0);
    expect(first?.generated.length).toBeGreaterThan(first?.spoken.length ?? 0);
    expect(first?.generated.startsWith(first.spoken)).toBe(true);
    expect(second).toMatchObject({ userText: 'what time is it' });
    const rest = first?.generated.slice(first.spoken.length).trim().slice(0, 30) ?? '';
    const memory = await page.evaluate(async () => {
      const { session } = (window as unknown as { sluice: { session: { sessionId: string } } }).sluice;
      return [...document.querySelectorAll('#memory-list li')].map((item) => `${(item as HTMLElement).dataset['role']}: ${item.firstChild?.textContent}`).concat(session.sessionId);
    });
    expect(memory).toContain(`assistant: ${first?.spoken}`);
    expect(memory.join('\n')).not.toContain(rest);
  });
});
