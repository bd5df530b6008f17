/**
 * WebSockets on Bun, whose server upgrades requests and hears the frames of all sockets itself:
 *
 *     Bun.serve({ fetch: respond(graph, { upgrade: bunUpgrade }), websocket: bunWebSocket });
 */
import { EdgeError } from './edge-error.js';
import type { FrameData } from './frames.js';
import { acceptedProtocol, type ServerSocket, type Upgraded, type Upgrade } from './upgrade.js';

/** What is used of one of Bun's sockets. */
export interface BunSocket {
  readonly data: unknown;
  send(data: string | Uint8Array): unknown;
  close(code?: number, reason?: string): void;
}

/** Bun's `websocket` option. */
export interface BunWebSocketHandler {
  open(socket: BunSocket): void;
  message(socket: BunSocket, data: FrameData): void;
  close(socket: BunSocket): void;
}

/** The server's end of a socket, before Bun has opened it and after. */
class BunServerSocket implements ServerSocket {
  #socket: BunSocket | undefined;
  #onOpen: (() => void) | undefined;
  #onMessage: ((data: FrameData) => void) | undefined;
  #onClose: (() => void) | undefined;

  send(data: string | Uint8Array): void {
    this.#socket?.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#socket?.close(code, reason);
  }

  // Bun may open the socket while it upgrades, before anybody could ask to hear of it.
  onOpen(run: () => void): void {
    if (this.#socket === undefined) this.#onOpen = run;
    else run();
  }

  onMessage(run: (data: FrameData) => void): void {
    this.#onMessage = run;
  }

  onClose(run: () => void): void {
    this.#onClose = run;
  }

  opened(socket: BunSocket): void {
    this.#socket = socket;
    this.#onOpen?.();
  }

  heard(data: FrameData): void {
    this.#onMessage?.(data);
  }

  closed(): void {
    this.#onClose?.();
    this.#onClose = undefined;
  }
}

/** Upgrades a request on Bun; `env` is the server, which Bun passes to `fetch`. Throws a 400 for a request that is no handshake. */
export const bunUpgrade: Upgrade = (request, _admission, env): Upgraded => {
  const server = env as { upgrade(request: Request, options: { data: unknown; headers?: Record<string, string> }): boolean }; // Bun's second argument of fetch
  const socket = new BunServerSocket();
  const protocol = acceptedProtocol(request);
  const done = server.upgrade(request, { data: socket, ...(protocol === undefined ? {} : { headers: { 'Sec-WebSocket-Protocol': protocol } }) });
  if (!done) throw new EdgeError(400, 'BAD_HANDSHAKE', 'This request cannot become a WebSocket. Send the handshake of RFC 6455.');
  return { socket, response: new Response(null) }; // Bun has answered already and drops this one
};

/** Hands the frames of Bun's sockets to the conversations that {@link bunUpgrade} began. */
export const bunWebSocket: BunWebSocketHandler = Object.freeze({
  open: (socket: BunSocket) => socketOf(socket).opened(socket),
  message: (socket: BunSocket, data: FrameData) => socketOf(socket).heard(data),
  close: (socket: BunSocket) => socketOf(socket).closed(),
});

function socketOf({ data }: BunSocket): BunServerSocket {
  return data as BunServerSocket; // put there by bunUpgrade, which alone makes sockets for this handler
}
