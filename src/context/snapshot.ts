/**
 * What is constant in a run, frozen: who, what was said, the history, and what the application adds.
 *
 * Plain records given to the constructor are copied once and frozen all the way down; bytes are
 * shared by contract, because typed arrays cannot be frozen. Everything is optional and everything
 * that is absent is shared, so that making one costs little: a run makes one.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { frozenCopy, isPlainObject, type Data } from '../base/data.js';
import { refuseUnknownOptions } from '../base/option.js';
import { Conversation, optionalDuration, type ConversationInit } from './conversation.js';
import { Enrichments, type DocumentEnrichment, type EnrichmentsInit, type MemoryEnrichment, type ProfileEnrichment } from './enrichments.js';
import { ExtensionBundle, toExtensionBundle, type ExtensionRegistry } from './extension-bundle.js';
import type { Message } from './message.js';
import type { RoutingDecision } from './routing-decision.js';
import { RunIdentity, type RunIdentityInit } from './run-identity.js';
import type { ContextSnapshotInit } from './snapshot-init.js';
import { snapshotInitFromDict } from './snapshot-reader.js';
import { dataToWire, optionalMoment, optionalText, requireRecord } from './wire.js';

const FIELDS = ['runId', 'pipelineRunId', 'requestId', 'sessionId', 'userId', 'orgId', 'interactionId', 'conversation', 'enrichments', 'extensions', 'inputText', 'inputAudioDurationMs', 'topology', 'executionMode', 'metadata', 'createdAt'] as const;
const NO_METADATA: Readonly<Data> = Object.freeze({});
const NO_LIST: readonly never[] = Object.freeze([]);

// Carries the original through `with`, so that its frozen metadata is not copied again.
const ORIGINAL = Symbol('original');

/** Options of {@link ContextSnapshot.toDict}. */
export interface SnapshotDictOptions {
  /** Also write the older flat fields (ids, `messages`, `profile`, …) beside the nested ones. @default true */
  readonly flat?: boolean;
}

/** The frozen state a run starts from. */
export class ContextSnapshot {
  /** The ids of the run. */
  readonly runId: RunIdentity;
  /** History and routing, if any. */
  readonly conversation: Conversation | null;
  /** What enrichment stages added, if anything. */
  readonly enrichments: Enrichments | null;
  /** The application's data; empty where none was given. */
  readonly extensions: ExtensionBundle;
  /** What the user just said. */
  readonly inputText: string | null;
  /** Duration of the speech that brought it, in milliseconds. */
  readonly inputAudioDurationMs: number | null;
  /** Name of the pipeline's shape. */
  readonly topology: string | null;
  /** For example `practice`. */
  readonly executionMode: string | null;
  /** Additional facts; frozen all the way down. */
  readonly metadata: Readonly<Data>;
  readonly #createdAtMs: number;

