/**
 * Words that stand for digits and signs when somebody dictates a number or an address. English in
 * full; of other languages the digits, which is what is dictated.
 */

/** Digits, one by one. */
export const DIGIT_WORDS: ReadonlyMap<string, string> = table({
  '0': 'zero oh o nought naught null cero zéro',
  '1': 'one eins ein uno un une um',
  '2': 'two zwei zwo dos deux due dois',
  '3': 'three drei tres trois tre três',
  '4': 'four vier cuatro quatre quattro quatro',
  '5': 'five fünf cinco cinq cinque',
  '6': 'six sechs seis sei',
  '7': 'seven sieben siete sept sette sete',
  '8': 'eight acht ocho huit otto oito',
  '9': 'nine neun nueve neuf nove niner',
});

/** Ten to nineteen. */
export const TEEN_WORDS: ReadonlyMap<string, string> = table({
  '10': 'ten', '11': 'eleven', '12': 'twelve', '13': 'thirteen', '14': 'fourteen', '15': 'fifteen', '16': 'sixteen', '17': 'seventeen', '18': 'eighteen', '19': 'nineteen',
});

/** Twenty to ninety: the digit of the tens. */
export const TENS_WORDS: ReadonlyMap<string, string> = table({
  '2': 'twenty', '3': 'thirty', '4': 'forty fourty', '5': 'fifty', '6': 'sixty', '7': 'seventy', '8': 'eighty', '9': 'ninety',
});

/** How often the next digit is said. */
export const REPEAT_WORDS: ReadonlyMap<string, number> = new Map([['double', 2], ['triple', 3], ['treble', 3], ['quadruple', 4]]);

/** Signs inside numbers and addresses. */
export const SIGN_WORDS: ReadonlyMap<string, string> = table({
  '.': 'dot point punkt punto', '-': 'dash hyphen minus', _: 'underscore', '+': 'plus', '/': 'slash', ':': 'colon', '@': 'at arobase arroba klammeraffe',
});

/** Endings of domain names that are said aloud. */
export const SPOKEN_ENDINGS: ReadonlySet<string> = new Set(
  'com org net edu gov mil int info biz name io ai app dev co me tv us uk de fr es it nl be ch at se no dk fi pl pt ru ua cz gr ie eu ca mx br ar cl jp cn kr in au nz za tr il example test local online shop site tech xyz cloud email'.split(' '),
);

/** Words before an address that are not part of it. */
export const NOT_A_NAME: ReadonlySet<string> = new Set(
  'is its my me to the a an at on in it of for and or us you your our his her their email mail address e-mail via from with contact reach use write send was be as that this here him them by please look looked looking meet met shop shopping buy bought order ordered find found available sign signed up log logged visit see check read posted hosted live lives work works working worked stay arrive arrived go went there online listed sold back out over down try search browse'.split(' '),
);

function table(rows: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(rows).flatMap(([value, words]) => words.split(' ').map((word) => [word, value] as const)));
}
