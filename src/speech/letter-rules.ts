/**
 * Letter-to-sound rules for English, parted by commas: letters, what must stand before, what must
 * stand behind, phones. The first rule that fits at a place is taken, so special cases stand first.
 * In the contexts `V` is a vowel letter, `C` a consonant letter, `_` the edge of the word, and the
 * rest is a regular expression; `-` means nothing is asked, or that the letters are silent.
 */
export const LETTER_RULES = `
aught - - AO T, augh l - AE F, augh - - AO, aa - - AA, ah - _|C AA, aisle - - AY L, ain t _ AX N, air - - EH R, ais _ le AY
ai - - EY, al _ most|read|ways|so|though|together AO L, alf - _|C|v AE F, alk - - AO K, alm - _|s AA M
all - _|s_|C|er|ing|en|y_ AO L, al C _|ly_|s_|ism AX L, al - t[^ioeu]|d[^e] AO L, anci - ent EY N SH
ange - _|r|s|l|d|ment EY N JH, angi - ng EY N JH, ang - _|C|s AE NG, ank - - AE NG K, ancy - - AX N S IY
ance VC|CC|V _|d|s AX N S, ant VC.|VCC|VC _|s|ly AX N T, are _ _ AA R, are - _|s_|d_ EH R, ari - an|ous EH R IY
ar w m|d|t|n|p AO R, ar qu - AO R, ar VC|VCC _|d_|ds_|s_ ER, ar - [aeiy] AE R, ar - - AA R, arr - V AE R, ass - _ AE S
ast - _|e|er AE S T, ation - - EY SH AX N, ative - - AX T IH V, at V e_ AX T, ate VCC|VC|VCV _ EY T, ature - - AX CH ER
atch w - AA CH, augu - - AO G AX, au - - AO, aw - - AO, ay - - EY, age VC|VCC|V _|s|d IH JH, able V.*C _ AX B AX L
ably V.*C _ AX B L IY, acy - - AX S IY, ace VC.|VCC _ AX S, ac _ c AE K, a _ _ AX, a _ C[^eiouy]?V.*V AX
a _ [bcdfglmnprtvw][aeiou]C AX, a V.* _ AX, a wh|w [tsd] AA, a qu [lnd] AA
a - C(e_|es_|ed_|ing|er_|ers_|en_|y_|ely|eful|els?_|or_|ors_) EY, a - (bl|st|ng)e EY, a - CiV|CeV|CuV EY, a - - AE
bt - _|s T, b m _|C|s -, bb - - B, b - - B
cch - - K, ccio - - CH OW, cc - [eiy] K S, cc - - K, cei - - S IY, chm - - K M, chn - - K N, chr - - K R, ch _s - K
ch - ar[am]|or|aos|em|ori K, ch ar _ CH, che a _|s_ K, chi ma n SH IY, ch - - CH, cial - - SH AX L, cian - - SH AX N
cient - - SH AX N T, cious - - SH AX S, cion - - SH AX N, cia - - SH AX, ck - - K, cq - - K, cz - - CH, c s [eiy] -, c - [eiy] S
c - - K
dge - - JH, dg - - JH, dd - - D, ded C _ D IH D, d - u[aeo]|ual JH, d - - D
eigh h t AY, eigh - - EY, eight - - EY T, eir - - EH R, ei - gn|l EY, ei c|s - IY, ein - - EY N, ei - - AY, eau - t Y UW, eau - - OW
ead _r|_l|_b|_kn|_pl _|s_|er|ing|y IY D, ead - - EH D, ear _|h|f|d|t|g|cl|app|y|b _|s_|ing|ed|ly IY R, ear - [lnct] ER, ear w|b|p|sw _|s_|ing EH R
ear - - IY R, eart - - AA R T, easure - - EH ZH ER, eather - - EH DH ER, ea - th_|lth|ven|vy|sant|dy_|lous|nt_|pon|ther|sur|d_ EH
ea cr te IY EY, ea id _|s IY AX, ea - - IY, ed V.*[td] _ IH D, ed V.*[pkfsxh] _ T, ed V.*[bglmnrvzwaeiouy] _ D, eed - - IY D
eer - - IY R, ee - - IY, el C _|s_ AX L, ely VC|C _ L IY, em _|C ber|ploy|pty EH M, ement - - M AX N T
en C.*[tdkpvszh] _|s_|ed_ AX N, ence V.* _|s|d AX N S, ency - - AX N S IY, ent V.*C _|s_|ly_ AX N T, eness - - N AX S
eous - - IY AX S, ere w _ ER, ere th|wh _ EH R, ere - _|ly IY R, eri - V IH R IY, err - V EH R, er V.*C [aio] ER
er C _|s_|ed_|ing|ly|C ER, er - [aiy] EH R, er - - ER, es [sxzcg]|ch|sh _ IH Z, es th|V.*[dtkpblmnrvwf] _ Z, ess V.*C _ AX S, et V.*C _|s_ IH T
eth - - EH TH, eor g g AO R, eu - - Y UW, ew _|[bfhkmpv] - Y UW, ew - - UW, ex _ V IH G Z, ex _ h IH G Z, ex _ - IH K S, eye - - AY
ey V.*C|k _|s_ IY, ey - - EY, e _[bcdfghjklmnpqrstvwxyz]+ _ IY, e _r [cdfgjlmnpqstv][^s]*V IH, e _b [fghlnstwy][aeioy] IH, e _d ([cfglmnpstv][aeiouy]|[clps]r|str|cl|pl|pr) IH
e _pr [^s]V IH, e _ [lnmv][aeiou] IH, e - C(e_|es_|ed_|ing_|er_) IY, e _.* CiV|CeV|CuV IY, e V.*[bcdfghjklmnpqrstvwxyzu] _ -
e V.*C ly_|ment|ful|less|ness -, e V.*C C[aeiou]C AX, e - - EH
ff - - F, ful V.*C _|ly F AX L, f _o _ V, f - - F
gg - - G, ght - - T, gh _ - G, gh - - -, gn _ - N, gn - _|s_|ed|ing|er|ment N, gue - _|s G, gu - [aeio] G, gi - ve|ft|rl|gg G IH
get - - G EH T, ge - _ JH, ges - _ JH IH Z, g - er[ms]|i|y|e JH, g n _|s_|ed -, g - - G
hour - - AW ER, hon _ e|o AA N, heir _ - EH R, h [rxg]|_k - -, h V _|C -, h - - HH
ial C _|ly IY AX L, iage - - IH JH, ian - - IY AX N, ia C _|s_ IY AX, ible - - AX B AX L, ibly - - AX B L IY, ied _C|_CC _ AY D
ied - _ IY D, ies _C|_CC _ AY Z, ies - _ IY Z, ier - _|s IY ER, iece - - IY S, ieve - - IY V, iet u|_d - AY AX T, iew - - Y UW
ie C f|ld|ce|ge|ve|r IY, ie y ld IY, ie _C{1,2} [nt] AY AX, ie fr - EH, ie - _ IY, ie - n AY AX, igh - - AY, ign - _|s_|ed|ing|er AY N
ild - _|s_ AY L D, ind _|k|f|m|b|gr|w|bl|h _|s_|er|ing AY N D, ine m|ch|s|z|d|r _ AY N, ine V.*[rcgs] _ IY N, ing - _|s_ IH NG
ing - [lr] IH NG G, ink - - IH NG K, ion [st] - AX N, ion l|n - Y AX N, io C [^u] IY OW, ious - - IY AX S, ique - - IY K
irr - - IH R, ire - _|s_|d_ AY ER, ir - [aeiou] AY R, ir - - ER, ise - _|d|s|r|ing AY Z, ism - - IH Z AX M, ity - - AX T IY
ities - - AX T IY Z, ive V.*C _|ly|s IH V, ization - - AX Z EY SH AX N, ize - _|d|s|r|ing AY Z, ice V.*C _|s IH S
ite V.*[^ub]C _ AX T, iz - ing AY Z, i _ _ AY, i V.*C _ IY, i _[a-z]{1,3} C(e_|es_|ed_|er_|ers_|ing|y_) AY
i - Ce_|Ced_|Ces_|Cely|Ceful|Cel AY, i - (bl|dl|fl|tl|cl|gl)e_ AY, i _C{1,2}|_qu [aeou] AY, i - V IY, i - - IH
j - - JH
kn _ - N, k c - -, k - - K
le C _ AX L, les C _ AX L Z, led C _ AX L D, ling [bdgpt] _ L IH NG, ll - - L, lk o - K, l o d_|k -, l - - L
mb - _|s_|ing|er M, mn - _ M, mm - - M, m sV? _ AX M, m - - M
nge - r|st N JH, ng - _|s_|ed|ing|er_|C NG, ng - [aeiour] NG G, nk - - NG K, n - [kxq] NG, nn - - N, nc - [tk] NG K, n m _ -
n - - N
oar - - AO R, oa - - OW, oe sh - UW, oe - _|s_ OW, oes d _ AH Z, oi - - OY, old - - OW L D, oll - _|s_|er|ed|ing OW L
olk - - OW K, olt - - OW L T, oll - - AA L, ome c|s _|s_|ing|body|thing|one|where AH M, ome - _ OW M, one _|d|n _ AH N
one _g - AO N, ong - _|s_|er|est AO NG, on _m [dek] AH N, on _w - AH N, on _s _|s_ AH N, on V.*C _|s_|al|ed AX N, onth - - AH N TH
ook - - UH K, oor d|fl - AO R, oot f|s - UH T, ood g|w|st|h - UH D, ood bl|fl - AH D, ool w - UH L, oo - - UW, oor - - UH R
orr - V AA R, or w [dlmskt] ER, or V.*[tsdvnlbcm] _|s_ ER, ore - _|s_|d_ AO R, or - - AO R, ose wh|_l _|r|s UW Z, ose - _|d|s|r OW Z
oth m|br|n er|ing AH DH, oth b - OW TH, oth - _|s AO TH, ough _th _ OW, ough d - OW, ough c - AO F, ough r|t|en _ AH F
ough thr - UW, ough - t AO, ough b - AW, ould - - UH D, ound - - AW N D, oung y - AH NG, oup - _|s_|ed UW P
our _|h|fl|s|l _|s AW ER, our [fp]|c|y|t _|s_|c|t|n|e AO R, our j|c|n|t - ER, our V.*C _|ed|s|ing ER, ous - _|ly|n AX S
ouse - _ AW S, out - - AW T, oul s|m - OW L, ou c|d|tr|t|y [bpnlsc] AH, ou y|thr|gr|s _|p|th_|the UW, ou - - AW
ove l|gl|ab|d|sh _|s|d|r|n|l|ly AH V, ove m|pr|_ _|s|d|ment|r_|ing UW V, over - - OW V ER, ov c - AH V
ow _h|_n|_c|_v|_br|all|_w|_pl|cr|fr|cl|dr _|n|er|el|d|s_|b AW, ow - [lnd]_|er|el|els AW, ow - - OW, oy - - OY, o _ C[eiou] OW
o V.*C _|s_|es_ OW, o C _ OW, o _[dt] _ UW, o _c [mnlr][^e].*V AX, o _[pt]r? [mltvds][aeiou].*V AX
o - C(e_|es_|ed_|er_|ers_|en_|ing|y_|ely|eful|el_) OW, o - (bl|pl|gl)e OW, o - CiV|CeV|CuV OW, o - st_|sts_|th_ OW, o - - AA
phth - - F TH, ph - - F, pn _ - N, ps _ y S, pp - - P, p - t_$ P, p - - P
qu - e_|es_ K, que - _|s_ K, qu - - K W, q - - K
rh - - R, rr - - R, r - - R
sch - oo S K, sch - - SH, sci - [aeo] SH, sc - [eiy] S, sh - - SH, sion V|r - ZH AX N, ssion - - SH AX N, sion - - SH AX N
ssure - - SH ER, sure V - ZH ER, sure - - SH UH R, sual - - ZH UW AX L, ss - - S, st - le|en|ening S, sten - - S AX N, sw _ ord S
s V [m]_ Z, s _i land -, s [bdgvmnwlr]|ng|th _ Z, s [aeiouy] _ Z, s [iey]a|V e_|ed_|es_|ing|er_|y_|on_ Z, s V V Z, s - - S
tch - - CH, ten s|f _ AX N, tial - - SH AX L, tian - - SH AX N, tient - - SH AX N T, tience - - SH AX N S, tion s - CH AX N
tion - - SH AX N, tious - - SH AX S, ture - _|s_|d_ CH ER, tual - - CH UW AX L, tual - - CH UW AX L
th _ e_|ese|ose|is_|at_|en_|ere|ey|em|eir|us_|an_|ough_|e[myr] DH, th [aeiou] er|ing_|e_|es_ DH, th - - TH, tt - - T
t [sf] le|en_ -, two _ _ T UW, t - - T
ui [bg] - IH, ui - _|t|ce|s UW, uy - - AY, ue _q|ng _ -, ue g|q _|s_ -, ue [rljtsd] - UW, ue - _|s_ Y UW
ull _[fbp] _|y|s_|ed UH L, ush _[pb] _|ed|es UH SH, ut _p _|s_|ting UH T, ure C _ Y UH R, urr - - ER, ur - [aeiou] Y UH R
ur - - ER, us V.*C _ AX S, um V.*C _ AX M, uation - - UW EY SH AX N, ual - - UW AX L, u g [aeiouy] W, u q|s [aeiy] W
u _ n[iy] Y UW, u _ s[aeiu] Y UW, u [rljs]|ch|sh C(e|i|y|a|o) UW, u [td] Ce|Ci|Ca|Co|Cy UW, u [bcfhkmpvg]|_ C[eiyaou] Y UW
u VC Cl?[aeiou] Y UW, u C V UW, u C _ UW, u - - AH
v - - V
wh - o_|ose|ole|om HH, wh - - W, wr _ - R, w V _|C -, w - - W
xc - [eiy] K S, x _ - Z, x - - K S
you _ - Y UW, y _ - Y, y _C+ _ AY, y V.*f _ AY, y V.*C _|s_ IY, y C Ce_|Ces_|Ced_|Cing|Cer|V AY, y VC - IH, y C - IH, y V _ -
y V V Y, y - - IY
zz - - Z, z - - Z
`;
