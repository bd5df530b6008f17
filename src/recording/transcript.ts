/** What was said in a recording, with times from its start: as data, and as captions. */
import type { Data } from '../base/data.js';

/** A word with its time. */
export interface TranscriptWord {
  readonly text: string;
  /** Milliseconds from the start of the recording. */
  readonly startMs: number;
  readonly endMs: number;
}

/** One turn of one speaker. */
export interface TranscriptSegment {
  readonly speaker: 'user' | 'assistant';
  /** Milliseconds from the start of the recording. */
  readonly startMs: number;
  readonly endMs: number;
  /** The user's words as the guards left them; the assistant's as far as they were heard. */
  readonly text: string;
  /** Empty where nobody told the times of words. */
  readonly words: readonly TranscriptWord[];
  /** True for an answer that was cut. */
  readonly interrupted: boolean;
  /** True where the sound was silenced. */
  readonly muted: boolean;
}

/** Wire form of segments, snake_case. */
export function transcriptToDict(segments: readonly TranscriptSegment[]): readonly Data[] {
  return segments.map(({ speaker, startMs, endMs, text, words, interrupted, muted }) => ({ speaker, start_ms: startMs, end_ms: endMs, text, words: words.map((word) => ({ text: word.text, start_ms: word.startMs, end_ms: word.endMs })), interrupted, muted }));
}

/** Captions as a WebVTT file: one cue per segment, the speaker as its voice, words with their times where they are known. */
export function transcriptToWebVtt(segments: readonly TranscriptSegment[]): string {
  const cues = segments.filter(({ text }) => text.trim() !== '').map(({ speaker, startMs, endMs, text, words }) => {
    const name = speaker === 'user' ? 'User' : 'Assistant';
    return `${vttTime(startMs)} --> ${vttTime(Math.max(endMs, startMs + 1))}\n<v ${name}>${words.length === 0 ? escaped(text) : timedText(words, startMs, endMs)}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

// A time inside a cue must lie within it and grow, or readers drop the cue's text.
function timedText(words: readonly TranscriptWord[], startMs: number, endMs: number): string {
  let last = startMs;
  return words.map(({ text, startMs: at }) => {
    if (at <= last || at >= endMs) return escaped(text);
    last = at;
    return `<${vttTime(at)}>${escaped(text)}`;
  }).join(' ');
}

// A cue's text is one line here, because an empty line would end the cue, and `-->` must not occur in it.
function escaped(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function vttTime(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const part = (value: number, size: number): string => String(value).padStart(size, '0');
  return `${part(Math.floor(whole / 3_600_000), 2)}:${part(Math.floor(whole / 60_000) % 60, 2)}:${part(Math.floor(whole / 1000) % 60, 2)}.${part(whole % 1000, 3)}`;
}
