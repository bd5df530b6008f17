/**
 * What happens to an answer when somebody makes a sound over it.
 *
 * Sound over an answer is *contested* until it is known what it was. With the strategy `immediate` the
 * answer is held meanwhile, so there is no hurry: it is cut once the words say something, and goes on
 * from the same sample when they do not.
 *
 * | what is heard                                                | then                                      |
 * |--------------------------------------------------------------|-------------------------------------------|
 * | the sound was too short to be speech (`misfire`)             | released                                  |
 * | meant, and two words (or `minWords`) understood twice alike  | committed, while the user still speaks    |
 * | meant, and longer than any sign of listening                 | committed, while the user still speaks    |
 * | it ended: words, enough of them, and no sign of listening    | committed                                 |
 * | it ended: nothing understood, a cough, "uh-huh"              | released                                  |
 * | nothing is known `falseInterruptionMs` after it ended        | the answer goes on; words that come late still commit |
 *
 * Without a recogniser, speech that is meant commits. "Released" means: the answer goes on and the
 * sound makes no turn. A "yes" to an answer that ends with a question is no sign of listening.
 */
import type { Clock } from '../base/clock.js';
import { toError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber, requireOneOf } from '../base/option.js';
import { isBackchannel, wordsOf } from './turn-language.js';
import type { Utterance } from './utterance.js';
import type { ReleaseReason, VoiceListener } from './voice-event.js';
import type { Playback } from './voice-output.js';

/** `immediate` holds and cuts, `deferred` lets the sentence end first, `ignore` lets the answer end first. */
export type InterruptionStrategy = 'immediate' | 'deferred' | 'ignore';

/** How speech over an answer is taken. */
export interface InterruptionOptions {
  /** @default 'immediate' */
  readonly strategy?: InterruptionStrategy;
  /** Words that an interruption must have, where there is a recogniser. @default 0 */
  readonly minWords?: number;
  /** Milliseconds after the end of a sound until the answer goes on although nothing is known yet. @default 1200 */
  readonly falseInterruptionMs?: number;
  /** Longest speech, in milliseconds, that can be a mere sign of listening. @default 1000 */
  readonly backchannelMs?: number;
  /** Further words that only show that one listens; `false` takes every word as meant. @default those of the language */
  readonly backchannels?: readonly string[] | false;
}

/** What the policy needs of its session. */
export interface InterruptionHooks {
  readonly clock: Clock;
  readonly language: string;
  readonly emit: VoiceListener;
  /** Whether an answer is being made or heard that speech may interrupt. */
  answering(): boolean;
  /** Whether that answer may be interrupted. */
  interruptible(): boolean;
  /** The answer that plays. */
  playback(): Playback | undefined;
  /** Whether what was heard of the answer ends with a question. */
  asks(): boolean;
  /** Ends the answer; `deferred` lets its sentence end first. */
  interrupt(deferred: boolean): void;
  /** The probability of a sign of listening, where something else than the words judges it. */
  backchannelProbability?(utterance: Utterance, text: string): Promise<number | undefined>;
  /** The sound was meant: it becomes a turn. */
  onCommitted(utterance: Utterance): void;
  /** It was nothing: it becomes none. */
  onReleased(utterance: Utterance, reason: ReleaseReason): void;
}

// Words that must be understood, and still be there in the next guess, before speech that goes on commits.
const EARLY_WORDS = 2;
// `interrupt` comes after 250 ms of voice (the default of the microphone).
const MEANT_MS = 250;

/** The policy of one session. */
export class Interruption {
  readonly #hooks: InterruptionHooks;
  readonly #strategy: InterruptionStrategy;
  readonly #minWords: number;
  readonly #falseMs: number;
  readonly #backchannelMs: number;
  readonly #backchannels: ReadonlySet<string> | false;
  #utterance: Utterance | undefined;
  #held = false;
  #cancelTimer: (() => void) | undefined;

  /** Throws `InvalidOptionError`. */
  constructor(options: InterruptionOptions, hooks: InterruptionHooks) {
    refuseUnknownOptions('createVoiceSession.interruption', options, ['strategy', 'minWords', 'falseInterruptionMs', 'backchannelMs', 'backchannels']);
    const { strategy = 'immediate', minWords = 0, falseInterruptionMs = 1200, backchannelMs = 1000, backchannels = [] } = options;
    const at = 'createVoiceSession.interruption';
    this.#strategy = requireOneOf(`${at}.strategy`, strategy, ['immediate', 'deferred', 'ignore']);
    this.#minWords = requireNumber(`${at}.minWords`, minWords, { min: 0, integer: true });
    this.#falseMs = requireNumber(`${at}.falseInterruptionMs`, falseInterruptionMs, { min: 0 });
    this.#backchannelMs = requireNumber(`${at}.backchannelMs`, backchannelMs, { min: 0 });
    if (backchannels !== false && !Array.isArray(backchannels)) throw new InvalidOptionError(`${at}.backchannels`, backchannels, 'a list of words, or false');
    this.#backchannels = backchannels === false ? false : new Set((backchannels as readonly string[]).flatMap(wordsOf));
    this.#hooks = hooks;
  }

