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
import { EarlyTurn } from './early-turn.js';
import { Recognition, type RecognitionHint } from './recognition.js';
import { StallWatch } from './stall-watch.js';
import type { TurnConfirmation } from './turn-confirmation.js';
import type { SpeechListener } from './turn-detector-stage.js';
import { TurnEnd } from './turn-end.js';
import type { TurnTakingHooks, TurnTakingParts } from './turn-taking-parts.js';
import type { Turn } from './turn.js';
import { Utterance } from './utterance.js';
import type { SpeechEndMetadata, SpeechStartMetadata } from './voice-input.js';

/** Turns of one session. */
export class TurnTaking implements SpeechListener {
  readonly #parts: TurnTakingParts;
  readonly #hooks: TurnTakingHooks;
  readonly #end: TurnEnd;
  readonly #early: EarlyTurn;
  readonly #stall: StallWatch;
  #utterance: Utterance | undefined;
  #speaking = false;
  #meantBefore = false;
  #onsetMs = 0;
  #quietSinceMs: number | undefined; // end of the last stretch of speech, until it is known how long the pause was

  constructor(parts: TurnTakingParts) {
    const { settings, hooks } = parts;
    this.#parts = parts;
    this.#hooks = hooks;
    this.#early = new EarlyTurn({ clock: hooks.clock, emit: hooks.emit, onTurn: (turn) => hooks.onTurn(turn) });
    // An input that stops in the middle of speech must not keep the turn open for ever.
    this.#stall = new StallWatch(hooks.clock, settings.stopTimeoutMs, () => this.#stalled());
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
    this.#end.hold();
    const utterance = (this.#utterance ??= this.#open());
    utterance.beginStretch();
    if (!this.#hooks.pushToTalk()) this.#parts.interruption.begin(utterance);
    this.#stall.start();
    if (this.#meantBefore) this.onSpeech();
    this.#hooks.onChange();
  }

  /** @inheritdoc */
  onAudio(chunk: AudioChunk): void {
    const utterance = (this.#utterance ??= this.#open());
    this.#stall.feed();
    utterance.push(chunk);
    this.#parts.interruption.consider(utterance);
    if (utterance.durationMs >= this.#parts.settings.maxTurnMs && !utterance.contested) this.commit();
  }

  /** @inheritdoc */
  onSpeech(): void {
    const utterance = this.#utterance;
    // The mark is urgent and overtakes what waits for a busy thread: then the onset is still to come.
    this.#meantBefore = !this.#speaking;
    if (utterance === undefined || !this.#speaking) return;
    utterance.confirmStretch();
    this.#wentOn();
    this.#parts.interruption.consider(utterance);
  }

  /** @inheritdoc */
  onSpeechEnd(end: SpeechEndMetadata): void {
    const utterance = this.#utterance;
    this.#speaking = false;
    this.#stall.stop();
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
    this.#stall.stop();
    this.#early.discard();
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
    else if (hint === 'resumed') this.#early.discard();
    else this.commit();
  }

  /** What was taken for the end was a pause: speech that counts follows it. */
  #wentOn(): void {
    const { settings } = this.#parts;
    const from = this.#quietSinceMs;
    this.#quietSinceMs = undefined;
    this.#end.reset();
    this.#early.discard();
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
    if (!this.#parts.settings.eager || this.#early.begun || utterance.durationMs === 0 || !this.#hooks.mayBeginEarly()) return;
    this.#early.begin((confirmation) => this.#turn(utterance, confirmation));
  }

  /** The turn has ended: what was begun early counts, or the turn begins now. */
  #take(utterance: Utterance): void {
    if (this.#utterance !== utterance) return;
    this.#utterance = undefined; // what follows belongs to the next turn
    this.#end.reset();
    this.#stall.stop();
    utterance.recognition?.complete();
    if (!this.#early.confirm(utterance.speech)) {
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

  #stalled(): void {
    const utterance = this.#utterance;
    if (utterance?.contested === true) this.#parts.interruption.misfire(utterance);
    else this.commit();
    if (this.#utterance !== undefined) this.drop();
    this.#speaking = false;
    this.#hooks.onChange();
  }
}
