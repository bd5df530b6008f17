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
  'stage.started': StageEventData;
  'stage.completed': StageEventData;
  'stage.skipped': StageEventData & { readonly reason: string };
  'stage.canceled': StageEventData & { readonly reason: string };
  'stage.failed': StageEventData;
  'stage.retrying': StageEventData & { readonly delay_ms: number };
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
  'tool.failed': { readonly tool: string; readonly error: string };
  'provider.attempt_failed': ProviderEventData & { readonly attempt: number; readonly duration_ms: number; readonly fatal: boolean; readonly error: string; readonly error_code?: string };
  'provider.unavailable': ProviderEventData & { readonly error: string; readonly error_code?: string };
  'provider.failed_over': { readonly role: string; readonly from: string; readonly to: string };
  'provider.recovered': ProviderEventData;
  'voice.first_token': { readonly time_ms: number };
  'voice.first_piece': { readonly time_ms: number };
  'voice.first_audio': { readonly time_ms: number };
  'memory.truncated': { readonly session_id: string; readonly entries: number; readonly tokens: number; readonly max_tokens: number };
}

/** Names of the library's own events. */
export type EventName = keyof EventMap & string;

/** A function that takes an event name and payload: what `ctx.tryEmitEvent` is, and what queues and buffers accept. */
export type EventEmitter = (type: string, data?: Data) => void;
