/**
 * A fetch handler that runs a graph for each request: for Cloudflare Workers, Deno, Bun and Node.
 *
 *   POST  { "input_text": … }               ──▶ JSON, or server-sent events where the client accepts them
 *   POST  the AI SDK's { id, messages }     ──▶ its UI message stream
 *   GET   with Upgrade: websocket           ──▶ a conversation over a socket (see frames.ts)
 */
import type { Pipeline } from '../pipeline/pipeline.js';
import type { StageGraph } from '../pipeline/stage-graph.js';
import { Responder } from './responder.js';
import type { FetchHandler, RespondOptions } from './respond-options.js';

/** Makes a handler for `graph`. Throws `InvalidOptionError`, or `PipelineValidationError` for a pipeline that does not build. */
export function respond(graph: Pipeline<object> | StageGraph<object>, options: RespondOptions = {}): FetchHandler {
  const responder = new Responder(graph, options);
  return (request, env, execution) => responder.handle(request, execution, env);
}
