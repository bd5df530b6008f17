/**
 * What a voice should say for a piece of written text: markup is dropped, links and symbols are read
 * as a person would. The result remembers where each spoken part came from, so that a word's time can
 * be traced back to the text that was generated.
 *
 * Where it belongs: after the sentence splitter, before the voice.
 */

/** Spoken text with its way back to the source. */
export interface SpokenForm {
  /** What to say; empty when there is nothing to say. */
  readonly text: string;
  /** End in the source of what stands before `spokenEnd` in `text`. */
  sourceEnd(spokenEnd: number): number;
}

type Rule = readonly [pattern: RegExp, say: (match: RegExpExecArray) => string];

const CURRENCY: Readonly<Record<string, readonly [string, string]>> = { $: ['dollar', 'dollars'], '€': ['euro', 'euros'], '£': ['pound', 'pounds'], '¥': ['yen', 'yen'] };
const UNITS: Readonly<Record<string, string>> = {
  km: 'kilometers', cm: 'centimeters', mm: 'millimeters', m: 'meters', kg: 'kilograms', g: 'grams', mg: 'milligrams', lb: 'pounds', oz: 'ounces', mi: 'miles', ft: 'feet',
  'km/h': 'kilometers per hour', mph: 'miles per hour', ml: 'milliliters', l: 'liters', kb: 'kilobytes', mb: 'megabytes', gb: 'gigabytes', hz: 'hertz', khz: 'kilohertz', ms: 'milliseconds',
};
const SYMBOLS: Readonly<Record<string, string>> = { '%': ' percent', '&': ' and ', '+': ' plus ', '=': ' equals ', '×': ' times ', '÷': ' divided by ', '°': ' degrees', '≈': ' about ', '≤': ' at most ', '≥': ' at least ', '→': ' to ' };

// In order: an earlier rule wins where two would match at the same place.
const RULES: readonly Rule[] = [
  [/```[^`]*(?:```|$)/uy, () => ' code '],
  [/!?\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*\)/uy, (match) => match[1] ?? ''],
  [/https?:\/\/(?:www\.)?([^\s/?#)]+)(?:[/?#][^\s)]*)?/uy, (match) => speakHost(match[1] ?? '')],
  [/(?<![\p{L}\p{N}@])(?:www\.)?((?:[\p{L}\p{N}-]+\.)+(?:com|org|net|io|dev|de|fr|uk|eu|edu|gov))(?![\p{L}\p{N}])(?:\/[^\s)]*)?/uy, (match) => speakHost(match[1] ?? '')],
  [/([$€£¥])(\d[\d,]*(?:\.\d+)?)/uy, (match) => `${match[2] ?? ''} ${(CURRENCY[match[1] ?? ''] ?? ['', ''])[match[2] === '1' ? 0 : 1] ?? ''}`],
  [/(?<=\d)\s?°\s?C(?!\p{L})/uy, () => ' degrees Celsius'],
  [/(?<=\d)\s?°\s?F(?!\p{L})/uy, () => ' degrees Fahrenheit'],
  [/(?<=\d)\s?(km\/h|mph|km|cm|mm|kg|mg|lb|oz|mi|ft|ml|kb|mb|gb|khz|hz|ms|m|g|l)(?![\p{L}\p{N}'’])/iuy, (match) => ` ${UNITS[(match[1] ?? '').toLowerCase()] ?? match[1] ?? ''}`],
  [/(?<=^|\n)[ \t]*(?:#{1,6}[ \t]+|[-*•‣◦][ \t]+|>[ \t]*)/uy, () => ''],
  [/(?:\*{1,3}|_{2,3}|~~|`)/uy, () => ''],
  [/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/uy, () => ''],
  [/(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u200d\ufe0f])+/uy, () => ''],
  [/[%&+=×÷°≈≤≥→]/uy, (match) => SYMBOLS[match[0]] ?? ''],
];

/** The spoken form of `source`. Text without markup and symbols comes back as it is. */
export function spokenForm(source: string): SpokenForm {
  let text = '';
  const spokenEnds: number[] = [];
  const sourceEnds: number[] = [];
  let at = 0;
  while (at < source.length) {
    const found = matchAt(source, at);
    const taken = found?.[0] ?? (source[at] as string); // at < length
    text += found?.[1] ?? taken;
    at += taken.length;
    spokenEnds.push(text.length);
    sourceEnds.push(at);
  }
  return {
    text: /[\p{L}\p{N}]/u.test(text) ? text : '',
    sourceEnd(spokenEnd) {
      // The first part that reaches `spokenEnd`; parts are in order, so a binary search finds it.
      let low = 0;
      let high = spokenEnds.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((spokenEnds[middle] as number) >= spokenEnd) high = middle;
        else low = middle + 1;
      }
      return sourceEnds[low] ?? source.length;
    },
  };
}

function matchAt(source: string, at: number): readonly [taken: string, said: string] | undefined {
  for (const [pattern, say] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null && match[0] !== '') return [match[0], say(match)];
  }
  return undefined;
}

function speakHost(host: string): string {
  return host.replaceAll('.', ' dot ').replaceAll('-', ' dash ');
}
