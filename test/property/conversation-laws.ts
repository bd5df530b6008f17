// Laws that every conversation keeps, whatever is said, cut, broken or late in it.
import type { Message } from '../../src/context/message.js';
import type { SimulationResult } from '../../src/testing/simulator.js';
import { labelOf } from '../../src/testing/simulated-tts.js';
import type { VirtualPlayback } from '../../src/testing/virtual-playback.js';

const words = (text: string): readonly string[] => text.split(/\s+/u).filter((word) => word !== '');
const isPrefix = (part: readonly string[], whole: readonly string[]): boolean => part.every((word, n) => word === whole[n]);

/** What is wrong with a conversation; empty when nothing is. */
export function flawsOf(result: SimulationResult): readonly string[] {
  return [...endFlaws(result), ...turnFlaws(result), ...stateFlaws(result), ...reportFlaws(result), ...heardFlaws(result), ...historyFlaws(result), ...toolFlaws(result)];
}

function* endFlaws({ end, open }: SimulationResult): Generator<string> {
  if (end === 'stuck') yield 'the conversation got stuck';
  if (open.length > 0) yield `left open: ${open.join(', ')}`;
}

/** Turns follow each other, and each one that begins ends once. */
function* turnFlaws({ log }: SimulationResult): Generator<string> {
  let current: unknown;
  const ended = new Set<unknown>();
  for (const { event, data } of log) {
    if (event === 'turnStart') {
      if (current !== undefined) yield `turn ${String(data['turnId'])} begins inside another`;
      if (ended.has(data['turnId'])) yield 'a turn begins twice';
      current = data['turnId'];
    } else if (event === 'turnEnd') {
      if (current !== data['turnId']) yield 'a turn ends that is not under way';
      ended.add(current);
      current = undefined;
    } else if (['playback', 'answerText'].includes(event) && data['turnId'] !== current) yield `${event} outside of its turn`;
  }
  if (current !== undefined) yield 'a turn never ended';
}

/** Each state follows the one before, is another one, and is what goes on. */
function* stateFlaws({ log }: SimulationResult): Generator<string> {
  let state = 'idle';
  let inTurn = false;
  let playing = false;
  for (const { event, data } of log) {
    if (event === 'turnStart') inTurn = true;
    if (event === 'playback') playing = true;
    if (event === 'turnEnd') inTurn = playing = false;
    if (event !== 'state') continue;
    if (data['previous'] !== state || data['state'] === state) yield `state ${String(data['state'])} follows ${state}, but says it follows ${String(data['previous'])}`;
    if (state === 'closed') yield 'something happens after the end';
    state = String(data['state']);
    if (state === 'speaking' && !playing) yield 'speaking without a playback';
    if (state === 'thinking' && !inTurn) yield 'thinking outside of a turn';
    if ((state === 'listening' || state === 'idle') && inTurn) yield `${state} inside a turn`;
  }
  if (state !== 'closed') yield 'the session never closed';
}

function* reportFlaws({ reports }: SimulationResult): Generator<string> {
  for (const { turnId, spoken, generated, interrupted, error, latency } of reports) {
    const turn = turnId.slice(-4);
    if (!isPrefix(words(spoken), words(generated))) yield `turn ${turn}: what was spoken is no beginning of what was generated`;
    if (!interrupted && error === null && words(spoken).length !== words(generated).length) yield `turn ${turn}: not all was spoken, but nobody interrupted`;
    if (latency === null) continue;
    const parts = Object.values(latency.parts);
    if (Math.abs(parts.reduce((sum, part) => sum + part, 0) - latency.totalMs) > 1) yield `turn ${turn}: the parts of the latency do not sum to the total`;
    if (parts.some((part) => part < 0)) yield `turn ${turn}: a part of the latency is negative`;
  }
}

/** The words of an answer whose last sample had left the loudspeaker at a moment, by the record of what was rendered. */
export function wordsHeard({ syntheses }: SimulationResult, playback: VirtualPlayback, atMs: number): readonly string[] {
  const heardMs = playback.heardBy(atMs);
  const heard: string[] = [];
  let number = 0;
  for (const { fromMs, chunk } of playback.written) {
    if (labelOf(chunk) === number) continue;
    number = labelOf(chunk);
    const { text = '', wordEndsMs = [] } = syntheses[number - 1] ?? {};
    heard.push(...words(text).slice(0, wordEndsMs.filter((wordEndMs) => fromMs + wordEndMs <= heardMs + 1).length));
  }
  return heard;
}

