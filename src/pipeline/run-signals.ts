/** Binds a run to the signals and the coordinator it was started with; nothing stays bound after it. */
import type { RunSettings } from './run-settings.js';

/** Calls `cancel` when the run shall end, `giveUp` when its session has; returns what unbinds, if anything was bound. */
export function bindSignals(settings: RunSettings, cancel: (reason: string) => void, giveUp: (reason: string) => void): (() => void) | undefined {
  const { signal, sessionSignal, coordinator } = settings;
  if (signal === undefined && sessionSignal === undefined && coordinator === undefined) return undefined;
  const ends: (() => void)[] = [];
  const on = (source: AbortSignal, run: () => void): void => {
    if (source.aborted) return run();
    source.addEventListener('abort', run, { once: true });
    ends.push(() => source.removeEventListener('abort', run));
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

/** The reason of an abort as text without content: that of a string, else the error's name. */
function reasonOf(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return typeof reason === 'string' ? reason : reason instanceof Error ? reason.name : 'aborted';
}
