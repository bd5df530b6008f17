/**
 * Only one tab of this page listens: the one that was asked last. Two tabs that both listened would both answer, and
 * each would hear the other. Where the browser has no Web Locks every tab decides for itself.
 */
const LOCK = 'sluice.listening';

/** This tab's claim on listening. */
export interface ListeningTurn {
  /** Takes listening over from whichever tab had it. */
  take(): void;
  /** Gives it back. */
  give(): void;
}

/** `onLost` is called when another tab takes over. */
export function createListeningTurn(onLost: () => void): ListeningTurn {
  let release: (() => void) | undefined;
  return {
    take() {
      if (release !== undefined || navigator.locks === undefined) return;
      const held = new Promise<void>((resolve) => (release = resolve));
      // The request of a lock that was stolen rejects, also while its holder still waits.
      navigator.locks.request(LOCK, { steal: true }, () => held).catch(() => {
        release = undefined;
        onLost();
      });
    },
    give() {
      release?.();
      release = undefined;
    },
  };
}
