/** The contract of what judges, beside silence, whether the user has finished. */

/** What a {@link TurnDetector} judges. */
export interface TurnObservation {
  /** The last 8 seconds of the utterance at 16 kHz, mono; decoded when it is read. Absent where the utterance has no samples. */
  readonly audio?: Float32Array;
  /** What was understood so far; absent before anything was. */
  readonly text?: string;
  /** BCP 47 tag of the conversation. @default 'en' */
  readonly language?: string;
  /** Milliseconds since the last speech sample. */
  readonly silenceMs: number;
  /** Aborts when the judgement is of no use any more. */
  readonly signal?: AbortSignal;
}

/** A judgement; probabilities in [0, 1]. */
export interface TurnJudgement {
  /** That the user has finished. 0.5 says nothing: silence alone decides. */
  readonly endProbability: number;
  /** That it was a mere sign of listening, such as "uh-huh". @default by the words */
  readonly backchannelProbability?: number;
}

/** Judges whether the user has finished. A session asks again whenever the text changes. */
export interface TurnDetector {
  predict(observation: TurnObservation): Promise<TurnJudgement>;
}
