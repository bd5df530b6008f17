/**
 * What the library reports about itself: event names of the seeds, verbatim, with their payloads.
 *
 * Names and payload keys are snake_case because they leave the process. No payload carries a user's
 * text or audio, a matched value, or a secret; what may identify a person is limited to the ids of
 * the run.
 */
import type { Data } from '../base/data.js';

/** One reported fact. */
export interface PipelineEvent {
  /** Name, for example `stage.completed`. */
  readonly type: string;
  /** Payload; keys are snake_case. */
  readonly data: Data;
}

/** What the events of a stage have in common. */
export interface StageEventData {
  readonly stage: string;
  readonly kind: string;
  readonly pipeline_run_id: string | null;
  readonly attempt?: number;
  readonly duration_ms?: number;
  readonly status?: string;
  /** Class name and code of the error; never its message's user content. */
  readonly error?: string;
  readonly error_code?: string;
}

/** Statistics that a queue reports when it closes. */
export interface QueueStatsData {
  readonly total_items: number;
  readonly dropped_items: number;
  readonly blocked_puts: number;
  readonly max_queue_size: number;
  readonly total_blocked_ms: number;
}

/** What the events of a provider behind a fallback have in common. */
export interface ProviderEventData {
  /** Kind of provider, for example `language model`. */
  readonly role: string;
  /** Its id. */
  readonly provider: string;
}

/**
 * Names and payloads of the library's own events. Open: applications add names by declaration
 * merging, or emit any other name with any record.
 */
