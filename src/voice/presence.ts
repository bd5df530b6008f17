/** Notices that nobody has said anything for a while, and speaks up. */
import type { Clock } from '../base/clock.js';
import { InvalidOptionError, requireNumber } from '../base/option.js';

/** What a {@link Presence} needs. */
export interface PresenceOptions {
  readonly clock: Clock;
  /** Milliseconds of silence on both sides. @default 15000 */
  readonly awayMs?: number | undefined;
  /** Said one after the other. @default [] */
  readonly idlePrompts?: readonly string[] | undefined;
  readonly onAway: (count: number) => void;
  readonly say: (prompt: string) => void;
}

/** Whether the user is there. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #awayMs: number;
  readonly #prompts: readonly string[];
  #count = 0;
  #waiting = false;
  #cancel: (() => void) | undefined;

  /** Throws `InvalidOptionError`. */
  constructor(options: PresenceOptions) {
    const { awayMs = 15000, idlePrompts = [] } = options;
    this.#options = options;
    this.#awayMs = requireNumber('createVoiceSession.awayMs', awayMs, { min: 100 });
    if (!Array.isArray(idlePrompts) || idlePrompts.some((prompt) => typeof prompt !== 'string' || prompt.trim() === '')) throw new InvalidOptionError('createVoiceSession.idlePrompts', idlePrompts, 'a list of texts that are not blank');
    this.#prompts = idlePrompts;
  }

  /** The session listens and nobody speaks (`true`), or something happens. */
  setIdle(idle: boolean): void {
    if (idle === this.#waiting) return;
    this.#waiting = idle;
    this.#cancel?.();
    this.#cancel = undefined;
    // One time more than there are prompts: the last silence is told, and then there is no more to say.
    if (idle && this.#count <= this.#prompts.length) this.#cancel = this.#options.clock.after(this.#awayMs, () => this.#away());
  }

  /** The user has done something. */
  back(): void {
    this.#count = 0;
  }

  /** Nothing is said after it. */
  close(): void {
    this.#cancel?.();
    this.#count = Infinity;
  }

  #away(): void {
    this.#waiting = false;
    this.#cancel = undefined;
    const prompt = this.#prompts[this.#count++];
    this.#options.onAway(this.#count);
    if (prompt !== undefined) this.#options.say(prompt);
  }
}
