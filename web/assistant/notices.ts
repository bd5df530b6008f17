/** What is missing or went wrong, in words, at the top of the page; one notice per subject. */
import { byId, make } from './dom.js';

const shown = new Map<string, HTMLElement>();

/** Shows or replaces the notice about `subject`. */
export function notify(subject: string, title: string, text: string, severity: 'warn' | 'bad' = 'warn'): void {
  const notice = make('div', { className: severity === 'bad' ? 'notice bad' : 'notice' });
  notice.dataset['subject'] = subject;
  notice.append(make('strong', { text: title }), text);
  const old = shown.get(subject);
  if (old === undefined) byId('notices').append(notice);
  else old.replaceWith(notice);
  shown.set(subject, notice);
}

/** Takes the notice about `subject` away. */
export function withdraw(subject: string): void {
  shown.get(subject)?.remove();
  shown.delete(subject);
}
