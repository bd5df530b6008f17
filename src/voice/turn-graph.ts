/**
 * The graph of one turn: what is heard on the left, what is spoken on the right.
 *
 *     stt ─┐                        (live: ~~>)
 *          ├─ guard_input ─┐
 *     memory_fetch ────────┴─ llm ~~> guard_output ~~> captions ~~> tts ~~> playout ─── memory_write
 *
 * Stages that are not wanted are left out and their neighbours joined. The scope `speech` holds what an
 * interruption stops; playout is not in it, because it must still report what was heard, and memory is
 * written whatever happens, but for a turn that the guard refused, which is not remembered. A failing
 * stage stops what depends on it, not the rest.
 */
import { AudioChunk } from '../audio/chunk.js';
import { Pipeline } from '../pipeline/pipeline.js';
import type { StageSpec, StageWrapper } from '../pipeline/spec.js';
import type { StageGraph } from '../pipeline/stage-graph.js';
import { transformStage } from '../stage/common-stages.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage, StageRunner } from '../stage/stage.js';
import { audioElement, textElement } from '../stream/element.js';

/** Stages that an interruption stops. */
export const SPEECH_SCOPE = 'speech';

/** A graph made from data. */
export type TurnGraph = StageGraph<Record<string, Record<string, unknown>>>;

/** Stages of a turn; those left out are not in the graph. */
export interface TurnStages {
  readonly stt?: Stage<object> | undefined;
  readonly memoryFetch?: Stage<object> | undefined;
  readonly inputGuard?: Stage<object> | undefined;
  readonly llm: Stage<object>;
  readonly outputGuard?: Stage<object> | undefined;
  readonly tts?: Stage<object> | undefined;
  readonly playout?: Stage<object> | undefined;
  readonly memoryWrite?: Stage<object> | undefined;
  /** Told of the answer as it passes the guard. */
  readonly onText: (text: string) => void;
  /** Run around each stage. @default [] */
  readonly wrappers?: readonly StageWrapper[] | undefined;
}

/** Builds the graph of a turn that is asked and answered. */
export function turnGraph(stages: TurnStages): TurnGraph {
  const { stt, memoryFetch, inputGuard, llm, memoryWrite } = stages;
  const specs: StageSpec[] = [];
  const heard: string[] = [];
  if (stt !== undefined) {
    specs.push({ name: 'stt', stage: stt as StageRunner });
    heard.push('stt');
  }
  if (memoryFetch !== undefined) specs.push({ name: 'memory_fetch', stage: memoryFetch as StageRunner });
  if (inputGuard !== undefined) {
    specs.push({ name: 'guard_input', stage: inputGuard as StageRunner, dependencies: [...heard], runOnSkip: true });
    heard.splice(0, heard.length, 'guard_input');
  }
  specs.push({ name: 'llm', stage: llm as StageRunner, dependencies: [...heard, ...(memoryFetch === undefined ? [] : ['memory_fetch'])], runOnSkip: true, scope: SPEECH_SCOPE });
  specs.push(...speechSpecs(stages, 'llm'));
  if (memoryWrite !== undefined) {
    const said = specs.some((spec) => spec.name === 'playout') ? ['playout'] : [];
    const stage = inputGuard === undefined ? memoryWrite : unlessRefused(memoryWrite);
    specs.push({ name: 'memory_write', stage: stage as StageRunner, dependencies: [...heard, 'llm', ...said], runOnSkip: true, always: true });
  }
  return Pipeline.from(specs, { topology: 'voice_turn', failureMode: 'continue', wrappers: stages.wrappers ?? [] });
}

/** Extension under which {@link sayGraph} finds what to say. It is not the turn's input: the user did not say it. */
export const SAY_TEXT = 'say_text';
/** Extension under which {@link sayGraph} finds a recording to play. */
export const SAY_AUDIO = 'say_audio';

/** Builds the graph of something that the assistant says by itself. */
export function sayGraph(stages: Pick<TurnStages, 'tts' | 'playout' | 'memoryWrite' | 'onText' | 'wrappers'>): TurnGraph {
  const specs: StageSpec[] = [{ name: 'say', stage: sayStage, scope: SPEECH_SCOPE }, ...speechSpecs(stages, 'say')];
  if (stages.memoryWrite !== undefined) {
    specs.push({ name: 'memory_write', stage: stages.memoryWrite as StageRunner, dependencies: specs.some((spec) => spec.name === 'playout') ? ['say', 'playout'] : ['say'], runOnSkip: true, always: true });
  }
  return Pipeline.from(specs, { topology: 'voice_say', failureMode: 'continue', wrappers: stages.wrappers ?? [] });
}

function speechSpecs(stages: Pick<TurnStages, 'outputGuard' | 'tts' | 'playout' | 'onText'>, source: string): readonly StageSpec[] {
  const { outputGuard, tts, playout, onText } = stages;
  const specs: StageSpec[] = [];
  let last = source;
  const add = (name: string, stage: Stage<object>, scoped: boolean): void => {
    specs.push({ name, stage: stage as StageRunner, streamsFrom: [last], runOnSkip: true, ...(scoped ? { scope: SPEECH_SCOPE } : {}) });
    last = name;
  };
  if (outputGuard !== undefined) add('guard_output', outputGuard, true);
  add('captions', captionsStage(onText), true);
  if (tts !== undefined) add('tts', tts, true);
  if (playout !== undefined) add('playout', playout, false);
  return specs;
}

/** What the guard refused is not kept, whatever form the refusal had. */
function unlessRefused(stage: Stage<object>): Stage<object> {
  const { name, kind } = stage;
  return { name, kind, execute: (ctx) => (ctx.inputs.getOutput('guard_input')?.status === 'fail' ? StageOutput.skip('the guard refused the turn') : stage.execute(ctx)) };
}

/** Passes everything on, and tells of the text. */
function captionsStage(onText: (text: string) => void): Stage<object> {
  return transformStage('captions', (item) => {
    if (item.type === 'text') onText(item.text);
    return item;
  });
}

const sayStage: Stage = {
  name: 'say',
  kind: StageKind.WORK,
  type: StageType.GENERATE,
  async execute(ctx) {
    const response = String(ctx.snapshot.extensions.get(SAY_TEXT, ''));
    ctx.tryEmitEvent('voice.first_token', { time_ms: ctx.clock.now() });
    if (response !== '') await ctx.output.write(textElement(response, { source: ctx.stageName }));
    const recording: unknown = ctx.snapshot.extensions.get(SAY_AUDIO);
    if (recording instanceof AudioChunk) await ctx.output.write(audioElement(recording, { source: ctx.stageName }));
    return StageOutput.ok({ response });
  },
};
