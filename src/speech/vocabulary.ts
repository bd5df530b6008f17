/**
 * The words that the recogniser knows without being taught, with the ways they are said. At most 100
 * by design: every word more is one more that can be mistaken. `|` parts pronunciations; rhotic and
 * non-rhotic forms both stand where they differ.
 */

const WORDS = `
a AX|EY
again AX G EH N|AX G EY N
and AE N D|AX N D|AX N
by B AY
cancel K AE N S AX L
card K AA R D|K AA D
celsius S EH L S IY AX S|S EH L S Y AX S
centimeters S EH N T IH M IY T ER Z|S EH N T IH M IY T AX Z
convert K AX N V ER T
date D EY T
day D EY
degrees D IH G R IY Z|D AX G R IY Z
did D IH D
divided D IH V AY D IH D|D AX V AY D AX D
eight EY T
eighteen EY T IY N
eighty EY T IY|EY D IY
eleven IH L EH V AX N|AX L EH V AX N
fahrenheit F AE R AX N HH AY T|F AE R AX N AY T
feet F IY T
fifteen F IH F T IY N
fifty F IH F T IY
five F AY V
for F AO R|F AO|F ER|F AX
forget F AX G EH T|F ER G EH T
forty F AO R T IY|F AO T IY|F AO R D IY
four F AO R|F AO
fourteen F AO R T IY N|F AO T IY N
grams G R AE M Z
hello HH AX L OW|HH EH L OW|AX L OW
help HH EH L P|EH L P
hour AW ER|AW AX
hours AW ER Z|AW AX Z
hundred HH AH N D R IH D|HH AH N D R AX D|AH N D R IH D
i AY
in IH N
inches IH N CH IH Z|IH N CH AX Z
is IH Z
it IH T
kilograms K IH L AX G R AE M Z
kilometers K IH L AA M IH T ER Z|K IH L AA M IH T AX Z|K IH L AX M IY T ER Z|K IH L AX M IY T AX Z
list L IH S T
meters M IY T ER Z|M IY T AX Z
miles M AY L Z
minus M AY N AX S
minute M IH N IH T|M IH N AX T
minutes M IH N IH T S|M IH N AX T S
my M AY
nine N AY N
nineteen N AY N T IY N
ninety N AY N T IY
no N OW
notes N OW T S
number N AH M B ER|N AH M B AX|N AH M B AX R
oh OW
one W AH N|W AA N
plus P L AH S
point P OY N T
pounds P AW N D Z
recall R IH K AO L|R IY K AO L
remember R IH M EH M B ER|R IH M EH M B AX|R IY M EH M B ER|R AX M EH M B ER
repeat R IH P IY T|R IY P IY T
say S EY
second S EH K AX N D
seconds S EH K AX N D Z|S EH K AX N Z
set S EH T
seven S EH V AX N
seventeen S EH V AX N T IY N
seventy S EH V AX N T IY
six S IH K S
sixteen S IH K S T IY N
sixty S IH K S T IY
stop S T AA P
ten T EH N
that DH AE T|DH AX T
the DH AX|DH IY
thirteen TH ER T IY N
thirty TH ER T IY|TH ER D IY
thousand TH AW Z AX N D
three TH R IY
time T AY M
timer T AY M ER|T AY M AX
timers T AY M ER Z|T AY M AX Z
times T AY M Z
to T UW|T AX|T UH
today T AX D EY|T UH D EY
twelve T W EH L V
twenty T W EH N T IY|T W EH N IY
two T UW
what W AH T|W AA T
yes Y EH S
zero Z IH R OW|Z IY R OW|Z IY AX R OW
`;

/** Pronunciations of each word, each a list of phones. */
export const VOCABULARY: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  WORDS.trim().split('\n').map((line) => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), line.slice(space + 1).split('|').map((one) => one.split(' '))] as const;
  }),
);
