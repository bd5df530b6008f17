/**
 * Finds the moment at which silence ends a turn: asks the detector, sets the timer, and moves it
 * whenever more was understood.
 */
import type { Clock } from '../base/clock.js';
import { toError } from '../base/errors.js';
import type { TurnSettings } from './turn-options.js';
import type { Utterance } from './utterance.js';
import type { VoiceListener } from './voice-event.js';

/** What a {@link TurnEnd} needs. */
export interface TurnEndOptions {
  readonly settings: TurnSettings;
  readonly clock: Clock;
  readonly language: string;
  readonly emit: VoiceListener;
  /** Called when the silence has lasted long enough. */
  readonly onEnd: (utterance: Utterance) => void;
}

/** The end of one turn after the other. */
export class TurnEnd {
  readonly #options: TurnEndOptions;
  #endProbability: number | undefined;
  #judging: AbortController | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: TurnEndOptions) {
    this.#options = options;
  }

  /** The user is silent, or more of what was said is known: waits for the end, and asks the detector for when. */
  watch(utterance: Utterance): void {
    this.wait(utterance);
    void this.#judge(utterance);
  }

  /** Waits for the end by what the detector said last. */
  wait(utterance: Utterance): void {
    const { settings, clock, onEnd } = this.#options;
    this.#cancel?.();
    if (utterance.speech === undefined) return;
    const atMs = utterance.speech.endMs + settings.endpointer.delayMs(this.#endProbability);
    this.#cancel = clock.after(atMs - clock.now(), () => onEnd(utterance));
  }

  /** The silence is broken by something: no end before it is known what it is. */
  hold(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The user goes on, or the turn has ended: what was judged is void. */
  reset(): void {
    this.hold();
    this.#judging?.abort('of no use any more');
    this.#judging = undefined;
    this.#endProbability = undefined;
  }

  async #judge(utterance: Utterance): Promise<void> {
    const { settings, clock, language, emit } = this.#options;
    const { speech, recognition } = utterance;
    if (speech === undefined) return;
    this.#judging?.abort('asked anew');
    const judging = new AbortController();
    this.#judging = judging;
    const text = recognition?.text ?? '';
    try {
      const { endProbability } = await settings.detector.predict({
        ...(text === '' ? {} : { text }),
        get audio() {
          return utterance.samples;
        },
        language,
        silenceMs: Math.max(0, clock.now() - speech.endMs),
        signal: judging.signal,
      });
      if (judging.signal.aborted || !(endProbability >= 0)) return;
      this.#endProbability = endProbability;
      if (this.#cancel !== undefined) this.wait(utterance);
    } catch (thrown) {
      if (!judging.signal.aborted) emit({ type: 'error', error: toError(thrown) }); // silence alone decides
    }
  }
}
