/**
 * Reads scenarios: every field is checked before anything runs, so that a file that was cut off, is of
 * a later version, or has a misspelt field fails at once and says where.
 */
import { SluiceError } from '../base/errors.js';
import type { Scenario } from './scenario.js';

/** A scenario cannot be read. */
export class InvalidScenarioError extends SluiceError {
  override readonly name: string = 'InvalidScenarioError';
  /** Where, for example `user[3].ms`. */
  readonly path: string;

  constructor(path: string, expected: string) {
    super(`A scenario cannot be read: ${path === '' ? 'it' : path} must be ${expected}. Mend the file, or record it again.`, { code: 'INVALID_SCENARIO' });
    this.path = path;
  }
}

/** Checks a value at a path, and throws {@link InvalidScenarioError}. */
type Check = (value: unknown, path: string) => void;

const fail = (path: string, expected: string): never => {
  throw new InvalidScenarioError(path, expected);
};
const text: Check = (value, path) => void (typeof value === 'string' || fail(path, 'a text'));
const flag: Check = (value, path) => void (typeof value === 'boolean' || fail(path, 'true or false'));
const anything: Check = () => undefined;
const number = (min: number, max = Infinity): Check => (value, path) =>
  void ((typeof value === 'number' && value >= min && value <= max && Number.isFinite(value)) || fail(path, max === Infinity ? `a number of at least ${min}` : `a number from ${min} to ${max}`));
const ms = number(0);
const oneOf = (...words: readonly (string | number)[]): Check => (value, path) => void (words.includes(value as string) || fail(path, words.map((word) => JSON.stringify(word)).join(' or ')));
const list = (check: Check): Check => (value, path) => {
  if (!Array.isArray(value)) return fail(path, 'a list');
  value.forEach((one, n) => check(one, `${path}[${n}]`));
};
const record: Check = (value, path) => void ((typeof value === 'object' && value !== null && !Array.isArray(value)) || fail(path, 'an object'));

/** An object with these fields and no others; the names in `needed` must be there. */
const fields = (known: Readonly<Record<string, Check>>, needed: readonly string[] = []): Check => (value, path) => {
  record(value, path);
  const given = value as Readonly<Record<string, unknown>>;
  const inside = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const [key, one] of Object.entries(given)) {
    const check = Object.hasOwn(known, key) ? known[key] : undefined;
    if (check === undefined) fail(inside(key), `left out: there is no such field (there are ${Object.keys(known).join(', ')})`);
    else if (one !== undefined) check(one, inside(key));
    else if (needed.includes(key)) fail(inside(key), 'given');
  }
  for (const key of needed) if (!Object.hasOwn(given, key)) fail(inside(key), 'given');
};

/** One of several forms, told apart by which field is there. */
const byField = (forms: Readonly<Record<string, Check>>): Check => (value, path) => {
  record(value, path);
  const found = Object.keys(forms).find((key) => Object.hasOwn(value as object, key));
  if (found === undefined) fail(path, `an object with one of ${Object.keys(forms).join(', ')}`);
  else forms[found]?.(value, path);
};