export interface EventMap {
  'pipeline.started': { readonly pipeline_run_id: string | null; readonly stage_count: number };
  'pipeline.completed': { readonly pipeline_run_id: string | null; readonly duration_ms: number };
  'pipeline.failed': { readonly pipeline_run_id: string | null; readonly duration_ms: number; readonly error: string; readonly error_code: string; readonly stage?: string };
  'pipeline.canceled': { readonly pipeline_run_id: string | null; readonly duration_ms: number; readonly reason: string };
  'pipeline.spawned_child': { readonly pipeline_run_id: string | null; readonly child_run_id: string; readonly parent_stage_id: string };
  'pipeline.child_completed': { readonly pipeline_run_id: string | null; readonly child_run_id: string; readonly duration_ms: number };
  'pipeline.child_failed': { readonly pipeline_run_id: string | null; readonly child_run_id: string; readonly error_code: string };
  'pipeline.child_canceled': { readonly pipeline_run_id: string | null; readonly child_run_id: string; readonly duration_ms: number };
  'pipeline.wide': {
    readonly pipeline_run_id: string | null;
    readonly duration_ms: number;
    readonly outcome: 'completed' | 'failed' | 'canceled';
    readonly cancel_reason: string | null;
    readonly error_code: string | null;
    readonly stage_count: number;
    readonly by_status: Readonly<Record<string, number>>;
    readonly retries: number;
    readonly stages: readonly Data[];
  };
  'stage.started': StageEventData;
  'stage.completed': StageEventData;
  'stage.skipped': StageEventData & { readonly reason: string };
  'stage.canceled': StageEventData & { readonly reason: string };
  'stage.failed': StageEventData;
  'stage.retrying': StageEventData & { readonly delay_ms: number };
  'stage.wide': {
    readonly stage: string;
    readonly kind: string;
    readonly type: string | null;
    readonly pipeline_run_id: string | null;
    readonly status: string;
    readonly attempts: number;
    readonly started_ms: number | null;
    readonly duration_ms: number;
    readonly dependencies: readonly string[];
    readonly streams_from: readonly string[];
    readonly scope: string | null;
    readonly data_keys: readonly string[];
    readonly artifacts: number;
    readonly version: string | null;
    readonly error?: string;
    readonly error_code?: string;
  };
  'interceptor.failed': { readonly interceptor: string; readonly hook: string; readonly error: string };
  'circuit.opened': { readonly failures: number; readonly reset_timeout_ms: number };
  'circuit.closed': { readonly stage: string };
  'guard_retry.attempt': { readonly guard: string; readonly stage: string; readonly attempt: number };
  'guard_retry.succeeded': { readonly guard: string; readonly stage: string; readonly attempt: number };
  'guard_retry.exhausted': { readonly guard: string; readonly stage: string; readonly reason: 'attempts' | 'timeout' | 'stagnation' };
  'idempotency.replayed': { readonly stage: string };
  'dev.bytes_in_output': { readonly key: string; readonly byte_length: number };
  'context.truncated': { readonly dropped: number; readonly tokens: number; readonly max_tokens: number };
  'context.compacted': { readonly folded: number; readonly collapsed: number; readonly tokens: number; readonly max_tokens: number };
  'stream.element': { readonly stage: string; readonly element_type: string; readonly sequence: number; readonly source: string; readonly priority: number; readonly age_ms: number; readonly bytes: number };
  'stream.metrics': {
    readonly elements: number;
    readonly by_type: Readonly<Record<string, number>>;
    readonly errors: number;
    readonly bytes: number;
    readonly first_element_ms: number | null;
    readonly max_gap_ms: number;
    readonly duration_ms: number;
    readonly elements_per_second: number;
  };
  'stream.sequence_anomaly': { readonly kind: 'gap' | 'duplicate' | 'late'; readonly expected: number; readonly received: number };
  'stream.chunk_dropped': { readonly queue_size: number; readonly max_size: number; readonly reason: 'overflow' | 'queue_full' };
  'stream.producer_blocked': { readonly blocked_ms: number; readonly queue_size: number };
  'stream.throttle_started': { readonly fill_percentage: number; readonly queue_size: number };
  'stream.throttle_ended': { readonly fill_percentage: number; readonly queue_size: number };
  'stream.queue_closed': QueueStatsData;
  'stream.buffer_overflow': { readonly bytes_dropped: number; readonly buffer_duration_ms: number; readonly max_duration_ms: number };
  'stream.buffer_underrun': { readonly bytes_requested: number; readonly bytes_available: number; readonly buffer_duration_ms: number };
  'stream.buffer_recovered': { readonly buffer_duration_ms: number };
  'guardrail.violations_detected': { readonly violations: readonly Data[]; readonly check: string };
  'guardrail.fail_open': {
    readonly stage: string;
    readonly pipeline_run_id: string | null;
    readonly request_id: string | null;
    readonly execution_mode: string | null;
    readonly violation_count: number;
    readonly fail_on_violation: false;
    readonly violations: readonly Data[];
  };
  'provider.attempt_failed': ProviderEventData & { readonly attempt: number; readonly duration_ms: number; readonly fatal: boolean; readonly error: string; readonly error_code?: string };
  'provider.unavailable': ProviderEventData & { readonly error: string; readonly error_code?: string };
  'provider.failed_over': { readonly role: string; readonly from: string; readonly to: string };
  'provider.recovered': ProviderEventData;
  'tool.started': { readonly tool: string };
  'tool.completed': { readonly tool: string; readonly duration_ms: number };
  'tool.failed': { readonly tool: string; readonly status: string; readonly duration_ms: number; readonly error: string; readonly error_code?: string };
  'approval.requested': { readonly tool: string };
  'approval.granted': { readonly tool: string };
  'approval.denied': { readonly tool: string };
  'auth.tenant_mismatch': { readonly stage: string };
  'voice.first_token': { readonly time_ms: number };
  'voice.first_piece': { readonly time_ms: number };
  'voice.first_audio': { readonly time_ms: number };
  'voice.unconfirmed': { readonly time_ms: number };
  'memory.pruned': { readonly session_id: string; readonly entries: number };
  'memory.prune_failed': { readonly session_id: string; readonly error: string; readonly error_code: string | null };
  'memory.truncated': { readonly session_id: string; readonly entries: number; readonly tokens: number; readonly max_tokens: number };
}

/** Names of the library's own events. */
export type EventName = keyof EventMap & string;

/** A function that takes an event name and payload: what `ctx.tryEmitEvent` is, and what queues and buffers accept. */
export type EventEmitter = (type: string, data?: Data) => void;