interface Played {
  readonly playback: VirtualPlayback;
  readonly turnId: unknown;
  readonly startMs: number;
  readonly endMs: number;
}

/** Playbacks with their turns: both begin in the same order. */
function playedTurns({ log, playbacks }: SimulationResult): readonly Played[] {
  const starts = log.filter(({ event }) => event === 'turnStart');
  const ends = log.filter(({ event }) => event === 'turnEnd');
  return log.filter(({ event }) => event === 'playback').map(({ data }, n) => {
    const of = (entries: typeof log): (typeof log)[number] | undefined => entries.find((entry) => entry.data['turnId'] === data['turnId']);
    // A turn that was begun early is told of when it is confirmed.
    return { playback: playbacks[n] as VirtualPlayback, turnId: data['turnId'], startMs: Number(of(starts)?.data['atMs']), endMs: of(ends)?.at ?? NaN };
  });
}

/** Nothing that a turn did not ask for is heard in it, nothing is heard of it later, and nothing unheard counts as spoken. */
function* heardFlaws(result: SimulationResult): Generator<string> {
  const { reports, playbacks, syntheses } = result;
  const played = playedTurns(result);
  if (played.length !== playbacks.length) yield `${playbacks.length} playbacks, but ${played.length} were told of`;
  for (const { playback, turnId, startMs, endMs } of played) {
    const turn = String(turnId).slice(-4);
    const report = reports.find((one) => one.turnId === turnId);
    if (report === undefined) continue;
    for (const { chunk } of playback.written) {
      const synthesis = syntheses[labelOf(chunk) - 1];
      if (synthesis === undefined || synthesis.atMs < startMs - 0.01 || synthesis.atMs > endMs + 0.01) yield `turn ${turn}: audio of another turn was played`;
    }
    const heard = wordsHeard(result, playback, Infinity);
    if (words(report.spoken).length > heard.length || !isPrefix(words(report.spoken), heard)) yield `turn ${turn}: counts as spoken what was not heard (${words(report.spoken).length} of ${heard.length} words)`;
    const lateMs = playback.spans.reduce((late, { fromMs, toMs, heardAtMs }) => Math.max(late, heardAtMs + (toMs - fromMs) - endMs), 0);
    if (lateMs > 250 + 512 / 48 + 0.01) yield `turn ${turn}: heard ${lateMs} ms after its end`; // the longest latency of a random scenario, and a quantum
  }
}

/** Memory and prompts hold what was said and heard, in order, once. */
function* historyFlaws({ reports, memory, prompts, log }: SimulationResult): Generator<string> {
  const expected = reports.flatMap(({ userText, spoken, refused }) => (refused ? [] : [...(userText === '' ? [] : [`user: ${userText}`]), ...(spoken === '' ? [] : [`assistant: ${spoken}`])]));
  const kept = memory.map(({ role, content }) => `${role}: ${content}`);
  if (JSON.stringify(kept) !== JSON.stringify(expected)) yield `memory is not what was said and heard:\n  ${kept.join('\n  ')}\nexpected:\n  ${expected.join('\n  ')}`;
  const asked = log.filter(({ event }) => event === 'turnEnd').map(({ data }) => data);
  if (asked.length !== reports.length) yield 'a report is missing in the log';
  for (const messages of prompts) {
    const dialogue = messages.filter(({ role, toolCalls }) => (role === 'user' || role === 'assistant') && (toolCalls ?? []).length === 0).map(({ role, content }) => `${role}: ${content}`);
    if (!isPrefix(dialogue.slice(0, -1), expected)) yield `a prompt holds what was not said or heard:\n  ${dialogue.join('\n  ')}\nexpected the beginning of:\n  ${expected.join('\n  ')}`;
  }
}

/** Each call of a tool has one result, right behind it. */
function* toolFlaws({ prompts }: SimulationResult): Generator<string> {
  for (const messages of prompts) {
    let waiting = new Set<string>();
    for (const message of messages) {
      if (message.role === 'tool') {
        if (!waiting.delete(idOf(message))) yield `a result of a call that nobody made: ${idOf(message)}`;
        continue;
      }
      if (waiting.size > 0) yield `calls without a result: ${[...waiting].join(', ')}`;
      waiting = new Set((message.toolCalls ?? []).map(({ id }) => id));
    }
    if (waiting.size > 0) yield `calls without a result: ${[...waiting].join(', ')}`;
  }
}

function idOf(message: Message): string {
  return message.toolCallId ?? '';
}
