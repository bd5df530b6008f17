import { byId } from '../../assistant/dom.js';
import { openChat, write } from '../chat.js';
import { offlineAssistant } from './recipe.js';

const session = offlineAssistant();
openChat(() => session)(session);

// The microphone is opened by a gesture, and closed by the next one.
const talk = byId<HTMLButtonElement>('talk');
let listening = false;
talk.addEventListener('click', () => {
  listening = !listening;
  talk.textContent = listening ? 'Stop listening' : 'Talk';
  (listening ? session.start() : session.stop()).catch((error: Error) => {
    listening = false;
    talk.textContent = 'Talk';
    write('note', error.message);
  });
});
