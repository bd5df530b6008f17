/**
 * The lexicon of the content filter: words by category, each category with its kind of violation and
 * its grade. `words` count only as whole words; `stems` also inside longer ones, unless the longer word
 * is in the generated list of ordinary words that hold a stem by chance.
 *
 * Medical, anatomical and identity words and names are not here, however often lists of bad words have
 * them. Spelling variants that folding, joining and repeated letters already cover are not here either.
 */
import { ViolationType } from './violation.js';

/** How serious a word is; what a stream guard does depends on it. */
export type Grade = 'mild' | 'strong' | 'slur';

/** One category of the lexicon. */
export interface LexiconCategory {
  readonly id: string;
  readonly grade: Grade;
  readonly type: ViolationType;
  readonly words: readonly string[];
  readonly stems: readonly string[];
}

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The built-in lexicon. */
export const LEXICON: readonly LexiconCategory[] = [
  {
    id: 'mild',
    grade: 'mild',
    type: ViolationType.PROFANITY,
    words: list('damn damned dammit damnit goddamn goddamned goddammit hell crap crappy crapper bloody bugger buggery arse arses piss pissed pissing pisser bollocks bollock frigging friggin feck ass asses tit tits titties boob boobs boobies turd turds'),
    stems: [],
  },
  {
    id: 'strong',
    grade: 'strong',
    type: ViolationType.PROFANITY,
    words: list(
      'dick dicks dickhead dickheads dickface dickwad dickweed dickless cock cocks cockface cockhead prick pricks pricked bellend bellends cum cums cumming cummer cumshot cumshots creampie creampies orgasim orgasims orgasm orgasms orgy orgies rimming rimjob rimjobs quim spunk spunks skank skanks skanky slag slags knob knobs knobead knobed knobend knobhead knobjocky knobjokey nobhead nobjocky nobjokey nutsack nutsacks ballsack scrote scrotes shaggin shagging shagger shag horny horniest hornier milf milfs mofo mofos douche douches douchebag douchebags bastard bastards bastardy poontang punany punani pussies pussy pussys pube pubes whoar whoars hoar hoer tosser tossers minge minger muff muffdiver muffdiving jailbait jackoff jackoffs jerkoff pissoff pisspot beastiality bestiality bangbros bukkake bukake gangbang gangbangs gangbanged goatse hentai jizz jizm jism lolita anilingus fingerbang fisting facesitting handjob handjobs footjob footjobs deepthroat dogging doggiestyle doggystyle rapist raper rapey schlong teabagging tosspot threesome tubgirl twink upskirt vibrator wank wanks wanker wankers wanking wanky whorehouse pegging pedobear pedo paedo paedophile femdom felching felch fellate fellatio cunnilingus cunilingus kunilingus nympho nymphos nymphomania numbnuts masterbate masterbates masterbating masterbation masturbate masturbates masturbating masturbation biatch biatches blowjob blowjobs bimbo boner boners boned buttplug butthole buttholes buttfuck buttmunch assmunch asswipe asshat asshats asslick assfucker assfukka asshole assholes arsehole arseholes jackass jackasses dumbass dumbasses badass smartass fatass lardass fudgepacker fudgepackers packer-fudge carpetmuncher carpetmunchers porn porno pornos slutty smut smutty snatch gimp goddam hardcoresex homoerotic phonesex xrated zoophilia ejaculate ejaculated ejaculating ejaculation clit clits clitty dink dinks dildo dildos doosh nazi wtf stfu kys',
    ).filter((word) => !word.includes('-')),
    stems: list(
      'fuck fukk fuker fukin fuking fcuk phuck phuk fuk fvck fuq mothafuck mothafuk muthafuck muthafeck mutherfuck motherfuck shit shyt shiit sh1t cunt kunt bitch b1tch biatch beeyotch cocksuck cocksuk cokmunch cockmunch cockmuncher cockhead cocksmok asshol arsehol a55hol assfuck assfuk dumbass dickhead dickwad douchebag wanker wankstain twat slut whore hooker cumshot cumdump cumslut blowjob blowjob handjob rimjob footjob jizz dildo butthole buttfuck gangbang knobhead knobend nobhead bellend bullshit horseshit apeshit batshit dipshit shithead shitface shitdick masturbat masterbat ejaculat clusterfuck fucktard assclown asslick pissflap twatwaffle',
    ),
  },
  {
    id: 'slur',
    grade: 'slur',
    type: ViolationType.TOXICITY,
    words: list(
      'chink chinks chinky gook gooks gookie spic spics spick wop wops dago dagos kike kikes kyke kykes yid coon coons darkie darky fag fags fagg faggs fagot fagots faggit dyke dykes tranny trannies shemale shemales beaner beaners wetback wetbacks raghead ragheads towelhead towelheads sandnigger honky honkey honkies cracker-ass gringo-ass chingchong ching-chong wigger wiggers nigga niggas niggaz niggah niggahs nigger niggers niggle-not niglet niglets negro-not retard retards retarded retardation-not spastic spaz spazz mongoloid golliwog jap japs jigaboo jiggaboo pickaninny pikey paki pakis polack raghead redskin injun halfbreed squaw tard tards libtard cripple-not zipperhead camel-jockey gypo gyppo abo-not poofter poof poofs homo homos lesbo lezzie lesbos battyboy faggotry',
    ).filter((word) => !word.includes('-')),
    stems: list('nigg3r nigger nigga nigguh niglet faggot faggit wetback towelhead raghead chingchong sandnigg'),
  },
];

