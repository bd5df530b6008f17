/**
 * Where the time went between the end of the user's speech and the first sound of the answer. The
 * parts are differences of successive moments, so they sum to the total exactly. Work that was done
 * before the turn was sure costs nothing: it lies within `endpoint`.
 */

/** Parts of the latency of a turn, in milliseconds, in order. */
export interface LatencyParts {
  /** From the last speech sample until the turn was taken as ended. */
  readonly endpoint: number;
  /** Speech recognition, with the memory fetched beside it. */
  readonly stt: number;
  /** The guard on what was said. */
  readonly guard: number;
  /** The model until its first token. */
  readonly llm: number;
  /** The guard on what is answered, and waiting for a first clause. */
  readonly chunking: number;
  /** The voice until its first audio. */
  readonly tts: number;
  /** Buffering until the first sample is rendered; waiting while somebody speaks is part of it. */
  readonly prebuffer: number;
  /** The device, from rendering to hearing. */
  readonly device: number;
}

/** Latency of a turn at the ear. */
export interface TurnLatency {
  /** Milliseconds from the end of the user's speech (or from the key press) to the first sound heard. */
  readonly totalMs: number;
  readonly parts: LatencyParts;
}

/** Moments of a turn on the session's clock; those that did not happen are left out. */
export interface TurnMoments {
  /** Last speech sample at the microphone, or the key press. */
  readonly speechEnd: number;
  readonly turnStart: number;
  readonly sttEnd?: number | undefined;
  readonly guardEnd?: number | undefined;
  readonly firstToken?: number | undefined;
  readonly firstPiece?: number | undefined;
  readonly firstAudio?: number | undefined;
  readonly firstRendered?: number | undefined;
  readonly firstHeard: number;
}

const ORDER = ['turnStart', 'sttEnd', 'guardEnd', 'firstToken', 'firstPiece', 'firstAudio', 'firstRendered', 'firstHeard'] as const;
const PARTS = ['endpoint', 'stt', 'guard', 'llm', 'chunking', 'tts', 'prebuffer', 'device'] as const;

/** Splits the time between `speechEnd` and `firstHeard`. A moment that is missing or out of order takes no time. */
export function turnLatency(moments: TurnMoments): TurnLatency {
  const parts: Record<string, number> = {};
  let last = moments.speechEnd;
  const end = Math.max(moments.firstHeard, moments.speechEnd);
  ORDER.forEach((name, index) => {
    const at = name === 'firstHeard' ? end : Math.min(end, Math.max(last, moments[name] ?? last));
    parts[PARTS[index] as string] = at - last; // the two lists have the same length
    last = at;
  });
  return { totalMs: end - moments.speechEnd, parts: parts as unknown as LatencyParts };
}
