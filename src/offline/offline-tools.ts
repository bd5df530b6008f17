/** The tools of the offline assistant. Each returns its answer as a sentence that is good to hear, beside the facts. */
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import type { Tool, ToolContext } from '../providers/tool.js';
import { calculate } from './arithmetic.js';
import { durationText } from './duration-reader.js';
import type { Note, NoteBook } from './note-book.js';
import { numberText } from './number-reader.js';
import type { Timer, TimerBook } from './timer-book.js';
import { convert, measureText, unitOf } from './units.js';

/** What the tools work with. */
export interface OfflineToolParts {
  readonly clock: Clock;
  readonly timers: TimerBook;
  readonly notes: NoteBook | undefined;
  /** IANA name; undefined means the host's zone. */
  readonly timeZone: string | undefined;
}

/** A tool's result: a sentence, and whatever else it found. */
export interface OfflineAnswer extends Data {
  readonly answer: string;
}

const SESSION = 'default';
const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

// What a guard leaves where it has taken something out: masks, and placeholders such as [CARD_1].
const REDACTED = /[*•█]{2,}|\[[A-Z][A-Z_]*_?\d*\]|\bredacted\b/;

/** Makes the tools, in the order in which help names them. */
export function offlineTools({ clock, timers, notes, timeZone }: OfflineToolParts): readonly Tool[] {
  const zone = timeZone === undefined ? {} : { timeZone };
  const session = (context: ToolContext): string => context.sessionId ?? SESSION;
  return [
    define('get_time', 'Tells the time of day.', {}, () => {
      const now = new Date(clock.epochMs());
      return { answer: `It is ${new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', ...zone }).format(now).replace(/\u202f/g, ' ')}.`, epoch_ms: now.getTime() };
    }),
    define('get_date', 'Tells the day and the date.', { day: { type: 'string', enum: Object.keys(DAYS) } }, ({ day }) => {
      const which = typeof day === 'string' && day in DAYS ? day : 'today';
      const date = new Date(clock.epochMs() + (DAYS[which] ?? 0) * DAY_MS);
      const text = new Intl.DateTimeFormat('en-US', { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric', ...zone }).format(date);
      return { answer: which === 'today' ? `It is ${text}.` : `${which === 'tomorrow' ? 'Tomorrow is' : 'Yesterday was'} ${text}.` };
    }),
    define('set_timer', 'Starts a timer.', { duration_ms: { type: 'number' }, label: { type: 'string' } }, ({ duration_ms, label }, context) => {
      const name = typeof label === 'string' ? label : '';
      if (typeof duration_ms !== 'number' || duration_ms < 1000) return { answer: 'A timer needs at least one second.' };
      if (duration_ms > 20 * DAY_MS) return { answer: 'That is too long for a timer. I can count up to twenty days.' };
      const timer = timers.set(session(context), duration_ms, name);
      return { answer: `Timer set for ${durationText(duration_ms)}${name === '' ? '' : `: ${name}`}.`, timer: timerData(timer) };
    }),
    define('list_timers', 'Lists the running timers: all, or those of a label or a duration.', SELECTION, (input, context) => {
      const all = timers.list(session(context));
      if (all.length === 0) return { answer: 'No timer is running.', timers: [] };
      const running = chosenTimers(all, input);
      if (running.length === 0) return { answer: 'There is no such timer.', timers: [] };
      const lines = running.map((timer) => `${timerName(timer)} has ${durationText(timers.remainingMs(timer.id))} left`);
      return { answer: `${running.length === 1 ? '' : `${running.length} timers are running. `}${lines.map(capital).join('. ')}.`, timers: running.map(timerData) };
    }),
    define('cancel_timers', 'Cancels timers: all, or those of a label or a duration.', SELECTION, (input, context) => {
      const running = timers.list(session(context));
      const chosen = chosenTimers(running, input);
      if (running.length === 0) return { answer: 'No timer is running.', cancelled: 0 };
      if (chosen.length === 0) return { answer: 'There is no such timer.', cancelled: 0 };
      for (const timer of chosen) timers.cancel(timer.id);
      return { answer: chosen.length === 1 && chosen[0] !== undefined ? `${capital(timerName(chosen[0]))} is cancelled.` : `${chosen.length} timers are cancelled.`, cancelled: chosen.length };
    }),
    define('calculate', 'Computes an arithmetic expression.', { expression: { type: 'string' } }, ({ expression }) => {
      const result = calculate(String(expression ?? ''));
      if (result.ok) return { answer: `${capital(readable(String(expression)))} is ${numberText(result.value)}.`, value: result.value };
      const why = { division_by_zero: 'Nothing can be divided by zero.', no_real_result: 'That has no real result.', too_large: 'That is too large to say.', not_arithmetic: 'I cannot compute that.' } as const;
      return { answer: why[result.reason] };
    }),
    define('convert_units', 'Converts a measure to another unit.', { value: { type: 'number' }, from: { type: 'string' }, to: { type: 'string' } }, ({ value, from, to }) => {
      const [source, target] = [unitOf(String(from ?? '')), unitOf(String(to ?? ''))];
      if (source === undefined || target === undefined || typeof value !== 'number') return { answer: 'I do not know that unit.' };
      const result = convert(value, source, target);
      if (result === undefined) return { answer: `${capital(source.many)} cannot be converted to ${target.many}.` };
      return { answer: `${capital(measureText(value, source, numberText))} ${Math.abs(value) === 1 ? 'is' : 'are'} ${measureText(rounded(result), target, numberText)}.`, value: result };
    }),
    ...(notes === undefined ? [] : noteTools(notes, session)),
  ];
}

const SELECTION: Data = { label: { type: 'string' }, duration_ms: { type: 'number' }, which: { type: 'string', enum: ['first', 'last'] } };

/** The timers that are meant, of the running ones in the order in which they will ring: `last` is the one set last. */
function chosenTimers(running: readonly Timer[], { label, duration_ms, which }: Data): readonly Timer[] {
  const fitting = running.filter((timer) => (typeof label !== 'string' || timer.label.toLowerCase() === label.toLowerCase()) && (typeof duration_ms !== 'number' || timer.durationMs === duration_ms));
  if (which === 'first') return fitting.slice(0, 1);
  if (which === 'last') return [...fitting].sort((a, b) => setOrder(b) - setOrder(a)).slice(0, 1);
  return fitting;
}

// Timers are numbered in the order in which they are set.
function setOrder({ id }: Timer): number {
  return Number(/\d+$/.exec(id)?.[0] ?? 0);
}

function noteTools(notes: NoteBook, session: (context: ToolContext) => string): readonly Tool[] {
  return [
    define('remember_note', 'Keeps a note.', { text: { type: 'string' }, recorded: { type: 'boolean' }, number: { type: 'boolean' } }, async ({ text, recorded, number, run_id }, context) => {
      const note = String(text ?? '').replace(/[\s.]+$/, '');
      if (REDACTED.test(note)) return { answer: 'That looks private, so I did not keep it.', kept: false };
      if (recorded === true) {
        // A recording that holds a row of digits may hold a card number that no guard can take out of the sound.
        if (number === true || /(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b ?){4}/.test(note)) return { answer: 'I keep no recordings of long numbers.', kept: false };
        const place = { sessionId: session(context), ...(typeof run_id === 'string' ? { runId: run_id } : {}) };
        const kept = await notes.rememberClip(place, { signal: context.signal });
        return kept ? { answer: 'I have kept that as a recording.', kept } : { answer: 'I could not make out the words, and there is no recording to keep.', kept };
      }
      await notes.remember(note, { signal: context.signal });
      return { answer: `I will remember: ${note}.`, kept: true };
    }),
    define('recall_notes', 'Reads the notes back: all, or those about something.', { about: { type: 'string' } }, async ({ about }, context) => {
      const kept = await notes.recall({ signal: context.signal });
      const all = typeof about === 'string' ? kept.filter((note) => isAbout(note, about)) : kept;
      if (all.length === 0 && typeof about === 'string') return { answer: 'I have no note about that.', notes: [] };
      if (all.length === 0) return { answer: 'You have no notes.', notes: [] };
      await notes.play(all, { signal: context.signal });
      return { answer: recalled(all), notes: all.map(({ text }) => text) };
    }),
    define('forget_notes', 'Deletes the last note, one by its number or its words, or all notes.', { which: { type: 'string', enum: ['last', 'all', 'number', 'about'] }, number: { type: 'number' }, about: { type: 'string' } }, async ({ which, number, about }, context) => {
      if (which === 'number' || which === 'about') {
        const all = await notes.recall({ signal: context.signal });
        const index = which === 'number' ? Number(number) - 1 : all.findIndex((note) => isAbout(note, String(about ?? '')));
        const note = all[index];
        if (note === undefined || !(await notes.forgetAt(index, { signal: context.signal }))) return { answer: which === 'number' ? 'There is no note with that number.' : 'I have no note about that.' };
        return { answer: note.clipId === undefined ? `I have forgotten the note: ${note.text}.` : 'I have forgotten that recording.' };
      }
      if (which === 'last') return { answer: (await notes.forgetLast({ signal: context.signal })) ? 'I have forgotten the last note.' : 'There is no note to forget.' };
      const count = await notes.forget({ signal: context.signal });
      return { answer: count === 0 ? 'There is no note to forget.' : count === 1 ? 'I have forgotten your note.' : `I have forgotten ${count} notes.`, count };
    }),
  ];
}

/** True when a note holds all words of a subject, in any of their simple forms. */
function isAbout({ text }: Note, subject: string): boolean {
  const stem = (word: string): string => word.toLowerCase().replace(/(?:'s|s)$/u, '');
  const words = new Set((text.match(/[\p{L}\p{N}'’]+/gu) ?? []).map(stem));
  const asked = (subject.match(/[\p{L}\p{N}'’]+/gu) ?? []).map(stem);
  return asked.length > 0 && asked.every((word) => words.has(word));
}

function recalled(all: readonly Note[]): string {
  const texts = all.filter(({ clipId }) => clipId === undefined).map(({ text }) => text);
  const clips = all.length - texts.length;
  const parts: string[] = [];
  if (texts.length === 1) parts.push(`You asked me to remember: ${texts[0]}.`);
  else if (texts.length > 1) parts.push(`You have ${texts.length} notes. ${texts.map((text, n) => `Number ${n + 1}: ${text}.`).join(' ')}`);
  if (clips > 0) parts.push(`There ${clips === 1 ? 'is one recording' : `are ${clips} recordings`}. I will play ${clips === 1 ? 'it' : 'them'} now.`);
  return parts.join(' ');
}

function define(name: string, description: string, properties: Data, run: (input: Data, context: ToolContext) => OfflineAnswer | Promise<OfflineAnswer>): Tool {
  return {
    name,
    description,
    inputSchema: { type: 'object', properties },
    execute: async (input, context) => {
      try {
        return await run(input, context);
      } catch (error) {
        // What a user can mend is said; everything else is the caller's to see.
        if (SluiceError.isInstance(error) && error.code === 'TOO_MANY_TIMERS') return { answer: 'Too many timers are running already.' };
        throw error;
      }
    },
  };
}

function timerData({ id, label, durationMs, endsAtMs }: Timer): Data {
  return { id, label, duration_ms: durationMs, ends_at_ms: endsAtMs };
}

/** How a timer is called in a sentence: "the tea timer", "the 5 minute timer". */
export function timerName({ label, durationMs }: Timer): string {
  return label === '' ? `the ${durationText(durationMs).replace(/s\b/g, '')} timer` : `the timer for ${label}`;
}

function readable(expression: string): string {
  return expression.replace(/\*/g, ' times ').replace(/(?<=[\d)])\s*\/\s*/g, ' divided by ').replace(/\s+/g, ' ').trim();
}

// Four digits behind the first that matters are as many as anyone can listen to.
function rounded(value: number): number {
  return Number(value.toPrecision(Math.abs(value) >= 1000 ? 7 : 4));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
