import { describe, expect, it } from 'vitest';
import { endProbabilityOf, TextTurnDetector } from '../../src/voice/text-turn-detector.js';

const OPEN = 0.2;
const cases: readonly (readonly [text: string, language: string, verdict: 'open' | 'unknown' | 'complete'])[] = [
  ['What time is it?', 'en', 'complete'],
  ['Turn off the light.', 'en', 'complete'],
  ['He said "stop."', 'en', 'complete'],
  ['what time is it', 'en', 'unknown'],
  ['turn the light on', 'en', 'unknown'],
  ['mach das Licht an', 'de', 'unknown'],
  ['turn off the light', 'en', 'unknown'],
  ['', 'en', 'unknown'],
  ['turn off the light and', 'en', 'open'],
  ['I would like to', 'en', 'open'],
  ['I was thinking, um', 'en', 'open'],
  ['first,', 'en', 'open'],
  ['well...', 'en', 'open'],
  ['my number is four one five', 'en', 'open'],
  ['my number is 415', 'en', 'unknown'],
  ['my number is 4 1 5', 'en', 'open'],
  ['my number is 4 1 5.', 'en', 'open'],
  ['my number is 415-555', 'en', 'open'],
  ['my number is 415 555 0123', 'en', 'complete'],
  ['it is 4111 1111 1111 1111', 'en', 'complete'],
  ['it is 4111 1111', 'en', 'open'],
  ['wake me at 7:30', 'en', 'unknown'],
  ['that makes 1,250.50', 'en', 'open'],
  ['set a timer for five', 'en', 'unknown'],
  ['set a timer for 25', 'en', 'unknown'],
  ['Wie spät ist es?', 'de', 'complete'],
  ['ich hätte gerne eine', 'de', 'open'],
  ['meine Nummer ist null eins sieben', 'de', 'open'],
  ['je voudrais un', 'fr', 'open'],
  ['quiero un café y', 'es', 'open'],
  ['今日は何時ですか。', 'ja', 'complete'],
  ['今日は、', 'ja', 'open'],
  ['something and', 'xx', 'unknown'],
];

describe('TextTurnDetector', () => {
  it.each(cases)('%s (%s) is %s', async (text, language, verdict) => {
    const { endProbability } = await new TextTurnDetector().predict({ text, language, silenceMs: 200 });
    expect(endProbability).toBe(endProbabilityOf(text, language));
    if (verdict === 'open') expect(endProbability).toBeLessThan(OPEN);
    else if (verdict === 'unknown') expect(endProbability).toBe(0.5);
    else expect(endProbability).toBeGreaterThan(0.6);
  });

  it('says nothing before anything was understood', async () => {
    expect(await new TextTurnDetector().predict({ silenceMs: 200 })).toEqual({ endProbability: 0.5 });
  });
});
