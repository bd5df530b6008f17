import { openChat } from '../chat.js';
import { guardedAssistant } from './recipe.js';

const session = guardedAssistant();
openChat(() => session)(session);