/** Phrases that threaten or harass; each is a pattern over the folded text. */
export const HARASSMENT: readonly (readonly [id: string, pattern: string])[] = [
  ['threat.kill', "\\b(?:i(?:'| a)?m|i am|we(?:'| a)?re|i|we)(?: (?:going to|gonna|will|wanna|want to|'ll))+ (?:(?:find|hunt|track) (?:you|u) (?:down )?and )?(?:kill|murder|stab|shoot|strangle|rape|hurt|beat) (?:you|u|ya)\\b"],
  ['threat.die', '\\b(?:kill|hang|shoot|drown) (?:yourself|urself|yourselves)\\b|\\b(?:you|u) (?:should|deserve to|need to|ought to) (?:just )?die\\b|\\b(?:go|just) die\\b|\\bhope (?:you|u) die\\b'],
  ['harass.worthless', "\\b(?:you(?:'re| are)?|u r|ur|youre) (?:a |an |such a |nothing but a |just a )?(?:worthless|pathetic|disgusting|filthy|subhuman)(?: (?:piece of|waste of|excuse for|human|animal|pig|scum|trash|garbage|loser)){1,3}\\b"],
  ['harass.shutup', '\\bnobody (?:likes|loves|wants) (?:you|u)\\b|\\bworld (?:would be|is) better (?:off )?without (?:you|u)\\b'],
];

/** Phrases in which a word of the lexicon is harmless; they win over every word. */
export const ALLOWED_PHRASES: readonly string[] = [
  '(?:magna|summa) cum laude', 'cum laude', 'moby[- ]dick', 'dick (?:van dyke|cheney|clark|tracy|turpin|whittington|wolf|grayson|francis|smothers|butkus|vitale|button)', 'philip k\\.? dick', 'andy dick', 'van dyke', 'spotted dick', 'great tits?', 'blue tits?', 'coal tits?', 'tit for tat', 'cock[- ]a[- ]doodle', 'cock (?:and bull|crow(?:s|ed)?|robin)', 'weather ?cock', 'pussy (?:cat|willow)s?', 'pussyfoot\\w*', 'kung[- ]fu', 'fu manchu', 'hell or high water', 'bat out of hell', 'highway to hell', 'cracker barrel', 'hoover dam', 'bloody (?:mary|sunday)', 'snatch(?:ed|es|ing)? (?:up|away|the|a|his|her|my|it)', 'shag (?:carpet|rug|pile)s?', 'door ?knobs?', '(?:volume|control|temperature|radio|drawer|gear|tuning) knobs?', 'knobs? (?:and|on|of) (?:dials?|the|a)', 'chink in (?:the|his|her|their|its) armou?r', 'coon ?skin', 'maine coons?', 'raccoons?', 'jap(?:an|anese)', 'hot ?dogging', 'ass(?:es)? and (?:mules?|oxen|horses?)', 'jenny ass', 'wild ass(?:es)?', 'donkeys? and ass(?:es)?', 'soup nazi', 'neo-?nazis?', 'nazi (?:germany|party|regime|era|soldiers?|occupation)', 'pegging (?:the|a|it|down|out)', 'rimming (?:the|a)', 'spunky', 'jack ?ass (?:penguins?|forever)', 'slag (?:heap|pile|cement)s?', 'gimp (?:plugin|image|software|2)', 'hooker (?:chemical|telescope)', 'john lee hooker', 'smart ?ass(?:ets|essment)',
];
