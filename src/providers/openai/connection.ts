/**
 * How a server of the OpenAI kind is asked: address, key, headers, and errors that never hold a secret. Used by the
 * language model, the recogniser and the voice. Nothing is retried here: that is the business of stages and of the
 * fallback providers, which know what may be asked twice.
 */
import { abortable } from '../../base/abortable.js';
import { systemClock, type Clock } from '../../base/clock.js';
import type { Data } from '../../base/data.js';
import { AbortedError, SluiceError, throwIfAborted } from '../../base/errors.js';
import { InvalidOptionError, requireFunction, requireName } from '../../base/option.js';
import { machineWord, OpenAIError, retryAfterMs } from './openai-error.js';

/** What the global `fetch` does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options that all providers of the OpenAI kind share. */
export interface OpenAIOptions {
  /** Name of the model, as the server knows it. */
  readonly model: string;
  /** Where the interface begins; a query is sent with each request. @default 'https://api.openai.com/v1' */
  readonly baseUrl?: string | URL;
  /**
   * Sent as `Authorization: Bearer …`. A function is asked before each request, which is the way for short-lived
   * tokens: a key in a page can be read by whoever opens the page. @default none
   */
  readonly apiKey?: string | (() => string | Promise<string>);
  /** Further headers of each request. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further fields of each request body, as the server spells them; they take precedence. @default {} */
  readonly extraBody?: Readonly<Data>;
  /** Short stable name for telemetry. @default 'openai' */
  readonly id?: string;
  /** @default globalThis.fetch */
  readonly fetch?: Fetch;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Names of {@link OpenAIOptions}, for validation. */
export const OPENAI_OPTIONS: readonly string[] = Object.freeze(['model', 'baseUrl', 'apiKey', 'headers', 'extraBody', 'id', 'fetch', 'clock']);

/** Options of one request. */
export interface OpenAIRequest {
  readonly body?: string | FormData;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
}

// An error is told in some hundred bytes; a page of HTML that stands before the server may be long.
const MAX_ERROR_BYTES = 65_536;

/** One server, and how it is asked. */
export class OpenAIConnection {
  readonly model: string;
  readonly id: string;
  readonly clock: Clock;
  readonly extraBody: Readonly<Data>;
  readonly #base: URL;
  readonly #apiKey: OpenAIOptions['apiKey'];
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: Fetch;

  /** `owner` names the options in errors. Throws `InvalidOptionError`. */
  constructor(owner: string, options: OpenAIOptions) {
    const { baseUrl = 'https://api.openai.com/v1', apiKey, headers = {}, extraBody = {}, id = 'openai', clock = systemClock } = options;
    this.model = requireName(`${owner}.model`, options.model);
    this.id = requireName(`${owner}.id`, id);
    this.clock = clock;
    this.extraBody = extraBody;
    this.#base = requireAddress(`${owner}.baseUrl`, baseUrl);
    this.#apiKey = typeof apiKey === 'string' ? requireHeaderValue(`${owner}.apiKey`, apiKey) : apiKey === undefined ? undefined : requireFunction(`${owner}.apiKey`, apiKey);
    for (const [name, value] of Object.entries(headers)) {
      if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw new InvalidOptionError(`${owner}.headers`, name, 'a record of header names to values');
      requireHeaderValue(`${owner}.headers.${name}`, value);
    }
    this.#headers = { ...headers };
    // Looked up at each call, and called without a receiver, which `fetch` insists on.
    this.#fetch = options.fetch === undefined ? (url, init) => globalThis.fetch(url, init) : requireFunction(`${owner}.fetch`, options.fetch);
  }

  /** True when the server is OpenAI's own. */
  get isOpenAI(): boolean {
    return this.#base.hostname === 'api.openai.com';
  }

  /** Where a failure happened, without anything that may be secret. */
  where(path: string): string {
    return `${this.#base.origin} ${path}`;
  }

  /** Posts JSON, with `extraBody`. */
  post(path: string, body: Readonly<Data>, request: OpenAIRequest = {}): Promise<Response> {
    return this.send(path, { ...request, body: JSON.stringify({ ...body, ...this.extraBody }) });
  }

