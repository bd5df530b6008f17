/**
 * What `respond` does with a request: origin, method, identity, rate, body, session, run, in this
 * order. Nothing of a later step happens before the earlier ones have passed, and every refusal is a
 * status with a clear body.
 */
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { isUuid, randomId, type IdSource } from '../base/id.js';
import { InvalidOptionError, refuseUnknownOptions, requireName, requireNumber } from '../base/option.js';
import { ContextSnapshot } from '../context/snapshot.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { RunOptions } from '../pipeline/run.js';
import type { StageGraph } from '../pipeline/stage-graph.js';
import { AuthError, type AuthContext } from '../providers/auth.js';
import { Cors } from './cors.js';
import { EdgeError, errorBody, toEdgeError } from './edge-error.js';
import { runTurn, type ResponsePlace } from './edge-turn.js';
import { jsonFrame } from './frames.js';
import { RESPOND_OPTIONS, type ExecutionContextLike, type RequestFacts, type RespondOptions } from './respond-options.js';
import { InMemorySessionOwners, sessionOfChat, type SessionOwners } from './session-owners.js';
import { SocketConversation, type ConversationSocket } from './socket-conversation.js';
import { parseTurnRequest, readBody } from './turn-request.js';
import { UIMessageStreamWriter, uiMessageStreamHeaders } from './ui-message-stream.js';
import { upgradeWebSocket } from './upgrade.js';

/** Answers requests with runs of a graph. */
export class Responder {
  readonly #graph: StageGraph<object>;
  readonly #options: RespondOptions;
  readonly #owners: SessionOwners;
  readonly #cors: Cors;
  readonly #place: ResponsePlace;
  readonly #maxBodyBytes: number;
  readonly #maxInputChars: number;
  readonly #ids: IdSource;
  readonly #clock: Clock;

  /** Throws `InvalidOptionError`, or `PipelineValidationError` for a pipeline that does not build. */
  constructor(graph: Pipeline<object> | StageGraph<object>, options: RespondOptions) {
    refuseUnknownOptions('respond', options, RESPOND_OPTIONS);
    const { responseStage = 'llm', responseKey = 'response', maxBodyBytes = 65536, maxInputChars = 8000 } = options;
    this.#graph = builtGraph(graph);
    this.#options = options;
    this.#owners = options.owners ?? new InMemorySessionOwners();
    this.#cors = new Cors(options.cors);
    this.#place = { stage: requireName('respond.responseStage', responseStage), key: requireName('respond.responseKey', responseKey) };
    this.#maxBodyBytes = requireNumber('respond.maxBodyBytes', maxBodyBytes, { min: 1, integer: true });
    this.#maxInputChars = requireNumber('respond.maxInputChars', maxInputChars, { min: 1, integer: true });
    this.#ids = options.ids ?? randomId;
    this.#clock = options.clock ?? systemClock;
  }

  /** Answers one request; never rejects. */
  async handle(request: Request, execution: ExecutionContextLike | undefined, env?: unknown): Promise<Response> {
    const requestId = this.#ids();
    const startMs = this.#clock.now();
    let headers: Readonly<Record<string, string>> = { 'X-Request-Id': requestId };
    let response: Response;
    let code: string | null = null;
    try {
      headers = { ...headers, ...this.#cors.headers(request) };
      response = await this.#answer(request, requestId, headers, execution, env);
    } catch (thrown) {
      const error = toEdgeError(thrown);
      code = error.code;
      response = Response.json(errorBody(error, requestId), { status: error.status, headers: { ...headers, ...error.headers } });
      if (error.status >= 500) this.#options.logger?.error('edge.failure', { request_id: requestId, status: error.status, code, cause: causeCode(error.cause) });
    }
    this.#options.logger?.info('edge.request', { request_id: requestId, method: request.method, status: response.status, code, duration_ms: this.#clock.now() - startMs });
    return response;
  }

  async #answer(request: Request, requestId: string, headers: Readonly<Record<string, string>>, execution: ExecutionContextLike | undefined, env: unknown): Promise<Response> {
    if (request.method === 'OPTIONS') return this.#cors.preflight(request);
    const isSocket = request.method === 'GET' && request.headers.get('Upgrade')?.toLowerCase() === 'websocket';
    if (request.method !== 'POST' && !isSocket) throw new EdgeError(405, 'METHOD_NOT_ALLOWED', 'Use POST, or GET with Upgrade: websocket.', { Allow: 'POST, GET, OPTIONS' });
    const identity = await this.#identify(request);
    await this.#countRequest(request, identity);
    return isSocket ? this.#openSocket(request, requestId, identity, env) : this.#answerTurn(request, requestId, headers, identity, execution);
  }

