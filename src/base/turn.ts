/**
 * The host's next turn: timers, rendering and input get their chance before `run` is called.
 *
 * `setImmediate` where the host has it, else a `MessageChannel`, else a timer. `scheduler.yield` is not
 * used: its continuations outrank timers, which then starve.
 */
interface TurnHost {
  setImmediate?(run: () => void): unknown;
  MessageChannel?: new () => { readonly port1: TurnPort; readonly port2: TurnPort };
  setTimeout(run: () => void, delayMs: number): unknown;
}
interface TurnPort {
  onmessage: ((event: unknown) => void) | null;
  postMessage(message: unknown): void;
}

/**
 * Whether the host binds turns and timers to the request in which they were asked for, and drops them with it, as
 * workerd does: then one request must not leave them to another. Told by what only workerd has.
 */
export function turnsBelongToRequests(): boolean {
  return 'WebSocketPair' in globalThis;
}

let post: ((run: () => void) => void) | undefined;
let waiting = 0;

/** Calls `run` in the host's next turn. */
export function nextTurn(run: () => void): void {
  waiting++;
  (post ??= makePost())(() => {
    waiting--;
    run();
  });
}

/**
 * Resolves once no continuation and no {@link nextTurn} of this realm waits any more: a turn of the host is
 * longer than any chain of promises. What the host itself does (reading a file, compiling, fetching) is not waited for.
 */
export async function quiet(): Promise<void> {
  do await new Promise<void>((resolve) => (post ??= makePost())(resolve));
  while (waiting > 0);
}

function makePost(): (run: () => void) => void {
  const host = globalThis as unknown as TurnHost;
  if (typeof host.setImmediate === 'function') return (run) => void host.setImmediate?.(run);
  if (typeof host.MessageChannel !== 'function' || turnsBelongToRequests()) return (run) => void host.setTimeout(run, 0);
  const { port1, port2 } = new host.MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.(); // at most a few runs wait at once
  return (run) => {
    waiting.push(run);
    port2.postMessage(null);
  };
}
