/** A pipe's work under its rules, as a step of a flow: a first try that succeeds costs the work alone. */
import type { Step } from './flow.js';
import type { ItemRules } from './item-rules.js';

/** The step of one pipe in one stream. */
export class RuledStep<I, T, O> implements Step {
  readonly #rules: ItemRules<I>;
  readonly #work: (piece: T, signal: AbortSignal | undefined) => Promise<O> | O;
  readonly #items: (piece: T) => readonly I[];
  readonly #signal: AbortSignal | undefined;
  #index = -1;
  #isFinal = false; // what the rules have decided already is not tried again

  constructor(rules: ItemRules<I>, work: (piece: T, signal: AbortSignal | undefined) => Promise<O> | O, items: (piece: T) => readonly I[], signal: AbortSignal | undefined) {
    this.#rules = rules;
    this.#work = work;
    this.#items = items;
    this.#signal = signal;
  }

  take(piece: T): unknown {
    this.#index++;
    this.#isFinal = !this.#rules.isPlain;
    return this.#isFinal ? this.#run(piece) : this.#work(piece, this.#signal);
  }

  async failed(piece: T, error: unknown): Promise<unknown> {
    if (this.#isFinal) throw error;
    return this.#run(piece, { error });
  }

  #run(piece: T, failed?: { readonly error: unknown }): Promise<unknown> {
    return this.#rules.run(this.#index, this.#items(piece), (signal) => this.#work(piece, signal), this.#signal, failed);
  }
}
