/** A recording while it is being made: times from its beginning, texts as the application allows them. */
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import type { STTEvent } from '../providers/stt.js';
import type { VoiceEvent } from '../voice/voice-event.js';
import type { VoiceSessionOptions } from '../voice/voice-session-options.js';
import type { RecordedCall, RecordedElement, RecordedItem, RecordedPlayback, RecordedSTTCall, RecordedSTTSession, Scenario, ScenarioStep, SimulationLogEntry } from './scenario.js';
import { SimulationLog } from './simulation-log.js';
import { shapesOf, textShape } from './text-shape.js';

type Item = RecordedItem extends infer One ? (One extends { readonly afterMs: number } ? Omit<One, 'afterMs'> : never) : never;

/** One call of a provider while it goes on. */
export interface CallDraft {
  item(item: Item): void;
  /** How it ended; only the first end counts. */
  end(end: RecordedCall['end']): void;
}

interface OpenCall {
  readonly items: RecordedItem[];
  end: RecordedCall['end'];
  endMs: number;
}

// Options of a session that are plain data and change what it does.
const PLAIN_OPTIONS = ['systemPrompt', 'language', 'voice', 'refusal', 'notUnderstood', 'failure', 'interruptible', 'firstClause', 'interruptedMarker', 'captions', 'partialText', 'wakePhrase', 'awayMs', 'idlePrompts', 'turns', 'interruption'];
// Keys of the log whose values are what somebody said.
const TEXTS = new Set(['text', 'userText', 'generated', 'spoken', 'transcript']);

/** Collects a recording. */
export class RecordingDraft {
  readonly #clock: Clock;
  readonly #full: boolean;
  readonly #originMs: number;
  readonly #log: SimulationLog;
  readonly #steps: ScenarioStep[] = [];
  readonly #elements: RecordedElement[] = [];
  readonly #calls: Record<'llm' | 'tts', OpenCall[]> = { llm: [], tts: [] };
  readonly #transcriptions: RecordedSTTCall[] = [];
  readonly #recognitions: { readonly events: RecordedSTTSession['events'][number][] }[] = [];
  readonly #playbacks: RecordedPlayback[] = [];

  constructor(clock: Clock, texts: 'shape' | 'full') {
    this.#clock = clock;
    this.#full = texts === 'full';
    this.#originMs = clock.now();
    this.#log = new SimulationLog({ now: () => this.now(), epochMs: () => clock.epochMs(), after: (ms, run) => clock.after(ms, run) });
  }