  /** How speech over an answer is taken. */
  get strategy(): InterruptionStrategy {
    return this.#strategy;
  }

  get #applied(): InterruptionStrategy {
    return this.#hooks.interruptible() ? this.#strategy : 'ignore';
  }

  /** A sound begins. */
  begin(utterance: Utterance): void {
    if (utterance.contested || utterance.speech !== undefined || !this.#hooks.answering()) return;
    utterance.contested = true;
    this.#utterance = utterance;
    this.answerReady();
  }

  /** An answer begins to play: it waits while a sound is contested. */
  answerReady(): void {
    const playback = this.#hooks.playback();
    if (this.#utterance === undefined || this.#applied !== 'immediate' || this.#held || playback === undefined || !this.#hooks.answering()) return;
    this.#held = true;
    playback.pause();
    this.#emit('paused');
  }

  /** More was heard or understood while the user speaks. */
  consider(utterance: Utterance): void {
    if (!utterance.contested || !utterance.meant) return;
    const { recognition } = utterance;
    if (recognition === undefined) return this.#commit(utterance);
    if (recognition.streams && !this.#isBackchannel(recognition.text) && recognition.stableWords >= Math.max(EARLY_WORDS, this.#minWords)) return this.#commit(utterance);
    if (this.#minWords === 0 && utterance.meantForMs >= this.#backchannelMs - MEANT_MS) this.#commit(utterance);
  }

  /** The sound was none. */
  misfire(utterance: Utterance): void {
    if (utterance.contested && utterance.speech === undefined) this.#release(utterance, 'misfire');
  }

  /** The user has fallen silent. */
  end(utterance: Utterance): void {
    if (!utterance.contested) return;
    const { recognition, speech } = utterance;
    const speechMs = speech?.speechMs ?? 0;
    if (recognition === undefined) return utterance.meant || speechMs >= MEANT_MS ? this.#commit(utterance) : this.#release(utterance, 'silence');
    if (this.#minWords === 0 && speechMs > this.#backchannelMs) return this.#commit(utterance);
    this.#cancelTimer?.();
    this.#cancelTimer = this.#hooks.clock.after(this.#falseMs, () => this.#resume());
    void this.#judge(utterance);
  }

  /** The answer was cut otherwise: what is contested needs no judgement, it is the user's turn. */
  settle(): void {
    const utterance = this.#utterance;
    this.#clear();
    this.#held = false;
    if (utterance === undefined) return;
    utterance.contested = false;
    this.#hooks.onCommitted(utterance);
  }

  /** Judges by what was understood; waits for it as long as it takes. */
  async #judge(utterance: Utterance): Promise<void> {
    const { speech, recognition } = utterance;
    let text: string;
    try {
      text = (await recognition?.finish())?.text ?? '';
    } catch {
      // Not understood for a failure, not for silence: it becomes a turn, whose recognition fails again and reports it.
      return this.#stands(utterance, speech) ? this.#commit(utterance) : undefined;
    }
    if (!this.#stands(utterance, speech)) return;
    if (text.trim() === '') return this.#release(utterance, 'silence');
    const judged = await this.#hooks.backchannelProbability?.(utterance, text).catch((thrown: unknown) => {
      this.#hooks.emit({ type: 'error', error: toError(thrown) });
      return undefined;
    });
    if (!this.#stands(utterance, speech)) return;
    const listening = judged === undefined ? this.#isBackchannel(text) : judged >= 0.5;
    if (listening && !this.#hooks.asks()) return this.#release(utterance, 'backchannel');
    if (wordsOf(text).length < this.#minWords) return this.#release(utterance, 'few-words');
    this.#commit(utterance);
  }

  /** Whether a judgement of that stretch of speech is still wanted. */
  #stands(utterance: Utterance, speech: Utterance['speech']): boolean {
    return utterance.contested && utterance.speech === speech;
  }

  #isBackchannel(text: string): boolean {
    return this.#backchannels !== false && isBackchannel(text, this.#hooks.language, this.#backchannels);
  }

  #commit(utterance: Utterance): void {
    utterance.contested = false;
    this.#clear();
    this.#held = false;
    if (this.#applied !== 'ignore' && this.#hooks.answering()) this.#hooks.interrupt(this.#strategy === 'deferred');
    this.#hooks.onCommitted(utterance);
  }

  #release(utterance: Utterance, reason: ReleaseReason): void {
    utterance.contested = false;
    this.#resume();
    this.#clear();
    this.#hooks.onReleased(utterance, reason);
  }

  #resume(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#hooks.playback()?.resume();
    this.#emit('resumed');
  }

  #clear(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#utterance = undefined;
  }

  #emit(step: 'paused' | 'resumed'): void {
    this.#hooks.emit({ type: 'interruption', step, atMs: this.#hooks.clock.now() });
  }
}
