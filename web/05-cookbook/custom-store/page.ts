import { MemoryConfig } from 'sluice/memory';
import { byId } from '../../assistant/dom.js';
import { openChat, write } from '../chat.js';
import { rememberingAssistant, WebStorageStore } from './recipe.js';

// One visitor, one conversation; a product has an id per user and conversation.
const SESSION = '3f1c8a52-6a0e-4a5c-9d3f-0d7f3c1b2a11';
const store = new WebStorageStore(localStorage);
const session = rememberingAssistant(store, SESSION);
openChat(() => session)(session);

void store.fetch(SESSION, new MemoryConfig()).then((entries) => {
  for (const { role, content } of entries) if (role === 'user' || role === 'assistant') write(role, content);
});
byId('forget').addEventListener('click', () => {
  void store.clear(SESSION).then((count) => {
    byId('log').replaceChildren();
    write('note', `${count} entries are forgotten.`);
  });
});