  /** Throws `InvalidIdError` or `InvalidOptionError` naming the field. `clock` stamps `createdAt` where none is given. */
  constructor(init: ContextSnapshotInit = {}, clock: Clock = systemClock) {
    refuseUnknownOptions('ContextSnapshot', init, FIELDS);
    const { conversation, enrichments, metadata } = init;
    const original = (init as { [ORIGINAL]?: ContextSnapshot })[ORIGINAL];
    this.#createdAtMs = optionalMoment('ContextSnapshot.createdAt', init.createdAt) ?? clock.epochMs();
    this.runId = identityOf(init, this.#createdAtMs);
    this.conversation = conversation === undefined || conversation === null ? null : conversation instanceof Conversation ? conversation : new Conversation(conversation);
    this.enrichments = enrichments === undefined || enrichments === null ? null : enrichments instanceof Enrichments ? enrichments : new Enrichments(enrichments);
    this.extensions = toExtensionBundle(init.extensions);
    this.inputText = optionalText('ContextSnapshot.inputText', init.inputText);
    this.inputAudioDurationMs = optionalDuration('ContextSnapshot.inputAudioDurationMs', init.inputAudioDurationMs);
    this.topology = optionalText('ContextSnapshot.topology', init.topology);
    this.executionMode = optionalText('ContextSnapshot.executionMode', init.executionMode);
    this.metadata = metadata === undefined || metadata === null ? NO_METADATA : metadata === original?.metadata ? metadata : frozenCopy(requireRecord('ContextSnapshot.metadata', metadata));
    Object.freeze(this);
  }

  /** When the snapshot was made; a new Date at each reading. */
  get createdAt(): Date {
    return new Date(this.#createdAtMs);
  }

  /** `runId.pipelineRunId`. */
  get pipelineRunId(): string | null {
    return this.runId.pipelineRunId;
  }

  /** `runId.requestId`. */
  get requestId(): string | null {
    return this.runId.requestId;
  }

  /** `runId.sessionId`. */
  get sessionId(): string | null {
    return this.runId.sessionId;
  }

  /** `runId.userId`. */
  get userId(): string | null {
    return this.runId.userId;
  }

  /** `runId.orgId`. */
  get orgId(): string | null {
    return this.runId.orgId;
  }

  /** `runId.interactionId`. */
  get interactionId(): string | null {
    return this.runId.interactionId;
  }

  /** The conversation's messages, oldest first; empty where there is none. */
  get messages(): readonly Message[] {
    return this.conversation?.messages ?? NO_LIST;
  }

  /** The conversation's routing decision. */
  get routingDecision(): RoutingDecision | null {
    return this.conversation?.routingDecision ?? null;
  }

  /** The user's profile. */
  get profile(): ProfileEnrichment | null {
    return this.enrichments?.profile ?? null;
  }

  /** What is remembered of earlier conversations. */
  get memory(): MemoryEnrichment | null {
    return this.enrichments?.memory ?? null;
  }

  /** Retrieved documents. */
  get documents(): readonly DocumentEnrichment[] {
    return this.enrichments?.documents ?? NO_LIST;
  }

  /** Web search snippets. */
  get webResults(): readonly Readonly<Data>[] {
    return this.enrichments?.webResults ?? NO_LIST;
  }

  /** A copy with other fields; what is not named is kept, not copied. */
  with(changes: ContextSnapshotInit): ContextSnapshot {
    const { runId, conversation, enrichments, extensions, inputText, inputAudioDurationMs, topology, executionMode, metadata, createdAt } = this;
    const kept = { runId, conversation, enrichments, extensions, inputText, inputAudioDurationMs, topology, executionMode, metadata, createdAt, [ORIGINAL]: this };
    return new ContextSnapshot(Object.assign(kept, changes) as ContextSnapshotInit);
  }

  /** A copy with other ids. */
  withRunId(runId: RunIdentity | RunIdentityInit): ContextSnapshot {
    return this.with({ runId: runId instanceof RunIdentity ? runId : this.runId.with(runId) });
  }

  /** A copy with another conversation. */
  withConversation(conversation: Conversation | ConversationInit | null): ContextSnapshot {
    return this.with({ conversation });
  }

  /** A copy with other enrichments. */
  withEnrichments(enrichments: Enrichments | EnrichmentsInit | null): ContextSnapshot {
    return this.with({ enrichments });
  }

  /** A copy with other extensions. */
  withExtensions(extensions: ExtensionBundle | Readonly<Data> | null): ContextSnapshot {
    return this.with({ extensions });
  }

  /** A copy with another input. */
  withInputText(inputText: string | null): ContextSnapshot {
    return this.with({ inputText });
  }

  /** A copy with more metadata; given keys win. */
  withMetadata(metadata: Readonly<Data>): ContextSnapshot {
    return this.with({ metadata: { ...this.metadata, ...metadata } });
  }

  /** Wire form, snake_case: nested bundles, and beside them the older flat fields unless `flat` is false. */
  toDict(options: SnapshotDictOptions = {}): Data {
    const nested: Data = {
      run_id: this.runId.toDict(),
      conversation: this.conversation?.toDict() ?? null,
      enrichments: this.enrichments?.toDict() ?? null,
      extensions: this.extensions.toDict(),
      ...(this.extensions.extensionsType === null ? {} : { extensions_type: this.extensions.extensionsType }),
      input_text: this.inputText,
      input_audio_duration_ms: this.inputAudioDurationMs,
      topology: this.topology,
      execution_mode: this.executionMode,
      metadata: dataToWire(this.metadata),
      created_at: this.createdAt.toISOString(),
    };
    if (options.flat === false) return nested;
    const conversation = (nested['conversation'] ?? {}) as Data; // made above by Conversation.toDict, or absent
    const enrichments = (nested['enrichments'] ?? {}) as Data; // likewise
    return {
      ...nested,
      ...this.runId.idsToDict(),
      messages: conversation['messages'] ?? [],
      routing_decision: conversation['routing_decision'] ?? null,
      profile: enrichments['profile'] ?? null,
      memory: enrichments['memory'] ?? null,
      documents: enrichments['documents'] ?? [],
      web_results: enrichments['web_results'] ?? [],
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /**
   * Reads the wire form: nested or flat (nested wins), either spelling. Extensions with a type are
   * read through the codec that `registry` has under that name, as plain data where it has none.
   */
  static fromDict(dict: Readonly<Data>, registry?: ExtensionRegistry): ContextSnapshot {
    return new ContextSnapshot(snapshotInitFromDict(dict, registry));
  }
}

// The run's identity: the given one as it is when no flat id comes beside it, else one as old as the snapshot.
function identityOf(init: ContextSnapshotInit, createdAtMs: number): RunIdentity {
  const { runId, pipelineRunId, requestId, sessionId, userId, orgId, interactionId } = init;
  const flat = pipelineRunId !== undefined || requestId !== undefined || sessionId !== undefined || userId !== undefined || orgId !== undefined || interactionId !== undefined;
  if (runId instanceof RunIdentity) return flat ? runId.with({ pipelineRunId, requestId, sessionId, userId, orgId, interactionId }) : runId;
  const createdAt = new Date(createdAtMs);
  if (!isPlainObject(runId)) return new RunIdentity({ pipelineRunId, requestId, sessionId, userId, orgId, interactionId, createdAt });
  const given = new RunIdentity({ ...runId, createdAt: (runId as RunIdentityInit).createdAt ?? createdAt });
  return flat ? given.with({ pipelineRunId, requestId, sessionId, userId, orgId, interactionId }) : given;
}
