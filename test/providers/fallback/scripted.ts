// Providers that do what a script says, call by call, on a clock that stands still.
import { sleep, type Clock } from '../../../src/base/clock.js';
import type { Data } from '../../../src/base/data.js';
import type { LLMEvent, LLMProvider } from '../../../src/providers/llm.js';
import { LLMResponse } from '../../../src/providers/llm-response.js';

/** A failure of a provider. */
export class ScriptedError extends Error {
  readonly fatal: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(options: { fatal?: boolean; retryAfterMs?: number } = {}) {
    super('scripted');
    this.fatal = options.fatal ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What one call does: answer with words, wait first, fail at once or after some words, be silent for ever, end without a word. */
export type Act = { readonly words?: readonly string[]; readonly afterMs?: number; readonly error?: Error } | 'silent' | 'empty';

export interface Scripted extends LLMProvider {
  /** Moments of the calls, probes included. */
  readonly calls: number[];
  /** Signals of the calls. */
  readonly signals: AbortSignal[];
}

const FINISH: LLMEvent = { type: 'finish', reason: 'stop' };

/** A model; after its script it repeats the last act. */
export function scripted(id: string, clock: Clock, script: readonly Act[]): Scripted {
  const calls: number[] = [];
  const signals: AbortSignal[] = [];
  const next = (signal: AbortSignal | undefined): Act => {
    if (signal !== undefined) signals.push(signal);
    calls.push(clock.now());
    return script[Math.min(calls.length, script.length) - 1] ?? {};
  };
  return {
    id,
    calls,
    signals,
    async *stream(_messages, { signal } = {}) {
      const act = next(signal);
      if (act === 'empty') return;
      if (act === 'silent') await new Promise(() => undefined);
      else {
        if (act.afterMs !== undefined) await sleep(clock, act.afterMs, signal);
        for (const word of act.words ?? []) yield { type: 'text', delta: word };
        if (act.error !== undefined) throw act.error;
        yield FINISH;
      }
    },
    async complete(_messages, { signal } = {}) {
      const act = next(signal);
      if (typeof act === 'string') return new Promise(() => undefined);
      if (act.afterMs !== undefined) await sleep(clock, act.afterMs, signal);
      if (act.error !== undefined) throw act.error;
      return new LLMResponse({ content: (act.words ?? []).join(''), provider: id });
    },
  };
}

/** Events as `name provider`, in order. */
export function recorder(): { readonly events: string[]; readonly emit: (type: string, data?: Data) => void; readonly data: Data[] } {
  const events: string[] = [];
  const all: Data[] = [];
  return { events, data: all, emit: (type, data = {}) => { events.push(`${type.replace('provider.', '')} ${String(data['provider'] ?? `${String(data['from'])}>${String(data['to'])}`)}`); all.push(data); } };
}
