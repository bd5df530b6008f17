// The record button of the page: both sides of the conversation in one file, and what was said beside it.
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { it } from '../assistant-page.js';

interface Sound {
  readonly durationS: number;
  readonly channels: number;
  /** Loudest sample of each channel. */
  readonly peaks: readonly number[];
}

describe('the record button', () => {
  it('records what is said and what is heard, to be saved', async ({ assistant }) => {
    const { page, turnsAfter, ask, problems } = await assistant({ speech: [2.5, 'time', 4] });
    await ask('remember my locker is number twelve');
    await page.click('#record');
    await page.waitForSelector('#record[aria-pressed=true]');
    await page.click('#talk');
    expect((await turnsAfter(2))[1]).toMatchObject({ source: 'voice', userText: 'what time is it', error: null });
    await page.click('#record');
    await page.waitForSelector('#record-saved a >> nth=1');

    const [sound] = await Promise.all([page.waitForEvent('download'), page.click('#record-saved a >> nth=0')]);
    expect(sound.suggestedFilename()).toMatch(/^conversation\.(ogg|wav)$/);
    const { durationS, channels, peaks } = await page.evaluate(async (): Promise<Sound> => {
      const address = document.querySelector<HTMLAnchorElement>('#record-saved a')?.href ?? '';
      const audio = await new OfflineAudioContext(2, 1, 24000).decodeAudioData(await (await fetch(address)).arrayBuffer());
      const loudest = (channel: number): number => audio.getChannelData(channel).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      return { durationS: audio.duration, channels: audio.numberOfChannels, peaks: [loudest(0), loudest(1)] };
    });
    expect(durationS).toBeGreaterThan(2);
    expect(channels).toBe(2);
    for (const peak of peaks) expect(peak).toBeGreaterThan(0.05); // the user on the left, the answer on the right

    const [words] = await Promise.all([page.waitForEvent('download'), page.click('#record-saved a >> nth=1')]);
    const text = readFileSync(await words.path(), 'utf8').replace(/<\d[^>]*>/g, ''); // times of words
    expect(text).toMatch(/^WEBVTT/);
    expect(text).toMatch(/what time is it/);
    expect(text).toMatch(/It is/);
    expect(text).not.toContain('locker'); // said before
    // It goes on without the recorder, and can record again.
    expect(await page.getAttribute('#record', 'aria-pressed')).toBe('false');
    expect((await ask('recall my notes')).spoken).toMatch(/locker/i);
    expect(problems).toEqual([]);
  });
});
