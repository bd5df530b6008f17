/**
 * A pipeline is a stage: runs a graph inside a run. The inner run has ids of its own and is canceled with
 * the outer one; what the outer stage reads live goes in, and what leaves the inner graph comes out.
 */
import { randomId, type IdSource } from '../base/id.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { StageContext } from '../stage/context.js';
import { StageOutput } from '../stage/output.js';
import type { StageKind } from '../stage/kind.js';
import type { Stage } from '../stage/stage.js';
import type { ChannelReader } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import { MAX_PIPELINE_DEPTH, PipelineDepthError } from './context.js';
import type { PipelineResults } from './results.js';
import type { StageGraph } from './stage-graph.js';

/** Options of {@link subpipelineStage}. */
export interface SubpipelineOptions<S, D extends object> {
  /** @default 'agent' */
  readonly kind?: StageKind;
  /** What the inner run starts from. @default the outer snapshot, with the turn's text as the input */
  readonly snapshot?: (ctx: StageContext) => ContextSnapshot;
  /** The data the stage settles with. @default the data of all inner stages that settled as ok, by name */
  readonly output?: (results: PipelineResults<S>) => D;
  /** Source of the inner run's id. @default random UUIDs */
  readonly ids?: IdSource;
}

/** A stage that runs `graph` once. */
export function subpipelineStage<S, D extends object = Record<string, unknown>>(name: string, graph: StageGraph<S>, options: SubpipelineOptions<S, D> = {}): Stage<D> {
  const { kind = 'agent', snapshot = withTurnText, output, ids = randomId } = options;
  return {
    name,
    kind,
    merges: 'arrival',
    async execute(ctx) {
      const depth = ctx.run.depth + 1;
      if (depth > MAX_PIPELINE_DEPTH) return StageOutput.fail(new PipelineDepthError(depth)) as never;
      const childRunId = ids();
      const { signal } = ctx;
      const inner = snapshot(ctx).withRunId({ pipelineRunId: childRunId });
      const startedMs = ctx.clock.now();
      ctx.tryEmitEvent('pipeline.spawned_child', { child_run_id: childRunId, parent_stage_id: ctx.stageName });
      const run = graph.start(inner, ctx.input, {
        signal,
        ports: ctx.inputs.ports,
        eventSink: ctx.eventSink,
        clock: ctx.clock,
        scope: { ...ctx.run, depth, parentRunId: ctx.pipelineRunId, parentStageId: ctx.stageName, correlationId: ctx.run.correlationId ?? ctx.pipelineRunId },
      });
      try {
        await forward(run.output, ctx).catch(() => undefined); // what the inner run failed with says more than its stream: see below
        const results = await run.results;
        ctx.tryEmitEvent(run.canceled ? 'pipeline.child_canceled' : 'pipeline.child_completed', { child_run_id: childRunId, duration_ms: ctx.clock.now() - startedMs });
        if (run.canceled) return StageOutput.cancel(run.cancelReason ?? 'canceled') as never;
        return StageOutput.ok(output === undefined ? (dataOf(results) as D) : output(results));
      } catch (error) {
        ctx.tryEmitEvent('pipeline.child_failed', { child_run_id: childRunId, error_code: (error as { code?: string }).code ?? 'STAGE_FAILED' });
        throw error;
      }
    },
  };
}

/** Passes on what leaves the inner graph, until it ends or nobody reads it. */
async function forward(output: ChannelReader<StreamElement>, ctx: StageContext): Promise<void> {
  for await (const element of output) if (!(await ctx.output.write(element))) return;
}

function withTurnText(ctx: StageContext): ContextSnapshot {
  const { userText } = ctx.inputs;
  return userText === (ctx.snapshot.inputText ?? '') ? ctx.snapshot : ctx.snapshot.withInputText(userText);
}

function dataOf(results: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(results as Record<string, StageOutput>).flatMap(([stage, settled]) => (settled.status === 'ok' ? [[stage, settled.data]] : [])));
}
