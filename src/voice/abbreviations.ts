/**
 * Words before a full stop that may not end a sentence, by how they behave, and words after one that
 * begin a sentence. What is not here ends a sentence; so do "etc." and its like in other languages,
 * because a capital behind them nearly always begins a new one.
 */

/**
 * `title`: a name follows. `joining`: the phrase goes on. `number`: a number follows, or else it is a
 * word. `time`: ends a sentence unless a day or a zone follows. `open`: ends one when the next word
 * begins sentences. `initial`: as `open`, but the next word may be a name with a particle. `none`: not
 * an abbreviation.
 */
export type AbbreviationKind = 'title' | 'joining' | 'number' | 'time' | 'open' | 'initial' | 'none';

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/u));

// Titles in any case.
const TITLES = set(`
  mr mrs mx dr prof capt lt sgt cpl cmdr cdr maj adm brig supt mssrs messrs mme mlle mmes mlles
  frl dipl priv-doz habil dott dott.ssa sig sig.ra sigg sig.na avv prof.ssa
  sra srta dra dña lic gral profa drs mevr dhr mr.sc inż mgr ks bp płk kpt judr mudr phdr rndr mvdr doç sn bpk sdr tn ny
  ul os nám г гор ул им проф акад доц пос наб просп пр-т бул пл пер обл вул кн тов гр ηλ κ κα κος κκ δρ καθ օր
  डॉ श्री श्रीमती पं प्रो कु ডা ড মো মি திரு டாக்டர் డా శ్రీ ಡಾ ಶ್ರೀ ഡോ ശ്രീ ડૉ શ્રી ਡਾ ଡଃ د أ م آ`);
// Titles only with a capital: in lower case they are words.
const CAPITAL_TITLES = set(`ms st ste rev hon gen col sen rep gov pres fr sr ing ir mt ft ald atty mgr msgr insp dir
  hr mag herr frau sto sta fra mm pr av avda eng tp ts ths pgs jl kab kec kol`);
const JOINING = set(`
  e.g i.e eg ie vs v.s cf viz approx esp incl excl resp a.k.a aka c.f
  z.b d.h u.a i.d.r z.t m.e o.ä u.u bzw ca geb gest verh vgl evtl ggf inkl exkl zzgl bspw sog
  av p.ex p.ej p.es c.-à-d c.à.d apr.j av.j aprox núm.
  bijv bv o.a d.w.z m.a.w i.v.m t.a.v m.b.t n.a.v resp ong incl
  t.ex bl.a f.eks dvs jf jfr m.a.o i.e bl esim ks ns tzn tzw np m.in tj tzv např npr kb pl ún örn bkz
  т.е т.к напр т.н см π.χ δηλ βλ լ.օ ee mwst gebr`);
const NUMBERED = set(`
  no nos nr num fig figs vol vols ch chap sec sect pp p pg pgs ft in lb lbs oz yd hr hrs min sec pt qt gal tsp tbsp mon tue tues wed thu thur thurs fri sat sun art arts eq eqs ext tel apt ref refs rm ste bldg para par pt tab app ver est c op rt hwy ex cl bk
  jan feb mar apr jun jul aug sep sept oct nov dec ene abr ago dic fév févr avr juil déc gen mag giu lug set ott
  abs bd kap hausnr rn aufl jg ziff str s z pos lfd nro klo kl puh pág pag págs núm núms tél chap fasc t n cap
  č str godz br čl sayfa md hal hlm стр рис табл гл т с д кв корп тел разд п пп ч ст σελ αρ κεφ क्र रु सं max min`);
const TIMES = set('a.m p.m am pm');
const OPEN = set(`deg inc ltd co corp jr bros dept llc plc gmbh ag u.s u.k u.n e.u u.s.a d.c ph.d ave blvd rd ln hwy pkwy sq ud uds vd vds uu assn univ inst govt dist cía s.a`);
// Ends of lists: what comes behind them begins a sentence.
const FINAL = set('etc usw u.s.w ecc enz osv o.s.v itd itp atd apod dll dsb stb jne yms u.dgl u.ä m.m m.v т.д т.п др пр κ.λπ κτλ ש.ח');
// The second of two words.
const PAIRS = set('dr.med dr.phil dr.jur dr.rer rer.nat rer.pol med.dent med.vet dr.h h.c dr.ing dr.-ing et.al de.ex par.ex por.ej per.es ad.es de.ej n.chr v.chr av.chr и.др');

const AFTER_TIME = set('monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun gmt utc est edt cst cdt mst mdt pst pdt cet cest bst ist jst et pt eastern central mountain pacific greenwich');
const STARTERS = set(`
  the a an it its this that these those there here he she they we you i my your his her our their what when where who whose why how which but and so or yet if in on at as for to from by with after before while because since although though however then now also no yes please let let's do does did don't can could will would should is are was were not one two three some many most all each every both another once meanwhile still maybe perhaps today tomorrow yesterday later finally first next instead otherwise thanks sorry it's he's she's they're we're you're i'm i've i'll that's there's what's who's both everyone everybody nobody nothing something someone
  der die das ein eine er sie es ich du wir ihr und aber oder wenn dann da hier was wer wie wo warum nein ja bitte nun auch dies diese dieser man heute morgen danach deshalb
  le la les un une il elle on nous vous je tu ce cela c'est et mais ou où si quand puis donc non oui aujourd'hui demain ensuite
  el los las yo tú él ella ellos nosotros y pero cuando sí entonces hoy mañana luego este esta
  lo gli io lui lei noi e ma se quando sì oggi domani poi questo questa
  o os as um uma eu você ele ela eles nós mas não sim hoje amanhã depois
  het een ik jij hij zij wij maar als dan nee vandaag daarna
  он она они мы вы я ты это и но если когда да нет все потом сегодня завтра там тут`);
