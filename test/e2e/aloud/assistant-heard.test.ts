// What the loudspeaker of the page plays in a real Chromium.
import { describe, expect } from 'vitest';
import { FormantVoice } from '../../../src/offline/formant-voice.js';
import { loadAudio } from '../../../src/wasm/audio-load.js';
import { it } from '../assistant-page.js';
import { atRate, bestMatch, synthesis } from './heard.js';

describe('the assistant, as it is heard', () => {
  it('answers a typed question, and what the loudspeaker plays is what the voice made of the answer', async ({ assistant }) => {
    const { page, ask, record, recorded, problems } = await assistant();
    await record();
    const turn = await ask('what is seven times eight');
    expect(turn.spoken).toMatch(/56|fifty.six/i);
    expect(turn.spoken).toBe(turn.generated);
    await page.waitForTimeout(300);
    const { sampleRate, samples } = await recorded();
    const voice = await synthesis(new FormantVoice(), turn.generated);
    await loadAudio();
    for (const piece of voice.pieces) expect(bestMatch(samples, atRate(piece, voice.sampleRate, sampleRate), sampleRate).correlation).toBeGreaterThan(0.99);
    expect(problems).toEqual([]);
  });
});
