/** Running graphs at the edge: the fetch handler, conversations as Durable Objects, sockets, identity and limits. */
export { respond } from './edge/respond.js';
export type { RespondOptions, RequestFacts, FetchHandler, ExecutionContextLike } from './edge/respond-options.js';
export { conversationObject, routeConversation, type ConversationObjectOptions, type ConversationObjectClass, type ConversationParts, type DurableObjectContext, type DurableObjectNamespaceLike, type HibernatingSocket } from './edge/conversation-object.js';
export { DurableObjectMemoryStore, type DurableObjectMemoryStoreOptions } from './edge/durable-object-memory-store.js';
export { DurableObjectIdempotencyStore, DurableObjectCheckpointStore, type DurableObjectRunStoreOptions, type KeyValueStorageHost } from './edge/durable-object-run-stores.js';
export type { SqlStorageHost, SqlCursor, SqlValue } from './edge/sql-storage.js';
export { WebSocketBridgeStage, type WebSocketBridgeStageOptions, type WebSocketBridgeData } from './edge/websocket-bridge-stage.js';
export { upgradeWebSocket, serverSocket, type ServerSocket, type Upgrade, type Upgraded, type Admission } from './edge/upgrade.js';
export { bunUpgrade, bunWebSocket, type BunSocket, type BunWebSocketHandler } from './edge/bun-sockets.js';
export { FrameError, type ClientFrame, type FrameData, type FrameAudioFormat } from './edge/frames.js';
export { JWTAuthProvider, type JWTAuthProviderOptions, type TokenVerifier, type ClaimNames } from './edge/jwt-auth.js';
export { InMemorySessionOwners, DurableObjectSessionOwners, sessionOfChat, type SessionOwners } from './edge/session-owners.js';
export { requireIdentity, isolateTenant, identityOf, type RequireIdentityOptions } from './edge/identity-wrappers.js';
export { FixedWindowRateLimiter, type RateLimiter, type FixedWindowRateLimiterOptions } from './edge/rate-limiter.js';
export type { CorsOptions } from './edge/cors.js';
export { EdgeError } from './edge/edge-error.js';
export { AuthContext, AuthError, type AuthProvider, type AuthContextInit, type AuthFailure } from './providers/auth.js';
