/**
 * One turn on the edge: a run of the graph as a sequence of what a client is to hear of it. Leaving
 * the sequence early cancels the run.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { RunOptions } from '../pipeline/run.js';
import type { StageGraph } from '../pipeline/stage-graph.js';
import type { StageOutput } from '../stage/output.js';

/** What a client hears of a turn. The last part is always `end`. */
export type TurnPart =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'audio'; readonly chunk: AudioChunk }
  | { readonly type: 'interrupt'; readonly reason: string }
  | { readonly type: 'end'; readonly response: string; readonly finishReason: string; readonly results: Readonly<Record<string, StageOutput>>; readonly cancelReason: string | null };

/** Where the answer's text is. */
export interface ResponsePlace {
  readonly stage: string;
  readonly key: string;
}

/** Runs a turn. Throws what the run fails with. */
export async function* runTurn(graph: StageGraph<object>, snapshot: ContextSnapshot, place: ResponsePlace, options: RunOptions): AsyncGenerator<TurnPart, void, undefined> {
  const run = graph.start(snapshot, undefined, options);
  let streamed = '';
  let finished = false;
  try {
    for await (const element of run.output) {
      if (element.type === 'text' && element.text !== '') {
        streamed += element.text;
        yield { type: 'text', delta: element.text };
      } else if (element.type === 'audio') yield { type: 'audio', chunk: element.audio };
      else if (element.type === 'interrupt') yield { type: 'interrupt', reason: element.reason };
    }
    const results = (await run.results) as unknown as Readonly<Record<string, StageOutput>>;
    finished = true;
    const settled = responseOf(results, place);
    if (streamed === '' && settled.text !== '') yield { type: 'text', delta: settled.text };
    yield { type: 'end', response: streamed === '' ? settled.text : streamed, finishReason: settled.finishReason, results, cancelReason: run.cancelReason };
  } catch (error) {
    await run.results.then(undefined, (why: unknown) => {
      throw why; // the run's own error, which says more than that its output ended
    });
    throw error;
  } finally {
    if (!finished) await run.close();
  }
}

// The response stands where it is expected, else under its key in whatever stage settled last with one.
function responseOf(results: Readonly<Record<string, StageOutput>>, { stage, key }: ResponsePlace): { readonly text: string; readonly finishReason: string } {
  const outputs = Object.values(results);
  const own = Object.hasOwn(results, stage) ? results[stage] : undefined;
  for (const output of [own, ...outputs.reverse()]) {
    const data = output?.data as Readonly<Record<string, unknown>> | undefined;
    const value = data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
    const text = typeof value === 'string' ? value : (value as { readonly content?: unknown } | undefined)?.content;
    if (typeof text === 'string') return { text, finishReason: typeof data?.['finishReason'] === 'string' ? data['finishReason'] : 'stop' };
  }
  return { text: '', finishReason: 'stop' };
}
