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
      'fck fcks fcked fcker fckers fcking fckin fckn btch btches mthrfckr dick dicks dickface dickweed dickless cock cocks cockface prick pricks cum cums cumming cummer creampie creampies orgasim orgasims orgy orgies rimming quim spunk spunks skank skanks skanky knobead knobed knobjocky knobjokey nobjocky nobjokey nutsack nutsacks ballsack scrote scrotes shaggin shagging shagger horny horniest hornier milf milfs mofo mofos douche douches bastard bastards bastardy poontang punany punani pussies pussy pussys whoar whoars tosser tossers muffdiver muffdiving jailbait jackoff jackoffs jerkoff pissoff pisspot beastiality bangbros bukkake bukake goatse jizm jism anilingus fingerbang facesitting footjobs deepthroat doggiestyle doggystyle schlong tosspot tubgirl wank wanks wanking wanky pedobear felching felch fellate fellatio cunnilingus cunilingus kunilingus nympho nymphos numbnuts boner boners buttplug buttmunch assmunch asswipe asshat asshats jackass jackasses fatass lardass fudgepacker fudgepackers carpetmuncher carpetmunchers fux fuks bullshit bullshits bullshitted bullshitting bullshitter horseshit apeshit batshit dipshit dogshit',
    ),
    stems: list(
      'fuck fukk fuker fukin fuking fcuk phuck phuk fuk fvck fuq cvnt mothafuck mothafuk muthafuck muthafeck mutherfuck motherfuck shit cunt kunt bitch biatch beeyotch cocksuck cocksuk cokmunch cockmunch cockhead asshol arsehol assfuck assfuk assclown asslick dumbass dickhead dickwad douchebag wanker twat slut whore cumshot cumdump blowjob handjob rimjob footjob jizz dildo butthole knobhead knobend nobhead bellend masterbat gangbang',
    ),
  },
  {
    id: 'slur',
    grade: 'slur',
    type: ViolationType.TOXICITY,
    words: list(
      'chink chinks chinky gook gooks gookie spic spics wop wops dago dagos kike kikes kyke kykes yid darkie darky fag fags fagg faggs fagot fagots faggit tranny trannies shemale shemales beaner beaners wetback wetbacks raghead ragheads towelhead towelheads sandnigger honky honkey honkies chingchong wigger wiggers nigga niggas niggaz niggah niggahs niqqa nigger niggers niglet niglets retard retards retarded spaz spazz golliwog jigaboo jiggaboo pickaninny pikey polack raghead tard tards libtard zipperhead gypo gyppo poofter lesbo lezzie lesbos battyboy faggotry',
    ),
    stems: list('nigger nigga nigguh niglet faggot faggit wetback towelhead raghead chingchong sandnigg'),
  },
];
