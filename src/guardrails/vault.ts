/**
 * A vault: what stands behind numbered placeholders. `[EMAIL_1]` goes to the model, and comes back as the
 * address in the answer. The same value always has the same placeholder, so that a model can speak of it.
 *
 * It holds personal information in memory, and writes it nowhere.
 */
import { InvalidOptionError } from '../base/option.js';

// `[CREDIT_CARD_12]`: no placeholder is longer than this.
const LONGEST = 40;
const PLACEHOLDER = /\[[A-Z][A-Z_]{1,24}_\d{1,9}\]/g;

/** Restores placeholders in a text that arrives in pieces. */
export interface VaultStream {
  /** Takes a piece; gives what is certain, with placeholders restored. */
  push(token: string): string;
  /** Gives what is left. */
  flush(): string;
}

/** Values behind numbered placeholders. */
export class PIIVault {
  readonly #values = new Map<string, string>();
  readonly #placeholders = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** How many values it holds. */
  get size(): number {
    return this.#values.size;
  }

  /** The placeholder of a value; the same value of the same kind keeps it. */
  placeholder(kind: string, value: string): string {
    const key = `${kind}\u0000${value}`;
    const known = this.#placeholders.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    const made = `[${kind.toUpperCase()}_${count}]`;
    this.#counts.set(kind, count);
    this.#placeholders.set(key, made);
    this.#values.set(made, value);
    return made;
  }

  /** The text with every known placeholder replaced by its value; unknown ones stay. */
  restore(text: string): string {
    if (typeof text !== 'string') throw new InvalidOptionError('PIIVault.restore.text', text, 'a string');
    return this.#values.size === 0 ? text : text.replace(PLACEHOLDER, (placeholder) => this.#values.get(placeholder) ?? placeholder);
  }

  /** Restores a text that arrives in pieces: a placeholder may be cut anywhere. */
  stream(): VaultStream {
    let held = '';
    return {
      push: (token) => {
        held += token;
        const open = held.lastIndexOf('[');
        const cut = open < 0 || held.indexOf(']', open) >= 0 || held.length - open > LONGEST ? held.length : open;
        const certain = this.restore(held.slice(0, cut));
        held = held.slice(cut);
        return certain;
      },
      flush: () => {
        const rest = this.restore(held);
        held = '';
        return rest;
      },
    };
  }

  /** Forgets everything. */
  clear(): void {
    this.#values.clear();
    this.#placeholders.clear();
    this.#counts.clear();
  }
}
