/**
 * A conversation as a Durable Object: its memory in the object's SQLite, its owner too, and sockets
 * that hibernate. While nobody speaks the object may be evicted; the next frame wakes it, and the
 * conversation goes on from storage and from what is attached to the socket.
 *
 *     export const Conversation = conversationObject(({ memory }) => graph(memory), { auth });
 *     export default { fetch: (request, env) => routeConversation(request, env.CONVERSATIONS) };
 */
import { isUuid, randomId } from '../base/id.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { StageGraph } from '../pipeline/stage-graph.js';
import { AuthContext } from '../providers/auth.js';
import { DurableObjectMemoryStore, type DurableObjectMemoryStoreOptions } from './durable-object-memory-store.js';
import { EdgeError, errorBody } from './edge-error.js';
import type { FrameData } from './frames.js';
import { Responder } from './responder.js';
import type { RespondOptions } from './respond-options.js';
import { DurableObjectSessionOwners } from './session-owners.js';
import type { SocketConversation } from './socket-conversation.js';
import type { SqlStorageHost } from './sql-storage.js';
import { acceptedProtocol, type Admission, type Upgraded } from './upgrade.js';

/** A WebSocket that outlives its object's sleep. */
export interface HibernatingSocket {
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
}

/** What is used of a Durable Object's `ctx`. */
export interface DurableObjectContext {
  readonly storage: SqlStorageHost;
  acceptWebSocket(socket: HibernatingSocket): void;
  waitUntil(work: Promise<unknown>): void;
}

/** What a conversation's graph is made from. */
export interface ConversationParts<Env = unknown> {
  /** The object's memory. */
  readonly memory: DurableObjectMemoryStore;
  readonly storage: SqlStorageHost;
  readonly env: Env;
}

/** Options of {@link conversationObject}: those of `respond` but what the object itself provides. */
export interface ConversationObjectOptions extends Omit<RespondOptions, 'owners' | 'upgrade'> {
  readonly memory?: DurableObjectMemoryStoreOptions;
}

/** The class a worker exports as its Durable Object. */
export type ConversationObjectClass<Env = unknown> = new (ctx: DurableObjectContext, env: Env) => {
  fetch(request: Request): Promise<Response>;
  webSocketMessage(socket: HibernatingSocket, data: FrameData): Promise<void>;
  webSocketClose(socket: HibernatingSocket): void;
  webSocketError(socket: HibernatingSocket): void;
};

interface Attachment {
  readonly sessionId: string;
  readonly requestId: string;
  readonly url: string;
  readonly identity: Record<string, unknown> | null;
}

/** Makes the class of a conversation's object; `makeGraph` is called once per life of an object. */
export function conversationObject<Env = unknown>(makeGraph: (parts: ConversationParts<Env>) => Pipeline<object> | StageGraph<object>, options: ConversationObjectOptions = {}): ConversationObjectClass<Env> {
  const { memory: memoryOptions, ...respondOptions } = options;
  return class ConversationObject {
    readonly #ctx: DurableObjectContext;
    readonly #responder: Responder;
    readonly #conversations = new Map<HibernatingSocket, SocketConversation>();

    constructor(ctx: DurableObjectContext, env: Env) {
      this.#ctx = ctx;
      const { storage } = ctx;
      const memory = new DurableObjectMemoryStore(storage, memoryOptions);
      this.#responder = new Responder(makeGraph({ memory, storage, env }), {
        ...respondOptions,
        owners: new DurableObjectSessionOwners(storage),
        upgrade: (request, admission) => this.#upgrade(request, admission),
      });
    }

    fetch(request: Request): Promise<Response> {
      return this.#responder.handle(request, this.#ctx);
    }

    // The platform keeps the object awake until this has resolved, which is when the turn has ended.
    async webSocketMessage(socket: HibernatingSocket, data: FrameData): Promise<void> {
      await this.#conversationOf(socket).receive(data);
    }

    webSocketClose(socket: HibernatingSocket): void {
      this.#conversations.get(socket)?.close();
      this.#conversations.delete(socket);
    }

    webSocketError(socket: HibernatingSocket): void {
      this.webSocketClose(socket);
    }

    #conversationOf(socket: HibernatingSocket): SocketConversation {
      let conversation = this.#conversations.get(socket);
      if (conversation === undefined) {
        const { sessionId, requestId, url, identity } = socket.deserializeAttachment() as Attachment; // written at the upgrade
        const facts = { request: new Request(url), sessionId, identity: identity === null ? null : AuthContext.fromDict(identity) };
        conversation = this.#responder.conversation(socket, facts, requestId);
        this.#conversations.set(socket, conversation);
      }
      return conversation;
    }

    #upgrade(request: Request, { sessionId, identity, requestId }: Admission): Upgraded {
      const { WebSocketPair } = globalThis as unknown as { readonly WebSocketPair: new () => { readonly 0: WebSocket; readonly 1: HibernatingSocket } };
      const pair = new WebSocketPair();
      const socket = pair[1];
      this.#ctx.acceptWebSocket(socket);
      // An attachment holds 2 KiB; the issuer's other claims are left out.
      const { claims: _claims, ...dict } = identity?.toDict() ?? {};
      socket.serializeAttachment({ sessionId, requestId, url: request.url, identity: identity === null ? null : dict } satisfies Attachment);
      const protocol = acceptedProtocol(request);
      const init = { status: 101, webSocket: pair[0], ...(protocol === undefined ? {} : { headers: { 'Sec-WebSocket-Protocol': protocol } }) };
      return {
        socket: {
          send: (data) => socket.send(data),
          close: (code, reason) => socket.close(code, reason),
          onOpen: (run) => run(),
          onMessage: () => undefined, // frames come to webSocketMessage
          onClose: () => undefined,
        },
        response: new Response(null, init as ResponseInit),
      };
    }
  };
}

/** What is used of a binding to a namespace of Durable Objects. */
export interface DurableObjectNamespaceLike {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

/**
 * Sends a request to the object of its session: the one named by the query's `session_id` or the
 * header `X-Session-Id`, else a new one. The object proves who asks; a session that is no UUID is a 400.
 */
export function routeConversation(request: Request, namespace: DurableObjectNamespaceLike): Promise<Response> {
  const url = new URL(request.url);
  const named = url.searchParams.get('session_id') ?? request.headers.get('X-Session-Id');
  if (named !== null && !isUuid(named)) {
    const requestId = randomId();
    return Promise.resolve(Response.json(errorBody(new EdgeError(400, 'BAD_SESSION', 'session_id must be a UUID. Leave it out for a new session.'), requestId), { status: 400, headers: { 'X-Request-Id': requestId } }));
  }
  const sessionId = (named ?? randomId()).toLowerCase(); // one session, one object, however it is written
  url.searchParams.set('session_id', sessionId);
  const forwarded = new Request(url, request);
  forwarded.headers.set('X-Session-Id', sessionId);
  return namespace.get(namespace.idFromName(sessionId)).fetch(forwarded);
}
