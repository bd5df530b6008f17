/**
 * Words that tell something about whose turn it is, by language: those that leave a sentence open,
 * those that only show that one listens, and digits as they are spoken. Languages are those of the
 * primary subtag of a BCP 47 tag; another one has no words, and silence alone decides.
 */

/** The words of one language, in lower case without punctuation. */
export interface TurnWords {
  /** A sentence hardly ever ends with one of these. Prepositions that verbs take with them ("turn it on") are not among them. */
  readonly open: ReadonlySet<string>;
  /** Signs of listening: one word each; several may follow each other. */
  readonly backchannel: ReadonlySet<string>;
  /** Spoken digits. */
  readonly digits: ReadonlySet<string>;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' ').filter((word) => word !== ''));

// Hesitation sounds are alike in many languages; the signs of listening below are sounds too.
const HESITATION = 'uh um uhm er erm eh ehm äh ähm hm euh heu ee este';
const HUMMING = 'uh mm mmm mhm mhmm hmm uhhuh huh uh-huh mm-hmm m-hm mmhmm aha ah oh ok okay';

const NONE: TurnWords = { open: set(''), backchannel: set(HUMMING), digits: set('') };

const LANGUAGES: Readonly<Record<string, TurnWords>> = {
  en: {
    open: set(`${HESITATION} and or but because if unless until the a an my your our their of to with into than i'm you're we're they're it's i'll i've i'd`),
    backchannel: set(`${HUMMING} yeah yes yep yup right sure alright cool great nice wow exactly absolutely indeed true really i see got it`),
    digits: set('zero oh o one two three four five six seven eight nine double triple'),
  },
  de: {
    open: set(`${HESITATION} und oder aber sondern weil wenn dass ob dem des eine einen einem einer mein dein ihre unser von zum zur mit für im am bei`),
    backchannel: set(`${HUMMING} ja jo jep genau richtig klar gut stimmt achso ach so echt super toll verstehe`),
    digits: set('null eins zwei zwo drei vier fünf sechs sieben acht neun'),
  },
  fr: {
    open: set(`${HESITATION} et ou mais donc parce que si le la les un une des du de au aux mon ma mes ton ta tes son sa ses notre votre pour avec sans dans sur`),
    backchannel: set(`${HUMMING} oui ouais d'accord voilà exact exactement bien sûr super génial vraiment`),
    digits: set('zéro un deux trois quatre cinq six sept huit neuf'),
  },
  es: {
    open: set(`${HESITATION} y o pero porque que el la los las un una unos unas mi tu su de del al con sin para por en`),
    backchannel: set(`${HUMMING} sí si ya claro vale bueno exacto cierto bien genial verdad`),
    digits: set('cero uno dos tres cuatro cinco seis siete ocho nueve'),
  },
  it: {
    open: set(`${HESITATION} e o ma se che il lo i gli le un uno una di del della al con senza per in`),
    backchannel: set(`${HUMMING} sì già certo esatto giusto bene va capito davvero`),
    digits: set('zero uno due tre quattro cinque sei sette otto nove'),
  },
  pt: {
    open: set(`${HESITATION} e ou mas que o os as um uma de do da ao com sem para por em no na`),
    backchannel: set(`${HUMMING} sim pois claro certo exato isso bem tá verdade legal`),
    digits: set('zero um dois três quatro cinco seis meia sete oito nove'),
  },
  nl: {
    open: set(`${HESITATION} en of maar want omdat als de het een mijn zijn van naar met zonder`),
    backchannel: set(`${HUMMING} ja jawel precies klopt goed zeker echt leuk snap`),
    digits: set('nul een twee drie vier vijf zes zeven acht negen'),
  },
};

/** The words of a language, given as a BCP 47 tag. */
export function turnWords(language: string): TurnWords {
  return LANGUAGES[(language.toLowerCase().split(/[-_]/u)[0] as string)] ?? NONE; // split gives at least one part
}

/** The words of a text, in lower case without punctuation; hyphens and apostrophes inside a word stay. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().replaceAll('’', "'").match(/[\p{L}\p{M}\p{N}]+(?:['-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
}

// More words than this say something, whatever they are.
const MOST_BACKCHANNEL_WORDS = 4;

/** Whether a text only shows that one listens. Empty text does not. `extra` are further words that count so. */
export function isBackchannel(text: string, language: string, extra?: ReadonlySet<string>): boolean {
  const words = wordsOf(text);
  const { backchannel } = turnWords(language);
  if (words.length === 0 || words.length > MOST_BACKCHANNEL_WORDS || /[?？]\s*$/u.test(text)) return false;
  return words.every((word) => backchannel.has(word) || extra?.has(word) === true || word.split('-').every((part) => backchannel.has(part)));
}
