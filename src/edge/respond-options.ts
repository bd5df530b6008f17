/** Options of `respond` and of conversation objects. */
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import type { IdSource } from '../base/id.js';
import type { Logger } from '../event/logging-sink.js';
import type { EventSink } from '../event/sink.js';
import type { AuthContext, AuthProvider } from '../providers/auth.js';
import type { Ports } from '../stage/ports.js';
import type { CorsOptions } from './cors.js';
import type { RateLimiter } from './rate-limiter.js';
import type { SessionOwners } from './session-owners.js';
import type { Upgrade } from './upgrade.js';

/** What a request is about, when its context is made. */
export interface RequestFacts {
  /** The request; of a socket whose object has slept, its address alone. */
  readonly request: Request;
  readonly identity: AuthContext | null;
  readonly sessionId: string;
}

/** Options of `respond`. */
export interface RespondOptions {
  /** Proves who asks. @default nobody needs to: whoever knows a session's id may use it */
  readonly auth?: AuthProvider;
  /** Remembers whose a session is. @default in this process */
  readonly owners?: SessionOwners;
  /** @default unlimited */
  readonly rateLimiter?: RateLimiter;
  /** @default pages of the same origin only */
  readonly cors?: CorsOptions;
  /** @default 65536 */
  readonly maxBodyBytes?: number;
  /** UTF-16 units. @default 8000 */
  readonly maxInputChars?: number;
  /** Stage whose output holds the answer, for graphs that do not stream it. @default 'llm' */
  readonly responseStage?: string;
  /** @default 'response' */
  readonly responseKey?: string;
  /** @default 'edge' */
  readonly executionMode?: string;
  /** What stages find in `ctx.inputs.ports`. */
  readonly ports?: Ports | ((facts: RequestFacts) => Ports);
  /** What the application adds to the snapshot's extensions. */
  readonly extensions?: (facts: RequestFacts) => Data;
  readonly eventSink?: EventSink;
  /** Gets one record per request: ids, status and time, never what was said. @default none */
  readonly logger?: Logger;
  /** Makes a socket of a request. @default that of the platform, where there is one */
  readonly upgrade?: Upgrade;
  /** @default random UUIDs */
  readonly ids?: IdSource;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** What a platform passes beside the request; only `waitUntil` is used. */
export interface ExecutionContextLike {
  waitUntil?(work: Promise<unknown>): void;
}

/** A fetch handler. */
export type FetchHandler = (request: Request, env?: unknown, execution?: ExecutionContextLike) => Promise<Response>;

/** Names of {@link RespondOptions}. */
export const RESPOND_OPTIONS: readonly string[] = ['auth', 'owners', 'rateLimiter', 'cors', 'maxBodyBytes', 'maxInputChars', 'responseStage', 'responseKey', 'executionMode', 'ports', 'extensions', 'eventSink', 'logger', 'upgrade', 'ids', 'clock'];