  /** Sends a request and gives the answer, when it is one. Rejects with {@link OpenAIError} or `AbortedError`. */
  async send(path: string, { body, accept = 'application/json', signal }: OpenAIRequest): Promise<Response> {
    const what = `The request to ${this.#base.origin}`;
    throwIfAborted(what, signal);
    const key = await abortable(what, this.#key(), signal);
    const headers: Record<string, string> = {
      accept,
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...this.#headers,
    };
    let response: Response;
    try {
      const init: RequestInit = { method: body === undefined ? 'GET' : 'POST', headers, ...(body === undefined ? {} : { body }), ...(signal === undefined ? {} : { signal }) };
      response = await abortable(what, this.#fetch(this.#address(path), init), signal, drop);
    } catch (thrown) {
      throw signal?.aborted === true ? new AbortedError(what, signal.reason) : new OpenAIError({ failure: 'network', where: this.where(path), detail: failureName(thrown) });
    }
    if (response.ok) return response;
    throw await abortable(what, this.#refusal(path, response, key), signal);
  }

  /** The body of an answer as JSON. Rejects with {@link OpenAIError} (`malformed`) or `AbortedError`. */
  async json(path: string, response: Response, signal: AbortSignal | undefined): Promise<Data> {
    let value: unknown;
    try {
      value = await abortable(`The request to ${this.#base.origin}`, response.json(), signal);
    } catch (thrown) {
      if (SluiceError.isInstance(thrown)) throw thrown;
      if (signal?.aborted === true) throw new AbortedError(`The request to ${this.#base.origin}`, signal.reason);
      throw thrown instanceof SyntaxError ? this.malformed(path) : this.broken(path);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.malformed(path);
    const data = value as Data;
    if (data['error'] !== undefined && data['error'] !== null) throw this.told(path, data);
    return data;
  }

  /** The error for an answer that cannot be read. */
  malformed(path: string): OpenAIError {
    return new OpenAIError({ failure: 'malformed', where: this.where(path) });
  }

  /** The error for an answer that ended before it was complete. */
  broken(path: string): OpenAIError {
    return new OpenAIError({ failure: 'stream', where: this.where(path) });
  }

  /** The error that a server told with status 200, in JSON or in the middle of a stream. */
  told(path: string, data: Readonly<Data>): OpenAIError {
    const words = errorWords(data, typeof this.#apiKey === 'string' ? this.#apiKey : undefined);
    const status = /^[45]\d\d$/.test(words.serverCode ?? '') ? Number(words.serverCode) : null;
    return status === null ? new OpenAIError({ failure: 'stream', where: this.where(path), ...words }) : new OpenAIError({ failure: 'status', where: this.where(path), status, ...words });
  }

  /** Opens the connection, so that the first request does not wait for it. Rejects with {@link OpenAIError} when the server cannot be reached. */
  async warmUp(): Promise<void> {
    try {
      drop(await this.send('models', {}));
    } catch (thrown) {
      // A server that answers at all is reached; whether it lists its models is its own affair.
      if (!(thrown instanceof OpenAIError) || thrown.failure === 'network') throw thrown;
    }
  }

  async #key(): Promise<string | undefined> {
    if (typeof this.#apiKey !== 'function') return this.#apiKey;
    return requireHeaderValue('apiKey()', await this.#apiKey());
  }

  #address(path: string): string {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
    return url.href;
  }

  async #refusal(path: string, response: Response, key: string | undefined): Promise<OpenAIError> {
    const { status } = response;
    const words = errorWords(await errorBody(response), key);
    return new OpenAIError({ failure: 'status', where: this.where(path), status, ...words, retryAfterMs: retryAfterMs(response.headers, this.clock.epochMs()) });
  }
}

function requireAddress(option: string, value: string | URL): URL {
  const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new InvalidOptionError(option, value, 'an http or https address');
  if (url.username !== '' || url.password !== '') throw new InvalidOptionError(option, value, 'an address without a user name and a password (pass headers instead)');
  return url;
}

// `fetch` refuses other characters with a message that repeats the value.
function requireHeaderValue(option: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x20-\x7e]*$/.test(value) && value.trim() === value) return value;
  throw new InvalidOptionError(option, value, 'printable ASCII text without spaces at its ends');
}

/** Reads the start of a refusal; one that cannot be read says nothing more than its status. */
async function errorBody(response: Response): Promise<Data> {
  try {
    const length = Number(response.headers.get('content-length') ?? 0);
    if (length > MAX_ERROR_BYTES || !(response.headers.get('content-type') ?? '').includes('json')) {
      drop(response);
      return {};
    }
    const value: unknown = await response.json();
    return typeof value === 'object' && value !== null ? (value as Data) : {};
  } catch {
    return {}; // the status is the news; the body only adds to it
  }
}

function errorWords(data: Readonly<Data>, secret: string | undefined): { type: string | null; serverCode: string | null; param: string | null } {
  const inner = data['error'];
  const error = typeof inner === 'object' && inner !== null ? (inner as Data) : data;
  return { type: machineWord(error['type'], secret), serverCode: machineWord(error['code'], secret), param: machineWord(error['param'], secret) };
}

// Node puts the system's word into the cause; a page only says TypeError. Messages may hold headers and are left out.
function failureName(thrown: unknown): string | null {
  const { name, cause } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as { name?: unknown; cause?: unknown };
  const code = typeof cause === 'object' && cause !== null ? (cause as { code?: unknown }).code : undefined;
  return machineWord(code, undefined) ?? machineWord(name, undefined);
}

/** Lets go of an answer that nobody will read. */
function drop(response: Response): void {
  response.body?.cancel().catch(() => undefined); // a body that has failed already holds nothing
}
