/**
 * A conversation over a WebSocket, a run per turn: text or audio in, text and audio out as they are
 * made. Between turns nothing is pending, no timer and no promise, so that an object that holds the
 * socket may hibernate.
 *
 *   idle ── text │ end_of_turn after audio ──▶ running ── end │ interrupt │ error ──▶ idle
 *
 * A turn that arrives while one runs interrupts it, as speaking does.
 */
import { AudioChunk } from '../audio/chunk.js';
import { toError } from '../base/errors.js';
import type { ContextSnapshot } from '../context/snapshot.js';
import type { RunOptions } from '../pipeline/run.js';
import type { StageGraph } from '../pipeline/stage-graph.js';
import { AuthError } from '../providers/auth.js';
import { toEdgeError } from './edge-error.js';
import { runTurn, type ResponsePlace } from './edge-turn.js';
import { AudioFrameWriter, defaultFrameFormat, FrameError, jsonFrame, readFrame, type FrameAudioFormat, type FrameData } from './frames.js';

/** What is used of a WebSocket. */
export interface ConversationSocket {
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

/** What a conversation needs. */
export interface SocketConversationOptions {
  readonly graph: StageGraph<object>;
  /** The snapshot of a turn. */
  readonly snapshot: (turn: { readonly inputText: string | null; readonly audio: AudioChunk | null }) => ContextSnapshot;
  readonly place: ResponsePlace;
  readonly run: RunOptions;
  /** Audio of one turn at most, in bytes. @default 4 MiB, two minutes at 16 kHz */
  readonly maxTurnAudioBytes?: number;
  /** Frames that are none until the socket is closed. @default 10 */
  readonly maxBadFrames?: number;
  /** Hears of turns that failed. */
  readonly onError?: ((error: Error) => void) | undefined;
}

// RFC 6455, section 7.4.1: a message that violates the endpoint's policy.
const POLICY_VIOLATION = 1008;

/** One socket's conversation. */
export class SocketConversation {
  readonly #socket: ConversationSocket;
  readonly #options: SocketConversationOptions;
  readonly #writer = new AudioFrameWriter();
  #format: FrameAudioFormat = defaultFrameFormat;
  #audio: Uint8Array[] = [];
  #audioBytes = 0;
  #badFrames = 0;
  #current: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(socket: ConversationSocket, options: SocketConversationOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Takes a message of the client; resolves when the turn it started, if any, has ended. Never rejects. */
  async receive(data: FrameData): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#act(data);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#send(jsonFrame('error', { code: error.code, message: error.message }));
      if (++this.#badFrames >= (this.#options.maxBadFrames ?? 10)) this.close(POLICY_VIOLATION, 'Too many malformed frames');
    }
  }

  /** Ends the conversation and whatever runs. */
  close(code = 1000, reason = ''): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#current?.abort(new Error('The connection was closed.'));
    try {
      this.#socket.close(code, reason);
    } catch {
      // the socket is closed already, which is how most conversations end
    }
  }

  async #act(data: FrameData): Promise<void> {
    const frame = readFrame(data);
    switch (frame.type) {
      case 'ping':
        this.#send(jsonFrame('pong'));
        return;
      case 'audio_format':
        this.#dropAudio();
        this.#format = frame.format;
        return;
      case 'audio':
        this.#takeAudio(frame.bytes);
        return;
      case 'interrupt':
        this.#dropAudio();
        this.#interrupt(frame.reason);
        return this.#running;
      case 'text':
        this.#dropAudio();
        return this.#turn(frame.text, null);
      case 'end_of_turn':
        if (this.#audioBytes === 0) throw new FrameError('The turn ended without audio. Send binary frames before end_of_turn.');
        return this.#turn(null, this.#takeTurnAudio());
    }
  }

  #takeAudio(bytes: Uint8Array): void {
    const { maxTurnAudioBytes = 4 * 1024 * 1024 } = this.#options;
    if (this.#audioBytes + bytes.byteLength > maxTurnAudioBytes) {
      this.#dropAudio();
      throw new FrameError(`The audio of a turn is larger than ${maxTurnAudioBytes} bytes. Send end_of_turn earlier.`);
    }
    this.#audio.push(bytes.slice()); // the platform may reuse the frame's memory
    this.#audioBytes += bytes.byteLength;
  }

  #takeTurnAudio(): AudioChunk {
    const data = new Uint8Array(this.#audioBytes);
    let at = 0;
    for (const bytes of this.#audio) {
      data.set(bytes, at);
      at += bytes.byteLength;
    }
    this.#dropAudio();
    return new AudioChunk({ data, ...this.#format });
  }

  #dropAudio(): void {
    this.#audio = [];
    this.#audioBytes = 0;
  }

  #interrupt(reason: string): void {
    this.#current?.abort(new Error(reason));
  }

  #turn(inputText: string | null, audio: AudioChunk | null): Promise<void> {
    this.#interrupt('another turn');
    const before = this.#running;
    const controller = new AbortController();
    this.#current = controller;
    const turn = before.then(() => this.#run(inputText, audio, controller));
    this.#running = turn;
    return turn;
  }

  async #run(inputText: string | null, audio: AudioChunk | null, controller: AbortController): Promise<void> {
    if (this.#closed) return;
    const { graph, snapshot, place, run, onError } = this.#options;
    let pipelineRunId: string | null = null;
    try {
      const started = snapshot({ inputText, audio });
      pipelineRunId = started.pipelineRunId;
      for await (const part of runTurn(graph, started, place, { ...run, signal: controller.signal })) {
        if (part.type === 'text') this.#send(jsonFrame('text', { delta: part.delta }));
        else if (part.type === 'audio') for (const frame of this.#writer.frames(part.chunk)) this.#send(frame);
        else if (part.type === 'interrupt') this.#send(jsonFrame('interrupt', { reason: part.reason }));
        else this.#send(jsonFrame('turn_end', { finish_reason: part.cancelReason === null ? part.finishReason : 'interrupted', response: part.response, pipeline_run_id: pipelineRunId }));
      }
    } catch (thrown) {
      onError?.(toError(thrown));
      const { code, message } = toEdgeError(thrown);
      this.#send(jsonFrame('error', { code, message }));
      this.#send(jsonFrame('turn_end', { finish_reason: 'error', response: '', pipeline_run_id: pipelineRunId }));
      if (thrown instanceof AuthError) this.close(POLICY_VIOLATION, message);
    } finally {
      if (this.#current === controller) this.#current = undefined;
    }
  }

  #send(data: string | Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#socket.send(data);
    } catch {
      this.close(); // the client is gone; its close event may never come
    }
  }
}
