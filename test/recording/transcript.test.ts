import { describe, expect, it } from 'vitest';
import { transcriptToDict, transcriptToWebVtt, type TranscriptSegment } from '../../src/recording/transcript.js';

const segment = (more: Partial<TranscriptSegment>): TranscriptSegment => ({ speaker: 'user', startMs: 0, endMs: 1000, text: 'Hello', words: [], interrupted: false, muted: false, ...more });

describe('transcriptToWebVtt', () => {
  it('gives a cue per segment, with the speaker and the times of words', () => {
    expect(transcriptToWebVtt([
      segment({ text: 'What time is it?' }),
      segment({ speaker: 'assistant', startMs: 3_723_004, endMs: 3_725_000, text: 'It is noon.', words: [{ text: 'It', startMs: 3_723_004, endMs: 3_723_200 }, { text: 'is', startMs: 3_723_300, endMs: 3_723_400 }, { text: 'noon.', startMs: 3_724_000, endMs: 3_724_500 }] }),
    ])).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v User>What time is it?\n\n01:02:03.004 --> 01:02:05.000\n<v Assistant>It <01:02:03.300>is <01:02:04.000>noon.\n');
  });

  it('keeps the format whatever was said', () => {
    expect(transcriptToWebVtt([segment({ text: 'a < b & c --> d\n\nNOTE x' })])).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v User>a &lt; b &amp; c --&gt; d NOTE x\n');
  });

  it('leaves out times that a reader would refuse, and segments without words', () => {
    expect(transcriptToWebVtt([segment({ endMs: 0, words: [{ text: 'a', startMs: 500, endMs: 600 }, { text: 'b', startMs: 400, endMs: 600 }] }), segment({ text: ' ' })])).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:00.001\n<v User>a b\n');
  });
});

describe('transcriptToDict', () => {
  it('is snake_case', () => {
    expect(transcriptToDict([segment({ words: [{ text: 'Hello', startMs: 1, endMs: 2 }] })])).toEqual([{ speaker: 'user', start_ms: 0, end_ms: 1000, text: 'Hello', words: [{ text: 'Hello', start_ms: 1, end_ms: 2 }], interrupted: false, muted: false }]);
  });
});
