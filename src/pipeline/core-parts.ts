/**
 * What the core brings of itself: snapshots of flat fields. `ContextSnapshot` with its conversation, enrichments and
 * wire forms is as large as the rest of the core, so that it comes only with those who import it.
 */
import type { Clock } from '../base/clock.js';
import { frozenCopy, isPlainObject, type Data } from '../base/data.js';
import { requireUuid } from '../base/id.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { GraphParts } from './parts.js';

const IDS = ['pipelineRunId', 'requestId', 'sessionId', 'userId', 'orgId', 'interactionId'];
const TEXTS = ['inputText', 'topology', 'executionMode'];
const NO_FIELDS: Data = Object.fromEntries([...IDS, ...TEXTS, 'conversation', 'enrichments', 'routingDecision', 'profile', 'memory', 'inputAudioDurationMs'].map((field) => [field, null]));

/** Settled edges only. */
export const CORE_PARTS: GraphParts = { snapshotOf };

function snapshotOf(given: unknown, clock: Clock): ContextSnapshot {
  if (typeof given === 'object' && given !== null && !isPlainObject(given) && 'runId' in given) return given as ContextSnapshot; // made by its class, which is not imported here
  if (given !== undefined && !isPlainObject(given)) throw new InvalidOptionError('CoreGraph.run.context', given, 'a ContextSnapshot, a PipelineContext, a StageContext, or a record such as { inputText }');
  const fields: Data = given ?? {};
  refuseUnknownOptions('CoreGraph.run.context', fields, [...IDS, ...TEXTS, 'metadata']);
  for (const id of IDS) if (fields[id] !== undefined && fields[id] !== null) requireUuid(id, fields[id]);
  for (const text of TEXTS) if (fields[text] !== undefined && fields[text] !== null && typeof fields[text] !== 'string') throw new InvalidOptionError(`CoreGraph.run.context.${text}`, fields[text], 'a string or null');
  const bare = { ...NO_FIELDS, messages: [], documents: [], webResults: [], metadata: {}, createdAt: new Date(clock.epochMs()), ...fields };
  return frozenCopy(bare) as unknown as ContextSnapshot; // its fields; the methods are those of the class
}
