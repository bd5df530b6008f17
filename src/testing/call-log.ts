/** Keeps account of what simulated providers and devices have open, and writes it into the log. */
import type { Data } from '../base/data.js';
import type { CallOutcome } from './take.js';

/** One call under way. */
export interface LoggedCall {
  /** An item was given. */
  item(): void;
  /** The call has ended; further ends change nothing. */
  end(outcome: CallOutcome): void;
}

/** The account. */
export class CallLog {
  readonly #write: (event: string, data: Data) => void;
  readonly #counts = new Map<string, number>();
  readonly #open = new Map<string, number>();

  /** `write` takes each line: `call.begin` and `call.end`. */
  constructor(write: (event: string, data: Data) => void = () => undefined) {
    this.#write = write;
  }

  /** What was begun or opened and has not ended, for example `llm call`; empty when all is closed. */
  get open(): readonly string[] {
    return [...this.#open].flatMap(([name, count]) => Array.from({ length: count }, () => name));
  }

  /** A call of `provider` begins. */
  begin(provider: string): LoggedCall {
    const call = this.#counts.get(provider) ?? 0;
    this.#counts.set(provider, call + 1);
    this.opened(`${provider} call`);
    this.#write('call.begin', { provider, call });
    let items = 0;
    let over = false;
    return {
      item: () => void items++,
      end: (outcome) => {
        if (over) return;
        over = true;
        this.closed(`${provider} call`);
        this.#write('call.end', { provider, call, outcome, items });
      },
    };
  }

  /** Something was opened. */
  opened(name: string): void {
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
  }

  /** Something was closed. */
  closed(name: string): void {
    const left = (this.#open.get(name) ?? 0) - 1;
    if (left > 0) this.#open.set(name, left);
    else this.#open.delete(name);
  }
}
