/**
 * Makes turns of what the user says: gathers stretches of speech into an utterance, decides when it has
 * ended, begins the answer early, and takes it back when the user goes on.
 *
 * | state    | what happens                                   | then                                               |
 * |----------|------------------------------------------------|----------------------------------------------------|
 * | silent   | a sound begins                                 | speaking                                           |
 * | speaking | the stretch ends; over an answer, contested    | silent, and `Interruption` judges                  |
 * | speaking | the stretch ends                               | pausing: the answer begins early                   |
 * | pausing  | a sound begins                                 | speaking; the end is not decided before its nature |
 * | speaking | the sound is meant, and the turn had paused    | the early answer is discarded, the pause learnt    |
 * | speaking | the sound was none                             | pausing, as before                                 |
 * | pausing  | silence has lasted as long as `Endpointer` says| the turn is confirmed                              |
 * | any      | `commit`, push-to-talk ends, `maxTurnMs`       | the turn is confirmed                              |
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import type { IdSource } from '../base/id.js';
import type { STTProvider } from '../providers/stt.js';
import type { Interruption } from './interruption.js';
import { Recognition, type RecognitionHint } from './recognition.js';
import type { SessionRecognizer } from './session-recognizer.js';
import { TurnConfirmation } from './turn-confirmation.js';
import type { SpeechListener } from './turn-detector-stage.js';
import { TurnEnd } from './turn-end.js';
import type { TurnSettings } from './turn-options.js';
import type { Turn } from './turn.js';
import { Utterance } from './utterance.js';
import type { EarlyStep, VoiceListener } from './voice-event.js';
import type { SpeechEndMetadata, SpeechStartMetadata } from './voice-input.js';

/** What turn taking needs of its session. */
export interface TurnTakingHooks {
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly language: string;
  readonly emit: VoiceListener;
  /** Takes a turn; one with a `confirmation` may still be taken back. */
  onTurn(turn: Turn): void;
  /** What was understood so far; no guard has seen it. */
  onPartial(text: string): void;
  /** Told when {@link TurnTaking.hearing} may have changed. */
  onChange(): void;
  /** Whether the next turn may begin before it is sure. */
  mayBeginEarly(): boolean;
  /** Whether the assistant is spoken to; asked once the turn has ended. `true` where it need not be called. */
  addressed(utterance: Utterance): Promise<boolean> | true;
  /** Whether an answer could be heard between two moments. */
  answerHeard(fromMs: number, toMs: number): boolean;
  /** Whether the user speaks while a button is held. */
  pushToTalk(): boolean;
}

/** What a {@link TurnTaking} is made of. */
export interface TurnTakingParts {
  readonly settings: TurnSettings;
  readonly hooks: TurnTakingHooks;
  readonly interruption: Interruption;
  /** The recogniser, and its form for turns; absent without one. */
  readonly stt?: { readonly provider: STTProvider; readonly turns: SessionRecognizer } | undefined;
}

/** Turns of one session. */
export class TurnTaking implements SpeechListener {
  readonly #parts: TurnTakingParts;
  readonly #hooks: TurnTakingHooks;
  readonly #end: TurnEnd;
  #utterance: Utterance | undefined;
  #speaking = false;
  #onsetMs = 0;
  #lastAudioMs = 0;
  #quietSinceMs: number | undefined; // end of the last stretch of speech, until it is known how long the pause was
  #early: Turn | undefined;
  #cancelStall: (() => void) | undefined;

  constructor(parts: TurnTakingParts) {
    const { settings, hooks } = parts;
    this.#parts = parts;
    this.#hooks = hooks;
    this.#end = new TurnEnd({ settings, clock: hooks.clock, language: hooks.language, emit: hooks.emit, onEnd: (utterance) => this.#take(utterance) });
  }

  /** True from the first sound of a turn until it is confirmed or dropped. */
  get hearing(): boolean {
    return this.#speaking || this.#utterance?.speech !== undefined;
  }

