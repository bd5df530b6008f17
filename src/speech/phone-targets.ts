/**
 * What each phone aims at: formants of an adult male voice in Hz, how it is made and where, how long
 * it lasts. Vowel formants are near those of Peterson & Barney 1952 and Hillenbrand et al. 1995,
 * consonant targets, inherent and least durations near those of Klatt 1979 and 1980.
 */
import { PHONES, type Phone } from './phones.js';

/** Manner of articulation. */
export type Manner = 'vowel' | 'stop' | 'fricative' | 'affricate' | 'nasal' | 'liquid' | 'glide' | 'aspirate';
/** Where the mouth is narrowest. */
export type Place = 'open' | 'labial' | 'dental' | 'alveolar' | 'palatal' | 'velar';
/** F1, F2, F3 in Hz. */
export type Formants = readonly [number, number, number];

/** The facts of one phone. */
export interface PhoneTarget {
  readonly manner: Manner;
  readonly place: Place;
  readonly voiced: boolean;
  /** Formants at its beginning. */
  readonly onset: Formants;
  /** Formants at its end; the same as `onset` but for diphthongs. */
  readonly offset: Formants;
  /** Duration in ms in a stressed syllable, and the least it may shrink to. */
  readonly inherentMs: number;
  readonly leastMs: number;
  /** Amplitude of voicing, 1 for an open vowel. */
  readonly voicing: number;
}

// phone manner place voiced F1 F2 F3 [F1 F2 F3 at the end] inherent least voicing
const TABLE = `
IY vowel open + 300 2250 2950 280 2320 3010 155 60 .9
IH vowel open + 440 1850 2550 450 1800 2550 130 45 .95
EH vowel open + 560 1780 2500 580 1700 2490 145 65 1
AE vowel open + 760 1640 2430 760 1560 2430 200 80 1
AA vowel open + 720 1080 2450 720 1090 2450 215 90 1
AO vowel open + 590 870 2430 600 890 2430 215 90 1
AH vowel open + 640 1230 2450 640 1240 2450 140 60 1
UH vowel open + 450 1060 2250 460 1120 2280 140 55 .95
UW vowel open + 320 1000 2250 310 920 2230 175 65 .9
ER vowel open + 480 1300 1640 470 1310 1620 180 75 .95
AX vowel open + 520 1420 2470 520 1420 2470 85 40 .85
EY vowel open + 490 1850 2540 330 2180 2700 185 75 .95
AY vowel open + 740 1180 2450 400 1980 2580 220 95 1
OY vowel open + 540 850 2420 400 1900 2520 250 110 1
OW vowel open + 550 1020 2380 390 830 2330 200 80 .95
AW vowel open + 740 1280 2450 430 920 2320 230 100 1
P stop labial - 350 1100 2150 350 1100 2150 85 55 0
B stop labial + 210 1100 2150 210 1100 2150 80 50 .13
T stop alveolar - 350 1750 2650 350 1750 2650 72 45 0
D stop alveolar + 210 1700 2600 210 1700 2600 68 35 .13
K stop velar - 350 1900 2400 350 1900 2400 78 50 0
G stop velar + 210 1900 2400 210 1900 2400 75 45 .13
F fricative labial - 360 1150 2150 360 1150 2150 105 75 0
V fricative labial + 240 1150 2150 240 1150 2150 65 45 .42
TH fricative dental - 340 1350 2600 340 1350 2600 100 65 0
DH fricative dental + 270 1350 2600 270 1350 2600 55 35 .5
S fricative alveolar - 340 1650 2650 340 1650 2650 110 70 0
Z fricative alveolar + 250 1650 2650 250 1650 2650 80 55 .33
SH fricative palatal - 330 1850 2650 330 1850 2650 115 80 0
ZH fricative palatal + 260 1850 2650 260 1850 2650 80 50 .35
HH aspirate open - 500 1500 2500 500 1500 2500 65 35 0
CH affricate palatal - 330 1850 2650 330 1850 2650 70 50 0
JH affricate palatal + 230 1850 2650 230 1850 2650 65 45 .13
M nasal labial + 420 1150 2200 420 1150 2200 75 55 .6
N nasal alveolar + 420 1550 2550 420 1550 2550 68 45 .6
NG nasal velar + 420 2100 2600 420 2100 2600 90 55 .6
L liquid alveolar + 370 1050 2750 370 1050 2750 75 45 .75
R liquid palatal + 350 1150 1550 350 1150 1550 75 40 .8
W glide labial + 310 680 2200 310 680 2200 75 55 .75
Y glide palatal + 280 2200 2950 280 2200 2950 70 45 .75
`;

