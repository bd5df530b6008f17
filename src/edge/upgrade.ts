/**
 * A request as a WebSocket, by whatever the platform has: `WebSocketPair` on workerd, `Deno.upgradeWebSocket`
 * on Deno. Elsewhere the server makes the socket and passes `upgrade`.
 */
import type { AuthContext } from '../providers/auth.js';
import { EdgeError } from './edge-error.js';
import type { FrameData } from './frames.js';

/** A server's end of a WebSocket. */
export interface ServerSocket {
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  onOpen(run: () => void): void;
  onMessage(run: (data: FrameData) => void): void;
  /** Called once, also when the connection broke. */
  onClose(run: () => void): void;
}

/** A socket and the answer that hands its other end to the client. */
export interface Upgraded {
  readonly socket: ServerSocket;
  readonly response: Response;
}

/** Who was let in, and to what. */
export interface Admission {
  readonly sessionId: string;
  readonly identity: AuthContext | null;
  readonly requestId: string;
}

/** Makes a socket of a request that was let in; `env` is what the platform passed beside the request. */
export type Upgrade = (request: Request, admission: Admission, env?: unknown) => Upgraded;

interface WorkerdGlobals {
  readonly WebSocketPair?: new () => { readonly 0: WebSocket; readonly 1: WebSocket & { accept(): void } };
  readonly Deno?: { upgradeWebSocket(request: Request, options?: { protocol?: string }): { readonly socket: WebSocket; readonly response: Response } };
}

/** Upgrades by the platform's own means; throws a 501 where it has none. */
export function upgradeWebSocket(request: Request): Upgraded {
  const { WebSocketPair, Deno } = globalThis as WorkerdGlobals;
  const protocol = acceptedProtocol(request);
  if (WebSocketPair !== undefined) {
    const pair = new WebSocketPair();
    pair[1].accept();
    const init = { status: 101, webSocket: pair[0], ...(protocol === undefined ? {} : { headers: { 'Sec-WebSocket-Protocol': protocol } }) };
    return { socket: serverSocket(pair[1], true), response: new Response(null, init as ResponseInit) };
  }
  if (Deno !== undefined) {
    const { socket, response } = Deno.upgradeWebSocket(request, protocol === undefined ? {} : { protocol });
    return { socket: serverSocket(socket, false), response };
  }
  throw new EdgeError(501, 'NO_WEBSOCKET', 'This server has no WebSockets. Pass `upgrade` to respond().');
}

/** The subprotocol a server must repeat: the first one asked for. */
export function acceptedProtocol(request: Request): string | undefined {
  return request.headers.get('Sec-WebSocket-Protocol')?.split(',')[0]?.trim();
}

/** A {@link ServerSocket} of a standard WebSocket; `isOpen` for one that is open from the start and tells no `open`. */
export function serverSocket(socket: WebSocket, isOpen: boolean): ServerSocket {
  socket.binaryType = 'arraybuffer'; // the standard's default is Blob, which is read asynchronously
  return {
    send: (data) => socket.send(data as Uint8Array<ArrayBuffer>), // any view may be sent
    close: (code, reason) => socket.close(code, reason),
    onOpen(run) {
      if (isOpen) run();
      else socket.addEventListener('open', run, { once: true });
    },
    onMessage(run) {
      socket.addEventListener('message', ({ data }: MessageEvent<FrameData>) => run(data));
    },
    onClose(run) {
      let told = false;
      const once = (): void => {
        if (!told) run();
        told = true;
      };
      socket.addEventListener('close', once);
      socket.addEventListener('error', once);
    },
  };
}
