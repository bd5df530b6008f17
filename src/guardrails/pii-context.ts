/**
 * Words around a number that say what it is, or that it is something else. A window of 60 characters
 * before it counts, up to the number before; where both kinds of words stand there, the nearer one
 * decides.
 */

/** Characters before a candidate in which words count. */
export const CONTEXT_BEFORE = 60;
/** Characters after a candidate in which words count. */
export const CONTEXT_AFTER = 32;

const PHONE = /(?<![\p{L}])(?:area code|(?:tele)?phones?|fon|tel|telefon\w*|t[ée]l[ée]phone|tel[ée]fono|call(?:ing|ed|back)?|cell(?:ular|phone)?|mobile?|handy|fax|dial|ring|text(?:ed|ing)?|sms|whatsapp|landline|desk|hotline|voicemail|reach(?:able|ed)?|contact|answering|messages? to|registered|extension|ph|mob|callback|international one)(?![\p{L}])/giu;
const NUMBER = /(?<![\p{L}])(?:numbers?|nummer|n[úu]mero|num[ée]ro)(?![\p{L}])/iu;
const SSN = /(?<![\p{L}])(?:ssn?|socials?|social[ -]?security|soc[ -]?sec|sss)(?![\p{L}])/giu;
const ITIN = /(?<![\p{L}])(?:itin|tin|taxpayer|tax[ -]?(?:payer|id))(?![\p{L}])/giu;
const CARD = /(?<![\p{L}])(?:card|cards|credit|debit|visa|master ?card|amex|american express|discover|diners|maestro|cc|pan|kreditkarte|tarjeta|carte)(?![\p{L}])/giu;
const NHS = /(?<![\p{L}])(?:nhs|national health|health service|patient)(?![\p{L}])/giu;
const OTHER = /(?<![\p{L}])(?:orders?|invoices?|tracking|ref|references?|case|serials?|timestamps?|epoch|unix|isbn(?:-1[03])?|issn|ean|upc|sku|tickets?|part|checksums?|sha|zip|postal|postcode|codes?|coordinates?|lat|lon|build|commit|receipt|account|acct|routing|policy|claim|batch|model|product|item|transaction|confirmation|booking|id|ids|version|pin|date|dated|born|amount|total|usd|eur|gbp|price|page|pages|chapter|port|room|box|unit|flight|vin|imei|doi|pid|uuid|error|iban|swift|bic|shipment|package|parcel|quote|permit|license|licence|lot)(?![\p{L}])/giu;
const VERSION = /(?<![\p{L}])(?:v|ver|versions?|firmware|release[ds]?|builds?|sections?|chapters?|oid|upgrade[ds]?(?: to)?|sdk|requires?|kernel|driver|patch|update[ds]?|rev(?:ision)?|paragraph|clause|appendix|figure|table|article|revision|assembly|runtime|api|package|library|module|dll|ios|android|chrome|firefox|safari|edge|java|python|node|npm)[ :#=>v.]*$/iu;
const VERSION_NEAR = /(?<![\p{L}])(?:version|firmware|sdk|oid|upgrade to)(?![\p{L}])/iu;
const AFTER_PHONE = /^[^\p{L}\n]{0,4}(?:is |are |was )?(?:(?:my|our|the|her|his|their|a|your) )?(?:(?:new|home|work|main|direct|office|personal) )?(?:phone|cell|mobile|number|landline|fax|callback|tel\b|\(?(?:mobile|cell|home|work|office|fax)\)?)/iu;
const VERSION_AFTER = /^[ )]{0,2}(?:version|firmware|of the (?:manual|sdk|spec|document)|release)/iu;

/** Kinds of words that may stand around a number. */
export type Cue = 'phone' | 'ssn' | 'us_itin' | 'credit_card' | 'uk_nhs' | 'other';

const CUES: readonly (readonly [Cue, RegExp])[] = [['phone', PHONE], ['ssn', SSN], ['us_itin', ITIN], ['credit_card', CARD], ['uk_nhs', NHS], ['other', OTHER]];

/** What the words around a span say. */
export interface Context {
  /** For each kind of word before the span, how far from it the nearest stands; Infinity where there is none. */
  readonly distance: Readonly<Record<Cue, number>>;
  /** "number" and its like stands before, which is a weak cue. */
  readonly number: boolean;
  /** Words after the span say that it is a phone number. */
  readonly phoneAfter: boolean;
}

/** Reads the words around `[start, end)`; `floor` is where the window may begin at the earliest. */
export function contextOf(text: string, start: number, end: number, floor: number): Context {
  const before = text.slice(Math.max(floor, start - CONTEXT_BEFORE), start);
  const distance: Record<Cue, number> = { phone: Infinity, ssn: Infinity, us_itin: Infinity, credit_card: Infinity, uk_nhs: Infinity, other: Infinity };
  if (/\p{L}/u.test(before)) {
    for (const [cue, pattern] of CUES) {
      for (const match of before.matchAll(pattern)) distance[cue] = before.length - match.index - match[0].length;
    }
  }
  return { distance, number: NUMBER.test(before), phoneAfter: AFTER_PHONE.test(text.slice(end, end + CONTEXT_AFTER)) };
}

/** True when the words around say that dotted numbers are a version, a section or the like. */
export function isVersionContext(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - CONTEXT_BEFORE), start);
  return VERSION.test(before) || VERSION_NEAR.test(before.slice(-32)) || VERSION_AFTER.test(text.slice(end, end + CONTEXT_AFTER));
}
