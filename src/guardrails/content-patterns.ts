/**
 * The patterns of the content filter, as sources. They are compiled into `built-in.generated.ts` by
 * `npm run generate`; what runs reads that file, not this one.
 */
import { LEXICON } from './lexicon.js';
import { lexiconPattern } from './lexicon-pattern.js';

// Phrases that threaten or harass.
const HARASSMENT: readonly (readonly [id: string, pattern: string])[] = [
  ['threat.kill', "\\b(?:i(?:'| a)?m|i am|we(?:'| a)?re|i|we)(?: (?:going to|gonna|will|wanna|want to|'ll))+ (?:(?:find|hunt|track) (?:you|u) (?:down )?and )?(?:kill|murder|stab|shoot|strangle|rape|hurt|beat) (?:you|u|ya)\\b"],
  ['threat.die', '\\b(?:kill|hang|shoot|drown) (?:yourself|urself|yourselves)\\b|\\b(?:you|u) (?:should|deserve to|need to|ought to) (?:just )?die\\b|\\b(?:go|just) die\\b|\\bhope (?:you|u) die\\b'],
  ['harass.worthless', "\\b(?:you(?:'re| are)?|u r|ur|youre) (?:a |an |such a |nothing but a |just a )?(?:worthless|pathetic|disgusting|filthy|subhuman)(?: (?:piece of|waste of|excuse for|human|animal|pig|scum|trash|garbage|loser)){1,3}\\b"],
  ['harass.shutup', '\\bnobody (?:likes|loves|wants) (?:you|u)\\b|\\bworld (?:would be|is) better (?:off )?without (?:you|u)\\b'],
];

// Phrases in which a word of the lexicon is harmless; they win over every word.
const ALLOWED_PHRASES: readonly string[] = [
  'cum laude', 'moby[- ]dick', 'dick (?:van dyke|cheney|clark|tracy|turpin|whittington|wolf|grayson|francis|smothers|butkus|vitale|button)', 'philip k\\.? dick', 'andy dick', 'spotted dick', '(?:great|blue|coal|marsh|willow) tits?', 'tit for tat',
  'cock[- ]a[- ]doodle', 'cock and bull', 'cock crow(?:s|ed)?', 'cock robin', 'pussy (?:cat|willow)s?', 'hell or high water', 'bat out of hell', 'highway to hell', 'bloody (?:mary|sunday)', 'chinks? in (?:the|his|her|their|its|your|my) armou?r', 'asses and (?:mules?|oxen|horses?)', 'wild ass(?:es)?', 'jackass penguins?', 'honky[- ]tonks?',
];

// Words that are starred out often enough to be read: their first letter stands, stars stand for as many letters.
const STARRED = '[a-z]{1,8}[*#]{1,6}[a-z]{0,8}';

/** Id and pattern of every rule, in the order of `CONTENT_RULES`. */
export const CONTENT_PATTERNS: readonly (readonly [id: string, pattern: string])[] = [
  ['word.lexicon', lexiconPattern(LEXICON.flatMap(({ words }) => words), LEXICON.flatMap(({ stems }) => stems))],
  ['word.starred', STARRED],
  ...HARASSMENT.map(([id, pattern]) => [`toxic.${id}`, pattern] as const),
  ['allow.phrases', `\\b(?:${ALLOWED_PHRASES.join('|')})\\b`],
];