  /** @inheritdoc */
  onOnset(start: SpeechStartMetadata): void {
    this.#speaking = true;
    this.#onsetMs = start.onsetMs;
    this.#lastAudioMs = this.#hooks.clock.now();
    this.#end.hold();
    const utterance = (this.#utterance ??= this.#open());
    utterance.beginStretch();
    if (!this.#hooks.pushToTalk()) this.#parts.interruption.begin(utterance);
    this.#watchStall();
    this.#hooks.onChange();
  }

  /** @inheritdoc */
  onAudio(chunk: AudioChunk): void {
    const utterance = (this.#utterance ??= this.#open());
    this.#lastAudioMs = this.#hooks.clock.now();
    utterance.push(chunk);
    this.#parts.interruption.consider(utterance);
    if (utterance.durationMs >= this.#parts.settings.maxTurnMs && !utterance.contested) this.commit();
  }

  /** @inheritdoc */
  onSpeech(): void {
    const utterance = this.#utterance;
    if (utterance === undefined) return;
    utterance.confirmStretch();
    this.#wentOn();
    this.#parts.interruption.consider(utterance);
  }

  /** @inheritdoc */
  onSpeechEnd(end: SpeechEndMetadata): void {
    const utterance = this.#utterance;
    this.#speaking = false;
    this.#cancelStall?.();
    if (utterance === undefined) return this.#hooks.onChange();
    if (end.misfire) utterance.dropStretch();
    if (end.misfire || !utterance.endStretch(end)) this.#misfire(utterance);
    else {
      this.#wentOn();
      this.#quietSinceMs = end.endMs;
      this.#parts.interruption.end(utterance);
      if (!utterance.contested && utterance === this.#utterance) this.#paused(utterance);
    }
    this.#hooks.onChange();
  }

  /** The sound over an answer was meant. */
  onCommitted(utterance: Utterance): void {
    if (utterance !== this.#utterance || this.#speaking) return;
    this.#paused(utterance);
    this.#hooks.onChange();
  }

  /** The sound over an answer was nothing. */
  onReleased(utterance: Utterance): void {
    if (utterance === this.#utterance) this.drop();
  }

  /** Ends the turn now, with what was said until now. False when nothing was said. */
  commit(): boolean {
    const utterance = this.#utterance;
    if (utterance === undefined || utterance.durationMs === 0) return false;
    if (this.#speaking) this.#wentOn();
    if (utterance.speech === undefined || this.#speaking) utterance.endStretch({ endMs: this.#hooks.clock.now(), speechMs: utterance.durationMs - utterance.speechMs, misfire: false, truncated: true });
    this.#take(utterance);
    return true;
  }

  /** Forgets what was said since the last turn. */
  drop(): void {
    this.#end.reset();
    this.#cancelStall?.();
    this.#discardEarly();
    this.#utterance?.recognition?.close();
    this.#utterance = undefined;
    this.#quietSinceMs = undefined;
    this.#speaking = false;
    this.#hooks.onChange();
  }

  #open(): Utterance {
    const utterance = new Utterance();
    const { stt, settings } = this.#parts;
    const { clock, language, emit } = this.#hooks;
    if (stt === undefined) return utterance;
    utterance.recognition = new Recognition({
      provider: stt.provider, clock, language,
      finalTimeoutMs: settings.stopTimeoutMs,
      audio: () => utterance.audio,
      onText: (text) => this.#onText(utterance, text),
      onHint: (hint) => this.#onHint(utterance, hint),
      onError: (error) => emit({ type: 'error', error }),
    });
    return utterance;
  }

  /** The user has fallen silent, perhaps for good. */
  #paused(utterance: Utterance): void {
    if (utterance.speech?.truncated === true || this.#hooks.pushToTalk()) return this.#take(utterance);
    utterance.recognition?.hurry();
    if (this.#parts.settings.manual) return;
    this.#beginEarly(utterance);
    this.#end.watch(utterance);
  }

  #onText(utterance: Utterance, text: string): void {
    if (utterance !== this.#utterance) return;
    this.#hooks.onPartial(text);
    this.#parts.interruption.consider(utterance);
    if (utterance === this.#utterance && !this.#speaking && !utterance.contested && !this.#parts.settings.manual) this.#end.watch(utterance);
  }

  #onHint(utterance: Utterance, hint: RecognitionHint): void {
    if (utterance !== this.#utterance || utterance.contested || this.#parts.settings.manual) return;
    if (hint === 'eagerEnd') this.#beginEarly(utterance);
    else if (hint === 'resumed') this.#discardEarly();
    else this.commit();
  }

  /** What was taken for the end was a pause: speech that counts follows it. */
  #wentOn(): void {
    const { settings } = this.#parts;
    const from = this.#quietSinceMs;
    this.#quietSinceMs = undefined;
    this.#end.reset();
    this.#discardEarly();
    // What is longer than the longest pause inside a turn was none; nor was a silence of the user alone.
    if (from === undefined || this.#onsetMs - from > settings.endpointer.maxDelayMs || this.#hooks.answerHeard(from, this.#onsetMs)) return;
    settings.endpointer.learn(this.#onsetMs - from);
  }

  #misfire(utterance: Utterance): void {
    this.#parts.interruption.misfire(utterance);
    if (this.#utterance !== utterance) return;
    if (utterance.speech === undefined) return this.drop();
    if (!utterance.contested && !this.#parts.settings.manual) this.#end.wait(utterance);
  }

  #beginEarly(utterance: Utterance): void {
    if (!this.#parts.settings.eager || this.#early !== undefined || utterance.durationMs === 0 || !this.#hooks.mayBeginEarly()) return;
    const turn = this.#turn(utterance, new TurnConfirmation(this.#hooks.clock.now()));
    this.#early = turn;
    this.#tellEarly('begun', turn.id);
    this.#hooks.onTurn(turn);
  }

  #discardEarly(): void {
    const early = this.#early;
    this.#early = undefined;
    if (early === undefined) return;
    early.confirmation?.discard(this.#hooks.clock.now());
    this.#tellEarly('discarded', early.id);
  }

  #tellEarly(step: EarlyStep, turnId: string): void {
    this.#hooks.emit({ type: 'early', step, turnId, atMs: this.#hooks.clock.now() });
  }

  /** The turn has ended: what was begun early counts, or the turn begins now. */
  #take(utterance: Utterance): void {
    if (this.#utterance !== utterance) return;
    const early = this.#early;
    this.#early = undefined;
    this.#utterance = undefined; // what follows belongs to the next turn
    this.#end.reset();
    this.#cancelStall?.();
    utterance.recognition?.complete();
    if (early !== undefined) {
      this.#tellEarly('confirmed', early.id);
      early.confirmation?.confirm(this.#hooks.clock.now(), utterance.speech);
    } else {
      const turn = this.#turn(utterance);
      const addressed = this.#hooks.addressed(utterance);
      if (addressed === true) this.#hooks.onTurn(turn);
      else void addressed.then((yes) => yes && this.#hooks.onTurn(turn));
    }
    this.#hooks.onChange();
  }

  #turn(utterance: Utterance, confirmation?: TurnConfirmation): Turn {
    const { audio, recognition, speech } = utterance;
    if (recognition !== undefined) this.#parts.stt?.turns.remember(audio, recognition);
    return { id: this.#hooks.newId(), source: 'voice', audio, ...(speech === undefined ? {} : { speech }), ...(confirmation === undefined ? {} : { confirmation }), requestedMs: this.#hooks.clock.now() };
  }

  /** An input that stops in the middle of speech must not keep the turn open for ever. */
  #watchStall(): void {
    const { clock } = this.#hooks;
    const { stopTimeoutMs } = this.#parts.settings;
    const check = (): void => {
      const leftMs = this.#lastAudioMs + stopTimeoutMs - clock.now();
      if (leftMs > 0) this.#cancelStall = clock.after(leftMs, check);
      else this.#stalled();
    };
    this.#cancelStall?.();
    this.#cancelStall = clock.after(stopTimeoutMs, check);
  }

  #stalled(): void {
    const utterance = this.#utterance;
    if (utterance?.contested === true) this.#parts.interruption.misfire(utterance);
    else this.commit();
    if (this.#utterance !== undefined) this.drop();
    this.#speaking = false;
    this.#hooks.onChange();
  }
}
