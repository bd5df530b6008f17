/** The turn that was begun before its end was sure: at most one, begun, and then confirmed or taken back. */
import type { Clock } from '../base/clock.js';
import { TurnConfirmation } from './turn-confirmation.js';
import type { Turn } from './turn.js';
import type { EarlyStep, VoiceListener } from './voice-event.js';
import type { SpeechEndMetadata } from './voice-input.js';

/** What an {@link EarlyTurn} needs. */
export interface EarlyTurnOptions {
  readonly clock: Clock;
  readonly emit: VoiceListener;
  readonly onTurn: (turn: Turn) => void;
}

/** Begins turns early. */
export class EarlyTurn {
  readonly #options: EarlyTurnOptions;
  #turn: Turn | undefined;

  constructor(options: EarlyTurnOptions) {
    this.#options = options;
  }

  /** Whether a turn is begun and neither confirmed nor taken back. */
  get begun(): boolean {
    return this.#turn !== undefined;
  }

  /** Begins the turn that `make` gives. */
  begin(make: (confirmation: TurnConfirmation) => Turn): void {
    const { clock, onTurn } = this.#options;
    const turn = make(new TurnConfirmation(clock.now()));
    this.#turn = turn;
    this.#tell('begun', turn);
    onTurn(turn);
  }

  /** The turn counts. False when none was begun. */
  confirm(speech: SpeechEndMetadata | undefined): boolean {
    const turn = this.#take();
    if (turn === undefined) return false;
    this.#tell('confirmed', turn);
    turn.confirmation?.confirm(this.#options.clock.now(), speech);
    return true;
  }

  /** The user goes on: it never happened. */
  discard(): void {
    const turn = this.#take();
    if (turn === undefined) return;
    turn.confirmation?.discard(this.#options.clock.now());
    this.#tell('discarded', turn);
  }

  #take(): Turn | undefined {
    const turn = this.#turn;
    this.#turn = undefined;
    return turn;
  }

  #tell(step: EarlyStep, { id }: Turn): void {
    this.#options.emit({ type: 'early', step, turnId: id, atMs: this.#options.clock.now() });
  }
}
