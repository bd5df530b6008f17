/// <reference types="vite/client" />
/** The page: makes a session from what this browser can do, and shows what the session tells. */
import { CompositeEventSink } from 'sluice';
import { detectSupport } from 'sluice/browser';
import type { ConversationRecorder } from 'sluice/recording';
import type { VoiceEvent, VoiceSession } from 'sluice/voice';
import { setUpAudioFigures } from './audio-figures.js';
import { setUpBufferChart } from './buffer-chart.js';
import { microphoneWords, speakerWords } from './device-words.js';
import { byId } from './dom.js';
import { offerEngines } from './engines.js';
import { createEventList } from './event-list.js';
import { createGraphView, type GraphView } from './graph-view.js';
import { createGuardView } from './guard-view.js';
import { showLatency } from './latency-bar.js';
import { createListeningTurn } from './listening-turn.js';
import { openMemory } from './memory.js';
import { createMemoryPanel } from './memory-panel.js';
import { notify, withdraw } from './notices.js';
import { setUpRecording } from './recording.js';
import { openSession, type OpenSession } from './session.js';
import { setUpSettings, type Settings } from './settings.js';
import { createSpectrogram } from './spectrogram.js';
import { showSupport } from './support-list.js';
import { setUpTabs } from './tabs.js';
import { chosenMode, createTalkControl } from './talk-control.js';
import { setUpTeaching } from './teach.js';
import { setUpTheme } from './theme.js';
import { createTranscript } from './transcript.js';
import { createWaveform } from './waveform.js';

const waveform = createWaveform();
setUpTheme(() => waveform.redraw());
setUpTabs();
watchNetwork();
void keepOffline();
void run();

async function run(): Promise<void> {
  const transcript = createTranscript();
  const spectrogram = createSpectrogram();
  const guards = createGuardView();
  const eventSink = new CompositeEventSink([createEventList(), guards.sink]);
  const support = await detectSupport();
  showSupport(support);
  offerEngines(support);
  const memory = await openMemory();
  const panel = createMemoryPanel(memory.store, memory.sessionId, memory.where, async () => {
    transcript.clear();
    await current.forgetRecordings();
  });
  for (const entry of memory.past) transcript.remembered(entry.role, entry.content, entry.metadata['interrupted'] === true);
  await panel.refresh();
  memory.onElsewhere(() => void panel.refresh());

  let current: OpenSession;
  let graph: GraphView;
  let recorder: ConversationRecorder | undefined;
  let changing: Promise<void> = Promise.resolve();

  const open = (): void => {
    current = openSession({ settings, support, memory, eventSink, recorder, onLevel: (level) => {
      waveform.add(level);
      spectrogram.add(level);
    } });
    graph = createGraphView(current.stages);
    current.session.subscribe((event) => onEvent(event));
    current.session.setMode(chosenMode());
    Object.assign(window, { sluice: current });
  };
  // One change after the other: a session is closed whole before the next one opens the devices.
  const reopen = (): Promise<void> => {
    changing = changing.then(async () => {
      const wasListening = current.listening;
      await current.close();
      waveform.reset();
      open();
      if (wasListening) await start(current.session).catch(() => talk.stopped()); // `start` has told the user why
    });
    return changing;
  };
  let settings: Settings = setUpSettings((next) => {
    settings = next;
    void reopen();
  });

  const turn = createListeningTurn(() => {
    if (!current.listening) return;
    notify('listening', 'Another tab listens now.', 'Press the button to listen here again.');
    void stop().then(() => talk.stopped());
  });
  const stop = async (): Promise<void> => {
    current.listening = false;
    turn.give();
    await current.session.stop();
    waveform.reset();
  };
  const talk = createTalkControl({
    start: () => start(current.session),
    stop,
    hold: () => current.session.hold(),
    release: () => current.session.release(),
    setMode: (mode) => current.session.setMode(mode),
  });

  async function start(session: VoiceSession): Promise<void> {
    try {
      await session.start();
      current.listening = true;
      turn.take();
      withdraw('microphone');
      withdraw('listening');
    } catch (error) {
      notify('microphone', 'The microphone cannot be used.', `${microphoneWords(error)} Until then you can type; answers are spoken all the same.`, 'bad');
      byId('message').focus();
      throw error;
    }
  }

  function failed(error: Error): void {
    const silent = speakerWords(error);
    if (silent === undefined) notify('error', 'Something went wrong in this turn.', error.message, 'bad');
    else notify('speaker', 'The answer could not be heard.', silent, 'bad');
  }

  function onEvent(event: VoiceEvent): void {
    if (event.type === 'state') talk.show(event.state);
    else if (event.type === 'turnStart') graph.reset();
    else if (event.type === 'userText') transcript.user(event.text, event.redactions);
    else if (event.type === 'answerText') transcript.answer(event.turnId, event.text);
    else if (event.type === 'caption') transcript.heard(event.turnId, event.text);
    else if (event.type === 'stageStart') graph.started(event.stage);
    else if (event.type === 'stageEnd') graph.settled(event.stage, event.status);
    else if (event.type === 'error') failed(event.error);
    else if (event.type === 'turnEnd') {
      transcript.settle(event.report);
      graph.times(event.report.stages);
      if (event.report.source !== 'say') guards.settle(event.report.stages);
      if (event.report.latency !== null) showLatency(event.report.latency, event.report.source === 'voice', event.report.savedMs);
      if (event.report.error === null) withdraw('error');
      if (event.report.latency !== null) withdraw('speaker');
      if (event.report.refused) transcript.system('Refused by the guard; nothing of it was stored.');
      void panel.refresh();
    }
  }

  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    const box = byId<HTMLInputElement>('message');
    const text = box.value;
    if (text.trim() === '') return;
    box.value = '';
    // The gesture unlocks the loudspeaker; a page without sound still answers in text.
    void current.unlock().then(() => current.session.send(text)).catch((error: unknown) => notify('error', 'The message was not answered.', error instanceof Error ? error.message : 'Unknown error.', 'bad'));
  });

  open();
  setUpTeaching(() => current, () => talk.begin());
  setUpAudioFigures(() => current);
  setUpBufferChart(() => current);
  if (support.wasm) {
    setUpRecording({
      with(next) {
        recorder = next;
        return reopen();
      },
      without: () => (recorder = undefined),
    });
  } else byId('record').hidden = true;
  if (current!.canListen) talk.enable(); // `open` has set it
  else talk.disable('Typing only: see the notice above');
  document.documentElement.dataset['ready'] = 'true';
}

function watchNetwork(): void {
  const chip = byId('network');
  const show = (): void => {
    chip.hidden = navigator.onLine;
    chip.textContent = 'offline: everything still works';
  };
  addEventListener('online', show);
  addEventListener('offline', show);
  show();
}

/** Registers the service worker, where there is one to register. */
async function keepOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('/service-worker.js');
    await navigator.serviceWorker.ready;
    document.documentElement.dataset['offline'] = 'true';
  } catch (error) {
    notify('offline', 'This page will need the network when it is loaded again.', `It could not be stored in the browser: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}