// Words that begin sentences, but are parts of names too ("J. De Niro").
const PARTICLES = set('de la le el al di da du van von der den do dos das ben bin st');
// Behind these a single capital is a label, no initial.
const LABELLED = set('vitamin plan class type grade option hepatitis room row group team point appendix figure exhibit case letter drive key note schedule step level terminal gate platform zone unit block section part answer choice phase schritt punkt typ option klasse version model line exit');
// Behind these a German number with a full stop is a rank ("der 2. Weltkrieg", "am 3. Tag").
const BEFORE_RANK = set('der die das den dem des am im zum zur beim vom ins ans ein eine einen einem einer eines mein meine meinen meinem meiner dein deine sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere unseren unserem unserer jeder jede jedes jeden jedem ab bis dieser diese dieses diesen diesem');
const RANKED = set('januar februar märz april mai juni juli august september oktober november dezember jan feb mär apr jun jul aug sep okt nov dez jahrhundert jh jänner weltkrieg etage stock mal tag woche monat jahr klasse liga platz kapitel auflage geburtstag');
const SPEECH = set(`said asked replied answered cried shouted whispered wondered added muttered murmured called exclaimed yelled says asks replies answers adds explained insisted screamed repeated continued told thought laughed sighed snapped responded
  fragte sagte rief antwortete demanda dit répondit cria preguntó dijo respondió gritó chiese disse rispose perguntou vroeg zei`);

/** How `token`, what stands before a full stop, behaves; `previous` is the word before it, with its own full stop. */
export function abbreviationKind(token: string, previous: string): AbbreviationKind {
  const word = token.toLowerCase();
  const pair = `${previous.replace(/\.$/u, '').toLowerCase()}.${word}`;
  const chain = /^\p{L}{1,2}\.$/u.test(previous) || PAIRS.has(pair) ? pair : word;
  if (FINAL.has(word) || FINAL.has(chain)) return 'none';
  if (JOINING.has(word) || JOINING.has(chain) || PAIRS.has(chain)) return 'joining';
  if (TIMES.has(chain) || (TIMES.has(word) && (word.includes('.') || /\p{N}$/u.test(previous)))) return 'time';
  if (/^гг?$|^р$/u.test(word) && /\p{N}$/u.test(previous)) return 'none'; // "в 1799 г." is a year
  if (TITLES.has(word) || (CAPITAL_TITLES.has(word) && (/^\p{Lu}\p{Ll}*$/u.test(token) || /^(?:MM|TP|TS)$/u.test(token)))) return 'title';
  if (OPEN.has(word)) return 'open';
  if (/^\p{Lu}$/u.test(token)) return isLabel(token, previous.toLowerCase()) ? 'none' : 'initial';
  if (word.length > 1 && NUMBERED.has(word)) return 'number';
  if (/^\p{L}(?:\.\p{L})+$/u.test(token) || /^\p{Lu}\p{Ll}{0,2}(?:\.\p{Lu}\p{Ll}{0,2})+$/u.test(token)) return 'open'; // "U.S", "Ph.D", "a.k.a"
  if (/^\p{L}{2,}str$/u.test(token)) return 'number'; // "Hauptstr. 5"
  return /^(?!\p{Script=Latin})\p{Ll}$/u.test(token) ? 'open' : 'none';
}

// A single capital that names a thing instead of a person: "vitamin C", "got an A", "you and I".
function isLabel(token: string, previous: string): boolean {
  if (token === 'I') return /^(?:and|or|than|am|do|as)$/u.test(previous);
  return LABELLED.has(previous) || previous === 'an';
}

/** True for words that usually begin a sentence; behind an initial, those that may belong to a name do not count. */
export function isSentenceStarter(word: string, behindInitial = false): boolean {
  const lower = word.toLowerCase().replaceAll('’', "'");
  return STARTERS.has(lower) && !(behindInitial && PARTICLES.has(lower));
}

/** True for the short form of a day before that of a month, as in "Tues. Jan. 9". */
export function isDayOfMonth(day: string, month: string): boolean {
  return /^(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)$/iu.test(day) && /^(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)$/iu.test(month);
}

/** True for what goes on after "a.m." or "p.m.": days and time zones. */
export function continuesTime(word: string): boolean {
  return AFTER_TIME.has(word.toLowerCase());
}

/** True when a German number with a full stop is a rank: by the word before it, or by the word behind it. */
export function isRank(previous: string, following: string): boolean {
  return BEFORE_RANK.has(previous.toLowerCase()) ? !isSentenceStarter(following) : RANKED.has(following.toLowerCase());
}

/** True for verbs that follow a quotation, as in “Why?” Tom asked. */
export function isSpeechVerb(word: string): boolean {
  return SPEECH.has(word.toLowerCase());
}
