/** Checks elements against a Standard Schema (Zod, Valibot, ArkType, …) as they flow. */
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireOneOf } from '../base/option.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import { errorElement, type StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';
import { checkSchema, SchemaMismatchError } from '../base/schema-check.js';
import { isStandardSchema, type StandardSchema } from '../base/standard-schema.js';

/** Options of {@link ValidationStage}. */
export interface ValidationOptions {
  readonly schema: StandardSchema;
  /** What is checked; `undefined` lets the element pass. @default text of texts, value of values, message of messages, tool call of tool calls */
  readonly select?: (element: StreamElement) => unknown;
  /** An element that does not fit fails the stage, is left out, or becomes an error element. @default 'fail' */
  readonly onInvalid?: 'fail' | 'drop' | 'error';
}

/** Data that it settles with. */
export interface ValidationData {
  readonly checked: number;
  readonly invalid: number;
}

/** Checks elements. */
export class ValidationStage extends BaseStage<ValidationData> {
  readonly #options: Required<ValidationOptions>;

  /** Throws `InvalidOptionError`. */
  constructor(name: string, options: ValidationOptions) {
    super(name);
    refuseUnknownOptions('ValidationStage', options, ['schema', 'select', 'onInvalid']);
    if (!isStandardSchema(options.schema)) throw new InvalidOptionError('ValidationStage.schema', options.schema, "a validator with the Standard Schema interface ('~standard')");
    this.#options = {
      schema: options.schema,
      select: requireFunction('ValidationStage.select', options.select ?? payloadOf),
      onInvalid: requireOneOf('ValidationStage.onInvalid', options.onInvalid ?? 'fail', ['fail', 'drop', 'error']),
    };
  }

  /** Checks in order; an element that fits passes unchanged. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<ValidationData> {
    const { schema, select, onInvalid } = this.#options;
    let checked = 0;
    let invalid = 0;
    for (;;) {
      const element = input.tryRead() ?? (await input.read());
      if (element === undefined) break;
      const value = select(element);
      let passed: StreamElement | undefined = element;
      if (value !== undefined) {
        checked++;
        const result = await checkSchema(schema, value);
        if ('issues' in result) {
          invalid++;
          const error = new SchemaMismatchError(`Element ${element.sequence} (${element.type}) at stage '${ctx.stageName}'`, 'ELEMENT_SCHEMA', result.issues);
          if (onInvalid === 'fail') throw error;
          passed = onInvalid === 'drop' ? undefined : errorElement(error, { source: ctx.stageName, sequence: element.sequence, timestampMs: ctx.clock.epochMs() });
        }
      }
      if (passed !== undefined && !output.tryWrite(passed) && !(await output.write(passed))) break;
    }
    return { checked, invalid };
  }
}

function payloadOf(element: StreamElement): unknown {
  if (element.type === 'text') return element.text;
  if (element.type === 'value') return element.value;
  if (element.type === 'message') return element.message;
  return element.type === 'toolCall' ? element.toolCall : undefined;
}
