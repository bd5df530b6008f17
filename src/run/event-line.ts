/** An event as a line for people: when, what, and the few facts that matter while one watches a run. */
import type { PipelineEvent } from '../event/event.js';

// SGR codes of ECMA-48: red, yellow, green, cyan.
const COLORS: readonly (readonly [RegExp, number])[] = [[/fail|error/, 31], [/cancel|skip|retry|drop/, 33], [/completed$/, 32], [/./, 36]];

/** For example `+    12.3 ms  stage.completed  llm  11.9 ms`. */
export function eventLine(event: PipelineEvent, elapsedMs: number, colorize: boolean): string {
  const { type, data } = event;
  const parts = [`+${elapsedMs.toFixed(1).padStart(9)} ms`, colorize ? `\u001b[${COLORS.find(([pattern]) => pattern.test(type))?.[1] ?? 0}m${type}\u001b[0m` : type];
  if (typeof data['stage'] === 'string') parts.push(data['stage']);
  if (typeof data['duration_ms'] === 'number') parts.push(`${data['duration_ms'].toFixed(1)} ms`);
  if (typeof data['error_code'] === 'string') parts.push(data['error_code']);
  return parts.join('  ');
}
