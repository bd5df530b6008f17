/**
 * Words that the letter rules would misread or misstress, and the words of the assistant's own
 * answers, with their phones, parted by commas. `1` marks the stressed vowel, `2` a lesser stress; a word without a
 * mark is spoken weakly in a sentence.
 */
const ENTRIES = `
average AE1 V R IH JH, battery B AE1 T ER IY, bread B R EH1 D, camera K AE1 M R AX, client K L AY1 AX N T, close K L OW1 Z, careful K EH1 R F AX L
drama D R AA1 M AX, england IH1 NG G L AX N D, europe Y UH1 R AX P, key K IY1, knowledge N AA1 L IH JH, lawyer L OY1 ER, london L AH1 N D AX N, museum M Y UW Z IY1 AX M
natural N AE1 CH R AX L, neighbor N EY1 B ER, network N EH1 T W ER2 K, oven AH1 V AX N, pizza P IY1 T S AX, potato P AX T EY1 T OW, reign R EY1 N, restaurant R EH1 S T R AA2 N T
southern S AH1 DH ER N, special S P EH1 SH AX L, tiger T AY1 G ER, trial T R AY1 AX L, vacation V EY K EY1 SH AX N, variety V ER AY1 AX T IY, vegetable V EH1 JH T AX B AX L, wolf W UH1 L F, zebra Z IY1 B R AX
a AX, able EY1 B AX L, about AX B AW1 T, above AX B AH1 V, across AX K R AO1 S, actually AE1 K CH UW AX L IY, after AE1 F T ER
afternoon AE2 F T ER N UW1 N, again AX G EH1 N, against AX G EH1 N S T, ago AX G OW1, all AO1 L, allow AX L AW1, almost AO1 L M OW S T
alone AX L OW1 N, already AO L R EH1 D IY, also AO1 L S OW, always AO1 L W EY Z, am AE M, an AX N, and AX N D, animal AE1 N AX M AX L
another AX N AH1 DH ER, answer AE1 N S ER, any EH1 N IY, anyone EH1 N IY W AH2 N, anything EH1 N IY TH IH NG, april EY1 P R AX L, are AA R
area EH1 R IY AX, arithmetic AX R IH1 TH M AX T IH K, as AE Z, ask AE1 S K, assistant AX S IH1 S T AX N T, at AE T, audio AO1 D IY OW
august AO1 G AX S T, aunt AE1 N T, away AX W EY1, banana B AX N AE1 N AX, be B IY, beautiful B Y UW1 T AX F AX L, because B IH K AO1 Z
become B IH K AH1 M, been B IH N, before B IH F AO1 R, begin B IH G IH1 N, behind B IH HH AY1 N D, believe B IH L IY1 V, below B IH L OW1
between B IH T W IY1 N, beyond B IH Y AA1 N D, billion B IH1 L Y AX N, body B AA1 D IY, both B OW1 TH, bought B AO1 T, boulder B OW1 L D ER
brother B R AH1 DH ER, browser B R AW1 Z ER, build B IH1 L D, built B IH1 L T, bury B EH1 R IY, business B IH1 Z N AX S, busy B IH1 Z IY, but B AX T
button B AH1 T AX N, buy B AY1, by B AY, calendar K AE1 L AX N D ER, can K AE N, cancel K AE1 N S AX L, cancelled K AE1 N S AX L D, card K AA1 R D
caught K AO1 T, celsius S EH1 L S IY AX S, cent S EH1 N T, centimeter S EH1 N T AX M IY2 T ER, chocolate CH AA1 K L AX T, clear K L IH1 R
clock K L AA1 K, clothes K L OW1 Z, color K AH1 L ER, come K AH1 M, comfortable K AH1 M F T ER B AX L, command K AX M AE1 N D
company K AH1 M P AX N IY, complete K AX M P L IY1 T, computer K AX M P Y UW1 T ER, control K AX N T R OW1 L, convert K AX N V ER1 T, cost K AO1 S T
could K UH D, country K AH1 N T R IY, couple K AH1 P AX L, course K AO1 R S, cousin K AH1 Z AX N, cover K AH1 V ER, create K R IY EY1 T
credit K R EH1 D AX T, danger D EY1 N JH ER, data D EY1 T AX, date D EY1 T, daughter D AO1 T ER, december D IH S EH1 M B ER, degree D IH G R IY1
degrees D IH G R IY1 Z, delete D IH L IY1 T, desert D EH1 Z ER T, did D IH D, different D IH1 F R AX N T, divide D AX V AY1 D
divided D AX V AY1 D AX D, do D UW, does D AX Z, dollar D AA1 L ER, done D AH1 N, door D AO1 R, double D AH1 B AX L, during D UH1 R IH NG
early ER1 L IY, earth ER1 TH, either IY1 DH ER, eight EY1 T, eighteen EY T IY1 N, eighth EY1 T TH, eightieth EY1 T IY AX TH, eighty EY1 T IY
eleven IH L EH1 V AX N, else EH1 L S, email IY1 M EY L, empty EH1 M P T IY, engine EH1 N JH AX N, english IH1 NG G L IH SH, enough IH N AH1 F
equal IY1 K W AX L, equals IY1 K W AX L Z, euro Y UH1 R OW, even IY1 V AX N, evening IY1 V N IH NG, ever EH1 V ER, every EH1 V R IY
everyone EH1 V R IY W AH2 N, everything EH1 V R IY TH IH2 NG, example IH G Z AE1 M P AX L, expected IH K S P EH1 K T AX D, eye AY1
fahrenheit F AE1 R AX N HH AY2 T, family F AE1 M L IY, father F AA1 DH ER, favorite F EY1 V R AX T, february F EH1 B Y UW EH2 R IY, feet F IY1 T
few F Y UW1, fifteen F IH F T IY1 N, fifth F IH1 F TH, fifty F IH1 F T IY, figure F IH1 G Y ER, final F AY1 N AX L, find F AY1 N D
finger F IH1 NG G ER, first F ER1 S T, five F AY1 V, foot F UH1 T, for F AO R, foreign F AO1 R AX N, forget F ER G EH1 T, forgot F ER G AA1 T
forgotten F ER G AA1 T AX N, forty F AO1 R T IY, found F AW1 N D, four F AO1 R, fourteen F AO R T IY1 N, fourth F AO1 R TH, fraction F R AE1 K SH AX N
friday F R AY1 D EY, friend F R EH1 N D, from F R AX M, front F R AH1 N T, fruit F R UW1 T, gallon G AE1 L AX N, garage G AX R AA1 ZH
garden G AA1 R D AX N, get G EH1 T, girl G ER1 L, give G IH1 V, given G IH1 V AX N, go G OW1, gone G AO1 N, good G UH1 D, goodbye G UH D B AY1
gram G R AE1 M, great G R EY1 T, group G R UW1 P, guard G AA1 R D, guess G EH1 S, guide G AY1 D, had HH AE D, half HH AE1 F, has HH AE Z, have HH AE V
he HH IY, head HH EH1 D, hear HH IH1 R, heard HH ER1 D, heart HH AA1 R T, heavy HH EH1 V IY, hello HH AX L OW1, help HH EH1 L P, her HH ER
here HH IH1 R, hi HH AY1, hidden HH IH1 D AX N, him HH IH M, his HH IH Z, hold HH OW1 L D, hour AW1 ER, hours AW1 ER Z, how HH AW1
hundred HH AH1 N D R AX D, i AY, idea AY D IY1 AX, if IH F, important IH M P AO1 R T AX N T, in IH N, inch IH1 N CH
information IH2 N F ER M EY1 SH AX N, instruction IH N S T R AH1 K SH AX N, instructions IH N S T R AH1 K SH AX N Z, interest IH1 N T R AX S T
into IH1 N T UW, iron AY1 ER N, is IH Z, island AY1 L AX N D, it IH T, its IH T S, january JH AE1 N Y UW EH2 R IY, july JH UH L AY1, june JH UW1 N
just JH AH S T, kilogram K IH1 L AX G R AE2 M, kilometer K AX L AA1 M AX T ER, know N OW1, language L AE1 NG G W IH JH, large L AA1 R JH
laugh L AE1 F, learn L ER1 N, leave L IY1 V, length L EH1 NG K TH, less L EH1 S, letter L EH1 T ER, list L IH1 S T, listen L IH1 S AX N
listening L IH1 S AX N IH NG, liter L IY1 T ER, little L IH1 T AX L, live L IH1 V, local L OW1 K AX L, lose L UW1 Z, love L AH1 V
machine M AX SH IY1 N, many M EH1 N IY, march M AA1 R CH, may M EY1, me M IY, measure M EH1 ZH ER, memory M EH1 M ER IY, message M EH1 S IH JH
meter M IY1 T ER, microphone M AY1 K R AX F OW2 N, midnight M IH1 D N AY2 T, mile M AY1 L, milligram M IH1 L AX G R AE2 M
millimeter M IH1 L AX M IY2 T ER, million M IH1 L Y AX N, minus M AY1 N AX S, minute M IH1 N AX T, minutes M IH1 N AX T S, mister M IH1 S T ER
monday M AH1 N D EY, money M AH1 N IY, month M AH1 N TH, more M AO1 R, morning M AO1 R N IH NG, most M OW1 S T, mother M AH1 DH ER
mountain M AW1 N T AX N, move M UW1 V, music M Y UW1 Z IH K, must M AH S T, my M AY, nature N EY1 CH ER, need N IY1 D, neither N IY1 DH ER
never N EH1 V ER, nine N AY1 N, nineteen N AY N T IY1 N, ninth N AY1 N TH, ninety N AY1 N T IY, no N OW1, none N AH1 N, noon N UW1 N, not N AA1 T
note N OW1 T, nothing N AH1 TH IH NG, november N OW V EH1 M B ER, now N AW1, number N AH1 M B ER, o'clock AX K L AA1 K, ocean OW1 SH AX N
october AA K T OW1 B ER, of AX V, off AO1 F, offline AO2 F L AY1 N, often AO1 F AX N, oh OW1, okay OW K EY1, old OW1 L D, on AA N, once W AH1 N S
one W AH1 N, only OW1 N L IY, open OW1 P AX N, or AO R, orange AO1 R AX N JH, other AH1 DH ER, ounce AW1 N S, our AW ER, out AW1 T, over OW1 V ER
own OW1 N, paper P EY1 P ER, pardon P AA1 R D AX N, people P IY1 P AX L, percent P ER S EH1 N T, perhaps P ER HH AE1 P S, period P IH1 R IY AX D
person P ER1 S AX N, photo F OW1 T OW, picture P IH1 K CH ER, piece P IY1 S, please P L IY1 Z, pleasure P L EH1 ZH ER, plus P L AH1 S, point P OY1 N T
police P AX L IY1 S, policy P AA1 L AX S IY, possible P AA1 S AX B AX L, pound P AW1 N D, power P AW1 ER, pretty P R IH1 T IY, private P R AY1 V AX T
problem P R AA1 B L AX M, promise P R AA1 M AX S, pronunciation P R AX N AH2 N S IY EY1 SH AX N, put P UH1 T, quarter K W AO1 R T ER
question K W EH1 S CH AX N, quiet K W AY1 AX T, radio R EY1 D IY OW, ready R EH1 D IY, really R IH1 L IY, reason R IY1 Z AX N, recall R IH K AO1 L
recording R IH K AO1 R D IH NG, remember R IH M EH1 M B ER, remembered R IH M EH1 M B ER D, repeat R IH P IY1 T, result R IH Z AH1 L T, right R AY1 T
ring R IH1 NG, river R IH1 V ER, root R UW1 T, running R AH1 N IH NG, said S EH1 D, saturday S AE1 T ER D EY, saved S EY1 V D, say S EY1, says S EH1 Z
school S K UW1 L, science S AY1 AX N S, second S EH1 K AX N D, seconds S EH1 K AX N D Z, secret S IY1 K R AX T, september S EH P T EH1 M B ER
service S ER1 V AX S, set S EH1 T, seven S EH1 V AX N, seventeen S EH V AX N T IY1 N, seventh S EH1 V AX N TH, seventy S EH1 V AX N T IY
several S EH1 V R AX L, shall SH AE L, she SH IY, should SH UH D, sign S AY1 N, since S IH1 N S, six S IH1 K S, sixteen S IH K S T IY1 N
sixth S IH1 K S TH, sixty S IH1 K S T IY, so S OW1, some S AH M, something S AH1 M TH IH NG, son S AH1 N, sorry S AA1 R IY, sound S AW1 N D
source S AO1 R S, speak S P IY1 K, speech S P IY1 CH, square S K W EH1 R, stop S T AA1 P, stored S T AO1 R D, stomach S T AH1 M AX K
strange S T R EY1 N JH, street S T R IY1 T, sugar SH UH1 G ER, sunday S AH1 N D EY, sure SH UH1 R, sword S AO1 R D, table T EY1 B AX L, talk T AO1 K
tell T EH1 L, temperature T EH1 M P R AX CH ER, ten T EH1 N, than DH AX N, thank TH AE1 NG K, thanks TH AE1 NG K S, that DH AE T, the DH AX
their DH EH R, them DH AX M, then DH EH1 N, there DH EH1 R, these DH IY1 Z, they DH EY, thing TH IH1 NG, think TH IH1 NG K, third TH ER1 D
thirteen TH ER T IY1 N, thirty TH ER1 T IY, this DH IH S, those DH OW1 Z, though DH OW1, thousand TH AW1 Z AX N D, three TH R IY1, through TH R UW
thursday TH ER1 Z D EY, time T AY1 M, timer T AY1 M ER, timers T AY1 M ER Z, times T AY1 M Z, to T UW, today T AX D EY1, together T AX G EH1 DH ER
told T OW1 L D, tomato T AX M EY1 T OW, tomorrow T AX M AA1 R OW, tonight T AX N AY1 T, too T UW1, touch T AH1 CH, toward T AO1 R D, tried T R AY1 D
trouble T R AH1 B AX L, tuesday T UW1 Z D EY, twelfth T W EH1 L F TH, twelve T W EH1 L V, twenty T W EH1 N T IY, two T UW1, uncle AH1 NG K AX L
understand AH2 N D ER S T AE1 N D, unit Y UW1 N AX T, until AX N T IH1 L, up AH1 P, upon AX P AA1 N, us AX S, use Y UW1 Z, used Y UW1 Z D
usual Y UW1 ZH UW AX L, valley V AE1 L IY, very V EH1 R IY, view V Y UW1, voice V OY1 S, want W AA1 N T, was W AX Z, watch W AA1 CH, water W AO1 T ER
we W IY, weather W EH1 DH ER, wednesday W EH1 N Z D EY, week W IY1 K, welcome W EH1 L K AX M, well W EH1 L, were W ER, what W AH1 T, when W EH1 N
where W EH1 R, which W IH1 CH, while W AY1 L, white W AY1 T, who HH UW1, whole HH OW1 L, why W AY1, will W IH L, window W IH1 N D OW, wind W IH1 N D
with W IH DH, within W IH DH IH1 N, without W IH DH AW1 T, woman W UH1 M AX N, women W IH1 M AX N, won W AH1 N, wonder W AH1 N D ER, word W ER1 D
work W ER1 K, world W ER1 L D, would W UH D, write R AY1 T, wrong R AO1 NG, year Y IH1 R, yes Y EH1 S, yesterday Y EH1 S T ER D EY, yet Y EH1 T
you Y UW, young Y AH1 NG, your Y AO R, zero Z IH1 R OW, A EY1, B B IY1, C S IY1, D D IY1, E IY1, F EH1 F, G JH IY1, H EY1 CH, I AY1, J JH EY1, K K EY1
L EH1 L, M EH1 M, N EH1 N, O OW1, P P IY1, Q K Y UW1, R AA1 R, S EH1 S, T T IY1, U Y UW1, V V IY1, W D AH1 B AX L Y UW2, X EH1 K S, Y W AY1, Z Z IY1
`;

/** Phones with stress digits of the words in the list; a capital letter stands for its name. */
export const PRONUNCIATIONS: ReadonlyMap<string, string> = new Map(
  ENTRIES.trim().split(/,\s+|\n/).map((entry) => {
    const space = entry.indexOf(' ');
    return [entry.slice(0, space), entry.slice(space + 1)] as const;
  }),
);
