/** Spans of time in text: "5 minutes", "an hour and ten minutes", "one and a half hours", "90 seconds", "half an hour". */
import { numberText, readNumber, tokensOf } from './number-reader.js';

const SECONDS: Readonly<Record<string, number>> = { second: 1, seconds: 1, sec: 1, secs: 1, s: 1, minute: 60, minutes: 60, min: 60, mins: 60, m: 60, hour: 3600, hours: 3600, hr: 3600, hrs: 3600, h: 3600, day: 86400, days: 86400 };

/** Milliseconds of the first span in the text and the tokens it took; undefined when there is none. */
export function readDuration(text: string): { readonly ms: number; readonly rest: string } | undefined {
  const tokens = tokensOf(text);
  for (let start = 0; start < tokens.length; start++) {
    const first = readPart(tokens, start);
    if (first === undefined) continue;
    let { seconds, end } = first;
    for (;;) {
      const joined = tokens[end] === 'and' || tokens[end] === ',' ? end + 1 : end;
      const next = tokens[joined] === 'a' && tokens[joined + 1] === 'half' && SECONDS[tokens[joined + 2] ?? ''] === undefined ? { seconds: 0.5 * first.unit, end: joined + 2 } : (readPart(tokens, joined) ?? minutesBehind(tokens, end, first.unit));
      if (next === undefined) break;
      seconds += next.seconds;
      end = next.end;
    }
    return { ms: Math.round(seconds * 1000), rest: [...tokens.slice(0, start), ...tokens.slice(end)].join(' ') };
  }
  return undefined;
}

// "1h30": figures right behind the hours are minutes.
function minutesBehind(tokens: readonly string[], at: number, unit: number): { readonly seconds: number; readonly end: number } | undefined {
  const minutes = tokens[at - 1] === 'h' && unit === 3600 && /^[0-5]?\d$/.test(tokens[at] ?? '') ? Number(tokens[at]) : undefined;
  return minutes === undefined ? undefined : { seconds: minutes * 60, end: at + 1 };
}

function readPart(tokens: readonly string[], start: number): { readonly seconds: number; readonly end: number; readonly unit: number } | undefined {
  const one = tokens[start] === 'a' || tokens[start] === 'an' || tokens[start] === 'one' ? SECONDS[tokens[start + 1] ?? ''] : undefined;
  if (one !== undefined) return { seconds: one, end: start + 2, unit: one };
  const number = readNumber(tokens, start);
  if (number === undefined) return undefined;
  const at = tokens[number.end] === '-' ? number.end + 1 : number.end;
  const unit = SECONDS[tokens[at] ?? ''];
  return unit === undefined ? undefined : { seconds: number.value * unit, end: at + 1, unit };
}

/** A span for an answer: "1 hour and 5 minutes". Rounded up to whole seconds, and to minutes from an hour on. */
export function durationText(ms: number): string {
  let seconds = Math.max(0, Math.ceil(ms / 1000 - 1e-6));
  if (seconds >= 3600) seconds = Math.round(seconds / 60) * 60;
  const parts: string[] = [];
  for (const [size, one] of [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']] as const) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${numberText(count)} ${count === 1 ? one : `${one}s`}`);
  }
  if (parts.length === 0) return '0 seconds';
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
