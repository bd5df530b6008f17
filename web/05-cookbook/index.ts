/** The list of recipes. */
import { setUpTheme } from '../assistant/theme.js';

setUpTheme(() => undefined);