const when = byField({
  afterMs: fields({ afterMs: ms }),
  atMs: fields({ atMs: ms }),
  heardWords: fields({ heardWords: number(0) }),
  state: fields({ state: oneOf('idle', 'listening', 'hearing', 'thinking', 'speaking') }),
  turns: fields({ turns: number(0) }),
});
const utterance = { text, wordsPerMinute: number(20, 600), pauses: list(fields({ afterWord: number(1), ms }, ['afterWord', 'ms'])) };
const STEPS: Readonly<Record<string, readonly [known: Readonly<Record<string, Check>>, needed: readonly string[]]>> = {
  say: [utterance, ['text']],
  press: [utterance, ['text']],
  sound: [{ sound: oneOf('cough', 'click', 'hum'), ms }, ['sound', 'ms']],
  type: [{ text }, ['text']],
  prompt: [{ text }, ['text']],
  wait: [{ ms }, ['ms']],
  interrupt: [{}, []],
  stop: [{}, []],
  start: [{}, []],
  hold: [{}, []],
  release: [{}, []],
  mode: [{ mode: oneOf('handsFree', 'hold') }, ['mode']],
  leave: [{}, []],
  crash: [{}, []],
  stall: [{ ms }, ['ms']],
  switchOutput: [{ ms, latencyMs: ms }, ['ms', 'latencyMs']],
};
const step: Check = (value, path) => {
  record(value, path);
  const kind = (value as { do?: unknown }).do;
  const form = typeof kind === 'string' && Object.hasOwn(STEPS, kind) ? STEPS[kind] : undefined;
  if (form === undefined) return fail(`${path}.do`, `one of ${Object.keys(STEPS).join(', ')}`);
  fields({ do: anything, when, ...form[0] }, ['do', ...form[1]])(value, path);
};
const faults = list(fields({ call: number(0), rate: number(0, 1), kind: oneOf('reject', 'break', 'hang', 'deaf'), timeoutMs: ms }, ['kind']));
const end = oneOf('finish', 'error', 'hang');
const item = byField({
  text: fields({ afterMs: ms, text }, ['afterMs']),
  tool: fields({ afterMs: ms, tool: fields({ id: text, name: text, input: anything }, ['id', 'name']) }, ['afterMs']),
  audioMs: fields({ afterMs: ms, audioMs: ms }, ['afterMs']),
  word: fields({ afterMs: ms, word: fields({ text, charStart: ms, charEnd: ms, startMs: ms, endMs: ms }, ['text', 'charStart', 'charEnd', 'startMs', 'endMs']) }, ['afterMs']),
});
const recordedCalls = list(fields({ items: list(item), end, endMs: ms }, ['items', 'end', 'endMs']));
const recordedSessions = list(fields({
  events: list(fields({
    afterMs: ms,
    type: oneOf('speech-start', 'partial', 'final', 'eager-end-of-turn', 'turn-resumed', 'end-of-turn', 'error'),
    id: text, text, confidence: number(0, 1), finalized: flag, probability: number(0, 1), fatal: flag,
  }, ['afterMs', 'type'])),
}, ['events']));
const position = number(-Infinity);
const recordedElement: Check = (value, path) => {
  record(value, path);
  const forms: Readonly<Record<string, readonly [Readonly<Record<string, Check>>, readonly string[]]>> = {
    speechStart: [{ onsetMs: position, detectedMs: position }, ['onsetMs', 'detectedMs']],
    audio: [{ ms }, ['ms']],
    interrupt: [{}, []],
    speechEnd: [{ endMs: position, speechMs: ms, misfire: flag, truncated: flag }, ['endMs', 'speechMs', 'misfire', 'truncated']],
  };
  const kind = (value as { element?: unknown }).element;
  const form = typeof kind === 'string' && Object.hasOwn(forms, kind) ? forms[kind] : undefined;
  if (form === undefined) return fail(`${path}.element`, `one of ${Object.keys(forms).join(', ')}`);
  fields({ at: ms, element: anything, ...form[0] }, ['at', ...form[1]])(value, path);
};
const answer: Check = (value, path) => {
  if (typeof value === 'string') return;
  fields({ text, calls: list(fields({ name: text, input: record }, ['name'])), then: text }, ['calls', 'then'])(value, path);
};
const scenario = fields({
  format: oneOf('sluice.scenario'),
  version: oneOf(1),
  seed: number(0, 2 ** 31),
  audio: oneOf('events', 'real'),
  user: list(step),
  room: list(step),
  stt: fields({ finalMs: ms, partialMs: ms, jitterMs: ms, faults, calls: list(fields({ afterMs: ms, text, failed: flag }, ['afterMs', 'text'])), sessions: recordedSessions }),
  llm: fields({ firstTokenMs: ms, tokensPerSecond: number(0.1, 100_000), jitterMs: ms, answers: list(answer), faults, calls: recordedCalls }),
  tts: fields({ firstFrameMs: ms, realTimeFactor: number(0, 100), wordsPerMinute: number(20, 600), chunkMs: number(1, 10_000), words: flag, jitterMs: ms, faults, calls: recordedCalls }),
  output: fields({ latencyMs: ms, quantumMs: number(0, 1000), playbacks: list(fields({ startDelayMs: ms, heardMs: ms }, ['startDelayMs'])) }),
  input: list(recordedElement),
  tools: list(fields({ name: text, ms, result: anything, fails: flag }, ['name'])),
  session: record,
  limitMs: number(1),
  log: list(fields({ at: number(0), event: text, data: record }, ['at', 'event', 'data'])),
}, ['format', 'version', 'user']);

/** Gives `value` back when it is a scenario; throws {@link InvalidScenarioError} that names the place otherwise. */
export function requireScenario(value: unknown): Scenario {
  scenario(value, '');
  return value as Scenario;
}

/** Reads the text of a scenario file. Throws {@link InvalidScenarioError}. */
export function parseScenario(text: string): Scenario {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidScenarioError('', 'JSON'); // the parser's message would quote the file, which may hold what a user said
  }
  return requireScenario(value);
}
