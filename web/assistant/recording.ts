/** The record button: both sides of the conversation into a file, and what was said with times, to be saved. */
import { canEncodeOpus, opusEncoder } from 'sluice/browser';
import { ConversationRecorder, memorySink, transcriptToWebVtt, wavEncoder, type MemorySink } from 'sluice/recording';
import { byId, make } from './dom.js';
import { notify, withdraw } from './notices.js';

// Half an hour of Opus; of WAV, which a browser without an encoder records, about eleven minutes.
const MAX_BYTES = 64 * 1024 * 1024;

/** What the control needs of the page. */
export interface RecordingActions {
  /** Opens the session anew with a recorder in it; sessions that are opened later have it too. */
  with(recorder: ConversationRecorder): Promise<void>;
  /** Sessions that are opened from now on have none. */
  without(): void;
}

interface Running {
  readonly recorder: ConversationRecorder;
  readonly file: MemorySink;
  readonly begunMs: number;
}

/** Wires the button. */
export function setUpRecording(actions: RecordingActions): void {
  const button = byId<HTMLButtonElement>('record');
  const state = byId('record-state');
  const saved = byId('record-saved');
  const addresses: string[] = [];
  let running: Running | undefined;
  let clock: ReturnType<typeof setInterval> | undefined;

  const render = (): void => {
    button.setAttribute('aria-pressed', String(running !== undefined));
    button.textContent = running === undefined ? 'Record' : 'Stop recording';
    state.textContent = running === undefined ? '' : lengthOf(performance.now() - running.begunMs);
  };
  const begin = async (): Promise<void> => {
    const file = memorySink({ maxBytes: MAX_BYTES });
    const encoder = (await canEncodeOpus()) ? opusEncoder() : wavEncoder;
    const recorder = new ConversationRecorder({ sink: file, encoder, maxBytes: MAX_BYTES, onStop: () => void end() });
    await actions.with(recorder);
    await recorder.start();
    running = { recorder, file, begunMs: performance.now() };
    clock = setInterval(render, 1000);
  };
  const end = async (): Promise<void> => {
    if (running === undefined) return;
    const { recorder, file } = running;
    running = undefined;
    clearInterval(clock);
    actions.without();
    const { mimeType, durationMs, transcript } = await recorder.stop();
    for (const address of addresses.splice(0)) URL.revokeObjectURL(address);
    const link = (name: string, words: string, content: BlobPart, type: string): HTMLElement => {
      const anchor = make('a', { text: words });
      anchor.href = URL.createObjectURL(new Blob([content], { type }));
      anchor.download = name;
      addresses.push(anchor.href);
      return anchor;
    };
    saved.replaceChildren(
      link(mimeType.includes('ogg') ? 'conversation.ogg' : 'conversation.wav', `Save the recording (${lengthOf(durationMs)})`, file.bytes() as Uint8Array<ArrayBuffer>, mimeType),
      link('conversation.vtt', 'Save what was said', transcriptToWebVtt(transcript), 'text/vtt'),
    );
    render();
  };
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await (running === undefined ? begin() : end());
      withdraw('recording');
    } catch (error) {
      notify('recording', 'The conversation was not recorded.', error instanceof Error ? error.message : 'Unknown error.', 'bad');
    } finally {
      button.disabled = false;
      render();
    }
  });
  render();
}

function lengthOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
