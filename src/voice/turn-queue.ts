/** The turns of a session, one after the other in the order in which they were asked, and who waits for them. */
import type { AudioChunk } from '../audio/chunk.js';
import { deferred, type Deferred } from '../base/deferred.js';
import { AbortedError, ClosedError } from '../base/errors.js';
import type { Stage } from '../stage/stage.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { TurnRunner } from './turn-runner.js';
import { turnOf, type Turn, type TurnReport } from './turn.js';

/** What a {@link TurnQueue} needs. */
export interface TurnQueueOptions {
  readonly runner: TurnRunner;
  /** Told when a turn has ended in whatever way. */
  readonly onIdle: () => void;
  /** What the assistant says after a turn, for example that it broke; `undefined` is nothing. */
  readonly afterTurn: (report: TurnReport) => Turn | undefined;
}

/** Runs turns. */
export class TurnQueue {
  readonly #options: TurnQueueOptions;
  readonly #waiting = new Map<string, Deferred<TurnReport>>();
  #capture: Deferred<AudioChunk> | undefined;
  #closed = false;

  constructor(options: TurnQueueOptions) {
    this.#options = options;
  }

  /** Whether the next utterance is wanted as audio. */
  get capturing(): boolean {
    return this.#capture !== undefined;
  }

  /** Waits for the report of a turn that `pass` puts into the queue. */
  async ask(turn: Turn, pass: (turn: Turn) => Promise<boolean> | boolean): Promise<TurnReport> {
    const waiter = deferred<TurnReport>();
    this.#waiting.set(turn.id, waiter);
    if (!(await pass(turn))) {
      this.#waiting.delete(turn.id);
      throw new ClosedError('VoiceSession');
    }
    return waiter.promise;
  }

  /** The next utterance as audio, instead of a turn. */
  capture(signal: AbortSignal | undefined): Promise<AudioChunk> {
    if (signal?.aborted === true) return Promise.reject(new AbortedError('A wait for speech', signal.reason));
    this.#capture?.reject(new AbortedError('A wait for speech', 'another one began'));
    const capture = deferred<AudioChunk>();
    this.#capture = capture;
    const abort = (): void => {
      if (this.#capture === capture) this.#capture = undefined;
      capture.reject(new AbortedError('A wait for speech', signal?.reason));
    };
    signal?.addEventListener('abort', abort, { once: true });
    return capture.promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** No further turn begins. */
  stop(): void {
    this.#closed = true;
  }

  /** Refuses everyone who still waits. */
  close(): void {
    this.stop();
    for (const waiter of this.#waiting.values()) waiter.reject(new ClosedError('VoiceSession'));
    this.#waiting.clear();
    this.#capture?.reject(new ClosedError('VoiceSession'));
  }

  /** The stage that runs the turns it reads. */
  get stage(): Stage {
    return {
      name: 'turns',
      kind: StageKind.AGENT,
      type: StageType.SINK,
      execute: async (ctx) => {
        for await (const item of ctx.input) {
          const turn = turnOf(item);
          if (turn !== undefined && !this.#closed) await this.#run(turn);
        }
        return StageOutput.ok();
      },
    };
  }

  async #run(turn: Turn): Promise<void> {
    const { runner, onIdle, afterTurn } = this.#options;
    if (turn.source === 'voice' && turn.audio !== undefined && this.#capture !== undefined) {
      this.#capture.resolve(turn.audio);
      this.#capture = undefined;
      return onIdle();
    }
    const report = await runner.run(turn);
    onIdle();
    if (report === undefined) return;
    this.#waiting.get(turn.id)?.resolve(report);
    this.#waiting.delete(turn.id);
    const next = afterTurn(report);
    if (next === undefined || this.#closed) return;
    await runner.run(next);
    onIdle();
  }
}
