/** What became of a turn, read from the outputs of its stages. */
import type { Data } from '../base/data.js';
import type { StageOutput } from '../stage/output.js';
import type { Turn, TurnReport } from './turn.js';
import type { TurnWatch } from './turn-watch.js';

/** Outputs of a run, also of one that failed. */
export type TurnOutputs = Readonly<Record<string, StageOutput | undefined>>;

/** The text a guard let pass; a guard that failed without saying what may be shown lets nothing pass. */
export function guardedText(guard: StageOutput, raw: string): string {
  const transformed = textOf(guard, 'transformedContent');
  if (transformed !== undefined) return transformed;
  return guard.status === 'ok' || guard.status === 'skip' || 'guardrailPassed' in guard.data ? raw : '';
}

/** A text in the data of an output. */
export function textOf(output: StageOutput | undefined, key: string): string | undefined {
  const value = (output?.data as Data | undefined)?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** What became of a turn, from what its stages settled with. */
export function reportOf(turn: Turn, outputs: TurnOutputs, failure: Error | null, interrupted: boolean, watch: TurnWatch): TurnReport {
  const { stt, guard_input: guard, llm, say, playout } = outputs;
  const raw = textOf(stt, 'transcript') ?? (turn.source === 'say' ? '' : (turn.text ?? ''));
  const generated = textOf(playout, 'generated') ?? textOf(llm, 'response') ?? textOf(say, 'response') ?? '';
  const { firstHeardAtMs: firstHeard, deviceLatencyMs: device } = (playout?.data ?? {}) as Data;
  return {
    turnId: turn.id,
    source: turn.source,
    userText: guard === undefined ? raw : guardedText(guard, raw),
    generated,
    spoken: textOf(playout, 'spoken') ?? (playout === undefined ? generated : ''),
    interrupted: interrupted || (playout?.data as Data | undefined)?.['interrupted'] === true,
    refused: guard?.status === 'fail' && 'guardrailPassed' in guard.data,
    error: failure,
    latency: typeof firstHeard === 'number' ? watch.latency(firstHeard, typeof device === 'number' ? device : 0) : null,
    savedMs: watch.savedMs,
    stages: watch.stages,
  };
}
