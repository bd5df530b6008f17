/** Which run this is: the six identifiers that tie events, memory and sub-pipelines together. */
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { requireUuid } from '../base/id.js';
import { optionalMoment, readField } from './wire.js';

/** Fields of a {@link RunIdentity}; ids are UUIDs, absent ones are null. */
export interface RunIdentityInit {
  readonly pipelineRunId?: string | null | undefined;
  readonly requestId?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
  readonly userId?: string | null | undefined;
  readonly orgId?: string | null | undefined;
  readonly interactionId?: string | null | undefined;
  /** @default now */
  readonly createdAt?: Date | null | undefined;
}

/** Frozen bundle of the ids of one run. */
export class RunIdentity {
  /** The run. */
  readonly pipelineRunId: string | null;
  /** The request that led to it. */
  readonly requestId: string | null;
  /** The conversation it belongs to: the key of memory. */
  readonly sessionId: string | null;
  /** The person. */
  readonly userId: string | null;
  /** The organisation. */
  readonly orgId: string | null;
  /** The interaction within the session. */
  readonly interactionId: string | null;
  readonly #createdAtMs: number;

  /** Throws `InvalidIdError` for an id that is not a UUID. `clock` stamps `createdAt` where none is given. */
  constructor(init: RunIdentityInit = {}, clock: Clock = systemClock) {
    this.pipelineRunId = idOrNull('pipelineRunId', init.pipelineRunId);
    this.requestId = idOrNull('requestId', init.requestId);
    this.sessionId = idOrNull('sessionId', init.sessionId);
    this.userId = idOrNull('userId', init.userId);
    this.orgId = idOrNull('orgId', init.orgId);
    this.interactionId = idOrNull('interactionId', init.interactionId);
    this.#createdAtMs = optionalMoment('RunIdentity.createdAt', init.createdAt) ?? clock.epochMs();
    Object.freeze(this);
  }

  /** When the identity was made; a new Date at each reading, so that nobody can change it. */
  get createdAt(): Date {
    return new Date(this.#createdAtMs);
  }

  /** A copy with other fields; `null` empties one. */
  with(changes: RunIdentityInit): RunIdentity {
    return new RunIdentity({
      pipelineRunId: changes.pipelineRunId === undefined ? this.pipelineRunId : changes.pipelineRunId,
      requestId: changes.requestId === undefined ? this.requestId : changes.requestId,
      sessionId: changes.sessionId === undefined ? this.sessionId : changes.sessionId,
      userId: changes.userId === undefined ? this.userId : changes.userId,
      orgId: changes.orgId === undefined ? this.orgId : changes.orgId,
      interactionId: changes.interactionId === undefined ? this.interactionId : changes.interactionId,
      createdAt: changes.createdAt ?? this.createdAt,
    });
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return { ...this.idsToDict(), created_at: this.createdAt.toISOString() };
  }

  /** The six ids alone, snake_case: what events carry. */
  idsToDict(): Record<'pipeline_run_id' | 'request_id' | 'session_id' | 'user_id' | 'org_id' | 'interaction_id', string | null> {
    return {
      pipeline_run_id: this.pipelineRunId,
      request_id: this.requestId,
      session_id: this.sessionId,
      user_id: this.userId,
      org_id: this.orgId,
      interaction_id: this.interactionId,
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): RunIdentity {
    return new RunIdentity({
      pipelineRunId: readField(dict, 'pipeline_run_id') as string | null, // the constructor checks each
      requestId: readField(dict, 'request_id') as string | null,
      sessionId: readField(dict, 'session_id') as string | null,
      userId: readField(dict, 'user_id') as string | null,
      orgId: readField(dict, 'org_id') as string | null,
      interactionId: readField(dict, 'interaction_id') as string | null,
      createdAt: readField(dict, 'created_at') as Date | null,
    });
  }
}

function idOrNull(field: string, value: unknown): string | null {
  return value === undefined || value === null ? null : requireUuid(field, value);
}