  /** Milliseconds since the beginning. */
  now(): number {
    return this.since(this.#clock.now());
  }

  /** A moment of the clock as milliseconds since the beginning. */
  since(ms: number): number {
    return round(ms - this.#originMs);
  }

  tell(event: VoiceEvent): void {
    this.#log.voice(event);
  }

  step(step: ScenarioStep): void {
    const atMs = this.now();
    this.#steps.push({ ...('text' in step ? { ...step, text: this.#text(step.text) } : step), when: { atMs } });
  }

  element(element: RecordedElement): void {
    this.#elements.push(element);
  }

  call(provider: 'llm' | 'tts'): CallDraft {
    const beganMs = this.now();
    const call: OpenCall = { items: [], end: 'hang', endMs: 0 };
    this.#calls[provider].push(call);
    let over = false;
    return {
      item: (item) => void call.items.push({ afterMs: round(this.now() - beganMs), ...item } as RecordedItem), // Item is RecordedItem without the time
      end: (end) => {
        if (over) return;
        over = true;
        call.end = end;
        call.endMs = round(this.now() - beganMs);
      },
    };
  }

  /** A transcription begins; call the result with its text, or with `undefined` when it failed. */
  transcription(): (text: string | undefined) => void {
    const beganMs = this.now();
    const place = this.#transcriptions.push({ afterMs: 0, text: '', failed: true }) - 1;
    return (text) => {
      const afterMs = round(this.now() - beganMs);
      this.#transcriptions[place] = text === undefined ? { afterMs, text: '', failed: true } : { afterMs, text: this.#text(text) };
    };
  }

  /** A recognition is opened; call the result with each of its events. */
  recognition(): (event: STTEvent) => void {
    const beganMs = this.now();
    const session: { readonly events: RecordedSTTSession['events'][number][] } = { events: [] };
    this.#recognitions.push(session);
    return (event) => void session.events.push(this.#sttEvent(round(this.now() - beganMs), event));
  }

  /** An answer begins to play; call the result with what became of it. */
  playback(): (startDelayMs: number, heardMs: number | undefined) => void {
    const place = this.#playbacks.push({ startDelayMs: 0 }) - 1;
    return (startDelayMs, heardMs) => void (this.#playbacks[place] = { startDelayMs: round(startDelayMs), ...(heardMs === undefined ? {} : { heardMs: round(heardMs) }) });
  }

  /** The recording so far. */
  scenario(latencyMs: number, options: VoiceSessionOptions): Scenario {
    const plain = Object.fromEntries(PLAIN_OPTIONS.flatMap((name) => (isPlain((options as unknown as Data)[name]) ? [[name, (options as unknown as Data)[name]]] : [])));
    return {
      format: 'sluice.scenario',
      version: 1,
      user: this.#steps,
      input: this.#elements,
      stt: { calls: this.#transcriptions, sessions: this.#recognitions },
      llm: { calls: this.#calls.llm.map((call) => this.#textCall(call)) },
      tts: { calls: this.#calls.tts.map((call) => this.#wordCall(call)) },
      output: { latencyMs: round(latencyMs), quantumMs: 0, playbacks: this.#playbacks },
      session: plain,
      log: this.#texts(this.#log.entries),
    };
  }

  #text(text: string): string {
    return this.#full ? text : textShape(text);
  }

  #sttEvent(afterMs: number, event: STTEvent): RecordedSTTSession['events'][number] {
    const { type } = event;
    if (type === 'partial') return { afterMs, type, id: event.id, text: this.#text(event.text) };
    if (type === 'final') {
      const { confidence, finalized } = event as { readonly confidence?: number; readonly finalized?: boolean };
      return { afterMs, type, id: event.id, text: this.#text(event.text), ...(confidence === undefined ? {} : { confidence }), ...(finalized === undefined ? {} : { finalized }) };
    }
    if (type === 'error') return { afterMs, type, fatal: event.fatal };
    return 'probability' in event ? { afterMs, type, probability: event.probability } : { afterMs, type };
  }

  /** Tokens of one answer are shaped together, because a word may be cut in two. */
  #textCall({ items, end, endMs }: OpenCall): RecordedCall {
    if (this.#full) return { items, end, endMs };
    const shapes = shapesOf(items.flatMap((item) => ('text' in item ? [item.text] : [])));
    let n = 0;
    return {
      items: items.map((item): RecordedItem => {
        if ('text' in item) return { ...item, text: shapes[n++] ?? '' };
        return 'tool' in item ? { ...item, tool: { ...item.tool, input: {} } } : item;
      }),
      end,
      endMs,
    };
  }

  #wordCall({ items, end, endMs }: OpenCall): RecordedCall {
    return { items: items.map((item): RecordedItem => ('word' in item ? { ...item, word: { ...item.word, text: this.#text(item.word.text) } } : item)), end, endMs };
  }

  #texts(entries: readonly SimulationLogEntry[]): readonly SimulationLogEntry[] {
    if (this.#full) return entries;
    const answers = new Map<unknown, string[]>();
    for (const { event, data } of entries) {
      if (event === 'answerText') answers.set(data['turnId'], [...(answers.get(data['turnId']) ?? []), String(data['text'])]);
    }
    const shaped = new Map([...answers].map(([turn, parts]) => [turn, [...shapesOf(parts)]]));
    return entries.map(({ at, event, data }) => ({ at, event, data: event === 'answerText' ? { ...data, text: shaped.get(data['turnId'])?.shift() ?? '' } : (withoutTexts(data) as Data) }));
  }
}

function withoutTexts(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return TEXTS.has(key) ? textShape(value) : value;
  if (Array.isArray(value)) return value.map((one) => withoutTexts(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutTexts(one, name)]));
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype && Object.values(value as object).every((one) => one === undefined || isPlain(one));
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
