// A server of the OpenAI kind in memory: what it was asked, and answers made of bytes that come in given pieces.
import type { Fetch } from '../../../src/providers/openai/connection.js';

/** One request that was made. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

/** A `fetch` that answers with `reply` and keeps what was asked. */
export function standIn(reply: (asked: Asked, count: number) => Response | Promise<Response>): { readonly fetch: Fetch; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    fetch: (url, init) => {
      const one = { url, method: init.method ?? 'GET', headers: new Headers(init.headers), body: typeof init.body === 'string' ? JSON.parse(init.body) : init.body, signal: init.signal ?? undefined };
      asked.push(one);
      return Promise.resolve(reply(one, asked.length));
    },
  };
}

/** A body that gives `pieces` one by one; `onCancel` is told when its reader leaves. After the last piece it ends, or waits for ever. */
export function body(pieces: readonly Uint8Array[], { open = false, onCancel = (): void => undefined }: { open?: boolean; onCancel?: () => void } = {}): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[at++];
      if (piece !== undefined) controller.enqueue(piece);
      else if (!open) controller.close();
      else return new Promise(() => undefined);
      return undefined;
    },
    cancel: onCancel,
  }, { highWaterMark: 0 });
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An answer of server-sent events. */
export function sse(text: string, init: ResponseInit = {}): Response {
  return new Response(body([bytesOf(text)]), { ...init, headers: { 'content-type': 'text/event-stream', ...init.headers } });
}

export const json = (value: unknown, init: ResponseInit = {}): Response => new Response(JSON.stringify(value), { ...init, headers: { 'content-type': 'application/json', ...init.headers } });

/** A chunk of a chat completion as an event. */
export const chunk = (delta: unknown, more: Readonly<Record<string, unknown>> = {}): string => `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;

export const finish = (reason: string): string => chunk({}, { finish_reason: reason });

export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
}
