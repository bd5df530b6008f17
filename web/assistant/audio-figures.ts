/** Figures of the microphone and the loudspeaker, while their panel is shown. */
import { byId, make } from './dom.js';
import type { OpenSession } from './session.js';

const EVERY_MS = 250;

/** Keeps the figures fresh; `current` gives the session whose devices are shown. */
export function setUpAudioFigures(current: () => OpenSession): void {
  const list = byId('audio-figures');
  const refresh = async (): Promise<void> => {
    if (byId('panel-audio').hidden) return;
    const { microphone, speaker } = current();
    const rows: (readonly [string, string])[] = [];
    if (microphone !== undefined) {
      const stats = await microphone.stats();
      rows.push(
        ['Microphone', microphone.deviceLabel === '' ? microphone.state : `${microphone.deviceLabel} (${microphone.state})`],
        ['Device rate', stats.deviceSampleRate === 0 ? 'not opened' : `${(stats.deviceSampleRate / 1000).toFixed(1)} kHz, read at 16 kHz`],
        ['Way to the worker', { sharedMemory: 'shared memory', port: 'messages', none: 'none yet' }[stats.transport]],
        ['Samples lost', `${stats.framesDropped} of ${stats.framesReceived}`],
        ['Recoveries', String(stats.recoveries)],
      );
    }
    if (speaker !== undefined) {
      const playback = current().playback;
      rows.push(
        ['Loudspeaker', speaker.renderer === null ? speaker.state : `${speaker.renderer} (${speaker.state})`],
        ['Buffered', playback === undefined ? '0 ms' : `${Math.round(playback.queuedMs)} ms`],
        ['Heard of the answer', playback === undefined ? 'nothing plays' : `${(playback.heard().heardMs / 1000).toFixed(2)} s`],
        ['Gaps so far', String(current().underruns)],
      );
    }
    list.replaceChildren(...rows.flatMap(([name, value]) => [make('dt', { text: name }), make('dd', { text: value })]));
  };
  setInterval(() => void refresh(), EVERY_MS);
}
