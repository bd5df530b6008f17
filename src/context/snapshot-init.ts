/** What a snapshot is made from. Apart from the snapshot so that its reader needs no class. */
import type { Data } from '../base/data.js';
import type { Conversation, ConversationInit } from './conversation.js';
import type { Enrichments, EnrichmentsInit } from './enrichments.js';
import type { ExtensionBundle } from './extension-bundle.js';
import type { RunIdentity, RunIdentityInit } from './run-identity.js';

/** Fields of a `ContextSnapshot`; the six ids flat or in `runId`, a flat one wins. */
export interface ContextSnapshotInit {
  readonly runId?: RunIdentity | RunIdentityInit | null | undefined;
  readonly pipelineRunId?: string | null | undefined;
  readonly requestId?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
  readonly userId?: string | null | undefined;
  readonly orgId?: string | null | undefined;
  readonly interactionId?: string | null | undefined;
  readonly conversation?: Conversation | ConversationInit | null | undefined;
  readonly enrichments?: Enrichments | EnrichmentsInit | null | undefined;
  /** A bundle or a plain record; keys stay as they are. */
  readonly extensions?: ExtensionBundle | Readonly<Data> | null | undefined;
  /** What the user just said. */
  readonly inputText?: string | null | undefined;
  /** Duration of the speech that brought it, in milliseconds. */
  readonly inputAudioDurationMs?: number | null | undefined;
  readonly topology?: string | null | undefined;
  readonly executionMode?: string | null | undefined;
  /** @default {} */
  readonly metadata?: Readonly<Data> | null | undefined;
  /** @default now */
  readonly createdAt?: Date | null | undefined;
}
