import { byId } from '../../assistant/dom.js';
import { openChat, write } from '../chat.js';
import { holdButton, pushToTalk } from './recipe.js';

const session = pushToTalk();
openChat(() => session)(session);
holdButton(byId('hold'), session, (error) => write('note', error.message));
