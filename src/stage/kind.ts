/**
 * The words a stage uses about itself: what it is for (`StageKind`), how it settled (`StageStatus`)
 * and the shape of its stream (`StageType`). Constant objects with a union type, so that
 * `StageKind.GUARD` and `'guard'` are the same thing.
 */

/** What a stage is for. */
export const StageKind = {
  /** Turns one form of the data into another. */
  TRANSFORM: 'transform',
  /** Adds facts: memory, profile, documents. */
  ENRICH: 'enrich',
  /** Chooses what runs next. */
  ROUTE: 'route',
  /** Checks, and may refuse or redact. */
  GUARD: 'guard',
  /** Has an effect outside the run. */
  WORK: 'work',
  /** Runs a model that may call tools. */
  AGENT: 'agent',
} as const;
export type StageKind = (typeof StageKind)[keyof typeof StageKind];

/** How a stage settled. */
export const StageStatus = { OK: 'ok', SKIP: 'skip', CANCEL: 'cancel', FAIL: 'fail', RETRY: 'retry' } as const;
export type StageStatus = (typeof StageStatus)[keyof typeof StageStatus];

/** How many elements a stage takes and gives. */
export const StageType = {
  /** One in, one or more out. */
  TRANSFORM: 'transform',
  /** Many in, one out. */
  ACCUMULATE: 'accumulate',
  /** None in, many out. */
  GENERATE: 'generate',
  /** Many in, none out. */
  SINK: 'sink',
  /** Both at once. */
  BIDIRECTIONAL: 'bidirectional',
} as const;
export type StageType = (typeof StageType)[keyof typeof StageType];

/** All kinds, for validation. */
export const STAGE_KINDS: readonly StageKind[] = Object.values(StageKind);

/** All types, for validation. */
export const STAGE_TYPES: readonly StageType[] = Object.values(StageType);