/** The target of every phone. */
export const TARGETS: ReadonlyMap<Phone, PhoneTarget> = new Map(
  TABLE.trim().split('\n').map((line) => {
    const [phone = '', manner, place, voiced, ...figures] = line.split(' ');
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, inherentMs = 0, leastMs = 0, voicing = 0] = figures.map(Number);
    return [phone as Phone, { manner: manner as Manner, place: place as Place, voiced: voiced === '+', onset: [a, b, c], offset: [d, e, f], inherentMs, leastMs, voicing }] as const;
  }),
);

/** The target of a phone. */
export function targetOf(phone: Phone): PhoneTarget {
  // Every phone has a line in the table; the tests hold it to that.
  return TARGETS.get(phone) ?? (TARGETS.get(PHONES[10]) as PhoneTarget);
}

/** Noise at a constriction: frequencies of F4 to F6, gains through F2 to F6 and past them, and its amplitude. */
export interface NoiseShape {
  readonly high: readonly [number, number, number];
  readonly gains: readonly [number, number, number, number, number, number];
  readonly level: number;
}

/** The noise of fricatives and of bursts by place. Labial and dental noise is flat and weak, alveolar high, palatal in the middle, velar near F2 and F3. */
export const NOISES: Readonly<Record<'labial' | 'dental' | 'alveolar' | 'palatal' | 'burst-labial' | 'burst-alveolar' | 'burst-velar', NoiseShape>> = {
  labial: { high: [3300, 4300, 5800], gains: [0.3, 0.3, 0.3, 0.2, 0.1, 0.5], level: 0.17 },
  dental: { high: [3400, 4500, 6200], gains: [0, 0, 0.1, 0.3, 0.6, 0.6], level: 0.1 },
  alveolar: { high: [3700, 4900, 6400], gains: [0, 0, 0.2, 0.7, 1, 0.2], level: 0.7 },
  palatal: { high: [3400, 4300, 5300], gains: [0.08, 0.75, 0.9, 0.6, 0.35, 0.06], level: 0.65 },
  'burst-labial': { high: [3300, 4200, 5200], gains: [0.7, 0.35, 0.2, 0.08, 0.04, 0.3], level: 0.3 },
  'burst-alveolar': { high: [3500, 4500, 5600], gains: [0, 0.15, 0.6, 0.9, 0.9, 0.25], level: 0.7 },
  'burst-velar': { high: [3400, 4200, 5200], gains: [0.8, 0.9, 0.35, 0.15, 0.1, 0.06], level: 0.75 },
};

/**
 * Formants where a consonant meets a vowel: locus equations, F = slope × vowel + intercept, after
 * Sussman, McCaffrey & Matthews 1991 for F2; F3 in the same form. Velars turn with the vowel.
 */
export function locus(place: Place, vowel: Formants): readonly [number, number] {
  const [, f2, f3] = vowel;
  switch (place) {
    case 'labial':
      return [0.8 * f2 + 130, 0.8 * f3 + 320];
    case 'dental':
      return [0.6 * f2 + 620, 0.6 * f3 + 1050];
    case 'alveolar':
      return [0.45 * f2 + 1010, 0.5 * f3 + 1370];
    case 'palatal':
      return [0.35 * f2 + 1300, 0.5 * f3 + 1250];
    case 'velar':
      return f2 > 1450 ? [0.55 * f2 + 1080, 0.6 * f3 + 900] : [0.9 * f2 + 330, 0.6 * f3 + 720];
    case 'open':
      return [f2, f3];
  }
}
