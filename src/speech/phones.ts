/**
 * The phones of English as the voice speaks them and the recogniser hears them: the 39 of ARPABET
 * and the neutral vowel `AX`, in the order of the acoustic model's outputs.
 */

/** Vowels, then consonants. */
export const PHONES = [
  'IY', 'IH', 'EH', 'AE', 'AA', 'AO', 'AH', 'UH', 'UW', 'ER', 'AX', 'EY', 'AY', 'OY', 'OW', 'AW',
  'P', 'B', 'T', 'D', 'K', 'G', 'F', 'V', 'TH', 'DH', 'S', 'Z', 'SH', 'ZH', 'HH', 'CH', 'JH', 'M', 'N', 'NG', 'L', 'R', 'W', 'Y',
] as const;

/** One phone. */
export type Phone = (typeof PHONES)[number];

/** Number of vowels at the head of {@link PHONES}. */
export const VOWEL_COUNT = 16;

const INDEX: ReadonlyMap<string, number> = new Map(PHONES.map((phone, index) => [phone, index]));

/** Position of a phone in {@link PHONES}; −1 for anything else. */
export function phoneIndex(phone: string): number {
  return INDEX.get(phone) ?? -1;
}

/** True for vowels. */
export function isVowel(phone: string): boolean {
  const index = phoneIndex(phone);
  return index >= 0 && index < VOWEL_COUNT;
}
