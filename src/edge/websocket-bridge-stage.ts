/**
 * A WebSocket as a stage: what the client sends becomes elements of the live output, what comes over
 * the live input is sent to the client. For graphs that live as long as the connection, such as a
 * voice session; a run per turn needs no bridge (`respond`).
 *
 *   client ── frames ──▶ output          input ── elements ──▶ frames ──▶ client
 *
 * It ends when either side does: the client's close ends the output, the end of the input closes the
 * socket once everything is sent.
 */
import { deferred } from '../base/deferred.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { audioElement, endOfTurnElement, interruptElement, textElement, type StreamElement } from '../stream/element.js';
import { closedReader } from '../stream/null-ends.js';
import { AudioFrameWriter, defaultFrameFormat, frameAudio, FrameError, jsonFrame, readFrame, type FrameData } from './frames.js';
import { toEdgeError } from './edge-error.js';
import type { ServerSocket } from './upgrade.js';

/** Options of a {@link WebSocketBridgeStage}. */
export interface WebSocketBridgeStageOptions {
  /** Elements that may wait for the graph before further audio is dropped, oldest kept; text and control wait always. @default 256 */
  readonly maxWaiting?: number;
  /** Frames that are none until the socket is closed. @default 10 */
  readonly maxBadFrames?: number;
}

/** What a {@link WebSocketBridgeStage} settles with. */
export interface WebSocketBridgeData {
  readonly framesReceived: number;
  readonly framesSent: number;
  /** Audio frames that the graph was too slow for. */
  readonly framesDropped: number;
  readonly badFrames: number;
}

const POLICY_VIOLATION = 1008;

/** Bridges a socket into a graph. One stage per connection. */
export class WebSocketBridgeStage implements Stage<WebSocketBridgeData> {
  readonly name = 'websocket_bridge';
  readonly kind: StageKind = StageKind.WORK;
  readonly type: StageType = StageType.BIDIRECTIONAL;
  readonly #socket: ServerSocket;
  readonly #maxWaiting: number;
  readonly #maxBadFrames: number;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(socket: ServerSocket, options: WebSocketBridgeStageOptions = {}) {
    refuseUnknownOptions('WebSocketBridgeStage', options, ['maxWaiting', 'maxBadFrames']);
    this.#socket = socket;
    this.#maxWaiting = requireNumber('WebSocketBridgeStage.maxWaiting', options.maxWaiting ?? 256, { min: 1, integer: true });
    this.#maxBadFrames = requireNumber('WebSocketBridgeStage.maxBadFrames', options.maxBadFrames ?? 10, { min: 1, integer: true });
  }

  /** @inheritdoc */
  readonly execute = async (ctx: StageContext): Promise<StageOutput<WebSocketBridgeData>> => {
    const socket = this.#socket;
    const counts = { framesReceived: 0, framesSent: 0, framesDropped: 0, badFrames: 0 };
    const left = deferred<void>();
    const incoming = new Incoming(ctx, this.#maxWaiting, () => counts.framesDropped++);
    let open = true;
    const leave = (): void => {
      open = false;
      left.resolve();
    };
    const send = (data: string | Uint8Array): void => {
      if (!open) return;
      try {
        socket.send(data);
        counts.framesSent++;
      } catch {
        leave(); // the client is gone; its close event may never come
      }
    };
    socket.onClose(leave);
    socket.onMessage((data) => {
      if (!open) return;
      counts.framesReceived++;
      try {
        if (incoming.receive(data) === 'ping') send(jsonFrame('pong'));
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        send(jsonFrame('error', { code: error.code, message: error.message }));
        if (++counts.badFrames >= this.#maxBadFrames) {
          closeQuietly(socket, POLICY_VIOLATION, 'Too many malformed frames');
          leave();
        }
      }
    });
    ctx.signal.addEventListener('abort', leave, { once: true });
    try {
      await (ctx.input === closedReader ? left.promise : Promise.race([left.promise, sendAll(ctx, send)])); // without a live input only the client can end it
    } finally {
      open = false;
      ctx.signal.removeEventListener('abort', leave);
      ctx.input.cancel('the connection has ended');
      await incoming.end();
      closeQuietly(socket, 1000, '');
    }
    return StageOutput.ok(counts);
  };
}

/** The client's frames on their way into the graph: in order, and audio bounded. */
class Incoming {
  readonly #ctx: StageContext;
  readonly #maxWaiting: number;
  readonly #onDrop: () => void;
  #format = defaultFrameFormat;
  #sequence = 0;
  #audioMs = 0;
  #waiting = 0;
  #writing: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(ctx: StageContext, maxWaiting: number, onDrop: () => void) {
    this.#ctx = ctx;
    this.#maxWaiting = maxWaiting;
    this.#onDrop = onDrop;
  }

  /** Takes a frame; gives its type. */
  receive(data: FrameData): string {
    const frame = readFrame(data);
    const options = { source: this.#ctx.stageName, sequence: this.#sequence++ };
    switch (frame.type) {
      case 'audio': {
        const chunk = frameAudio(frame.bytes.slice(), this.#format, options.sequence, this.#audioMs);
        this.#audioMs += chunk.durationMs;
        if (this.#waiting >= this.#maxWaiting) this.#onDrop();
        else this.#write(audioElement(chunk, options));
        break;
      }
      case 'audio_format':
        this.#format = frame.format;
        break;
      case 'text':
        this.#write(textElement(frame.text, options));
        break;
      case 'end_of_turn':
        this.#write(endOfTurnElement(options));
        break;
      case 'interrupt':
        this.#write(interruptElement(frame.reason, options));
        break;
      case 'ping':
        break;
    }
    return frame.type;
  }

  /** Resolves when the graph has what was received, or wants no more. */
  async end(): Promise<void> {
    this.#ended = true;
    if (!this.#ctx.signal.aborted) await this.#writing;
  }

  #write(element: StreamElement): void {
    if (this.#ended) return;
    if (this.#waiting === 0 && this.#ctx.output.tryWrite(element)) return;
    this.#waiting++;
    this.#writing = this.#writing.then(() => this.#ctx.output.write(element)).finally(() => this.#waiting--);
  }
}

function closeQuietly(socket: ServerSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // it is closed already
  }
}

async function sendAll(ctx: StageContext, send: (data: string | Uint8Array) => void): Promise<void> {
  const writer = new AudioFrameWriter();
  for await (const element of ctx.input) for (const frame of framesOf(element, writer)) send(frame);
}

/** The frames of an element; those that a client has no use for give none. */
function framesOf(element: StreamElement, writer: AudioFrameWriter): readonly (string | Uint8Array)[] {
  switch (element.type) {
    case 'text':
      return [jsonFrame('text', { delta: element.text })];
    case 'audio':
      return writer.frames(element.audio);
    case 'message':
      return [jsonFrame('message', { message: element.message.toDict() })];
    case 'interrupt':
      return [jsonFrame('interrupt', { reason: element.reason })];
    case 'endOfTurn':
      return [jsonFrame('turn_end')];
    case 'speechStart':
    case 'speechEnd':
      return [jsonFrame(element.type === 'speechStart' ? 'speech_start' : 'speech_end')];
    case 'error': {
      const { code, message } = toEdgeError(element.error);
      return [jsonFrame('error', { code, message })];
    }
    default:
      return [];
  }
}
