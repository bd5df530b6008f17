/**
 * A model's request to run a tool. `arguments` is the parsed JSON value; the text the model wrote is
 * kept beside it where it is known, because a model that repairs its own JSON must see that text.
 */
import { frozenCopy, isPlainObject, type Data } from '../base/data.js';
import { InvalidOptionError, requireName } from '../base/option.js';
import { fromWire, readField, toWire } from './wire.js';

/** A request to run the tool `name`. */
export interface ToolCall {
  /** Identifier the result must repeat. */
  readonly id: string;
  /** The tool. */
  readonly name: string;
  /** Parsed arguments, a JSON value; `undefined` when the model's text was no JSON. */
  readonly arguments: unknown;
  /** The arguments as the model wrote them, where known. */
  readonly rawArguments?: string;
}

/** Makes a frozen {@link ToolCall}; throws `InvalidOptionError` for an id or a name that is not a text. */
export function toolCall(call: ToolCall): ToolCall {
  const { id, name, rawArguments } = call;
  requireName('ToolCall.name', name);
  if (typeof id !== 'string') throw new InvalidOptionError('ToolCall.id', id, 'a string');
  if (rawArguments !== undefined && typeof rawArguments !== 'string') throw new InvalidOptionError('ToolCall.rawArguments', rawArguments, 'a string');
  return Object.freeze({ id, name, arguments: frozenCopy(call.arguments), ...(rawArguments === undefined ? {} : { rawArguments }) });
}

/** Wire form: `id`, `name`, `arguments`, and `raw_arguments` where known. */
export function toolCallToDict(call: ToolCall): Data {
  return {
    id: call.id,
    name: call.name,
    ...(call.arguments === undefined ? {} : { arguments: toWire(call.arguments) }),
    ...(call.rawArguments === undefined ? {} : { raw_arguments: call.rawArguments }),
  };
}

/**
 * Reads the wire form, either spelling, or the chat-completions form
 * `{ id, function: { name, arguments: '<json>' } }`. A text that is no JSON is kept in
 * `rawArguments` with `arguments` undefined.
 */
export function toolCallFromDict(dict: Readonly<Data>): ToolCall {
  const inner = isPlainObject(dict['function']) ? dict['function'] : dict;
  const given = inner['arguments'];
  const raw = readField(inner, 'raw_arguments') ?? (inner !== dict && typeof given === 'string' ? given : undefined);
  const value = inner !== dict && typeof given === 'string' ? parseJson(given) : fromWire(given);
  return toolCall({
    id: (dict['id'] ?? '') as string, // toolCall checks both
    name: inner['name'] as string,
    arguments: value,
    ...(raw === undefined ? {} : { rawArguments: raw as string }),
  });
}

// Not an error here: whether bad JSON is repaired, refused or shown to the model is the tool loop's decision.
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
