/** What the recipes' pages share: a log, a line to type into, and what the session is doing. */
import type { VoiceSession } from 'sluice/voice';
import { byId, make } from '../assistant/dom.js';
import { setUpTheme } from '../assistant/theme.js';

const DOING: Readonly<Record<string, string>> = { idle: '', listening: 'Listening.', hearing: 'I hear you.', thinking: 'Thinking.', speaking: 'Speaking.', closed: '' };

/** Adds a line to the log. */
export function write(who: 'user' | 'assistant' | 'note', text: string): HTMLElement {
  const line = make('li', { text, className: who });
  byId('log').append(line);
  line.scrollIntoView({ block: 'nearest' });
  return line;
}

/** Shows a session on the page: `session` is asked for at each message, because a page may make a new one. */
export function openChat(session: () => VoiceSession): (shown: VoiceSession) => void {
  setUpTheme(() => undefined);
  const message = byId<HTMLInputElement>('message');
  byId<HTMLFormElement>('form').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = message.value.trim();
    if (text === '') return;
    message.value = '';
    void session().send(text);
  });
  let answer: HTMLElement | undefined;
  return (shown) => {
    shown.subscribe((event) => {
      if (event.type === 'state') byId('status').textContent = DOING[event.state] ?? '';
      else if (event.type === 'turnStart') answer = undefined;
      else if (event.type === 'userText' && event.text !== '') write('user', event.text);
      else if (event.type === 'answerText') (answer ??= write('assistant', '')).append(event.text);
      else if (event.type === 'turnEnd') document.documentElement.dataset['turns'] = String(Number(document.documentElement.dataset['turns'] ?? 0) + 1);
      else if (event.type === 'error') write('note', event.error.message);
    });
  };
}
