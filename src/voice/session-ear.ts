/**
 * The listening half of a session, wired: what the microphone hears goes through turn taking,
 * interruption and the wake phrase, and comes out as turns.
 */
import type { Clock } from '../base/clock.js';
import { toError } from '../base/errors.js';
import type { IdSource } from '../base/id.js';
import { InvalidOptionError } from '../base/option.js';
import { Interruption } from './interruption.js';
import type { SessionRecognizer } from './session-recognizer.js';
import { turnSettings, type TurnSettings } from './turn-options.js';
import type { TurnRunner } from './turn-runner.js';
import { TurnTaking } from './turn-taking.js';
import type { Turn } from './turn.js';
import type { Utterance } from './utterance.js';
import type { VoiceEvent } from './voice-event.js';
import type { VoiceInput } from './voice-input.js';
import type { VoiceSessionOptions } from './voice-session-options.js';
import { WakePhrase } from './wake-phrase.js';

/** What a {@link SessionEar} needs of its session. */
export interface EarHooks {
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly emit: (event: VoiceEvent) => void;
  readonly runner: () => TurnRunner;
  readonly stt: SessionRecognizer | undefined;
  readonly input: VoiceInput | undefined;
  readonly onTurn: (turn: Turn) => void;
  readonly onChange: () => void;
  readonly mayBeginEarly: () => boolean;
  readonly pushToTalk: () => boolean;
}

/** Turn taking, interruption and wake phrase of one session. */
export class SessionEar {
  readonly taking: TurnTaking;
  readonly interruption: Interruption;
  readonly #settings: TurnSettings;
  readonly #wake: WakePhrase | undefined;
  readonly #hooks: EarHooks;
  // When the last answer could be heard.
  #heardFromMs = Infinity;
  #heardToMs = -Infinity;
  #bargeInBefore: VoiceInput['bargeIn'];

  /** Throws `InvalidOptionError`. */
  constructor(options: VoiceSessionOptions, hooks: EarHooks) {
    const { turns = {}, interruption = {}, interruptible = true, language = 'en', stt, wake } = options;
    const { input, clock, newId, emit, runner, onTurn, onChange, pushToTalk } = hooks;
    this.#hooks = hooks;
    this.#settings = turnSettings(turns);
    if (wake !== undefined && stt === undefined) throw new InvalidOptionError('createVoiceSession.wake', wake, 'left out where there is no `stt`: a name can only be recognised by a recogniser');
    this.#wake = wake === undefined ? undefined : new WakePhrase(wake, clock);
    this.interruption = new Interruption({ ...interruption, ...(interruptible ? {} : { strategy: 'ignore' }) }, {
      clock, language, emit,
      answering: () => runner().answering,
      interruptible: () => runner().turn?.interruptible !== false,
      playback: () => runner().playback,
      asks: () => /[?？؟]["'”’»)]*\s*$/u.test(runner().answerText),
      interrupt: (deferred) => void runner().interrupt('interrupted', { deferred }),
      onCommitted: (utterance) => this.taking.onCommitted(utterance),
      onReleased: (utterance, reason) => {
        this.taking.onReleased(utterance);
        emit({ type: 'released', reason, atMs: clock.now() });
      },
      ...(this.#settings.ownDetector ? { backchannelProbability: (utterance: Utterance, text: string) => this.#backchannelProbability(utterance, text, language) } : {}),
    });
    this.taking = new TurnTaking({
      settings: this.#settings,
      interruption: this.interruption,
      stt: stt === undefined || hooks.stt === undefined ? undefined : { provider: stt, turns: hooks.stt },
      hooks: {
        clock, newId, language, emit, onTurn, onChange, pushToTalk,
        onPartial: (text) => options.partialText === true && emit({ type: 'partialText', text }),
        mayBeginEarly: () => this.#wake?.asleep !== true && hooks.mayBeginEarly(),
        addressed: (utterance) => (this.#wake === undefined || !this.#wake.asleep ? true : this.#isCalled(utterance)),
        answerHeard: (fromMs, toMs) => this.#heardFromMs <= toMs && this.#heardToMs >= fromMs,
      },
    });
    input?.setEndSilence?.(this.#settings.endSilenceMs);
    if (this.interruption.strategy !== 'immediate') input?.setBargeIn?.('off');
  }

  /** Takes the events of the session. */
  observe(event: VoiceEvent): void {
    if (event.type === 'turnStart') this.#protect();
    else if (event.type === 'playback') {
      this.#heardFromMs = event.atMs;
      this.#heardToMs = Infinity;
      // An answer that becomes ready while somebody speaks waits until it is known whether that was speech.
      this.interruption.answerReady();
    } else if (event.type === 'turnEnd') {
      this.#unprotect();
      if (this.#heardToMs === Infinity) this.#heardToMs = this.#hooks.clock.now();
      if (event.report.source !== 'say') this.#wake?.stayAwake();
    }
  }

  /** What is left of a transcript behind the name of the assistant. */
  readonly addressedText = (text: string): string => this.#wake?.behind(text) ?? text;

  /** An input that acts by itself leaves an answer alone that must not be interrupted. */
  #protect(): void {
    const { input } = this.#hooks;
    if (this.#hooks.runner().turn?.interruptible !== false || this.interruption.strategy !== 'immediate') return;
    this.#bargeInBefore = input?.bargeIn ?? 'pause';
    input?.setBargeIn?.('off');
  }

  #unprotect(): void {
    if (this.#bargeInBefore !== undefined) this.#hooks.input?.setBargeIn?.(this.#bargeInBefore);
    this.#bargeInBefore = undefined;
  }

  async #isCalled(utterance: Utterance): Promise<boolean> {
    const { clock, emit } = this.#hooks;
    const response = await utterance.recognition?.finish().catch((thrown: unknown) => void emit({ type: 'error', error: toError(thrown) }));
    const rest = this.#wake?.behind(response?.text ?? '') ?? null;
    if (rest === null) return false;
    this.#wake?.stayAwake();
    emit({ type: 'awake', atMs: clock.now() });
    return rest !== ''; // the name alone asks nothing: the assistant listens
  }

  async #backchannelProbability(utterance: Utterance, text: string, language: string): Promise<number | undefined> {
    const silenceMs = Math.max(0, this.#hooks.clock.now() - (utterance.speech?.endMs ?? this.#hooks.clock.now()));
    const judgement = await this.#settings.detector.predict({
      text, language, silenceMs,
      get audio() {
        return utterance.samples;
      },
    });
    return judgement.backchannelProbability;
  }
}
