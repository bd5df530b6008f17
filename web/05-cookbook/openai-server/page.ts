import { byId } from '../../assistant/dom.js';
import { openChat, write } from '../chat.js';
import { serverAssistant } from './recipe.js';

const field = (id: string): string => byId<HTMLInputElement>(id).value.trim();
let open: ReturnType<typeof serverAssistant> | undefined;
let made = '';

// A new server is a new session; the same one goes on.
const show = openChat(() => {
  const server = { baseUrl: field('base-url'), model: field('model'), apiKey: field('key') };
  const wanted = JSON.stringify(server);
  if (open !== undefined && wanted === made) return open.session;
  void open?.close();
  try {
    open = serverAssistant(server, (type, data) => {
      if (type === 'provider.failed_over') write('note', 'The server does not answer; the offline assistant does.');
      if (type === 'provider.recovered') write('note', `${String(data?.['provider'])} is back.`);
    });
  } catch (error) {
    write('note', (error as Error).message);
    throw error;
  }
  made = wanted;
  show(open.session);
  return open.session;
});
