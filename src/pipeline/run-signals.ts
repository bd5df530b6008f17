/**
 * Binds a run to the signals and the coordinator it was started with; nothing stays bound after it. The runs on one
 * signal share one listener: hosts warn of a leak when they see many on one signal, and search a list when one leaves.
 */
import type { RunSettings } from './run-settings.js';

/** Calls `cancel` when the run shall end, `giveUp` when its session has; returns what unbinds, if anything was bound. */
export function bindSignals(settings: RunSettings, cancel: (reason: string) => void, giveUp: (reason: string) => void): (() => void) | undefined {
  const { signal, sessionSignal, coordinator } = settings;
  if (signal === undefined && sessionSignal === undefined && coordinator === undefined) return undefined;
  const ends: (() => void)[] = [];
  const on = (source: AbortSignal, run: () => void): void => {
    if (source.aborted) return run();
    ends.push(listen(source, run));
  };
  if (signal !== undefined) on(signal, () => cancel(reasonOf(signal)));
  if (sessionSignal !== undefined) {
    on(sessionSignal, () => {
      cancel(reasonOf(sessionSignal));
      giveUp(reasonOf(sessionSignal));
    });
  }
  if (coordinator !== undefined) ends.push(coordinator.attach(cancel));
  return () => {
    for (const end of ends) end();
  };
}

/** What waits for the abort of a signal, in the order in which it came. */
interface Listeners {
  readonly runs: Set<() => void>;
  readonly onAbort: () => void;
}

const listening = new WeakMap<AbortSignal, Listeners>();

/** Calls `run` when the signal aborts; returns what ends that. */
function listen(signal: AbortSignal, run: () => void): () => void {
  const { runs, onAbort } = listening.get(signal) ?? listenTo(signal);
  runs.add(run);
  return () => {
    if (!runs.delete(run) || runs.size > 0) return;
    signal.removeEventListener('abort', onAbort);
    listening.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Listeners {
  const runs = new Set<() => void>();
  const onAbort = (): void => {
    listening.delete(signal);
    for (const run of runs) run();
  };
  const listeners = { runs, onAbort };
  listening.set(signal, listeners);
  signal.addEventListener('abort', onAbort, { once: true });
  return listeners;
}

/** The reason of an abort as text without content: that of a string, else the error's name. */
function reasonOf(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return typeof reason === 'string' ? reason : reason instanceof Error ? reason.name : 'aborted';
}