  async #identify(request: Request): Promise<AuthContext | null> {
    const { auth } = this.#options;
    if (auth === undefined) return null;
    const token = bearerToken(request);
    if (token === undefined) throw new AuthError('missing');
    try {
      return await auth.validate(token, { signal: request.signal });
    } catch (error) {
      throw error instanceof AuthError ? error : new AuthError('invalid', error); // what a token broke is no stranger's business
    }
  }

  async #countRequest(request: Request, identity: AuthContext | null): Promise<void> {
    const { rateLimiter } = this.#options;
    if (rateLimiter === undefined) return;
    const key = identity !== null ? `user:${identity.userId}` : `address:${request.headers.get('CF-Connecting-IP') ?? request.headers.get('X-Forwarded-For')?.split(',')[0]?.trim() ?? 'unknown'}`;
    const { success, retryAfterSeconds = 60 } = await rateLimiter.limit({ key });
    if (!success) throw new EdgeError(429, 'RATE_LIMITED', 'Too many requests. Wait before the next one.', { 'Retry-After': String(retryAfterSeconds) });
  }

  async #answerTurn(request: Request, requestId: string, headers: Readonly<Record<string, string>>, identity: AuthContext | null, execution: ExecutionContextLike | undefined): Promise<Response> {
    const type = request.headers.get('Content-Type') ?? '';
    if (!/^application\/json\b/i.test(type)) throw new EdgeError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
    const turn = parseTurnRequest(await readBody(request, this.#maxBodyBytes), this.#maxInputChars);
    const named = request.headers.get('X-Session-Id');
    if (named !== null && turn.sessionId !== null && named.toLowerCase() !== turn.sessionId.toLowerCase()) throw new EdgeError(400, 'SESSION_CONFLICT', 'session_id and the header X-Session-Id name different sessions. Send one of them.');
    const sessionId = await this.#session(turn.sessionId ?? named, turn.chatId, identity);
    const facts = { request, identity, sessionId };
    const snapshot = this.#snapshot(facts, requestId, { inputText: turn.inputText, metadata: turn.metadata });
    const all = { ...headers, 'X-Session-Id': sessionId };
    if (turn.isChat || /\btext\/event-stream\b/.test(request.headers.get('Accept') ?? '')) {
      const writer = new UIMessageStreamWriter({ messageId: snapshot.pipelineRunId ?? requestId, sessionId });
      return new Response(this.#stream(facts, snapshot, writer, requestId, execution), { headers: { ...all, ...uiMessageStreamHeaders } });
    }
    const { signal } = request;
    for await (const part of runTurn(this.#graph, snapshot, this.#place, this.#runOptions(facts, signal))) {
      if (part.type !== 'end') continue;
      if (part.cancelReason !== null) throw new EdgeError(signal.aborted ? 499 : 409, 'CANCELED', 'The run was canceled.');
      return Response.json({ response: part.response, session_id: sessionId, pipeline_run_id: snapshot.pipelineRunId, finish_reason: part.finishReason }, { headers: all });
    }
    throw new EdgeError(500, 'INTERNAL', 'An unexpected error occurred.');
  }

  // Pulled by the client: a slow one slows the run by its channels, one that leaves cancels it, whichever way it is heard of.
  #stream(facts: RequestFacts, snapshot: ContextSnapshot, writer: UIMessageStreamWriter, requestId: string, execution: ExecutionContextLike | undefined): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const { logger } = this.#options;
    const { signal } = facts.request;
    const gone = new AbortController();
    const leave = (): void => gone.abort(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const parts = runTurn(this.#graph, snapshot, this.#place, this.#runOptions(facts, gone.signal));
    const end = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      signal.removeEventListener('abort', leave);
      controller.close();
    };
    return new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode(writer.start())),
      pull: async (controller) => {
        try {
          const { done, value } = await parts.next();
          if (value !== undefined) controller.enqueue(encoder.encode(writer.part(value)));
          if (done === true) end(controller);
        } catch (thrown) {
          const error = toEdgeError(thrown);
          logger?.error('edge.failure', { request_id: requestId, status: error.status, code: error.code, cause: causeCode(error.cause) });
          controller.enqueue(encoder.encode(writer.error(error.message)));
          end(controller);
        }
      },
      cancel: (reason) => {
        signal.removeEventListener('abort', leave);
        gone.abort(reason);
        const ended = parts.return(undefined).then(() => undefined, () => undefined); // the run's failure has nobody left to hear it
        execution?.waitUntil?.(ended);
        return ended;
      },
    });
  }

  async #openSocket(request: Request, requestId: string, identity: AuthContext | null, env: unknown): Promise<Response> {
    const sessionId = await this.#session(new URL(request.url).searchParams.get('session_id'), null, identity);
    const { upgrade = upgradeWebSocket } = this.#options;
    const { socket, response } = upgrade(request, { sessionId, identity, requestId }, env);
    const conversation = this.conversation(socket, { request, identity, sessionId }, requestId);
    socket.onMessage((data) => void conversation.receive(data));
    socket.onClose(() => conversation.close());
    socket.onOpen(() => socket.send(jsonFrame('session', { session_id: sessionId })));
    return response;
  }

  /** The conversation of a socket that has been let in. */
  conversation(socket: ConversationSocket, facts: RequestFacts, requestId: string): SocketConversation {
    const { logger } = this.#options;
    return new SocketConversation(socket, {
      graph: this.#graph,
      place: this.#place,
      run: this.#runOptions(facts, undefined),
      snapshot: ({ inputText, audio }) => {
        // A socket may outlive the proof it was opened with.
        const endsMs = facts.identity?.expiresAt?.getTime() ?? Infinity;
        if (endsMs <= this.#clock.epochMs()) throw new AuthError('expired');
        return this.#snapshot(facts, requestId, { inputText, ...(audio === null ? {} : { audio, inputAudioDurationMs: audio.durationMs }) });
      },
      onError: (error) => logger?.error('edge.failure', { request_id: requestId, code: causeCode(error) }),
    });
  }

  async #session(given: string | null, chatId: string | null, identity: AuthContext | null): Promise<string> {
    if (given !== null && !isUuid(given)) throw new EdgeError(400, 'BAD_SESSION', 'session_id must be a UUID. Leave it out for a new session.');
    const named = given?.toLowerCase() ?? null; // one session, however it is written
    const own = identity?.sessionId?.toLowerCase() ?? null;
    if (own !== null && named !== null && named !== own) throw new AuthError('forbidden');
    const session = own ?? named ?? (chatId === null ? this.#ids() : await sessionOfChat(identity?.userId ?? '', chatId));
    // A new session is claimed at once: whoever learned its id before its second turn could take it otherwise.
    if (identity !== null && !(await this.#owners.claim(session, identity.userId))) throw new AuthError('forbidden');
    return session;
  }

  #snapshot({ request, identity, sessionId }: RequestFacts, requestId: string, turn: { readonly inputText: string | null; readonly metadata?: Data; readonly audio?: unknown; readonly inputAudioDurationMs?: number }): ContextSnapshot {
    const { executionMode = 'edge', extensions } = this.#options;
    const added = extensions?.({ request, identity, sessionId }) ?? {};
    return new ContextSnapshot(
      {
        pipelineRunId: this.#ids(),
        requestId: isUuid(requestId) ? requestId : null,
        sessionId,
        userId: identity !== null && isUuid(identity.userId) ? identity.userId : null,
        orgId: identity?.orgId ?? null,
        inputText: turn.inputText,
        inputAudioDurationMs: turn.inputAudioDurationMs ?? null,
        executionMode,
        metadata: turn.metadata ?? {},
        extensions: turn.audio === undefined ? added : { ...added, audio_input: turn.audio },
      },
      this.#clock,
    );
  }

  #runOptions(facts: RequestFacts, signal: AbortSignal | undefined): RunOptions {
    const { ports, eventSink } = this.#options;
    return { signal, ports: typeof ports === 'function' ? ports(facts) : ports, eventSink, clock: this.#clock, configuration: facts.identity === null ? {} : { auth: facts.identity } };
  }
}

// Told by what they can do, so that a handler does not carry the engine a second time or in another version.
function builtGraph(graph: Pipeline<object> | StageGraph<object>): StageGraph<object> {
  const { build, start } = (graph ?? {}) as Partial<Pipeline<object> & StageGraph<object>>;
  if (typeof build === 'function') return (graph as Pipeline<object>).build();
  if (typeof start === 'function') return graph as StageGraph<object>;
  throw new InvalidOptionError('respond.graph', graph, 'a Pipeline or a StageGraph');
}

// A browser's WebSocket cannot set headers; it sends the token as the subprotocol after `bearer`.
function bearerToken(request: Request): string | undefined {
  const header = /^Bearer\s+(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1];
  if (header !== undefined) return header;
  const [scheme, token] = (request.headers.get('Sec-WebSocket-Protocol') ?? '').split(',').map((part) => part.trim());
  return scheme === 'bearer' && token !== undefined && token !== '' ? token : undefined;
}

function causeCode(cause: unknown): string | null {
  const { code, name } = (cause ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : null;
}
