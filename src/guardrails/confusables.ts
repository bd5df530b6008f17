/**
 * Characters that pass for Latin letters and that no Unicode normalisation resolves: Cyrillic, Greek,
 * Armenian, Cherokee and Lisu lookalikes, phonetic and barred letters, negative circled and squared
 * ones, regional indicators. Facts after Unicode's confusables (UTS 39) and character names, restricted
 * to targets a–z.
 */

/** Rows of the letters and what passes for them. */
const ROWS: readonly (readonly [letters: string, lookalikes: string])[] = [
  ['a', 'ȺɐɑΑΛαАаᎪᴀᶏẚⱥⱯꓮ🅐🅰🇦'],
  ['ae', 'Ææ'],
  ['b', 'ƀƁƂƃƄɃɓʙΒβВЬвьѢѣᏏᏴᴃᵬᶀꓐꞖꞗ🅑🅱🇧'],
  ['c', '¢©ƇƈȻȼɕϲϹСсҪҫᏟᴄↄꓚꞒꞓꞔꟄ𝼝🅒🅲🇨'],
  ['d', 'ÐðĐđƊƋƌȡɖɗԀԁᎠᏧᴅᵭᶁᶑꓓꝹꝺꟇꟈ🅓🅳🇩'],
  ['e', 'ƎƐǝɆɇɘɛΕεЄЕеєҼҽᎬᴇᶒᶓ€℮∈ⱸꓰꬴ🅔🅴🇪'],
  ['f', 'ƑƒʃᵮᶂꓝꜰꝻꝼꞘꞙ🅕🅵🇫'],
  ['g', 'ƓǤǥɠɡɢԍցᏀᵹᶃꓖꝽꞠꞡꞬꬶ🅖🅶🇬'],
  ['h', 'ĦħɦʜΗНнҺһհᎻⱧⱨꓧꞕꞪ🅗🅷🇭'],
  ['i', 'ıƗɨɩɪΙιІіӀӏᎥᶖꓲꞮ𝼚🅘🅸🇮'],
  ['j', 'ȷɈɉɟʄʝϳЈјյᎫᴊꓙꞲ🅙🅹🇯'],
  ['k', 'ƘƙΚκКкҚқӄᏦᴋᶄⱩⱪꓗꝀꝁꝂꝃꝄꝅꞢꞣ🅚🅺🇰'],
  ['l', '£ĿŀŁłƚȴȽɫɬɭʟᏞᶅⱠⱡⱢꓡꝈꝉꞎꞭꬷꬸꬹ𝼑𝼓🅛🅻🇱'],
  ['m', 'ɱΜМмᎷᴍᵯᶆⱮꓟꬺ🅜🅼🇲'],
  ['n', 'ƝƞȠȵɲɳɴΝηПпոռᵰᶇ∩ꓠꞐꞑꞤꞥꬻ🅝🅽🇳'],
  ['o', 'ØøƆƟǾǿɔΟοσОоՕօ০੦૦௦ഠ๐ᴏᴑᶗⱺꓳꝊꝋꝌꝍꬿ𝼛🅞🅾🇴'],
  ['oe', 'Œœ'],
  ['p', 'ƤƥΡρϼРрᏢᴘᵱᵽᶈⱣꓑꝐꝑꝒꝓꝔꝕ🅟🅿🇵'],
  ['q', 'ɋʠԚԛզꝖꝗꝘꝙꞯ🅠🆀🇶'],
  ['r', '®ɌɍɼɽɾʀГгᎡᏒᴦᵲᵳᶉⱤꓣꞂꞃꞦꞧꭉꭋꭌ𝼖🅡🆁🇷'],
  ['s', '§ȿʂЅѕՏտᏕᏚᵴᶊⱾꓢꜱꞄꞅꞨꞩꟅꟉꟊ𝼞🅢🆂🇸'],
  ['ss', 'ß'],
  ['t', 'ŦŧƫƬƭƮȶȾʈΤτТтҬҭեᎢᴛᵵⱦꓔꞆꞇ𝼉🅣🆃🇹'],
  ['th', 'Þþ'],
  ['u', 'µμυцџՍսᴜᶙ∪ꓴꞸꞹꭎꭒ🅤🆄🇺'],
  ['v', 'ƲʋνѴѵѷᏙᴠᶌⱱⱴꓦꝞꝟ🅥🆅🇻'],
  ['w', 'ωШЩшщѠѡԜԝաᎳᏔᴡⱲⱳꓪ🅦🆆🇼'],
  ['x', '×ΧχХхҲҳᶍꓫꭖꭗꭘꭙ🅧🆇🇽'],
  ['y', '¥ƳƴɎɏʏΥγϒУуҮүყᎽỾỿꓬꭚ🅨🆈🇾'],
  ['z', 'ƵƶȤȥɀʐʑΖᏃᴢᵶᶎⱫⱬⱿꓜꟆ🅩🆉🇿'],
];

/** From a character to the Latin letters it passes for, in lower case. */
export const CONFUSABLES: ReadonlyMap<string, string> = new Map(ROWS.flatMap(([letters, lookalikes]) => [...lookalikes].map((lookalike) => [lookalike, letters] as const)));
