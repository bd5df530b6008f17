/** Whether a text is English, by its small words and letters: enough to know whether to spell its numbers out in English. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

const ENGLISH = words(`the and of to is are you it that with this your for can has have at my be not what how we from by or if but they she there here
  i'm it's don't i'll you're that's let's please yes would could should about which will when who his her our their than then been do does did an`);
const OTHERS = words(`der die das und ist nicht ein eine einen ich du sie wir für mit auf dem den des von zu im am um auch sind wie uhr kostet mehr unter
  le la les des et est une un vous je il elle nous pour dans avec que qui sur au du c’est c'est à fois moins plus
  el los las y es una por con para está se del al cuesta muy más
  lo gli di che per non sono della il è
  os e uma para com em não é do da dos no na
  het een van dat niet voor ik je zijn en op
  och är det att som på av inte jag og er på ikke
  jest nie się na i w z to ve bir bu için`);

const LATIN = /\p{Script=Latin}/gu;
const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/gu;
const ASCII = /^[\x00-\x7f]*$/u;
// Letters that English writes only in a few borrowed words.
const ACCENTED = /[ßäöüøåæœñãõçğışłąęćśżźőűřěščžýđ¿¡]/giu;

/** True unless the text shows another language: English without any sign of one. */
export function isEnglish(text: string): boolean {
  const ascii = ASCII.test(text); // most English is, and then there is nothing to count
  if (!ascii && (text.match(OTHER_SCRIPT)?.length ?? 0) > (text.match(LATIN)?.length ?? 0)) return false;
  let english = 0;
  let others = ascii ? 0 : Math.min(2, text.match(ACCENTED)?.length ?? 0);
  for (const word of text.toLowerCase().match(/[\p{L}'’]+/gu) ?? []) {
    if (ENGLISH.has(word)) english++;
    if (OTHERS.has(word)) others++;
  }
  return english >= others;
}
